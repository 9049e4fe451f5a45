"""The voice's files: made when needed, of the right length, level and band; numbers as people say them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from dakehu.switch.announcements.texts import TEXTS
from dakehu.switch.media import Language, Prompt, g711
from dakehu.switch.media.player import Clip
from dakehu.switch.media.prompts import builder
from dakehu.switch.media.prompts.music import Music, melody
from dakehu.switch.media.prompts.resample import resample
from dakehu.switch.media.prompts.shelf import Shelf
from dakehu.switch.media.prompts.speaking import speak_amount, speak_digits
from dakehu.switch.media.tests.peer import power, sine

P = Prompt


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything, by the real builder with a studio's recording of one prompt."""
    folder = tmp_path_factory.mktemp("built")
    studio = folder / "studio" / "zh"
    studio.mkdir(parents=True)
    with wave.open(str(studio / "busy.wav"), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(44100)
        tone = (np.sin(2 * np.pi * 700 * np.arange(44100) / 44100) * 12000).astype("<i2")
        sound.writeframes(np.repeat(tone, 2).tobytes())
    (folder / "studio" / "music").mkdir()
    shutil.copy(studio / "busy.wav", folder / "studio" / "music" / "hold.wav")
    (studio / "absent.wav").write_bytes(b"no sound")
    command = [sys.executable, "-m", builder.__name__, str(folder / "prompts")]
    command += ["--recordings", str(folder / "studio")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1
    assert "absent.wav" in done.stderr
    return folder


def test_every_prompt_sounds_like_speech(built: Path) -> None:
    for (language, prompt), text in TEXTS.items():
        if prompt is P.BUSY:
            continue
        sound = g711.decode((built / "prompts" / language / f"{prompt}.al").read_bytes()).astype(float)
        syllables = len(text) if language is Language.CHINESE else len(text) / 3
        assert 0.1 + 0.06 * syllables < len(sound) / 8000 < 0.8 + 0.45 * syllables, (language, prompt)
        level_db = 20 * np.log10(np.sqrt(np.mean(sound**2)) / 32768)
        assert -28 < level_db < -14, (language, prompt, level_db)
        spectrum = np.abs(np.fft.rfft(sound)) ** 2
        hertz = np.fft.rfftfreq(len(sound), 1 / 8000)
        assert spectrum[(hertz > 200) & (hertz < 3500)].sum() > 0.9 * spectrum.sum()


def test_a_recording_replaces_the_voice(built: Path) -> None:
    sound = g711.decode((built / "prompts" / "zh" / "busy.al").read_bytes())
    assert len(sound) == pytest.approx(8000, abs=100)
    assert power(sound, 700) > 0.95


def test_files_are_made_only_when_text_or_voice_change(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = built / "prompts"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.al")}
    monkeypatch.setitem(TEXTS, (Language.CHINESE, P.GOODBYE), "再见，再见。")
    assert list(builder.build(folder, built / "studio"))  # the broken recording again
    changed = {path.name for path in folder.rglob("*.al") if before[path] != path.stat().st_mtime_ns}
    assert changed == {"goodbye.al"}


def test_music_on_hold_is_a_melody_without_a_seam_or_the_operators_own(built: Path) -> None:
    tune = g711.decode(melody()).astype(float)
    assert len(tune) % g711.FRAME_SAMPLES == 0
    assert 15 < len(tune) / g711.RATE < 60
    assert -26 < 20 * np.log10(np.sqrt(np.mean(tune**2)) / 32768) < -16
    assert abs(tune[0] - tune[-1]) <= np.abs(np.diff(tune)).max() / 10
    loudest = [int(np.abs(np.fft.rfft(bar)).argmax()) for bar in tune.reshape(-1, 2400)]
    assert len(set(loudest)) > 6  # notes, not a tone
    assert Shelf(built / "nothing", lambda: 0.0).clips([Music.HOLD], [])[0] == Clip.of(melody())
    own = b"".join(Shelf(built / "prompts", lambda: 0.0).clips([Music.HOLD], [])[0].frames)
    assert power(g711.decode(own)[:7900], 700) > 0.95
    assert not list(builder._music(built / "prompts", None))
    assert Shelf(built / "prompts", lambda: 0.0).clips([Music.HOLD], [])[0] == Clip.of(melody())


def test_every_name_has_its_words() -> None:
    assert {prompt for _, prompt in TEXTS} == set(Prompt)


def test_resampling_keeps_the_band_and_no_alias() -> None:
    at = np.arange(22050) / 22050
    low = resample(np.sin(2 * np.pi * 1000 * at), 22050, 8000)[400:-400]
    high = resample(np.sin(2 * np.pi * 5000 * at), 22050, 8000)[400:-400]
    assert np.sqrt(np.mean(low**2)) == pytest.approx(0.7071, rel=0.01)
    assert np.sqrt(np.mean(high**2)) < 0.001
    assert power((low * 9000).astype(np.int16), 1000) > 0.999


@pytest.mark.parametrize("law", list(g711.Law))
def test_g711_keeps_its_own_values_and_sound(law: g711.Law) -> None:
    octets = bytes(range(256))
    there = g711.decode(octets, law)
    assert np.array_equal(g711.decode(g711.encode(there, law), law), there)
    tone = sine(1000, 0.5)
    noise = g711.decode(g711.encode(tone, law), law).astype(float) - tone
    assert 10 * np.log10(np.mean(tone.astype(float) ** 2) / np.mean(noise**2)) > 35


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        (0, [P.DIGIT_0], [P.DIGIT_0]),
        (12, [P.TEN, P.DIGIT_2], [P.TWELVE]),
        (20, [P.DIGIT_2, P.TEN], [P.TWENTY]),
        (
            110,
            [P.DIGIT_1, P.HUNDRED, P.DIGIT_1, P.TEN],
            [P.DIGIT_1, P.HUNDRED, P.TEN],
        ),
        (1005, [P.DIGIT_1, P.THOUSAND, P.DIGIT_0, P.DIGIT_5], [P.DIGIT_1, P.THOUSAND, P.DIGIT_5]),
    ],
)
def test_amounts(amount: int, chinese: list[Prompt], english: list[Prompt]) -> None:
    assert speak_amount(amount, Language.CHINESE) == chinese
    assert speak_amount(amount, Language.ENGLISH) == english
    assert speak_digits("80#") == [P.DIGIT_8, P.DIGIT_0, P.HASH]
