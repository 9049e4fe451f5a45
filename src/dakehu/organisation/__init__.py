"""系统管理: the organisation's tree, its people, their roles, dictionaries and sign-in (KAM-01, KAM-11)."""
