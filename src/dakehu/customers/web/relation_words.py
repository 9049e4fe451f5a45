"""Words, badges and columns of contacts' parts, competitors' lines, equipment, contracts and documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.domain.holdings import Confidence, HoldingKind
from dakehu.customers.domain.relations import Attitude
from dakehu.customers.models import Contact
from dakehu.infra.ui.api import Badge, Column, Kind, Tone, Words
from dakehu.kernel.money import yuan
from dakehu.organisation.api import dictionary_label

Text = str | Promise

ATTITUDES = {
    Attitude.ADVOCATE: Badge(_("Advocates us"), Tone.GOOD, "heart-handshake"),
    Attitude.FRIENDLY: Badge(_("Friendly"), Tone.GOOD, "mood-smile"),
    Attitude.NEUTRAL: Badge(pgettext_lazy("attitude", "Neutral"), Tone.NEUTRAL, "mood-neutral"),
    Attitude.RESERVED: Badge(_("Reserved"), Tone.WARN, "mood-confuzed"),
    Attitude.OPPOSED: Badge(_("Opposed"), Tone.BAD, "mood-sad"),
}
CONFIDENCES = {
    Confidence.SURE: Badge(pgettext_lazy("confidence", "Sure"), Tone.GOOD),
    Confidence.LIKELY: Badge(pgettext_lazy("confidence", "Likely"), Tone.INFO, "circle-half-2"),
    Confidence.RUMOUR: Badge(pgettext_lazy("confidence", "Rumour"), Tone.QUIET, "help-circle"),
}


@dataclass(frozen=True, slots=True)
class HoldingWords:
    """What a kind of small record is called on its tab."""

    title: Text
    new: Text
    empty: Text
    icon: str
    columns: Sequence[Column[Any]]


def _entry(field: str, dictionary: str) -> Callable[[Any], str]:
    def words(row: Any) -> str:
        code = getattr(row, field)
        return dictionary_label(dictionary, code) if code else ""

    return words


def _file_url(kind: HoldingKind) -> Callable[[Any], str]:
    def url(row: Any) -> str:
        return reverse("customers-holding-file", args=[kind, row.pk]) if row.file_id else ""

    return url


_CONFIDENCE = {str(key): badge for key, badge in CONFIDENCES.items()}
HOLDINGS: Mapping[HoldingKind, HoldingWords] = {
    HoldingKind.COMPETITOR_LINE: HoldingWords(
        _("Competitors' lines"),
        _("New competitor's line"),
        _("What do others supply here, and until when? The end of their contract is our chance."),
        "swords",
        [
            Column("operator", _("Operator"), value=_entry("operator", "rival_operator")),
            Column("product", _("Product")),
            Column("bandwidth_mbps", _("Bandwidth, Mbit/s"), Kind.NUMBER),
            Column("count", pgettext_lazy("competitor", "How many"), Kind.NUMBER),
            Column("monthly_fee_fen", _("Monthly fee, yuan"), Kind.MONEY),
            Column("ends_on", _("Contract ends"), Kind.DATE, sort="ends_on"),
            Column("source", _("Source"), value=_entry("source", "intelligence_source")),
            Column("confidence", _("Confidence"), Kind.STATE, states=_CONFIDENCE),
            Column("remark", _("Remark")),
        ],
    ),
    HoldingKind.EQUIPMENT: HoldingWords(
        _("Equipment on site"),
        _("New equipment"),
        _("Enter what stands at the customer's: whoever drives there knows what to bring."),
        "device-desktop",
        [
            Column("device", _("Kind of equipment"), value=_entry("device", "equipment_kind")),
            Column("model", pgettext_lazy("equipment", "Model")),
            Column("serial", _("Serial number"), Kind.CODE),
            Column("place", pgettext_lazy("equipment", "Place")),
            Column("since", pgettext_lazy("equipment", "Since"), Kind.DATE),
            Column("warranty_until", _("Warranty until"), Kind.DATE),
            Column("remark", _("Remark")),
        ],
    ),
    HoldingKind.AGREEMENT: HoldingWords(
        _("Contracts"),
        _("New contract"),
        _("Enter number, subject and end: the end is then seen in time."),
        "file-certificate",
        [
            Column("number", _("Contract number"), Kind.CODE),
            Column("subject", pgettext_lazy("agreement", "Subject")),
            Column("starts_on", pgettext_lazy("agreement", "From"), Kind.DATE),
            Column("ends_on", pgettext_lazy("agreement", "Until"), Kind.DATE, sort="ends_on"),
            Column("amount_fen", _("Amount, yuan"), Kind.MONEY),
            Column("file__name", _("Text of the contract"), url=_file_url(HoldingKind.AGREEMENT)),
            Column("remark", _("Remark")),
        ],
    ),
    HoldingKind.DOCUMENT: HoldingWords(
        _("Documents"),
        _("New document"),
        _("Licence, letters, network diagram, photographs: keep them here."),
        "files",
        [
            Column("subject", pgettext_lazy("document", "Title")),
            Column("kind", _("Kind of document"), value=_entry("kind", "document_kind")),
            Column("file__name", pgettext_lazy("document", "File"), url=_file_url(HoldingKind.DOCUMENT)),
            Column("recorded_at", pgettext_lazy("document", "Kept since"), Kind.DATE),
            Column("remark", _("Remark")),
        ],
    ),
}


def attitude_label(value: object) -> str:
    return str(ATTITUDES[Attitude(str(value))].label) if value in set(Attitude) else str(value)


def _confidence_label(value: object) -> str:
    return str(_CONFIDENCE[str(value)].label) if str(value) in _CONFIDENCE else str(value)


def _person(value: object) -> str:
    row = Contact.objects.filter(pk=str(value)).first() if value else None
    return row.name if row else ""


def _label(dictionary: str) -> Callable[[Any], str]:
    return lambda value: dictionary_label(dictionary, str(value)) if value else ""


def _fee(value: Any) -> str:
    return yuan(value) if isinstance(value, int) else str(value)


WORDS = Words(
    "customer",
    "",
    fields={
        "attitude": _("Attitude"),
        "reports_to_id": _("Reports to"),
        "preferences": _("Preferences"),
        **{
            column.key: column.label
            for words in HOLDINGS.values()
            for column in words.columns
            if column.key not in {"remark", "recorded_at", "file__name"}
        },
        "subject": pgettext_lazy("agreement", "Subject"),
        "file": pgettext_lazy("document", "File"),
    },
    actions={
        "customer.place": _("moved the account in its group"),
        "competitor_line.create": _("added a competitor's line"),
        "competitor_line.change": _("changed a competitor's line"),
        "competitor_line.remove": _("removed a competitor's line"),
        "equipment.create": _("added equipment"),
        "equipment.change": _("changed equipment"),
        "equipment.remove": _("removed equipment"),
        "agreement.create": _("added a contract"),
        "agreement.change": _("changed a contract"),
        "agreement.remove": _("removed a contract"),
        "document.create": _("added a document"),
        "document.change": _("changed a document"),
        "document.remove": _("removed a document"),
    },
    shown={
        "attitude": attitude_label,
        "confidence": _confidence_label,
        "reports_to_id": _person,
        "operator": _label("rival_operator"),
        "source": _label("intelligence_source"),
        "device": _label("equipment_kind"),
        "kind": _label("document_kind"),
        "monthly_fee_fen": _fee,
        "amount_fen": _fee,
    },
)
