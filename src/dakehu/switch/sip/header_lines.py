"""Header lines kept as they came, in order, byte for byte; their values as text on demand.

Two parallel lists hold the raw lines and their keys (long name, lower case). Looking a header up is a search
in a short list. Header names are accepted in any spelling. Structure is read a floor higher, in `message`,
which keeps what it read in `_cache`; changing a header forgets it there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from dakehu.switch.sip.grammar import LWS, split_list, unfold
from dakehu.switch.sip.headers import KEYS, NAMES, header_key, header_name


class HeaderLines:
    """The head of a message without its start line, and the body."""

    __slots__ = ("_body", "_cache", "_keys", "_lines")

    def __init__(self, keys: list[str], lines: list[str], body: bytes = b"") -> None:
        """From parallel lists of keys and raw lines, as the parser makes them; see `Request.build`."""
        self._keys = keys
        self._lines = lines
        self._body = body
        self._cache: dict[str, object] = {}

    @property
    def body(self) -> bytes:
        return self._body

    # --- text of headers

    def __contains__(self, name: str) -> bool:
        return name in self._keys or header_key(name) in self._keys

    def text(self, name: str) -> str | None:
        """The value of the first header of this name: unfolded, stripped; `None` when there is none."""
        keys = self._keys
        if name in keys:
            return self._value(keys.index(name))
        key = header_key(name)
        return self._value(keys.index(key)) if key != name and key in keys else None

    def texts(self, name: str) -> list[str]:
        """The values of all headers of this name, one per line of the message, commas not split."""
        key = header_key(name)
        return [self._value(at) for at, have in enumerate(self._keys) if have == key]

    def count(self, name: str) -> int:
        """How many lines carry a header of this name."""
        return self._keys.count(header_key(name))

    def members(self, name: str) -> list[str]:
        """All members of a comma list that may be spread over several lines; raises `Malformed`."""
        key = header_key(name)
        if key not in self._keys:
            return []
        part = header_name(key)
        return [member for text in self.texts(key) if text for member in split_list(text, part=part)]

    def tokens(self, name: str) -> frozenset[str]:
        """The members of a list of tokens such as Require or Supported, in lower case."""
        return frozenset(member.lower() for member in self.members(name))

    def items(self) -> Iterator[tuple[str, str]]:
        """Key and value of each header line, in order."""
        return ((key, self._value(at)) for at, key in enumerate(self._keys))

    def raw_lines(self) -> Iterator[tuple[str, str]]:
        """Key and raw line of every header, in order: material for copying."""
        return zip(self._keys, self._lines, strict=True)

    def lines_of(self, *names: str) -> list[tuple[str, str]]:
        """Key and raw line of the headers of these names, in the message's order."""
        keys = {header_key(name) for name in names}
        return [(key, line) for key, line in zip(self._keys, self._lines, strict=True) if key in keys]

    def doubled_headers(self) -> list[str]:
        """The keys that more than one line carries."""
        keys = self._keys
        if len(set(keys)) == len(keys):
            return []
        counts = Counter(keys)
        return [key for key, count in counts.items() if count > 1]

    def _value(self, at: int) -> str:
        line = self._lines[at]
        value = line[line.index(":") + 1 :].strip(LWS)
        return unfold(value) if "\n" in value else value

    # --- changing

    def add(self, name: str, value: str) -> None:
        """Append a header line."""
        key = KEYS.get(name) or header_key(name)
        self._keys.append(key)
        self._lines.append(f"{NAMES.get(key, key)}: {_one_line(value)}")
        self._forget(key)

    def add_all(self, headers: Iterable[tuple[str, str]]) -> None:
        """Append header lines."""
        keys, lines = self._keys, self._lines
        for name, value in headers:
            key = KEYS.get(name) or header_key(name)
            keys.append(key)
            lines.append(f"{NAMES.get(key, key)}: {_one_line(value)}")
            if self._cache:
                self._forget(key)

    def prepend(self, name: str, value: str) -> None:
        """Put a header line before all others: the place of a new Via, Route or Record-Route."""
        key = header_key(name)
        self._keys.insert(0, key)
        self._lines.insert(0, f"{header_name(key)}: {_one_line(value)}")
        self._forget(key)

    def put(self, name: str, value: str) -> None:
        """Set a header to one line: the first line of that name is replaced in its place, others go."""
        key = KEYS.get(name) or header_key(name)
        if key not in self._keys:
            self.add(key, value)
            return
        at = self._keys.index(key)
        self._lines[at] = f"{header_name(key)}: {_one_line(value)}"
        if self._keys.count(key) > 1:
            kept = [index for index, have in enumerate(self._keys) if have != key or index == at]
            self._lines = [self._lines[index] for index in kept]
            self._keys = [self._keys[index] for index in kept]
        self._forget(key)

    def remove(self, name: str) -> None:
        """Take all header lines of this name away."""
        key = header_key(name)
        if key in self._keys:
            kept = [index for index, have in enumerate(self._keys) if have != key]
            self._lines = [self._lines[index] for index in kept]
            self._keys = [self._keys[index] for index in kept]
            self._forget(key)

    def take_lines(self, lines: Iterable[tuple[str, str]]) -> None:
        """Append raw lines with their keys, as `lines_of` gave them."""
        for key, line in lines:
            self._keys.append(key)
            self._lines.append(line)
            self._forget(key)

    def replace_first(self, name: str, value: str) -> None:
        """Change the first member of a list header, keeping the members behind it on the same line."""
        key = header_key(name)
        at = self._keys.index(key)
        members = split_list(self._value(at), part=header_name(key))
        members[0] = value
        self._lines[at] = f"{header_name(key)}: {_one_line(', '.join(members))}"
        self._forget(key)

    def drop_first(self, name: str) -> None:
        """Take the first member of a list header away, with its line when it was the only one."""
        key = header_key(name)
        at = self._keys.index(key)
        members = split_list(self._value(at), part=header_name(key))
        if len(members) == 1:
            del self._keys[at], self._lines[at]
        else:
            self._lines[at] = f"{header_name(key)}: {', '.join(members[1:])}"
        self._forget(key)

    def set_body(self, body: bytes, content_type: str | None = None) -> None:
        """Replace the body, Content-Length and Content-Type; without a type that header goes."""
        self._body = body
        if content_type is not None:
            self.put("content-type", content_type)
        elif "content-type" in self._keys:
            self.remove("content-type")
        if "content-length" in self._keys:
            self.put("content-length", str(len(body)))
        else:
            self._keys.append("content-length")
            self._lines.append(f"Content-Length: {len(body)}")

    def attach_body(self, body: bytes) -> None:
        """Set the body that came with the head, headers untouched: for parsers."""
        self._body = body

    def inherit(self, other: HeaderLines, keys: Iterable[str]) -> None:
        """Take over what `other` has already read of headers whose lines are the same here."""
        for key in keys:
            known = other._cache.get(key)
            if known is not None:
                self._cache[key] = known

    def remember(self, key: str, value: object) -> None:
        """Take `value` for what reading the header would give."""
        self._cache[key] = value

    def _forget(self, key: str) -> None:
        if self._cache:
            self._cache.pop(key, None)
            self._cache.pop(key + "*", None)


def _one_line(value: str) -> str:
    """Guard against a value that would end its header: what we write never contains a line end."""
    if "\n" in value or "\r" in value:
        return " ".join(value.replace("\r", "\n").split("\n"))
    return value
