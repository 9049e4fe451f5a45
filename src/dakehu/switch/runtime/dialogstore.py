"""The dialogs of calls in talk, on disk: they outlive the process that made them.

A write is in the system's cache at once, so a killed process loses nothing, and on the disk within the
checkpoint's time. Calls older than `LONGEST_S` are forgotten at the next start.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import lmdb
import msgspec

from dakehu.switch.sip import Dialog, DialogId, DialogState, Endpoint, NameAddr

LONGEST_S = 24 * 3600.0
_MAP_BYTES = 256 * 1024 * 1024


class KeptLeg(msgspec.Struct, frozen=True):
    """One end's dialog (RFC 3261 section 12). `local` and `remote` are name-addrs with their tags; `peer` is
    the address its messages take, None where its Contact or its route set says that.
    """

    call_id: str
    local: str
    remote: str
    remote_target: str
    route_set: tuple[str, ...]
    local_contact: str
    local_seq: int
    remote_seq: int | None
    peer: Endpoint | None

    @classmethod
    def of(cls, dialog: Dialog, peer: Endpoint | None) -> KeptLeg:
        """The dialog as it stands."""
        return cls(
            call_id=dialog.id.call_id,
            local=str(dialog.local),
            remote=str(dialog.remote),
            remote_target=dialog.remote_target,
            route_set=dialog.route_set,
            local_contact=dialog.local_contact,
            local_seq=dialog.local_seq,
            remote_seq=dialog.remote_seq,
            peer=peer,
        )

    def dialog(self) -> Dialog:
        """The dialog again, confirmed."""
        local, remote = NameAddr.parse(self.local, part="From"), NameAddr.parse(self.remote, part="To")
        return Dialog(
            id=DialogId(self.call_id, local.tag, remote.tag),
            state=DialogState.CONFIRMED,
            local=local,
            remote=remote,
            remote_target=self.remote_target,
            route_set=self.route_set,
            local_contact=self.local_contact,
            local_seq=self.local_seq,
            remote_seq=self.remote_seq,
        )


class KeptCall(msgspec.Struct, frozen=True):
    """A call in talk, first noted at `at` (seconds since the epoch). Its name is the key."""

    at: float
    legs: tuple[KeptLeg, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(KeptCall).decode


class DialogStore:
    """One per process, for the event loop's thread. Writes raise `lmdb.Error` where the disk refuses them."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._environment = lmdb.open(str(path), map_size=_MAP_BYTES, subdir=False, mode=0o600, sync=False)

    def put(self, name: str, call: KeptCall) -> None:
        """The call as it stands now."""
        with self._environment.begin(write=True) as transaction:
            transaction.put(name.encode(), _encode(call))

    def drop(self, name: str) -> None:
        """It is over; again is nothing."""
        with self._environment.begin(write=True) as transaction:
            transaction.delete(name.encode())

    def calls(self, now: float) -> Iterator[tuple[str, KeptCall]]:
        """All that are kept, but for those too old."""
        with self._environment.begin() as transaction:
            for key, value in transaction.cursor():
                call = _decode(value)
                if call.at + LONGEST_S > now:
                    yield bytes(key).decode(), call

    def forget_old(self, now: float) -> None:
        """Drop what `calls` passes over."""
        with self._environment.begin(write=True) as transaction:
            for key, value in list(transaction.cursor()):
                if _decode(value).at + LONGEST_S <= now:
                    transaction.delete(key)

    def sync(self) -> None:
        """To the disk; for another thread, which may find the process at its end."""
        with suppress(lmdb.Error):
            self._environment.sync()

    def close(self) -> None:
        self._environment.sync()
        self._environment.close()
