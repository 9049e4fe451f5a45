"""Exchanges, number blocks, public numbers and the lines they serve (号线资源)."""
