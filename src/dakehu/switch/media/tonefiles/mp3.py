"""`python -m dakehu.switch.media.tonefiles.mp3 SECONDS`: decode an MP3 from standard input.

A program of its own, so that what a broken or hostile file does to the decoder happens here. Exit status 1
for what is no MP3.
"""

from __future__ import annotations

import io
import resource
import sys

import soundfile

from dakehu.switch.media.tonefiles.reading import DECODED

_MOST_MEMORY = 1 << 30
_MOST_CPU_S = 15


def main() -> int:
    """The exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_S, _MOST_CPU_S))
    seconds = int(sys.argv[1])
    try:
        with soundfile.SoundFile(io.BytesIO(sys.stdin.buffer.read())) as sound:
            if sound.format != "MP3" or not 0 < sound.channels <= 2:
                return 1
            rate = int(sound.samplerate)
            frames = sound.read(frames=seconds * rate + 1, dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, MemoryError):
        return 1
    is_longer = len(frames) > seconds * rate
    mono = frames.mean(axis=1).astype("<i2")
    sys.stdout.buffer.write(DECODED.pack(rate, is_longer) + mono.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
