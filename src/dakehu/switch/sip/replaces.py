"""Replaces (RFC 3891): an INVITE that takes the place of a dialog, named as its receiver knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from dakehu.switch.sip.dialogs import DialogId
from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.grammar import LWS, is_token, parse_params
from dakehu.switch.sip.message import Request

_MOST = 512
"""Characters: the longest Call-IDs in use have a hundred."""


@dataclass(frozen=True, slots=True)
class Replaces:
    """The dialog to be replaced, named from the side of whom the INVITE reaches (section 6.1).

    `to_tag` is that side's own tag. `early_only`: not once the dialog is confirmed (then 486).
    """

    call_id: str
    to_tag: str
    from_tag: str
    early_only: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the header's value, unescaped where it stood in a URI; raises `Malformed`."""
        text = text.strip(LWS)
        if len(text) > _MOST:
            raise Malformed("Replaces", "too long")
        call_id, semicolon, rest = text.partition(";")
        call_id = call_id.rstrip(LWS)
        if not call_id or any(char <= " " or char in ',\x7f"<>' for char in call_id):
            raise Malformed("Replaces", "bad Call-ID")
        params = parse_params(semicolon + rest, part="Replaces")
        to_tag, from_tag = params.get("to-tag") or "", params.get("from-tag") or ""
        if not is_token(to_tag) or not is_token(from_tag):
            raise Malformed("Replaces", "to-tag or from-tag missing")
        return cls(call_id, to_tag, from_tag, "early-only" in params)

    @property
    def dialog_id(self) -> DialogId:
        """The dialog as its receiver keeps it. For the sender the tags are the other way round."""
        return DialogId(self.call_id, self.to_tag, self.from_tag)

    def __str__(self) -> str:
        early = ";early-only" if self.early_only else ""
        return f"{self.call_id};to-tag={self.to_tag};from-tag={self.from_tag}{early}"


def replaces_of(request: Request) -> Replaces | None:
    """What an INVITE replaces; raises `Malformed` (400). Two of them never come here (`SINGLE`)."""
    text = request.text("replaces")
    return None if text is None else Replaces.parse(text)
