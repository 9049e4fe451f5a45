from __future__ import annotations

from dakehu.numbering.models.lines import Line, LineOneNumber, LineServices, LineUser, SipAccount
from dakehu.numbering.models.numbers import Exchange, NumberBlock, PublicNumber
from dakehu.numbering.models.trunks import TrunkGroup

__all__ = [
    "Exchange",
    "Line",
    "LineOneNumber",
    "LineServices",
    "LineUser",
    "NumberBlock",
    "PublicNumber",
    "SipAccount",
    "TrunkGroup",
]
