"""Fifty people at once, mixed work, against the real web server over sockets.

    python -m benchmarks.crm_people PEOPLE SECONDS THINK_S PORT      # in a province's environment; it writes

The server is started by the command line that `dakehu run` uses. Each person is an account manager with an own
session and an own connection, looks, thinks, looks again: the list and its next pages, filters, sorting, a name
typed letter by letter, customers with their tabs, an edit, a visit planned and logged, an order's form. What a
page loads by itself afterwards (its count, a tab) is loaded and measured, too.
"""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

from benchmarks.crm_visitor import percentile, session_of, settle
from benchmarks.importing import cpu_s, memory_kb

LIMIT_MS = 300.0
_TRADES = ("banking", "energy", "commerce", "education", "health")
_LOADS = re.compile(r'hx-get="([^"]+)" hx-trigger="load["\s,]')
_NEXT = re.compile(r'href="([^"]*\bafter=[^"]+)"')
_RECORDS = re.compile(r'href="/customers/(\d+)/"')
_VISIT = re.compile(r"/visits/(\d+)/")
_WARM_S = 5.0


@dataclass(slots=True)
class Figures:
    """Milliseconds by kind of request, and what went wrong."""

    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


class Connection:
    """HTTP/1.1 kept alive; opened anew where the server closed it."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self._port, self.cookies = port, cookies
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", *, htmx: bool = False) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(self._head(method, path, len(body), htmx) + body)
        await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            n.lower(): v.strip() for n, _colon, v in (line.partition(":") for line in lines[1:] if line)
        }
        content = await self._body(reader, headers)
        if headers.get("connection") == "close":
            self.close()
        return Answer(int(lines[0].split()[1]), headers, content.decode())

    def _head(self, method: str, path: str, length: int, htmx: bool) -> bytes:
        lines = [
            f"{method} {quote(path, safe='/?&=%+:,-_.~')} HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language: zh-CN,zh;q=0.9",
            f"Content-Length: {length}",
        ]
        lines += ["HX-Request: true"] if htmx else []
        lines += ["Content-Type: application/x-www-form-urlencoded"] if method == "POST" else []
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    @staticmethod
    async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await reader.readexactly(int(headers.get("content-length", "0")))
        pieces = []
        while size := int(await reader.readline(), 16):
            pieces.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(pieces)

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
        self._streams = None


class Form(HTMLParser):
    """What the page's main form would send as it stands."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._inside, self._select, self._area = False, "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "dk-form" in given.get("class", "").split()
        if not self._inside:
            return
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in {"checkbox", "radio", "file", "submit"}:
            self.values[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
            self.values.setdefault(name, "")
        elif tag == "option" and self._select and "selected" in given:
            self.values[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


class Person:
    """One manager at work until `until`; every request is measured and checked."""

    def __init__(self, port: int, who: tuple[str, dict[str, str]], figures: Figures, think_s: float) -> None:
        self.name, cookies = who
        self._line = Connection(port, cookies)
        self._figures, self._think_s = figures, think_s
        self._chance = random.Random(self.name)
        self._seen: list[str] = []
        self._begun = time.monotonic()

    async def work(self, until: float) -> None:
        await asyncio.sleep(self._chance.random() * self._think_s)
        deeds, weights = zip(*DEEDS, strict=True)
        while time.monotonic() < until:
            deed: Callable[[Person], Awaitable[None]] = self._chance.choices(deeds, weights)[0]
            try:
                await deed(self)
            except (OSError, EOFError, ValueError) as fault:
                self._figures.faults.append(f"{self.name}: {fault!r}")
                self._line.close()
            await self.think()
        self._line.close()

    async def think(self, share: float = 1.0) -> None:
        await asyncio.sleep(self._chance.expovariate(1 / (self._think_s * share)))

    async def get(self, kind: str, path: str, *, htmx: bool = False) -> str:
        answer = await self._ask(kind, "GET", path, htmx=htmx)
        for loaded in [] if htmx else _LOADS.findall(answer.text):
            await self._ask("what a page loads", "GET", unescape(loaded), htmx=True)
        return answer.text

    async def send(self, kind: str, path: str, values: dict[str, str]) -> Answer:
        """A form sent; it is a fault where it comes back instead of leading on."""
        values["csrfmiddlewaretoken"] = self._line.cookies["dakehu_csrf"]
        answer = await self._ask(kind, "POST", path, urlencode(values).encode())
        if answer.status not in {302, 303}:
            self._figures.faults.append(f"{self.name}: {kind} at {path} came back with {answer.status}")
        return answer

    async def _ask(
        self, kind: str, method: str, path: str, body: bytes = b"", *, htmx: bool = False
    ) -> Answer:
        began = time.perf_counter()
        answer = await self._line.ask(method, path, body, htmx=htmx)
        if time.monotonic() - self._begun > _WARM_S:
            self._figures.ms[kind].append((time.perf_counter() - began) * 1000)
        if answer.status >= 400:
            self._figures.faults.append(f"{self.name}: {method} {path} answered {answer.status}")
        return answer

    async def listed(self) -> None:
        text = await self.get("list", "/customers/?q=")
        self._seen = _RECORDS.findall(text) or self._seen
        for _page in range(self._chance.randrange(3)):
            found = _NEXT.search(text)
            if found is None:
                return
            await self.think(0.5)
            text = await self.get("next page", unescape(found[1]), htmx=True)

    async def filtered(self) -> None:
        grade, trade = self._chance.randrange(1, 6), self._chance.choice(_TRADES)
        query = self._chance.choice(
            [f"grade={grade}", f"trade={trade}", f"grade={grade}&trade={trade}", "whose=nobody"]
        )
        text = await self.get("filtered", f"/customers/?{query}")
        self._seen = _RECORDS.findall(text) or self._seen

    async def sorted(self) -> None:
        trade = self._chance.choice(["", *_TRADES])
        await self.get("by revenue", f"/customers/?sort=-monthly_revenue_fen&trade={trade}")

    async def typed(self) -> None:
        name = self._chance.choice(NAMES)
        for end in range(3, min(len(name), 7)):
            await self.get("search box", f"/search/?q={name[2:end]}", htmx=True)
            await asyncio.sleep(0.3)

    async def customer(self) -> None:
        pk = await self._one()
        await self.get("customer", f"/customers/{pk}/")
        for tab in self._chance.sample(["revenue", "grade", "ownership", "history", "orders"], 2):
            await self.think(0.5)
            await self.get("customer's tab", f"/customers/{pk}/{tab}/", htmx=True)

    async def edited(self) -> None:
        pk = await self._one()
        values = Form(await self.get("form", f"/customers/{pk}/change/")).values
        await self.think()
        values["remark"] = f"改于 {time.time():.3f}"
        values["names_differ"] = "on"
        await self.send("saving", f"/customers/{pk}/change/", values)

    async def visited(self) -> None:
        pk = await self._one()
        values = Form(await self.get("form", f"/visits/new/?customer={pk}")).values
        await self.think()
        answer = await self.send("saving", "/visits/new/", values | {"purpose": "季度走访", "customer": pk})
        found = _VISIT.search(answer.headers.get("location", ""))
        if found is None:
            return
        values = Form(await self.get("form", f"/visits/{found[1]}/log/")).values
        values |= {"visited_at": time.strftime("%Y-%m-%dT09:30", time.localtime(time.time() - 86_400))}
        await self.think()
        await self.send("saving", f"/visits/{found[1]}/log/", values | {"text": "客户满意，续约在即。"})

    async def ordered(self) -> None:
        pk = await self._one()
        await self.get("order's form", f"/orders/new/single-line/?customer={pk}")
        await self.get("orders", "/orders/")

    async def due(self) -> None:
        await self.get("visits due", "/visits/due/")

    async def began(self) -> None:
        await self.get("workbench", "/")

    async def _one(self) -> str:
        if not self._seen:
            self._seen = _RECORDS.findall(await self.get("list", "/customers/?q="))
        return self._chance.choice(self._seen)


DEEDS: Sequence[tuple[Callable[[Person], Awaitable[None]], int]] = (
    (Person.listed, 20), (Person.filtered, 12), (Person.sorted, 6), (Person.typed, 12), (Person.customer, 22),
    (Person.edited, 6), (Person.visited, 6), (Person.ordered, 6), (Person.due, 5), (Person.began, 5),
)  # fmt: skip
NAMES: list[str] = []


async def run(
    people: Sequence[tuple[str, dict[str, str]]], port: int, seconds: float, think_s: float
) -> Figures:
    figures, until = Figures(), time.monotonic() + _WARM_S + seconds
    await asyncio.gather(*(Person(port, who, figures, think_s).work(until) for who in people))
    return figures


def serve(port: int) -> subprocess.Popen[bytes]:
    """The web server as `dakehu run` starts it, on another port."""
    from dakehu.config.management.commands.run import web_command

    server = subprocess.Popen(web_command(port))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
            return server
        time.sleep(0.2)
    server.terminate()
    raise SystemExit("the web server does not answer")


def main() -> None:
    count, seconds, think_s, port = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    settle()
    from dakehu.customers.api import Customer
    from dakehu.organisation.api import User

    named = User.objects.filter(username__regex=r"^m\d+$", roles__code="account_manager").order_by("-pk")
    people = [(user, session_of(user)) for user in named.values_list("username", flat=True)[:count]]
    NAMES.extend(Customer.objects.filter(parent=None).values_list("name", flat=True)[:500])
    server = serve(port)
    try:
        worked, began = cpu_s(server.pid), time.monotonic()
        figures = asyncio.run(run(people, port, seconds, think_s))
        worked, took = cpu_s(server.pid) - worked, time.monotonic() - began
        memory = memory_kb(server.pid) / 1024
    finally:
        server.terminate()
        server.wait(30)
    report(figures, count, took, worked / took, memory)


def report(figures: Figures, people: int, took: float, cores: float, memory: float) -> None:
    print(
        "\n| people at once, ms | requests | p50 | p95 | p99 | longest |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    )
    every = [each for times in figures.ms.values() for each in times]
    for name, times in [*sorted(figures.ms.items()), ("**all**", every)]:
        cells = " | ".join(f"{percentile(times, of):.0f}" for of in (50, 95, 99))
        print(f"| {name} | {len(times):,} | {cells} | {max(times):.0f} |")
    print(f"\n{people} people, {len(every) / took:.1f} requests a second, {len(figures.faults)} faults; "
          f"the server took {cores:.2f} cores and {memory:.0f} MB.")  # fmt: skip
    for fault in figures.faults[:10]:
        print(f"- {fault}")
    kept = not figures.faults and percentile(every, 95) <= LIMIT_MS
    print(f"No fault and {LIMIT_MS:.0f} ms at the 95th percentile: {'kept' if kept else 'MISSED'}.")


if __name__ == "__main__":
    main()
