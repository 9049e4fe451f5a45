"""Grades: the tab of a customer with reasons and history, the rules and what they would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.grading import Rule, RuleKind, reason_from
from dakehu.customers.models import Customer, GradePeriod, GradeRule
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customer_get
from dakehu.customers.selectors.grading import periods_of, preview, rule_get, rules_in_force
from dakehu.customers.services.assigning import customers_set_grade
from dakehu.customers.services.averages import keep_averages
from dakehu.customers.services.grading import (
    RuleDraft,
    keep_grades,
    rule_remove,
    rule_save,
    rules_take_defaults,
)
from dakehu.customers.tasks import start_grades
from dakehu.customers.web.words import GRADES, grade_choices, url_of
from dakehu.customers.web.worth_words import RULE_KINDS, reason_words, rule_words
from dakehu.infra.access.api import access_one
from dakehu.infra.audit.api import snapshot
from dakehu.infra.ui.api import (
    FormPage,
    LineField,
    MoneyField,
    VersionField,
    actor_of,
    form_page,
    go_to,
    page,
)
from dakehu.organisation.api import dictionary_choices

_RULES = "customers-graderule-list"


class HandForm(forms.Form):
    """A grade set by hand with its reason; blank leaves the account to the rules."""

    grade = forms.ChoiceField(label=gettext_lazy("Grade"), required=False)
    reason = LineField(label=gettext_lazy("Reason of the grade"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["grade"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", gettext_lazy("By the rules")), *grade_choices()]


class RuleForm(forms.Form):
    """A rule of grading; what its kind does not look at may stay blank."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of rule"), choices=list(RULE_KINDS.items()))
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), choices=grade_choices)
    least_fen = MoneyField(
        label=gettext_lazy("Least monthly revenue, yuan"),
        required=False,
        help_text=gettext_lazy("For a rule by revenue: the average of the last twelve months"),
    )
    trade = forms.ChoiceField(
        label=gettext_lazy("Trade"),
        required=False,
        choices=lambda: [("", "—"), *dictionary_choices("trade")],
        help_text=gettext_lazy("For a rule by trade"),
    )
    is_active = forms.BooleanField(label=gettext_lazy("In force"), required=False, initial=True)
    version = VersionField(required=False)

    def draft(self) -> RuleDraft:
        """After `is_valid`."""
        values = self.cleaned_data
        grade = Grade(int(values["grade"]))
        rule = Rule(RuleKind(values["kind"]), grade, values["least_fen"] or 0, values["trade"])
        return RuleDraft(rule, values["is_active"])


@dataclass(frozen=True, slots=True)
class _Step:
    """A period as the timeline draws it."""

    state: str
    label: str
    badge: object
    note: str


@page(Permission.VIEW, methods=("GET",))
def grade_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Why the account has its grade, and which ones it had."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    periods = list(periods_of(actor, customer)[:50])
    current = periods[0] if periods and periods[0].until is None else None
    context = {
        "customer": customer,
        "badge": GRADES[str(customer.grade)],
        "reasons": _reasons(current) if current else [],
        "is_graded": current is not None,
        "steps": [_step(period) for period in periods],
        "may_change": actor.may(Permission.CHANGE),
    }
    return render(request, "customers/grade_panel.html", context)


