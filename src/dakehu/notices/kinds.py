"""The register of kinds of notice: filled from `AppConfig.ready` of each app through `notices.api`.

register_kind(Kind("customers.churn", _("Warning of churn"), _("“%(customer)s” may leave us: %(why)s"),
                   group=_("Customers"), topics=("customer.churn_warned",), make=churn_drafts, mail=True))
register_sight("customer", lambda actor, ids: {…})        # which of the ids the actor may see
register_watch("managers.promise_due", promises_near)     # drafts of what falls due by the clock
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from dakehu.infra.access.api import Actor
from dakehu.infra.outbox.api import Event, subscribe
from dakehu.infra.ui.api import Tone
from dakehu.kernel.errors import NotFound

CONSUMER = "notices"
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to tell. `user_ids`: whom; `noun` and `object_id`: about what, by which sight is asked.

    `path` is the unit that it concerns: robots of units at or above it are told. `mark` tells the occasion
    from others of the kind; the event's id unless given. A draft without a noun names nothing of anyone's.
    """

    user_ids: Collection[int]
    facts: Mapping[str, Any] = field(default_factory=dict)
    noun: str = ""
    object_id: str = ""
    url: str = ""
    path: str = ""
    mark: str = ""


Maker = Callable[[Event], Iterable[Draft]]
Sight = Callable[[Actor, Collection[str]], Collection[str]]
Watch = Callable[[datetime], Iterable[Draft]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice. `text` is the sentence, with `%(fact)s`; `shown` puts stored facts into words.

    `mail` says whether it is mailed unless a person chose otherwise. What is `urgent` waits for no digest.
    What `is_personal` is nobody's business but the reader's: no robot says it.
    `link(user)` makes an address at the moment of sending that is stored nowhere; a kind with one is mailed
    always and stands in nobody's list.
    """

    name: str
    label: Text
    text: Text
    topics: Sequence[str] = ()
    make: Maker | None = None
    icon: str = "bell"
    tone: Tone = Tone.INFO
    mail: bool = False
    urgent: bool = False
    is_personal: bool = False
    shown: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    link: Callable[[Any], str] | None = None

    def words(self, facts: Mapping[str, Any]) -> str:
        """The sentence in the active language; a fact that is not known stays blank."""
        known = {key: self.shown[key](value) if key in self.shown else value for key, value in facts.items()}
        return str(self.text) % _Blank(known)


class _Blank(dict[str, Any]):
    def __missing__(self, _key: str) -> str:
        return "–"


_kinds: dict[str, Kind] = {}
_sights: dict[str, Sight] = {}
_watches: dict[str, Watch] = {}


def register_kind(*kinds: Kind) -> None:
    from dakehu.notices.services.telling import take_in

    for kind in kinds:
        for topic in kind.topics:
            if not any(topic in known.topics for known in _kinds.values()):
                subscribe(topic, CONSUMER, take_in)
        _kinds[kind.name] = kind


def register_sight(noun: str, sight: Sight) -> None:
    _sights[noun] = sight


def register_watch(kind: str, watch: Watch) -> None:
    _watches[kind] = watch


def all_kinds() -> list[Kind]:
    """The kinds that a person may choose ways for."""
    return [kind for kind in _kinds.values() if kind.link is None]


def group_kinds() -> list[Kind]:
    """Those that a robot may say in its group."""
    return [kind for kind in all_kinds() if not kind.is_personal]


def kind_of(name: str) -> Kind:
    try:
        return _kinds[name]
    except KeyError:
        raise NotFound(noun="notice", id=name) from None


def kinds_on(topic: str) -> list[Kind]:
    return [kind for kind in _kinds.values() if topic in kind.topics and kind.make]


def watches() -> Mapping[str, Watch]:
    return _watches


def sees(actor: Actor, noun: str, object_ids: Collection[str]) -> set[str]:
    """Which of the objects the actor may see; of a noun without a sight, none. No noun: nothing is named."""
    if not noun:
        return set(object_ids)
    sight = _sights.get(noun)
    return set(sight(actor, object_ids)) if sight and object_ids else set()


def sight_by(rows: Callable[[Actor], QuerySet[Any]], permission: str) -> Sight:
    """A sight by the rows that the actor sees under the right; without the right, nothing."""

    def sight(actor: Actor, object_ids: Collection[str]) -> Collection[str]:
        if not actor.may(permission):
            return set()
        found = rows(actor).filter(pk__in=[each for each in object_ids if each])
        return {str(pk) for pk in found.order_by().values_list("pk", flat=True)}

    return sight
