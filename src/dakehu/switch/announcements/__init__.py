"""Announcements in words, pure: their names, their texts in both languages, and what says which."""
