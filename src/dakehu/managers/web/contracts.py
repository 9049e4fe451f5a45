"""Performance contracts: the list of a view, one contract with its terms and months, its forms and steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import (
    Action,
    BulkAction,
    ChoiceFilter,
    Column,
    CustomFilter,
    EmptyState,
    FormPage,
    Kind,
    ListSpec,
    PickField,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
)
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import NotFound
from dakehu.managers.domain.contract_states import AppealState, ContractEvent
from dakehu.managers.domain.contracts import MOST_INDICATORS
from dakehu.managers.models import Appeal, Contract, MonthResult
from dakehu.managers.naming import indicator_name
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.performance import contract_get, own_or_all, terms_of
from dakehu.managers.services.contracts import (
    contract_change,
    contract_create,
    contract_months,
    contract_step,
    weight_range,
)
from dakehu.managers.services.months import month_close
from dakehu.managers.web.forms import number_from
from dakehu.managers.web.performance_forms import (
    ContractChangeForm,
    ContractForm,
    MonthForm,
    MonthsForm,
    ReasonForm,
    contract_values,
)
from dakehu.managers.web.performance_words import CONTRACTS, code_in, contract_url, hundredths, states
from dakehu.managers.web.words import choices

_GRID = "managers/grid_form.html"
_PLAIN_STEPS = frozenset(ContractEvent) - {ContractEvent.RETURN}
_YEARS_BACK = 4


def _listed(actor: Actor) -> QuerySet[Contract]:
    """Contracts with their last closed month, how many are closed, and open appeals."""
    closed = MonthResult.objects.filter(contract=OuterRef("pk"), is_current=True).order_by("-month")
    appeals = Appeal.objects.filter(
        figure__result__contract=OuterRef("pk"), state=AppealState.OPEN
    ).order_by()
    return (
        own_or_all(Contract.objects.select_related("manager__org_unit"), actor)
        .annotate(
            last_month=Subquery(closed.values("month")[:1]),
            last_score=Subquery(closed.values("score")[:1]),
            appeals_open=Subquery(
                appeals.values("figure__result__contract").annotate(number=Count("pk")).values("number")
            ),
        )
        .annotate(months_closed=Count("results", filter=Q(results__is_current=True)))
    )


def _years(_actor: Actor) -> list[tuple[str, str]]:
    this = day_of(now()).year
    return [(str(year), str(year)) for year in range(this + 1, this - _YEARS_BACK, -1)]


def _close_month(actor: Actor, row: Contract, values: dict[str, Any]) -> None:
    month_close(actor=actor, contract_id=row.pk, month=values["month"])


def _added(name: str) -> Any:
    return lambda row: getattr(row, name)


CONTRACT_LIST = ListSpec[Contract](
    name="managers.contract",
    title=gettext_lazy("Performance contracts"),
    permission=PerformancePermission.VIEW,
    noun="performance",
    queryset=_listed,
    columns=[
        Column("manager__name", gettext_lazy("Manager"), Kind.LINK, sort="manager__pinyin"),
        Column("manager__org_unit__name", gettext_lazy("Unit")),
        Column("year", pgettext_lazy("contract", "Year"), Kind.CODE, sort="year"),
        Column("state", pgettext_lazy("contract", "State"), Kind.STATE, states=states(CONTRACTS)),
        Column("months_closed", gettext_lazy("Months closed"), Kind.NUMBER, value=_added("months_closed")),
        Column("last_month", gettext_lazy("Last closed month"), Kind.CODE, value=_added("last_month")),
        Column(
            "last_score",
            gettext_lazy("Its score"),
            Kind.NUMBER,
            value=lambda row: hundredths(getattr(row, "last_score", None)),
        ),
        Column("appeals_open", gettext_lazy("Open appeals"), Kind.NUMBER, value=_added("appeals_open")),
        Column(
            "score",
            gettext_lazy("Score of the year"),
            Kind.NUMBER,
            value=lambda row: hundredths(row.score),
            shown=False,
        ),
    ],
    sort="-year",
    filters=[
        ChoiceFilter("year", pgettext_lazy("contract", "Year"), choices=_years),
        ChoiceFilter("state", pgettext_lazy("contract", "State"), choices=lambda _actor: choices(CONTRACTS)),
        CustomFilter(
            "manager",
            gettext_lazy("Manager"),
            quick=False,
            field=lambda _actor: PickField(source="managers_person", required=False),
            apply=lambda rows, value: rows.filter(manager=number_from(value)),
        ),
    ],
    search=lambda rows, text: rows.filter(
        Q(manager__name__contains=text)
        | Q(manager__pinyin__startswith=text.lower())
        | Q(manager__initials__startswith=text.lower())
    ),
    search_hint=gettext_lazy("Manager's name or initials of its pinyin"),
    row_url=lambda row: contract_url(row.pk),
    actions=[
        Action(
            gettext_lazy("New performance contract"),
            "managers-contract-create",
            PerformancePermission.PROPOSE,
            "plus",
            is_primary=True,
        ),
        Action(
            gettext_lazy("Import figures"),
            "/imports/performance-figures/",
            PerformancePermission.ENTER,
            "file-import",
        ),
        Action(
            gettext_lazy("New products"), "managers-newproduct-list", PerformancePermission.RULES, "sparkles"
        ),
    ],
    bulk=[
        BulkAction(
            "close",
            gettext_lazy("Close a month"),
            _close_month,
            PerformancePermission.CLOSE,
            "lock",
            form=MonthForm,
            question=gettext_lazy("Freeze a month of %(count)s contracts?"),
        )
    ],
    empty=EmptyState(
        gettext_lazy("No performance contract yet"),
        gettext_lazy("A leader draws one up for each manager and year; the manager accepts it."),
        "target-arrow",
    ),
)
contract_list = list_view(CONTRACT_LIST)


@page(PerformancePermission.PROPOSE, methods=("GET", "POST"))
def contract_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = ContractForm(request.POST or None, initial={"manager": request.GET.get("manager", "")})

    def save(values: dict[str, Any]) -> str:
        row = contract_create(actor=actor, manager_id=number_from(values["manager"]), draft=form.draft())
        return contract_url(row.pk)

    back = reverse("managers-contract-list")
    done = _("The draft is saved. Look at its months, then propose it.")
    shown = FormPage(
        _("New performance contract"), form, back=back, done=done, template=_GRID, context=_grid_words()
    )
    return form_page(request, shown, save)


@page(PerformancePermission.PROPOSE, methods=("GET", "POST"))
def contract_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = contract_get(actor, pk, PerformancePermission.PROPOSE)
    form = ContractChangeForm(request.POST or None, initial=contract_values(row, terms_of(row)))

    def save(values: dict[str, Any]) -> str:
        contract_change(actor=actor, contract_id=pk, version=values["version"], draft=form.draft())
        return contract_url(pk)

    title = _("Terms of %(name)s, %(year)s") % {"name": row.manager.name, "year": row.year}
    shown = FormPage(
        title,
        form,
        back=contract_url(pk),
        done=_("Saved."),
        noun="performance",
        template=_GRID,
        context=_grid_words(),
    )
    return form_page(request, shown, save)


@page(PerformancePermission.PROPOSE, methods=("GET", "POST"))
def contract_targets(request: HttpRequest, pk: int, indicator: str) -> HttpResponse:
    """The targets of one indicator by month."""
    actor, code = actor_of(request), code_in(indicator)
    row = contract_get(actor, pk, PerformancePermission.PROPOSE)
    term = next((each for each in terms_of(row) if each.indicator == indicator), None)
    if term is None:
        raise NotFound(noun="indicator", id=indicator)
    held = {"spread": "typed" if term.is_typed else "even", "version": row.version}
    form = MonthsForm(request.POST or None, term=term, initial=held)

    def save(values: dict[str, Any]) -> str:
        contract_months(
            actor=actor, contract_id=pk, version=values["version"], code=code, months=form.targets()
        )
        return contract_url(pk)

    title = _("%(indicator)s by month") % {"indicator": indicator_name(code)}
    context = {
        "grid_title": _("Targets by month"),
        "grid_note": _("A blank month is not assessed by this indicator."),
    }
    shown = FormPage(title, form, back=contract_url(pk), done=_("Saved."), template=_GRID, context=context)
    return form_page(request, shown, save)


@page(PerformancePermission.VIEW, methods=("POST",))
def contract_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """A step without a reason; the service asks for its right."""
    if act not in {str(each) for each in _PLAIN_STEPS}:
        raise NotFound(noun="event", id=act)
    version = number_from(request.POST.get("version", ""))
    contract_step(actor=actor_of(request), contract_id=pk, version=version, event=ContractEvent(act))
    messages.success(request, _("Saved."))
    return go_to(request, contract_url(pk))


@page(PerformancePermission.ACCEPT, methods=("GET", "POST"))
def contract_return(request: HttpRequest, pk: int) -> HttpResponse:
    """The manager sends the contract back, with the reason."""
    actor = actor_of(request)
    row = contract_get(actor, pk, PerformancePermission.ACCEPT)
    form = ReasonForm(request.POST or None, initial={"version": row.version})

    def save(values: dict[str, Any]) -> str:
        contract_step(
            actor=actor,
            contract_id=pk,
            version=values["version"] or 0,
            event=ContractEvent.RETURN,
            reason=values["reason"],
        )
        return contract_url(pk)

    title = _("Return the contract")
    note = _("Your leader reads what should be otherwise, and proposes anew.")
    shown = FormPage(
        title,
        form,
        back=contract_url(pk),
        note=note,
        submit=pgettext("contract", "Return"),
        done=_("Returned."),
    )
    return form_page(request, shown, save)


def _grid_words() -> dict[str, Any]:
    limits = weight_range()
    note = _(
        "Up to %(most)s indicators, each %(from)s–%(to)s per cent, together 100. "
        "Amounts in yuan, also with a unit."
    )
    return {
        "grid_title": _("Indicators"),
        "grid_note": note % {"most": MOST_INDICATORS, "from": limits.least, "to": limits.most},
        "is_terms": True,
    }
