"""Dakehu, 大客户: a telecom operator's key-account system and the voice services those accounts buy."""
