"""What parameters there are: each app declares its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from dakehu.infra.parameters.errors import ParameterOutOfBounds
from dakehu.kernel.errors import NotFound

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole number with its meaning. `name` is stable: "<app>.<what>"; `group` its heading.

    `least` and `most` are the bounds within which the system works, both included.
    """

    name: str
    group: Text
    label: Text
    default: int
    unit: Text
    least: int
    most: int
    note: Text = ""

    def check(self, value: int) -> int:
        """The value itself; raises `ParameterOutOfBounds`."""
        if not self.least <= value <= self.most:
            raise ParameterOutOfBounds(field="value", least=self.least, most=self.most, unit=self.unit)
        return value


_parameters: dict[str, Parameter] = {}


def register_parameters(*parameters: Parameter) -> None:
    for parameter in parameters:
        parameter.check(parameter.default)
        _parameters[parameter.name] = parameter


def all_parameters() -> list[Parameter]:
    """Every parameter, by name."""
    return [_parameters[name] for name in sorted(_parameters)]


def parameter_named(name: str) -> Parameter:
    """Raises `NotFound`."""
    if name not in _parameters:
        raise NotFound(noun="parameter", id=name)
    return _parameters[name]
