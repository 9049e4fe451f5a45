"""What products above have to say before a line changes its state or its services.

register_guard(refuse_members)   # in AppConfig.ready; raises a DomainError to refuse
register_services_check(exclude) # the faults of supplementary services that the product sees
"""

from __future__ import annotations

from collections.abc import Callable

from dakehu.kernel.errors import DomainError
from dakehu.numbering.domain.lines import LineEvent
from dakehu.numbering.domain.services import Services
from dakehu.numbering.models import Line

Guard = Callable[[Line, LineEvent], None]
ServicesCheck = Callable[[Line, Services], list[DomainError]]
_guards: list[Guard] = []
_services_checks: list[ServicesCheck] = []


def register_guard(guard: Guard) -> None:
    """Have `guard` asked inside the transaction of every change of a line's state."""
    if guard not in _guards:
        _guards.append(guard)


def check_guards(line: Line, event: LineEvent) -> None:
    """Raise the first objection."""
    for guard in _guards:
        guard(line, event)


def register_services_check(check: ServicesCheck) -> None:
    """Have `check` asked inside the transaction that sets a line's supplementary services."""
    if check not in _services_checks:
        _services_checks.append(check)


def services_faults(line: Line, services: Services) -> list[DomainError]:
    """What the products find wrong."""
    return [fault for check in _services_checks for fault in check(line, services)]
