"""A feature code's change goes to the disk before its subscriber hears of it.

The disk is written on a thread, so what call control wants said waits here for it: said as it is when the
change is kept, as a refusal when the disk refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.callcontrol import actions
from dakehu.switch.runtime.services import KeptServices
from dakehu.switch.runtime.sessions import Session

Way = Callable[[Session, Any], None]


class ServicesKeeper:
    """One per process. `ways` are those that carry actions out, of which some are put off."""

    def __init__(self, services: KeptServices, ways: dict[type[actions.Action], Way], refuse: Way) -> None:
        self._services = services
        self._announce_now = ways[actions.Announce]
        self._stop_announcing_now = ways[actions.StopAnnouncing]
        self._refuse = refuse
        self.ways: dict[type[actions.Action], Way] = {
            actions.KeepServices: self._keep_services,
            actions.Announce: self._announce,
            actions.StopAnnouncing: self._stop_announcing,
        }

    def _keep_services(self, session: Session, action: actions.KeepServices) -> None:
        session.is_keeping = True
        self._services.keep(action.number, action.services, partial(self._kept, session))

    def _kept(self, session: Session, is_kept: bool) -> None:
        told, session.told, session.is_keeping = session.told, None, False
        if told is not None:
            self._announce_now(session, told if is_kept else replace(told, what=Told.REFUSED))

    def _announce(self, session: Session, action: actions.Announce) -> None:
        if session.is_keeping:
            session.told = action
        else:
            self._announce_now(session, action)

    def _stop_announcing(self, session: Session, action: actions.StopAnnouncing) -> None:
        if session.told is not None:  # the call ended first: its INVITE is still owed an answer
            session.told = None
            self._refuse(session, actions.Refuse(487, 31, "cancelled"))
        self._stop_announcing_now(session, action)
