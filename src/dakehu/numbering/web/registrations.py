"""Where this chapter hangs into the frame."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor, visible
from dakehu.infra.ui.api import (
    Chapter,
    Hit,
    NavItem,
    SearchSource,
    Words,
    register_nav,
    register_search,
    register_words,
)
from dakehu.kernel.text import clean_code
from dakehu.numbering.domain.lines import LineStatus
from dakehu.numbering.domain.numbers import NumberState
from dakehu.numbering.models import Line, PublicNumber
from dakehu.numbering.permissions import (
    ExchangePermission,
    LinePermission,
    NumberPermission,
    TrunkPermission,
    WebphonePermission,
)
from dakehu.numbering.selectors.numbers import number_matches
from dakehu.numbering.web.onenumber import FOLLOWS, bound_label, one_number_label
from dakehu.numbering.web.words import (
    NUMBER_BADGES,
    SERVICES,
    abbreviated_label,
    exchange_kind,
    kind_label,
    line_badge,
    moment_label,
    refusal_text,
    restriction_label,
    rights_label,
)
from dakehu.organisation.api import User

_LEAST_DIGITS = 3
_NAV = (
    NavItem(
        Chapter.ORDERS,
        pgettext_lazy("voice", "Lines"),
        "numbering-line-list",
        LinePermission.VIEW,
        "phone",
        60,
    ),
    NavItem(
        Chapter.ORDERS,
        pgettext_lazy("voice", "Numbers"),
        "numbering-number-list",
        NumberPermission.VIEW,
        "numbers",
        70,
    ),
    NavItem(
        Chapter.ORDERS,
        pgettext_lazy("voice", "Browser telephone"),
        "numbering-webphone-page",
        WebphonePermission.USE,
        "device-landline-phone",
        65,
    ),
    NavItem(
        Chapter.ORDERS,
        pgettext_lazy("voice", "Exchanges"),
        "numbering-exchange-list",
        ExchangePermission.VIEW,
        "server",
        80,
        also=("numbering-block-",),
    ),
    NavItem(
        Chapter.ORDERS,
        _("Trunk groups"),
        "numbering-trunk-list",
        TrunkPermission.VIEW,
        "arrows-split",
        85,
        also=("numbering-trunk-",),
    ),
)
_WORDS = (
    Words(
        "line",
        pgettext_lazy("voice", "Line"),
        fields={
            "public_number_id": pgettext_lazy("voice", "Number"),
            "kind": pgettext_lazy("voice", "Kind"),
            "status": _("State"),
            "rights_level": _("Call rights"),
            "rights_special": _("Special services"),
            "user_name": pgettext_lazy("voice", "User"),
            "ceased_at": _("Ceased on"),
            "sip_username": _("Telephone account"),
            "web_user": pgettext_lazy("voice", "Browser telephone"),
            **SERVICES,
            "one_number": _("One number and simultaneous ring"),
            "follow": _("Bound numbers ring"),
            "bound": _("Bound numbers"),
            "alarm": _("Alarm call"),
            "set_at": _("Set at the telephone on"),
            "refused_why": _("Refused because"),
        },
        actions={
            "line.create": _("opened the line"),
            "line.change": _("changed the line"),
            "line.suspend": _("suspended the line"),
            "line.resume": _("resumed the line"),
            "line.cease": _("ceased the line"),
            "line.set_services": _("set the supplementary services"),
            "line.set_one_number": _("set the one-number service"),
            "line.refuse_services": _("set supplementary services that were refused"),
            "line.set_alarm": _("set the alarm call"),
            "line.issue_telephone": _("made a new telephone password"),
            "line.grant_webphone": _("gave the line to a person's browser"),
            "line.take_webphone": _("took the line from a person's browser"),
            "line.use_webphone": _("used the line in the browser"),
        },
        shown={
            "status": lambda value: str(line_badge(value).label),
            "kind": kind_label,
            "rights_level": rights_label,
            "refused_why": refusal_text,
            "restriction": restriction_label,
            "abbreviated": abbreviated_label,
            "set_at": moment_label,
            "one_number": one_number_label,
            "follow": lambda value: str(FOLLOWS[str(value)]),
            "bound": bound_label,
        },
        url=lambda pk: reverse("numbering-line-record", args=[pk]),
    ),
    Words(
        "exchange",
        pgettext_lazy("voice", "Exchange"),
        fields={"name": _("Name"), "code": _("Code"), "kind": _("Type"), "area_code": _("Area code")},
        actions={"exchange.create": _("created the exchange")},
        shown={"kind": exchange_kind},
        url=lambda pk: reverse("numbering-exchange-record", args=[pk]),
    ),
    Words(
        "number",
        pgettext_lazy("voice", "Number"),
        fields={"state": _("State"), "holder": _("Reserved for")},
        actions={
            "number.reserve": _("reserved the number"),
            "number.cancel": _("gave the reserved number back"),
            "number.refuse_services": _("set services of a line that is gone"),
            "number.assign": _("put the number into service"),
            "number.block": _("blocked the number"),
            "number.unblock": _("unblocked the number"),
            "number.release": _("let the number rest"),
            "number.lapse": _("freed the number: its reservation lapsed"),
            "number.rest": _("freed the number: it has rested"),
        },
        shown={"state": lambda value: str(NUMBER_BADGES[NumberState(value)].label)},
    ),
    Words(
        "trunk",
        _("Trunk group"),
        fields={
            "code": _("Code"),
            "channels": _("Channels"),
            "reserved": _("Reserved for emergencies"),
            "gateways": _("Gateways"),
            "prefixes": _("Prefixes"),
        },
        actions={
            "trunk.create": _("created the trunk group"),
            "trunk.change": _("changed the trunk group"),
            "trunk.remove": _("removed the trunk group"),
            "trunk.set_account": _("set the account of the trunk group"),
        },
        url=lambda pk: reverse("numbering-trunk-record", args=[pk]),
    ),
    Words("webphone", pgettext_lazy("voice", "Browser telephone")),
    Words(
        "number_block",
        _("Block of numbers"),
        fields={
            "first": _("First number"),
            "last": _("Last number"),
            "count": pgettext_lazy("voice", "Numbers"),
        },
        actions={"number_block.create": _("gave the exchange a block of numbers")},
    ),
)


def register() -> None:
    register_nav(*_NAV)
    register_words(*_WORDS)
    register_search(
        SearchSource(
            name="lines",
            label=pgettext_lazy("voice", "Lines"),
            find=find_lines,
            permission=LinePermission.VIEW,
            icon="phone",
            order=40,
            label_of=_label_of,
            more=lambda text: f"{reverse('numbering-line-list')}?{urlencode({'q': text})}",
        ),
        SearchSource(
            name="webphone_users",
            label=pgettext_lazy("voice", "Person"),
            find=find_people,
            permission=LinePermission.CHANGE,
            label_of=person_label,
            in_search_box=False,
        ),
    )


def find_lines(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    """Lines in service whose number begins so, with or without area code, or ends so."""
    digits = clean_code(text)
    if len(digits) < _LEAST_DIGITS or not digits.isdecimal() or not digits.isascii():
        return []
    rows = visible(Line.objects.select_related("customer"), actor, LinePermission.VIEW)
    numbers = PublicNumber.objects.filter(number_matches(digits)).order_by()
    found = rows.exclude(status=LineStatus.CEASED).filter(public_number__in=numbers)
    return [
        Hit(
            id=str(row.pk),
            label=row.public_number_id,
            url=reverse("numbering-line-record", args=[row.pk]),
            note=row.customer.name,
            badge=line_badge(row.status),
        )
        for row in found.order_by("public_number_id")[:limit]
    ]


def find_people(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    """People of the actor's view, by name, initials of pinyin or sign-in name."""
    people = visible(User.objects.filter(is_active=True), actor, LinePermission.CHANGE)
    if text:
        letters = text.lower()
        people = people.filter(
            Q(name__contains=text)
            | Q(pinyin__startswith=letters)
            | Q(initials__startswith=letters)
            | Q(username__startswith=letters)
        )
    found = people.select_related("org_unit").order_by("pinyin", "pk")[:limit]
    return [Hit(str(user.pk), user.name, note=f"{user.username} · {user.org_unit.name}") for user in found]


def person_label(actor: Actor, pk: str) -> str:
    people = visible(User.objects.filter(pk=int(pk) if pk.isdecimal() else 0), actor, LinePermission.CHANGE)
    return people.values_list("name", flat=True).first() or ""


def _label_of(actor: Actor, pk: str) -> str:
    rows = visible(Line.objects.all(), actor, LinePermission.VIEW)
    return rows.filter(pk=pk).values_list("public_number_id", flat=True).first() or ""
