"""一站业务管理: product orders, the branches' work on them, its clocks, and their completion (KAM-08).

Theory of operation. An order is submitted whole: the catalogue's rules and the product's own are all asked,
and either every fault comes back or the order stands with its numbers reserved. The desk takes it, which
decomposes it (`domain.decomposition`) into work of the branches concerned, one lead, others assisting; each
branch's steps follow one another, and where one branch waits for another's step the plan says so. Each step
has a clock in working time and stops while someone else, named with a reason, holds it up. When the customer
has signed, the order completes: in one transaction lines are opened, the group and its members made, and
`order.completed` published; either all of it or nothing. Completing twice completes once.
"""
