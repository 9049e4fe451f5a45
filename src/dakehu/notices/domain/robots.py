"""What robots of chat groups take: the bodies of WeCom and DingTalk, and DingTalk's signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from urllib.parse import quote

_LONGEST_BYTES = {"text": 2048, "markdown": 4096}
_MARKS = str.maketrans("[]()<>*_`#~|\\@", "［］（）＜＞＊＿｀＃～｜＼＠")


class Style(StrEnum):
    WECOM = "wecom"
    DINGTALK = "dingtalk"


def message(
    style: Style, title: str, text: str, link: tuple[str, str] | None = None, mobiles: Sequence[str] = ()
) -> dict[str, Any]:
    """The body of a message. `link` is (label, address); `mobiles` names members of the group to call.

    What comes from people is never read as markup: names can hold no link and call nobody. WeCom calls
    members in texts alone, DingTalk where the text names them.
    """
    if style is Style.WECOM:
        return _wecom(title, text, link, mobiles)
    parts = [f"#### {_plain(title)}", _plain(text)]
    if link:
        parts.append(f"[{link[0]}]({link[1]})")
    if mobiles:
        parts.append(" ".join(f"@{each}" for each in mobiles))
    markdown = {"title": _plain(title), "text": _cut("\n\n".join(parts), "markdown")}
    return {
        "msgtype": "markdown",
        "markdown": markdown,
        "at": {"atMobiles": list(mobiles), "isAtAll": False},
    }


def signed(address: str, secret: str, at_ms: int) -> str:
    """DingTalk's address with its signature: HMAC-SHA256 of "timestamp\\nsecret" under the secret."""
    if not secret:
        return address
    digest = hmac.new(secret.encode(), f"{at_ms}\n{secret}".encode(), hashlib.sha256).digest()
    sign = quote(base64.b64encode(digest).decode(), safe="")
    join = "&" if "?" in address else "?"
    return f"{address}{join}timestamp={at_ms}&sign={sign}"


def refusal(answer: Mapping[str, Any]) -> str:
    """Why the robot didn't take it; empty when it did. Both answer 200 and tell by `errcode`."""
    code = answer.get("errcode", 0)
    return "" if code == 0 else f"errcode {code}: {str(answer.get('errmsg', ''))[:120]}"


def _wecom(title: str, text: str, link: tuple[str, str] | None, mobiles: Sequence[str]) -> dict[str, Any]:
    if mobiles:
        parts = [title, text, *([f"{link[0]}: {link[1]}"] if link else [])]
        content = _cut("\n".join(parts), "text")
        return {"msgtype": "text", "text": {"content": content, "mentioned_mobile_list": list(mobiles)}}
    parts = [f"**{_plain(title)}**", _plain(text), *([f"[{link[0]}]({link[1]})"] if link else [])]
    return {"msgtype": "markdown", "markdown": {"content": _cut("\n".join(parts), "markdown")}}


def _plain(text: str) -> str:
    """Signs of markup as full-width ones, line breaks as spaces."""
    return " ".join(text.translate(_MARKS).split())


def _cut(text: str, kind: str) -> str:
    data = text.encode()
    limit = _LONGEST_BYTES[kind]
    return text if len(data) <= limit else data[: limit - 3].decode(errors="ignore") + "…"
