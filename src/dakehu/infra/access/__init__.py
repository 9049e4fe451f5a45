"""Who may do what to which rows.

A *permission* is a "noun.verb" of some app's `StrEnum`. A role is a set of them. An `Actor` carries the
permissions of one signed-in person or API client and the *scope*: the subtree of the organisation whose
rows they see. Rows outside the scope do not exist for the actor: not in lists, counts, searches or errors.

Services call `require`; selectors start from `visible`; objects are reached through `access_one`.
"""
