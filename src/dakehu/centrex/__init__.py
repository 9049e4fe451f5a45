"""Centrex (集中用户交换机, 虚拟网): a customer's lines at one exchange, made into a PBX without hardware.

`domain/` holds the rules, shared by the order form and by call routing; the rest keeps the groups.
"""
