"""What changing a parameter refuses."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class ParameterOutOfBounds(DomainError):
    """The value lies outside the parameter's bounds. Data: `least`, `most`, `unit`."""

    code = "parameters.out_of_bounds"


class ParameterFromPast(DomainError):
    """A value can't hold from a day that is over: what was decided by the old value stands."""

    code = "parameters.from_past"


class ParameterInForce(DomainError):
    """A value that holds already, or held once, is history: it is followed by another, not withdrawn."""

    code = "parameters.in_force"
