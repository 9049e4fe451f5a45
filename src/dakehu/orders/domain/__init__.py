"""The rules of one-stop orders, pure.

`states` how orders and steps move, `decomposition` who does what in which order, `clocks` working time burnt
and allowed, `requests` what an order asks for.
"""
