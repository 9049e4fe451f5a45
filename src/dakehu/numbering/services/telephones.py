"""The account a telephone signs in with. The password is shown once and not kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.numbering.models import Line, SipAccount
from dakehu.numbering.permissions import LinePermission
from dakehu.numbering.services.lines import LINE_CHANGED

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on a telephone's display
_LENGTH = 14


@dataclass(frozen=True, slots=True)
class Telephone:
    """What to enter in the telephone; the only time the password can be seen."""

    username: str
    password: str
    realm: str


def telephone_issue(*, actor: Actor, line_id: int, password: str = "") -> Telephone:
    """Give the line's telephone a new password: made here, or the given one. An old one stops working.

    Kept are HA1 in MD5 (RFC 7616 section 3.4.2) and SHA-256 (RFC 8760) over username, realm and password.
    """
    access_one(Line.objects.all(), actor, line_id, LinePermission.CHANGE)
    password = password or "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    with transaction.atomic():
        line = Line.objects.select_for_update(of=("self",)).select_related("customer").get(pk=line_id)
        username = line.public_number_id
        fields = {**ha1(username, settings.SIP_REALM, password), "renewed_at": now()}
        SipAccount.objects.update_or_create(
            line=line, defaults={"username": username, "realm": settings.SIP_REALM, **fields}
        )
        change = Change(
            "line", line.pk, label=line.public_number_id, after={"sip_username": username},
            org_path=line.customer.org_path,
        )  # fmt: skip
        record(actor, "line.issue_telephone", change)
        publish(LINE_CHANGED, key=line.pk, payload={"number": line.public_number_id})
    return Telephone(username, password, settings.SIP_REALM)


def ha1(username: str, realm: str, password: str) -> dict[str, str]:
    """Both hashes by their column."""
    text = f"{username}:{realm}:{password}".encode()
    return {
        "ha1_md5": hashlib.md5(text, usedforsecurity=False).hexdigest(),
        "ha1_sha256": hashlib.sha256(text).hexdigest(),
    }
