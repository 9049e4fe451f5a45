"""Uploaded tones: what is taken in which form, what is refused and why, and how it sounds on a telephone."""

from __future__ import annotations

import struct
import wave
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from dakehu.switch.media import Tone, ToneFile, g711, wav
from dakehu.switch.media import tonefiles as tf
from dakehu.switch.media.tests.desks import a_desk, on_the_loop
from dakehu.switch.media.tests.peer import Peer, offer_of, power

Floats = npt.NDArray[np.float64]


def tune(rate: int, seconds: float = 2.0, level: float = 0.3, hertz: float = 600.0) -> Floats:
    return np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate) * level


def riff(sound: bytes, tag: int, rate: int, bits: int, channels: int = 1) -> BytesIO:
    frame = channels * bits // 8
    described = struct.pack("<HHIIHH", tag, channels, rate, rate * frame, frame, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + described + b"LIST\x03\0\0\0abc\0data"
    body += struct.pack("<I", len(sound)) + sound
    return BytesIO(b"RIFF" + struct.pack("<I", len(body)) + body)


def linear(rate: int = 8000, seconds: float = 2.0, level: float = 0.3, hertz: float = 600.0) -> BytesIO:
    sound = (tune(rate, seconds, level, hertz) * 32767).astype("<i2")
    return riff(sound.tobytes(), 1, rate, 16)


def stereo(rate: int) -> BytesIO:
    made = BytesIO()
    left = (tune(rate) * 32767).astype("<i2")
    with wave.open(made, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(np.stack([left, left // 2], axis=1).tobytes())
    return made


def compressed(rate: int, seconds: float = 2.0, channels: int = 2) -> BytesIO:
    made = BytesIO()
    soundfile.write(made, np.stack([tune(rate, seconds)] * channels, axis=1), rate, format="MP3")
    return made


def wide(rate: int) -> BytesIO:
    values = (tune(rate) * (2**23 - 1)).astype("<i4")
    return riff(values.view(np.uint8).reshape(-1, 4)[:, :3].tobytes(), 1, rate, 24)


FORMS: dict[str, Callable[[], BytesIO]] = {
    "linear 8 kHz": linear,
    "linear 11 kHz": lambda: linear(11025),
    "linear 48 kHz": lambda: linear(48000),
    "stereo 44.1 kHz": lambda: stereo(44100),
    "8 bits": lambda: riff((tune(16000) * 127 + 128).astype(np.uint8).tobytes(), 1, 16000, 8),
    "24 bits": lambda: wide(32000),
    "32 bits": lambda: riff((tune(8000) * (2**31 - 1)).astype("<i4").tobytes(), 1, 8000, 32),
    "floating": lambda: riff(tune(22050).astype("<f4").tobytes(), 3, 22050, 32),
    "A-law": lambda: riff(g711.encode((tune(8000) * 32767).astype(np.int16)), 6, 8000, 8),
    "µ-law": lambda: riff(g711.encode((tune(8000) * 32767).astype(np.int16), g711.Law.U), 7, 8000, 8),
    "MP3": lambda: compressed(44100),
    "MP3, mono": lambda: compressed(16000, channels=1),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_common_form_becomes_the_same_telephone_sound(form: str, tmp_path: Path) -> None:
    kept = tf.keep(FORMS[form](), tmp_path / "tones")
    sound = g711.decode(kept.tone.path(tmp_path / "tones").read_bytes())
    assert kept.seconds == len(sound) / 8000 == pytest.approx(2.0, abs=0.1)
    middle = sound[1600:-1600]
    assert power(middle, 600) > 0.99
    assert 20 * np.log10(np.sqrt(np.mean(middle.astype(float) ** 2)) / 32768) == pytest.approx(-19.5, abs=1.5)
    assert abs(int(sound[0])) < 100
    assert abs(int(sound[-1])) < 100


def test_the_same_sound_is_kept_once_and_names_are_checked(tmp_path: Path) -> None:
    first, again, other = (tf.keep(linear(hertz=hertz), tmp_path).tone for hertz in (600, 600, 700))
    assert first == again != other
    assert len(list(tmp_path.iterdir())) == 2
    for name in ("", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"):
        with pytest.raises(ValueError, match="no name"):
            ToneFile(name)


def cut(file: BytesIO, octets: int) -> BytesIO:
    return BytesIO(file.getvalue()[:octets])


REFUSED: dict[str, tuple[type[tf.ToneRefused], Callable[[], BytesIO]]] = {
    "nothing": (tf.ToneUnknown, BytesIO),
    "a picture": (tf.ToneUnknown, lambda: BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(500))),
    "noise that begins like MP3": (tf.ToneUnknown, lambda: BytesIO(b"\xff\xfb" + bytes(range(256)) * 40)),
    "an archive with MP3's tag": (tf.ToneUnknown, lambda: BytesIO(b"ID3" + b"PK\x03\x04" * 900)),
    "six channels": (tf.ToneUnknown, lambda: riff(bytes(96_000), 1, 8000, 16, channels=6)),
    "another codec": (tf.ToneUnknown, lambda: riff(bytes(9000), 17, 8000, 4)),
    "a header alone": (tf.ToneUnknown, lambda: cut(linear(), 30)),
    "no sound": (tf.ToneEmpty, lambda: riff(b"", 1, 8000, 16)),
    "a click": (tf.ToneEmpty, lambda: linear(seconds=0.3)),
    "a minute and a half": (tf.ToneTooLong, lambda: linear(seconds=90)),
    "a longer MP3": (tf.ToneTooLong, lambda: compressed(16000, 61.5)),
    "an upload that broke off": (tf.ToneTruncated, lambda: cut(linear(), 20_000)),
    "silence": (tf.ToneTooQuiet, lambda: riff(bytes(32_000), 1, 8000, 16)),
    "a whisper": (tf.ToneTooQuiet, lambda: linear(level=0.002)),
    "only bass": (tf.ToneTooQuiet, lambda: linear(16000, level=0.5, hertz=1.0)),
    "cut at full scale": (
        tf.ToneTooLoud,
        lambda: riff(
            np.clip(tune(8000, level=2.0) * 32767, -32768, 32767).astype("<i2").tobytes(), 1, 8000, 16
        ),
    ),
    "six megabytes": (tf.ToneTooBig, lambda: BytesIO(b"RIFF" + bytes(6_000_000))),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_says_why(what: str, tmp_path: Path) -> None:
    error, made = REFUSED[what]
    with pytest.raises(error) as caught:
        tf.keep(made(), tmp_path)
    assert type(caught.value) is error
    assert not list(tmp_path.iterdir())


def test_a_header_that_lies_costs_no_memory(tmp_path: Path) -> None:
    """The declared length is not believed, and rates and widths are bounded."""
    lying = bytearray(linear().getvalue())
    at = lying.index(b"data") + 4
    lying[at : at + 4] = struct.pack("<I", 0xFFFFFFF0)
    with pytest.raises(tf.ToneTruncated) as caught:
        tf.keep(BytesIO(bytes(lying)), tmp_path)
    assert caught.value.data["seconds"] == 2.0
    lying[at : at + 4] = b"\xff" * 4  # a stream's open end is none
    assert tf.keep(BytesIO(bytes(lying)), tmp_path).seconds == pytest.approx(2.0)


@on_the_loop
async def test_a_kept_tone_is_played_in_a_loop_and_a_lost_one_is_no_silence(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        kept = tf.keep(linear(seconds=0.5), desk.config.tones_path)
        with Peer() as one, Peer() as two:
            desk.play(desk.endpoint(offer_of(one.port)), [kept.tone], loop=True)
            desk.play(desk.endpoint(offer_of(two.port)), [ToneFile("0" * 64)], loop=True)
            await one.hears(40)
            assert power(one.sound()[4000:], 600) > 0.95
            assert power(two.sound(), 450) > 0.95


@on_the_loop
async def test_the_shelf_forgets_what_was_asked_for_longest_ago(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        for number in range(40):
            path = tmp_path / f"{number}.al"
            path.write_bytes(bytes(60 * 8000))
            desk.shelf.clips([path, Tone.BUSY], [])
        assert len(desk.shelf._files) == 33


def test_our_own_recordings_can_be_tones(tmp_path: Path) -> None:
    sound = g711.encode((tune(8000) * 32767).astype(np.int16))
    assert tf.keep(BytesIO(wav.header(1, len(sound)) + sound), tmp_path).seconds == 2.0
