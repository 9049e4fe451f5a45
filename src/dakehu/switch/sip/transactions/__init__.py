"""Transactions (RFC 3261 section 17 with RFC 6026): `tables` decide, `client` and `server` carry out."""
