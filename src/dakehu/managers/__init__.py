"""Account managers (客户经理管理): their files, visits, promises, the calendar, and hand-over of accounts.

It stands above `customers`: a visit is paid to an account and meets its contacts, while a customer's file
needs only the person who owns it (`organisation.User`).
"""
