"""The table of header fields: spelling, compact forms, and how many of each a message may carry.

An extension adds a line here. A header that is not in the table is carried through unchanged and keeps its
place.
"""

from __future__ import annotations

from collections.abc import Mapping

COMPACT: Mapping[str, str] = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "n": "identity-info",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}
"""Compact form to key (section 7.3.3 and the IANA registry)."""

_NAMES_TEXT = """
Accept Accept-Contact Accept-Encoding Accept-Language Alert-Info Allow Allow-Events Authentication-Info
Authorization Call-ID Call-Info Contact Content-Disposition Content-Encoding Content-Language Content-Length
Content-Type CSeq Date Diversion Error-Info Event Expires From History-Info Identity Identity-Info In-Reply-To
Info-Package Join Max-Forwards MIME-Version Min-Expires Min-SE Organization P-Access-Network-Info
P-Asserted-Identity P-Associated-URI P-Called-Party-ID P-Charging-Vector P-Preferred-Identity Path Priority
Privacy Proxy-Authenticate Proxy-Authorization Proxy-Require RAck Reason Record-Route Recv-Info Refer-Sub
Refer-To Referred-By Reject-Contact Replaces Reply-To Request-Disposition Require Retry-After Route RSeq
Server Service-Route Session-Expires SIP-ETag SIP-If-Match Subject Subscription-State Supported Target-Dialog
Timestamp To Unsupported User-Agent User-to-User Via Warning WWW-Authenticate
"""
_NAMES = _NAMES_TEXT.split()


NAMES: Mapping[str, str] = {name.lower(): name for name in _NAMES}
"""Key to the spelling we write."""

KEYS: Mapping[str, str] = {
    **{
        spelling: name.lower()
        for name in _NAMES
        for spelling in (name, name.lower(), name.upper(), name.title())
    },
    **{spelling: key for short, key in COMPACT.items() for spelling in (short, short.upper())},
}
"""Usual spellings to the key; `header_key` handles the unusual ones."""

_SINGLE_TEXT = """
authentication-info call-id content-disposition content-length content-type cseq date event expires from
identity max-forwards mime-version min-expires min-se organization priority rack refer-to referred-by replaces
reply-to retry-after rseq server session-expires sip-etag sip-if-match subject subscription-state
target-dialog timestamp to user-agent
"""
SINGLE = frozenset(_SINGLE_TEXT.split())
"""Headers that a message may carry only once (section 7.3.1, table 2 and 3)."""


def header_key(name: str) -> str:
    """The key of a header name in any spelling: lower case, long form."""
    known = KEYS.get(name)
    if known is not None:
        return known
    lowered = name.strip(" \t").lower()
    return COMPACT.get(lowered, lowered)


def header_name(key: str) -> str:
    """How we write the header with this key."""
    return NAMES.get(key, key)