@page(Permission.CHANGE, methods=("POST",))
def grade_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Average and grade of one account anew."""
    actor = actor_of(request)
    row = access_one(Customer.objects.all(), actor, pk, Permission.CHANGE)
    keep_averages([row.pk])
    keep_grades(actor, [row.pk])
    messages.success(request, _("The grade is up to date."))
    return go_to(request, _tab(pk))


@page(Permission.CHANGE, methods=("GET", "POST"))
def grade_by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    held = {"grade": customer.hand_grade, "reason": customer.hand_reason}
    form = HandForm(request.POST or None, initial=held)

    def save(values: dict[str, Any]) -> str:
        grade = Grade(int(values["grade"])) if values["grade"] else None
        customers_set_grade(actor=actor, customer_ids=[pk], grade=grade, reason=values["reason"])
        return _tab(pk)

    title = _("Grade of %(name)s by hand") % {"name": customer.name}
    note = _("A grade set by hand is one rule beside the others, and the highest wins.")
    return form_page(request, FormPage(title, form, back=_tab(pk), note=note, done=_("Saved.")), save)


@page(Permission.GRADING, methods=("GET",))
def rule_list(request: HttpRequest) -> HttpResponse:
    """All rules, and what grading by them would change now."""
    rows = list(GradeRule.objects.all())
    has_revenue = any(row.kind == RuleKind.REVENUE and row.is_active for row in rows)
    defaults = [] if has_revenue else [r for r in rules_in_force(rows) if r.kind is RuleKind.REVENUE]
    context = {
        "title": _("Rules of grading"),
        "rules": [(row, *_shown(_rule_of(row))) for row in rows],
        "defaults": [_shown(rule) for rule in defaults],
        "may_take_over": not any(row.kind == RuleKind.REVENUE for row in rows),
    }
    return render(request, "customers/rules.html", context)


@page(Permission.GRADING, methods=("GET", "POST"))
def rule_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = RuleForm(request.POST or None)

    def save(_values: dict[str, Any]) -> str:
        rule_save(actor=actor, draft=form.draft())
        return reverse(_RULES)

    return form_page(request, _rule_page(_("New rule of grading"), form, None), save)


@page(Permission.GRADING, methods=("GET", "POST"))
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = rule_get(actor, pk)
    form = RuleForm(request.POST or None, initial=snapshot(row))

    def save(values: dict[str, Any]) -> str:
        rule_save(actor=actor, draft=form.draft(), rule_id=pk, version=values["version"] or 0)
        return reverse(_RULES)

    return form_page(request, _rule_page(_("Change the rule of grading"), form, pk), save)


@page(Permission.GRADING, methods=("POST",))
def rule_end(request: HttpRequest, pk: int) -> HttpResponse:
    version = request.POST.get("version", "")
    rule_remove(actor=actor_of(request), rule_id=pk, version=int(version) if version.isdecimal() else 0)
    return go_to(request, reverse(_RULES))


@page(Permission.GRADING, methods=("POST",))
def rule_defaults(request: HttpRequest) -> HttpResponse:
    rules_take_defaults(actor=actor_of(request))
    return go_to(request, reverse(_RULES))


@page(Permission.GRADING, methods=("GET",))
def rule_preview(request: HttpRequest) -> HttpResponse:
    """How many accounts would change their grade: by the rules on file, or with the one that is typed."""
    actor = actor_of(request)
    rows = list(GradeRule.objects.all())
    form = RuleForm(request.GET) if "kind" in request.GET else None
    if form is not None:
        if not form.is_valid():
            return render(request, "customers/rule_preview.html", {"is_incomplete": True})
        draft, other_than = form.draft(), request.GET.get("rule", "")
        typed = GradeRule(
            kind=draft.rule.kind, grade=draft.rule.grade, least_fen=draft.rule.least_fen,
            trade=draft.rule.trade, is_active=draft.is_active,
        )  # fmt: skip
        rows = [*(row for row in rows if str(row.pk) != other_than), typed]
    moves = preview(actor, rules_in_force(rows))
    context = {
        "moves": [
            (GRADES[str(int(m.old))], GRADES[str(int(m.new))], m.new < m.old, m.accounts) for m in moves
        ],
        "accounts": sum(move.accounts for move in moves),
    }
    return render(request, "customers/rule_preview.html", context)


@page(Permission.GRADING, methods=("POST",))
def grade_all(request: HttpRequest) -> HttpResponse:
    """Have all accounts that the actor sees graded in the background."""
    return go_to(request, reverse("ui-job-record", args=[start_grades(actor_of(request)).pk]))


def _rule_page(title: str, form: RuleForm, pk: int | None) -> FormPage:
    return FormPage(
        title,
        form,
        back=reverse(_RULES),
        done=_("Saved. Accounts follow when they are graded: now by the button, or next night."),
        noun="graderule",
        context={"rule_id": pk or ""},
        template="customers/rule_form.html",
    )


def _rule_of(row: GradeRule) -> Rule:
    return Rule(RuleKind(row.kind), Grade(row.grade), row.least_fen, row.trade)


def _shown(rule: Rule) -> tuple[object, str, object]:
    return RULE_KINDS[rule.kind], rule_words(rule), GRADES[str(int(rule.grade))]


def _reasons(period: GradePeriod) -> Sequence[tuple[bool, str]]:
    """Each reason in words, and whether it is one that decided."""
    reasons = [reason_from(row) for row in period.reasons]
    return [(reason.grade == period.grade, reason_words(reason)) for reason in reasons]


def _step(period: GradePeriod) -> _Step:
    until = f"{period.until:%Y-%m-%d}" if period.until else pgettext("grade", "now")
    decisive = [words for decides, words in _reasons(period) if decides] or [_("no rule gives more")]
    why, who = str(_("; ")).join(decisive), _who(period.decided_by)
    note = _("%(why)s · by %(who)s") % {"why": why, "who": who}
    state = "done" if period.until else "now"
    return _Step(state, f"{period.since:%Y-%m-%d} – {until}", GRADES[str(period.grade)], note)


def _who(name: str) -> str:
    return _("the system") if name == "system" else name


def _tab(pk: int) -> str:
    return f"{url_of(pk)}?tab=grade"
