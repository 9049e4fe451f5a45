"""Announcements: names, words, the voice that makes them into files, the shelf they lie on."""
