"""Ring-back tones and greetings that customers upload: checked, converted, kept by the hash of their sound.

`keep` is the door for whoever takes the upload, `ToneFile` names the result for whoever plays it. No Django,
no event loop: it may take a second of CPU.
"""

from __future__ import annotations

from dakehu.switch.media.tonefiles.errors import (
    ToneEmpty,
    ToneRefused,
    ToneTooBig,
    ToneTooLong,
    ToneTooLoud,
    ToneTooQuiet,
    ToneTruncated,
    ToneUnknown,
)
from dakehu.switch.media.tonefiles.keeping import Kept, keep
from dakehu.switch.media.tonefiles.names import ToneFile

__all__ = [
    "Kept",
    "ToneEmpty",
    "ToneFile",
    "ToneRefused",
    "ToneTooBig",
    "ToneTooLong",
    "ToneTooLoud",
    "ToneTooQuiet",
    "ToneTruncated",
    "ToneUnknown",
    "keep",
]
