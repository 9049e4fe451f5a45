"""Trunk groups of an exchange: kept by its engineers, news for the voice directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.db import IntegrityError, transaction

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.outbox.api import publish
from dakehu.kernel.errors import Conflict, raise_faults
from dakehu.kernel.text import clean_code
from dakehu.numbering.domain import trunks
from dakehu.numbering.domain.errors import TrunkCodeTaken
from dakehu.numbering.domain.trunks import check_trunk
from dakehu.numbering.models import Exchange, TrunkGroup
from dakehu.numbering.permissions import TrunkPermission
from dakehu.numbering.scope import citywide
from dakehu.numbering.services.telephones import ha1

TRUNK_CHANGED = "numbering.trunk_changed"


def trunk_create(*, actor: Actor, exchange_id: int, group: trunks.TrunkGroup) -> TrunkGroup:
    """A new trunk group of the exchange, whose code and area count and not the group's.

    Raises every fault at once, `TrunkCodeTaken`, `NotFound`, `NotAllowed`.
    """
    exchange = access_one(Exchange.objects.all(), citywide(actor), exchange_id, TrunkPermission.CHANGE)
    group = replace(group, code=clean_code(group.code).upper())
    raise_faults(check_trunk(group))
    row = TrunkGroup(exchange=exchange, code=group.code, **_columns(group))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _note(actor, "trunk.create", row, {}, _shown(row))
    except IntegrityError:
        raise TrunkCodeTaken(field="code", code=row.code) from None
    return row


def trunk_change(*, actor: Actor, trunk_id: int, version: int, group: trunks.TrunkGroup) -> TrunkGroup:
    """Make the trunk group exactly this, but for its code and exchange. Locks its row.

    Raises every fault at once, `Conflict` where `version` is an older one, `NotFound`, `NotAllowed`.
    """
    access_one(TrunkGroup.objects.all(), citywide(actor), trunk_id, TrunkPermission.CHANGE)
    with transaction.atomic():
        row = _locked(trunk_id)
        if row.version != version:
            raise Conflict(noun="trunk", version=row.version, current=row.version)
        raise_faults(check_trunk(replace(group, code=row.code)))
        before = _shown(row)
        for name, value in _columns(group).items():
            setattr(row, name, value)
        row.version += 1
        row.save()
        _note(actor, "trunk.change", row, before, _shown(row))
    return row


def trunk_account_set(
    *, actor: Actor, trunk_id: int, version: int, username: str, realm: str, password: str
) -> TrunkGroup:
    """How the group answers the other network's challenges; an empty name for not at all.

    Kept are HA1 in MD5 and SHA-256, which are in no audit entry. Raises `Conflict` where `version` is an
    older one, `NotFound`, `NotAllowed`.
    """
    access_one(TrunkGroup.objects.all(), citywide(actor), trunk_id, TrunkPermission.CHANGE)
    with transaction.atomic():
        row = _locked(trunk_id)
        if row.version != version:
            current = {"username": row.account_username, "realm": row.account_realm}
            raise Conflict(noun="trunk", version=row.version, current=current)
        before = _shown(row)
        secrets = ha1(username, realm, password) if username else {"ha1_md5": "", "ha1_sha256": ""}
        row.account_username, row.account_realm = username, realm if username else ""
        row.account_ha1_md5, row.account_ha1_sha256 = secrets["ha1_md5"], secrets["ha1_sha256"]
        row.version += 1
        row.save()
        _note(actor, "trunk.set_account", row, before, _shown(row))
    return row


def trunk_remove(*, actor: Actor, trunk_id: int) -> None:
    """No such trunk group any more; calls that are on it go on."""
    access_one(TrunkGroup.objects.all(), citywide(actor), trunk_id, TrunkPermission.CHANGE)
    with transaction.atomic():
        row = _locked(trunk_id)
        _note(actor, "trunk.remove", row, _shown(row), {})
        row.delete()


def _locked(trunk_id: int) -> TrunkGroup:
    rows = TrunkGroup.objects.select_for_update(of=("self",)).select_related("exchange")
    return rows.get(pk=trunk_id)


def _columns(group: trunks.TrunkGroup) -> dict[str, object]:
    return {
        "serves": str(group.serves),
        "rank": group.order,
        "channels": group.channels,
        "reserved": group.reserved,
        "gateways": [[gateway.host, gateway.port, gateway.transport] for gateway in group.gateways],
        "prefixes": list(group.prefixes),
        "sources": list(group.sources),
        "called_strip": group.called.strip,
        "called_prepend": group.called.prepend,
        "calling_strip": group.calling.strip,
        "calling_prepend": group.calling.prepend,
    }


def _shown(row: TrunkGroup) -> dict[str, object]:
    """What the audit keeps: not what proves a password."""
    hidden = {"account_ha1_md5", "account_ha1_sha256"}
    return {name: value for name, value in snapshot(row).items() if name not in hidden}


def _note(
    actor: Actor, action: str, row: TrunkGroup, before: Mapping[str, object], after: Mapping[str, object]
) -> None:
    change = Change(
        "trunk", row.pk, label=row.code, before=before, after=after, org_path=row.exchange.org_city
    )
    record(actor, action, change)
    publish(TRUNK_CHANGED, key=row.pk, payload={"trunk": row.code})
