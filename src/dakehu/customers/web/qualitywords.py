"""Rules and faults of data entry in the words of the trade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.customers.domain.quality import FaultKind, Format, Rule, Stage
from dakehu.customers.models import QualityReminder
from dakehu.customers.subjects import Fill, Subject, subject_label
from dakehu.customers.web.words import grade_label
from dakehu.infra.ui.api import Badge, Tone, Words

SUBJECTS = (
    Subject("name", gettext_lazy("Customer name"), (Format.FULL_NAME,), True, Fill.FIELD, "file"),
    Subject(
        "credit_code",
        gettext_lazy("Unified social credit code"),
        (Format.CREDIT_CODE,),
        True,
        Fill.FIELD,
        "file",
    ),
    Subject("trade", gettext_lazy("Trade"), (), True, Fill.FIELD, "file"),
    Subject("section", gettext_lazy("Trade section"), (), True, Fill.FIELD, "file"),
    Subject("address", gettext_lazy("Address"), (Format.ADDRESS,), True, Fill.FIELD, "file"),
    Subject("phone", gettext_lazy("Telephone"), (Format.TELEPHONE,), True, Fill.FIELD, "file"),
    Subject("website", gettext_lazy("Website"), (Format.WEBSITE,), True, Fill.FIELD, "file"),
    Subject("owner", gettext_lazy("Account manager"), tab="file"),
    Subject("contact", gettext_lazy("A contact"), fill=Fill.PERSON, tab="contacts"),
    Subject(
        "contact_phone",
        gettext_lazy("Telephone of the first contact"),
        (Format.TELEPHONE,),
        fill=Fill.REACH,
        tab="contacts",
    ),
    Subject(
        "contact_email",
        gettext_lazy("E-mail of the first contact"),
        (Format.EMAIL,),
        fill=Fill.REACH,
        tab="contacts",
    ),
    Subject("decider", gettext_lazy("A contact who decides"), fill=Fill.PERSON, tab="contacts"),
    Subject("competitor", gettext_lazy("Competitors' lines"), is_dated=True, tab="competitors"),
    Subject("agreement", gettext_lazy("A contract that runs"), tab="papers"),
    Subject("visit", gettext_lazy("A visit"), is_dated=True, tab="visits"),
)
STAGES: Mapping[Stage, str | Promise] = {
    Stage.ON_FILE: gettext_lazy("Once on file"),
    Stage.APPLIED: gettext_lazy("Applied for the named list"),
    Stage.LISTED: gettext_lazy("On the named list"),
}
FORMATS: Mapping[Format, str | Promise] = {
    Format.NONE: gettext_lazy("Any"),
    Format.CREDIT_CODE: gettext_lazy("18 characters with the right check digit"),
    Format.TELEPHONE: gettext_lazy("A telephone number"),
    Format.WEBSITE: gettext_lazy("A web address"),
    Format.EMAIL: gettext_lazy("An e-mail address"),
    Format.ADDRESS: gettext_lazy("Street, place or number, six characters or more"),
    Format.FULL_NAME: gettext_lazy("The full name as on the licence"),
}
KINDS: Mapping[str, Badge] = {
    FaultKind.MISSING: Badge(pgettext_lazy("data", "Missing"), Tone.BAD, "circle-dashed"),
    FaultKind.MALFORMED: Badge(pgettext_lazy("data", "Malformed"), Tone.WARN, "alert-triangle"),
    FaultKind.STALE: Badge(pgettext_lazy("data", "Out of date"), Tone.INFO, "clock"),
}
REMINDERS: Mapping[str, Badge] = {
    QualityReminder.State.OPEN: Badge(pgettext_lazy("task", "Open"), Tone.WARN, "bell"),
    QualityReminder.State.MENDED: Badge(pgettext_lazy("task", "Mended"), Tone.GOOD, "check"),
    QualityReminder.State.DROPPED: Badge(pgettext_lazy("task", "Dropped"), Tone.QUIET, "x"),
}


def score_badge(score: int, least: int) -> Badge:
    """The score with its tone: below the bound, above it, nearly whole."""
    if score < least:
        return Badge(str(score), Tone.BAD, "alert-triangle")
    return Badge(
        str(score), Tone.GOOD if score >= 90 else Tone.INFO, "check" if score >= 90 else "clipboard-check"
    )


def tenths(value: int | None) -> str:
    """A mean as "87.5"; a dash for none."""
    return "–" if value is None else f"{value // 10}.{value % 10}"


def grades_words(grades: Iterable[int]) -> str:
    found = sorted(grades)
    return _("all grades") if len(found) == 5 else str(_(", ")).join(grade_label(grade) for grade in found)


def rule_words(rule: Rule) -> str:
    """What the rule asks, in a few words."""
    parts = [_("filled in")] if rule.is_required else []
    parts += [str(FORMATS[rule.format])] if rule.format else []
    if rule.fresh_days is not None:
        parts.append(_("not older than %(days)s days") % {"days": rule.fresh_days})
    return str(_("; ")).join(parts)


def _grades(value: object) -> str:
    return grades_words(value) if isinstance(value, list) else str(value)


QUALITY_RULE_WORDS = Words(
    "qualityrule",
    gettext_lazy("Rule of data entry"),
    fields={
        "subject": gettext_lazy("Subject"),
        "stage": gettext_lazy("From stage"),
        "grades": gettext_lazy("Grades"),
        "weight": gettext_lazy("Weight"),
        "is_required": gettext_lazy("Must be there"),
        "format": gettext_lazy("Format"),
        "fresh_days": gettext_lazy("Not older than, days"),
        "valid_from": gettext_lazy("Holds from"),
        "valid_until": gettext_lazy("Holds until"),
    },
    actions={
        "qualityrule.create": gettext_lazy("made the rule of data entry"),
        "qualityrule.change": gettext_lazy("changed the rule of data entry"),
        "qualityrule.end": gettext_lazy("ended the rule of data entry"),
    },
    shown={
        "subject": lambda value: subject_label(str(value)),
        "stage": lambda value: str(STAGES[Stage(int(value))]) if value else "",
        "grades": _grades,
        "format": lambda value: str(FORMATS[Format(value)]) if value else "",
    },
)
CONFIRM_WORDS = Words(
    "customer", "", actions={"customer.confirm": gettext_lazy("found the entry still right")}
)
