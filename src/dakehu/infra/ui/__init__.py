"""The UI kit: the frame of every page and the page kinds, declared in Python and drawn here once.

A page is one of seven kinds: workbench, list, record, form, board, report, console. An app declares what it
shows (`ListSpec`, `Record`, `FormPage`, `Chart`, …) and registers what other places show of it: entries of
the navigation, tiles of the workbench, sources of the search, panels on a lower app's record. The kit draws
it, asks for the rights, keeps filters and views, and turns a `DomainError` into a page or a marked field.

`docs/ui-kit.md` is the manual.
"""
