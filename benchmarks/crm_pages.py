"""Pages of `crm`: what each costs in the server, beside what its own SQL costs alone, in the same run."""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from benchmarks.crm_province import Province
from benchmarks.crm_visitor import Visitor, bare_ms, percentile, settle, statements

LIMIT_MS = 100.0
_LIST = "/customers/"
_HTMX = (("HX-Request", "true"),)
_NEXT = re.compile(r'href="\?([^"]*\bafter=[^"]+)"')
_WARM = 5
Addresses = Callable[[Visitor, random.Random], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`addresses` gives one for each repetition; `headers` make it a request of htmx; asked as `who`."""

    name: str
    addresses: Addresses
    headers: tuple[tuple[str, str], ...] = ()
    who: str = "taiyuan"


def same(address: str) -> Addresses:
    def addresses(_visitor: Visitor, _chance: random.Random) -> Iterator[str]:
        while True:
            yield address

    return addresses


def following(start: str) -> Addresses:
    """Page after page, as someone who keeps on pressing “next”."""

    def addresses(visitor: Visitor, _chance: random.Random) -> Iterator[str]:
        address = start
        while True:
            found = _NEXT.search(visitor.get(address).decode())
            address = start.partition("?")[0] + "?" + found[1].replace("&amp;", "&") if found else start
            yield address

    return addresses


def one_of(known: Callable[[], list[str]]) -> Addresses:
    def addresses(_visitor: Visitor, chance: random.Random) -> Iterator[str]:
        listed = known()
        while True:
            yield chance.choice(listed)

    return addresses


def sample() -> list[Any]:
    """Three hundred customers of Taiyuan, the same in each run."""
    from dakehu.customers.api import Customer
    from dakehu.organisation.api import User

    city = User.objects.get(username="taiyuan").org_path
    last = Customer.objects.order_by("-pk").values_list("pk", flat=True)[0]
    ids = random.Random(11).sample(range(1, last), min(1200, last - 1))
    return list(Customer.objects.filter(pk__in=ids, org_city=city)[:300])


def searches(of: Callable[[Any], str], address: str = _LIST) -> Addresses:
    """Addresses that search for something of customers there are."""
    return one_of(lambda: [f"{address}?q={quote(of(row))}" for row in sample()])


def fixed(*texts: str) -> Addresses:
    return one_of(lambda: [f"{_LIST}?q={quote(text)}" for text in texts])


def of_customers(tail: str = "") -> Addresses:
    return one_of(lambda: [f"{_LIST}{row.pk}/{tail}" for row in sample()])


def filtered() -> list[str]:
    return [
        *(f"{_LIST}?grade={grade}" for grade in range(1, 6)),
        *(f"{_LIST}?trade={trade}" for trade in ("banking", "energy", "commerce", "education", "health")),
        *(f"{_LIST}?status={status}" for status in ("active", "prospect", "lost")),
        f"{_LIST}?monthly_revenue_fen_min=5万&monthly_revenue_fen_max=10万",
    ]


def filtered_by_revenue() -> list[str]:
    """Filters that leave few or many rows, sorted by what no index has beside the filter of itself."""
    trades = ("commerce", "banking", "insurance", "security", "health", "media")
    return [
        *(f"{_LIST}?grade={g}&trade={t}&sort=-monthly_revenue_fen" for g in range(1, 6) for t in trades),
        *(f"{_LIST}?trade={trade}&sort=-monthly_revenue_fen" for trade in trades),
        *(
            f"{_LIST}?grade={grade}&sort={way}monthly_revenue_fen"
            for grade in range(1, 6)
            for way in ("", "-")
        ),
        *(f"{_LIST}?status={status}&sort=-monthly_revenue_fen" for status in ("prospect", "lost")),
    ]


def by_unit() -> list[str]:
    from dakehu.organisation.api import OrgUnit, User

    city = User.objects.get(username="taiyuan").org_path
    paths = OrgUnit.objects.filter(path__startswith=city).exclude(path=city).values_list("path", flat=True)
    return [f"{_LIST}?unit={path}&sort={sort}" for path in paths for sort in ("name", "-monthly_revenue_fen")]


def in_name(row: Any) -> str:
    """Two characters from the middle of the name: behind the city or 山西."""
    return str(row.name[2:4])


def typing() -> list[str]:
    """A name as it grows in the search box."""
    return [f"/search/?q={quote(row.name[2:end])}" for row in sample()[:80] for end in range(3, 7)]


def checks() -> list[str]:
    return [f"{_LIST}check/?name={quote(row.name)}" for row in sample()]


ASKED = [
    Scenario("list, first page", same(_LIST + "?q=")),
    Scenario("list, next page", following(_LIST + "?q=")),
    Scenario("list by revenue", same(_LIST + "?sort=-monthly_revenue_fen")),
    Scenario("list by revenue, next page", following(_LIST + "?sort=-monthly_revenue_fen")),
    Scenario("list filtered", one_of(filtered)),
    Scenario("list filtered, by revenue", one_of(filtered_by_revenue)),
    Scenario("list of a county or team", one_of(by_unit)),
    Scenario("search box as one types", one_of(typing), _HTMX),
    Scenario("search, two characters of the brand", searches(in_name)),
    Scenario("search, common words", fixed("太原", "山西", "科技", "医院", "集团", "公司", "商贸")),
    Scenario("search, pinyin initials", searches(lambda row: row.initials[2:6])),
    Scenario("search, two initials", searches(lambda row: row.initials[2:4])),
    Scenario("search, account code", searches(lambda row: row.code)),
    Scenario("search, beginning of a code", searches(lambda row: row.code[:10])),
    Scenario("search, credit code", searches(lambda row: row.credit_code)),
    Scenario("customer page", of_customers()),
    Scenario("customer page, to change", of_customers("change/")),
    Scenario("duplicates while a name is typed", one_of(checks), _HTMX),
]
BESIDE = [
    Scenario("workbench", same("/")),
    Scenario("customer: revenue", of_customers("revenue/"), _HTMX),
    Scenario("customer: grade", of_customers("grade/"), _HTMX),
    Scenario("customer: ownership", of_customers("ownership/"), _HTMX),
    Scenario("customer: history", of_customers("history/"), _HTMX),
    Scenario("customer: orders", of_customers("orders/"), _HTMX),
    Scenario("customer: visits", one_of(lambda: [f"/visits/of-customer/{r.pk}/" for r in sample()]), _HTMX),
    Scenario("visits due, of a manager", same("/visits/due/"), who="manager"),
    Scenario("visits due, of a city", same("/visits/due/")),
    Scenario("visits due, of the province", same("/visits/due/"), who="province"),
    Scenario("visits due, of a city, next page", following("/visits/due/")),
    Scenario("managers with their load", same("/managers/")),
    Scenario("visits of a city", same("/visits/")),
    Scenario("visits of a city, next page", following("/visits/")),
    Scenario("calendar of a city", same("/visits/calendar/")),
    Scenario("named-account list", same("/roster/")),
    Scenario("ownership by day", same("/roster/ownership/")),
    Scenario("churn warnings", same("/customers/warnings/")),
    Scenario("birthdays", same("/customers/birthdays/")),
    Scenario("orders", same("/orders/")),
    Scenario("grading: preview, of the province", same("/customers/grading/preview/"), who="admin"),
]
COUNTS = [
    Scenario("count of the list", same(f"{_LIST}?q=&_count=1"), _HTMX),
    Scenario("count of filtered lists", one_of(lambda: [f"{each}&_count=1" for each in filtered()]), _HTMX),
]
TRIVIAL = Scenario("search page before anything is typed", same("/search/"))
GROUPS = {"asked": ASKED, "beside": BESIDE, "counts": COUNTS}


def measured(province: Province, group: str, repeat: int, *, cpu: bool = False) -> bool:
    """Measure the group in a process of its own and print its table; whether each page keeps the limit.

    With `cpu` what counts is the process's own time on the processor, for machines that others use as well;
    of PostgreSQL's work that says nothing.
    """
    printed = province.lines("-m", "benchmarks.crm_pages", group, str(repeat), "cpu" if cpu else "wall")
    results: dict[str, dict[str, list[float]]] = json.loads(printed[-1])
    kind = "ms of CPU" if cpu else "ms"
    print(f"\n| {province.database}, {kind} | p50 | p95 | its SQL alone p50 | p95 | statements |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    missed = []
    for name, each in results.items():
        page, bare = each["page"], each["bare"]
        cells = [f"{percentile(times, of):.1f}" for times in (page, bare) for of in (50, 95)]
        print(f"| {name} | {' | '.join(cells)} | {percentile(each['count'], 50):.0f} |")
        if percentile(page, 95) > LIMIT_MS:
            missed.append(name)
    if missed:
        print(f"\nAbove {LIMIT_MS:.0f} ms at the 95th percentile: {', '.join(missed)}.")
    return not missed


def main() -> None:
    """In the process of one province: milliseconds by scenario as a line of JSON."""
    group, repeat = sys.argv[1], int(sys.argv[2])
    clock = time.process_time if sys.argv[3] == "cpu" else time.perf_counter
    settle()
    visitors: dict[str, Visitor] = {}
    results = {}
    for scenario in [TRIVIAL, *GROUPS[group]]:
        visitor = visitors.setdefault(scenario.who, Visitor(scenario.who))
        results[scenario.name] = _of(visitor, scenario, repeat, clock)
        print(f"  {scenario.name}", file=sys.stderr, flush=True)
    print(json.dumps(results))


def _of(
    visitor: Visitor, scenario: Scenario, repeat: int, clock: Callable[[], float]
) -> dict[str, list[float]]:
    """Page and its bare statements in turns, so that both have the same noise; slow ones fewer times."""
    times: dict[str, list[float]] = {"page": [], "bare": [], "count": []}
    chance, worst = random.Random(7), ("", 0.0)
    addresses = scenario.addresses(visitor, chance)
    for turn in range(_WARM + repeat):
        address = next(addresses)
        with statements() as sent:
            began = clock()
            visitor.get(address, scenario.headers)
            took = (clock() - began) * 1000
        alone = bare_ms(sent, clock)
        if turn < (_WARM if took < 1000 else 1):
            continue
        times["page"].append(took)
        times["bare"].append(alone)
        times["count"].append(len(sent))
        worst = max(worst, (address, took), key=lambda each: each[1])
        if sum(times["page"]) > 30_000 and len(times["page"]) >= 5:
            break
    if worst[1] > LIMIT_MS:
        print(f"  {scenario.name}: slowest {worst[1]:.0f} ms at {worst[0]}", file=sys.stderr)
    return times


if __name__ == "__main__":
    main()
