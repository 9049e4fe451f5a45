"""What tests share: the access table's rows, the state-product walk, pytest's glue.

People, units and actors for tests come from `dakehu.organisation.testing`, which knows the organisation.
"""
