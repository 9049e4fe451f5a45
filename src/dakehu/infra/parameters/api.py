"""The door to parameters."""

from __future__ import annotations

from dakehu.infra.parameters.changing import parameter_set, parameter_withdraw
from dakehu.infra.parameters.permissions import Permission
from dakehu.infra.parameters.reading import Held, all_held, held, history, value_of
from dakehu.infra.parameters.registry import Parameter, all_parameters, parameter_named, register_parameters

__all__ = [
    "Held",
    "Parameter",
    "Permission",
    "all_held",
    "all_parameters",
    "held",
    "history",
    "parameter_named",
    "parameter_set",
    "parameter_withdraw",
    "register_parameters",
    "value_of",
]
