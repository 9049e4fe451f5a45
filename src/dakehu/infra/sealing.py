"""Secrets that must be used again and are therefore kept: sealed with the installation's own key.

A copy of the database without `secret.key` gives none of them away. What was sealed under another key can't
be opened: `unseal` then gives "" and the secret has to be entered anew.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text: str) -> str:
    """The text sealed; nothing stays nothing."""
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """What was sealed, or "" where this installation's key doesn't open it."""
    try:
        return _box().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return ""


def _box() -> Fernet:
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=b"dakehu sealing").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
