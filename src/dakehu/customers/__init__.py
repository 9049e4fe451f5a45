"""客户信息管理: customer files, group trees, contacts, collaborators, grades, duplicates (KAM-03, KAM-12).

An account belongs to one unit of the organisation and has one owner at a time. Search is an index of its
own (`selectors.search`), written with the row by the services: whoever changes a customer does it there.
"""
