"""Dialogs of a neighbour that is dead and not back yet: its file is opened when a request asks for one.

Nothing is moved: a request is served from the dead process's file and a call that ends is struck from it,
all while its spool's lock is held, so the process that comes back finds what is left and serves that
itself. A file is read once for as long as it does not change, so requests of dialogs that nobody has cost a
look at the lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dakehu.switch.records import unowned
from dakehu.switch.runtime.dialogstore import DialogStore, KeptCall
from dakehu.switch.sip import DialogId

_State = tuple[int, int, int]


class Bereaved:
    """One per process. `neighbours` gives the others' spools and the files of their dialogs."""

    def __init__(self, neighbours: Callable[[], Mapping[Path, Path]]) -> None:
        self._neighbours = neighbours
        self._known: dict[Path, tuple[_State, dict[DialogId, str]]] = {}

    @contextmanager
    def find(self, wanted: DialogId, now: float) -> Iterator[tuple[DialogStore, str, KeptCall] | None]:
        """The dead neighbour's store, the call's name and the call; nobody else has it within the block."""
        for spool, path in self._neighbours().items():
            if not path.exists() or not spool.exists():
                continue
            with unowned(spool) as is_free:
                name = self._index(path, now).get(wanted) if is_free else None
                if name is None:
                    continue
                store = DialogStore(path)
                try:
                    call = dict(store.calls(now)).get(name)
                    yield (store, name, call) if call is not None else None
                finally:
                    store.close()
                return
        yield None

    def _index(self, path: Path, now: float) -> dict[DialogId, str]:
        stat = path.stat()
        state = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
        known = self._known.get(path)
        if known is None or known[0] != state:
            store = DialogStore(path)
            try:
                index = {leg.dialog().id: name for name, call in store.calls(now) for leg in call.legs}
            finally:
                store.close()
            known = self._known[path] = (state, index)
        return known[1]
