from __future__ import annotations

from dakehu.numbering.models.lines import Line, LineOneNumber, LineServices, SipAccount
from dakehu.numbering.models.numbers import Exchange, NumberBlock, PublicNumber

__all__ = ["Exchange", "Line", "LineOneNumber", "LineServices", "NumberBlock", "PublicNumber", "SipAccount"]
