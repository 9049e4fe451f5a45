"""The rules of data entry: the list, the form with its effect, the job that judges all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.customers.domain.quality import MOST_DAYS, MOST_WEIGHT, Format, Rule, Stage
from dakehu.customers.parameters import LEAST_SCORE
from dakehu.customers.permissions import Permission
from dakehu.customers.qualitytasks import SCORE, start_scores
from dakehu.customers.selectors.qualityrules import (
    effect_of,
    quality_rule_get,
    rule_from,
    rules_standing,
)
from dakehu.customers.services.qualityrules import RuleChange, quality_rule_end, quality_rule_save
from dakehu.customers.subjects import known_subjects, subject_label
from dakehu.customers.web.qualitywords import FORMATS, STAGES, grades_words, rule_words, tenths
from dakehu.customers.web.words import grade_choices
from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import snapshot
from dakehu.infra.clock import now
from dakehu.infra.jobs.models import Job
from dakehu.infra.parameters.api import value_of
from dakehu.infra.ui.api import (
    DateField,
    FormPage,
    NumberField,
    VersionField,
    actor_of,
    form_page,
    go_to,
    page,
)
from dakehu.kernel.clock import day_of

_RULES = "customers-quality-rule-list"


class QualityRuleForm(forms.Form):
    """What is asked of one subject; blank fields ask nothing."""

    subject = forms.ChoiceField(
        label=gettext_lazy("Subject"), choices=lambda: [(each.name, each.label) for each in known_subjects()]
    )
    stage = forms.TypedChoiceField(
        label=gettext_lazy("From stage"),
        coerce=int,
        choices=[(int(stage), label) for stage, label in STAGES.items()],
    )
    grades = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Grades"),
        coerce=int,
        choices=grade_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    weight = NumberField(label=gettext_lazy("Weight"), min_value=1, max_value=MOST_WEIGHT, initial=5)
    is_required = forms.BooleanField(label=gettext_lazy("Must be there"), required=False, initial=True)
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        required=False,
        choices=[(str(each), label) for each, label in FORMATS.items()],
    )
    fresh_days = NumberField(
        label=gettext_lazy("Not older than, days"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=gettext_lazy("Since it was entered, found right, or done; blank: of any age"),
    )
    valid_from = DateField(
        label=gettext_lazy("Holds from"),
        help_text=gettext_lazy("Today or later; what held before stays as it was"),
    )
    version = VersionField(required=False)

    def change(self) -> RuleChange:
        """After `is_valid`."""
        values = self.cleaned_data
        rule = Rule(
            values["subject"],
            frozenset(values["grades"]),
            Stage(values["stage"]),
            values["weight"],
            values["is_required"],
            Format(values["format"]),
            values["fresh_days"],
        )
        return RuleChange(rule, values["valid_from"])


@page(Permission.VIEW, methods=("GET",))
def rule_list(request: HttpRequest) -> HttpResponse:
    """The rules that hold or are to hold, and how far judging by them has come."""
    actor, today = actor_of(request), day_of(now())
    rows: list[dict[str, Any]] = [
        {
            "row": row,
            "subject": subject_label(row.subject),
            "stage": STAGES[Stage(row.stage)],
            "grades": grades_words(row.grades),
            "asks": rule_words(rule_from(row)),
            "is_coming": row.valid_from > today,
        }
        for row in rules_standing(actor)
    ]
    rows.sort(key=lambda each: (str(each["subject"]), each["row"].stage, each["row"].valid_from))
    context = {
        "title": _("Rules of data entry"),
        "rows": rows,
        "may_rule": actor.may(Permission.QUALITY_RULES),
        "job": _job(actor),
        "least": value_of(LEAST_SCORE),
    }
    return render(request, "customers/quality_rules.html", context)


@page(Permission.QUALITY_RULES, methods=("GET", "POST"))
def rule_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    held = {"valid_from": day_of(now()), "grades": [value for value, _label in grade_choices()]}
    form = QualityRuleForm(request.POST or None, initial=held)

    def save(_values: dict[str, Any]) -> str:
        quality_rule_save(actor=actor, change=form.change())
        start_scores(actor)
        return reverse(_RULES)

    return form_page(request, _rule_page(_("New rule of data entry"), form, None), save)


@page(Permission.QUALITY_RULES, methods=("GET", "POST"))
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = quality_rule_get(actor, pk)
    held = {**snapshot(row), "valid_from": max(row.valid_from, day_of(now())), "grades": row.grades}
    form = QualityRuleForm(request.POST or None, initial=held)

    def save(values: dict[str, Any]) -> str:
        quality_rule_save(actor=actor, change=form.change(), rule_id=pk, version=values["version"] or 0)
        start_scores(actor)
        return reverse(_RULES)

    return form_page(request, _rule_page(_("Change the rule of data entry"), form, pk), save)


@page(Permission.QUALITY_RULES, methods=("POST",))
def rule_end(request: HttpRequest, pk: int) -> HttpResponse:
    actor, version = actor_of(request), request.POST.get("version", "")
    quality_rule_end(actor=actor, rule_id=pk, version=int(version) if version.isdecimal() else 0)
    start_scores(actor)
    messages.success(request, _("The rule holds no longer. Scores follow in the background."))
    return go_to(request, reverse(_RULES))


@page(Permission.QUALITY_RULES, methods=("GET",))
def rule_preview(request: HttpRequest) -> HttpResponse:
    """What the rule that is typed would do to scores, by up to 500 accounts."""
    actor, form = actor_of(request), QualityRuleForm(request.GET)
    if not form.is_valid():
        return render(request, "customers/quality_effect.html", {"is_incomplete": True})
    other_than = request.GET.get("rule", "")
    today = day_of(now())
    kept = [row for row in rules_standing(actor) if str(row.pk) != other_than and row.valid_from <= today]
    effect = effect_of(actor, [*map(rule_from, kept), form.change().rule])
    context = {
        "effect": effect,
        "mean_before": tenths(effect.mean_before),
        "mean_after": tenths(effect.mean_after),
        "faults": [(subject_label(name), before, after) for name, before, after in effect.faults],
    }
    return render(request, "customers/quality_effect.html", context)


@page(Permission.QUALITY_RULES, methods=("POST",))
def judge_all(request: HttpRequest) -> HttpResponse:
    """Have all accounts judged in the background; the job shows how far it is."""
    return go_to(request, reverse("ui-job-record", args=[start_scores(actor_of(request)).pk]))


def _rule_page(title: str, form: QualityRuleForm, pk: int | None) -> FormPage:
    return FormPage(
        title,
        form,
        back=reverse(_RULES),
        done=_("Saved. Scores follow in the background."),
        noun="qualityrule",
        context={"rule_id": pk or ""},
        template="customers/quality_rule_form.html",
    )


def _job(actor: Actor) -> Job | None:
    """The actor's own last one, while it runs."""
    rows = (
        Job.objects.filter(kind=SCORE, owner_id=actor.user_id)
        if actor.user_id is not None
        else Job.objects.none()
    )
    last = rows.order_by("-created_at").first()
    return last if last is not None and not last.is_over else None
