"""From a domain error's code to a sentence in the reader's language.

Each app registers its sentences once, in `apps.py`:

    register_messages({"centrex.group_full": _("The group is full: %(capacity)s numbers were agreed.")})

A sentence says what happened and what to do next. A test holds that every `DomainError` has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.access.permissions import permission_label
from dakehu.kernel.errors import DomainError, Invalid

_messages: dict[str, str | Promise] = {
    "domain.error": gettext_lazy("The request was refused."),
    "domain.not_found": gettext_lazy("Nothing was found here, or it is not yours to see."),
    "domain.not_allowed": gettext_lazy("You lack the right “%(permission)s”. Ask your administrator for it."),
    "domain.conflict": gettext_lazy(
        "Someone else has changed this in the meantime. Compare below what they saved, then save again."
    ),
    "domain.invalid": gettext_lazy("Some entries need mending; each is marked below."),
    "state.illegal_move": gettext_lazy("This cannot be done while the state is “%(state)s”."),
}


def register_messages(messages: Mapping[str, str | Promise]) -> None:
    _messages.update(messages)


def has_message(code: str) -> bool:
    return code in _messages


def message_for(error: DomainError) -> str:
    """The sentence for `error` in the active language, its data filled in."""
    template = str(_messages.get(error.code, _messages["domain.error"]))
    try:
        return template % {key: _readable(key, value) for key, value in error.data.items()}
    except KeyError:
        return template


def message_of(code: str) -> str:
    """The sentence of a code kept without its data; a general one where it can't do without."""
    template = str(_messages.get(code, _messages["domain.error"]))
    return str(_messages["domain.error"]) if "%(" in template else template


def faults_of(error: DomainError) -> Iterator[tuple[str | None, str]]:
    """Each fault as `(field or None, sentence)`, those of an `Invalid` one by one."""
    if isinstance(error, Invalid):
        for fault in error.faults:
            yield from faults_of(fault)
    else:
        yield error.field, message_for(error)


def _readable(key: str, value: object) -> str:
    if key == "permission":
        return str(permission_label(str(value)))
    if isinstance(value, (list, tuple, set, frozenset)):
        return _(", ").join(map(str, value))
    return str(value)
