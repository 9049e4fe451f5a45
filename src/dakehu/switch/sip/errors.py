"""What a peer can do wrong on the wire, as exceptions.

`Malformed` is the only thing parsing ever raises, whatever bytes come in. It is a fault of the peer, never of
ours; `faults.py` turns it into the answer the peer gets, or into silence.
"""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class SipError(DomainError):
    """Base of everything the SIP core refuses."""

    code = "sip.error"


class Malformed(SipError):
    """A part of a message breaks the grammar of RFC 3261 section 25. Data: `part`, `problem`.

    `problem` is a short English phrase: it becomes the reason phrase of the 400, which is protocol text.
    """

    code = "sip.malformed"

    def __init__(self, part: str, problem: str) -> None:
        super().__init__(part=part, problem=problem)
        self.part = part
        self.problem = problem

    @property
    def reason(self) -> str:
        """The reason phrase of the answer: `Bad Request - Via: empty parameter`."""
        return f"Bad Request - {self.part}: {self.problem}"
