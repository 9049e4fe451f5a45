"""The voice process's media engine: ports, prompts and tones, rooms, relays, recorders.

`MediaDesk` is its door. Codecs, RTP, telephone-events, answering, the latch, jitter buffers, mixing,
rooms, tones and players are pure; `ports`, `endpoint`, `ticker`, `recorder` and the prompts' builder touch
sockets, the loop and the disk. A browser's side is in `webrtc`, uploaded tones in `tonefiles`.
"""

from __future__ import annotations

from dakehu.switch.announcements.names import Language, Prompt
from dakehu.switch.media.config import FIRST_PORT, LAST_PORT, MediaConfig
from dakehu.switch.media.desk import MediaDesk, MediaStatus
from dakehu.switch.media.endpoint import Endpoint
from dakehu.switch.media.errors import MediaError, NoCommonCodec, NotSecured, PortsExhausted
from dakehu.switch.media.prompts.music import Music
from dakehu.switch.media.prompts.shelf import Sound
from dakehu.switch.media.recorder import Recording
from dakehu.switch.media.room import Room
from dakehu.switch.media.tonefiles.names import ToneFile
from dakehu.switch.media.tones import Tone
from dakehu.switch.media.webrtc.describing import browser_direction

__all__ = [
    "FIRST_PORT",
    "LAST_PORT",
    "Endpoint",
    "Language",
    "MediaConfig",
    "MediaDesk",
    "MediaError",
    "MediaStatus",
    "Music",
    "NoCommonCodec",
    "NotSecured",
    "PortsExhausted",
    "Prompt",
    "Recording",
    "Room",
    "Sound",
    "Tone",
    "ToneFile",
    "browser_direction",
]
