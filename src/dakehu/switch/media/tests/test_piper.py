"""Piper's real program with a small voice made here: a hum whose length follows the words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from dakehu.switch.announcements.texts import TEXTS
from dakehu.switch.media import Language, Prompt, g711
from dakehu.switch.media.prompts import builder, piper
from dakehu.switch.media.prompts.voice import VoiceFailed
from dakehu.switch.media.tests.peer import power

RATE, HZ, SAMPLES_A_SOUND = 22_050, 700.0, 256
SYMBOLS = "_^$ ,.;:?!abcdefghijklmnopqrstuvwxyzæçðøŋɐɑɔəɚɛɜɡɪɹɾʃʊʌʒˈˌːθᵻʔʲ̩0123456789-"


def hum(path: Path) -> None:
    """A model with Piper's own inputs and output: so many samples of a sine for each sound of the text."""

    def constant(name: str, kind: int, *values: float) -> onnx.TensorProto:
        given = [int(value) if kind == TensorProto.INT64 else value for value in values]
        return helper.make_tensor(name, kind, [len(given)] if len(given) > 1 else [], given)

    nodes = [
        helper.make_node("ReduceMax", ["input_lengths"], ["sounds"], keepdims=0),
        helper.make_node("Mul", ["sounds", "each"], ["length"]),
        helper.make_node("Range", ["zero", "length", "one"], ["places"]),
        helper.make_node("Cast", ["places"], ["time"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["time", "turn"], ["angle"]),
        helper.make_node("Sin", ["angle"], ["wave"]),
        helper.make_node("Reshape", ["wave", "shape"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "hum",
        [
            helper.make_tensor_value_info("input", TensorProto.INT64, ["batch", "sounds_in"]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch"]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "time"])],
        [
            constant("each", TensorProto.INT64, SAMPLES_A_SOUND),
            constant("zero", TensorProto.INT64, 0),
            constant("one", TensorProto.INT64, 1),
            constant("turn", TensorProto.FLOAT, 2 * np.pi * HZ / RATE),
            constant("shape", TensorProto.INT64, 1, 1, 1, -1),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    told = {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": "en-us"},
        "phoneme_type": "espeak",
        "num_symbols": len(SYMBOLS),
        "num_speakers": 1,
        "phoneme_id_map": {symbol: [number] for number, symbol in enumerate(SYMBOLS)},
        "inference": {"noise_scale": 0.6, "length_scale": 1.0, "noise_w": 0.8},
    }
    path.with_suffix(".onnx.json").write_text(json.dumps(told))


@pytest.fixture
def voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model for English alone, and two prompts to make in either language."""
    few = {key: text for key, text in TEXTS.items() if key[1] in {Prompt.BUSY, Prompt.GOODBYE}}
    monkeypatch.setattr(builder, "TEXTS", few)
    folder = tmp_path / "voices"
    folder.mkdir()
    hum(folder / "en.onnx")
    return folder


def spoken(folder: Path, language: Language, prompt: Prompt) -> g711.Samples:
    return g711.decode((folder / language / f"{prompt}.al").read_bytes())


def hum_in(sound: g711.Samples) -> float:
    """How much of a piece of it is the model's tone; each sentence begins the tone anew."""
    return power(sound[800:3200], HZ)


def test_a_model_speaks_its_language_and_the_built_in_voice_the_other(tmp_path: Path, voices: Path) -> None:
    prompts = tmp_path / "prompts"
    assert list(builder.build(prompts, piper=voices)) == []
    short, long = (spoken(prompts, Language.ENGLISH, each) for each in (Prompt.GOODBYE, Prompt.BUSY))
    assert hum_in(short) > 0.9
    assert hum_in(long) > 0.9
    assert len(long) > 1.5 * len(short)
    assert hum_in(spoken(prompts, Language.CHINESE, Prompt.BUSY)) < 0.5

    before = {path: path.stat().st_mtime_ns for path in prompts.rglob("*.al")}
    assert list(builder.build(prompts, piper=voices)) == []
    assert before == {path: path.stat().st_mtime_ns for path in prompts.rglob("*.al")}
    assert list(builder.build(prompts)) == []  # the voice is taken away again
    assert hum_in(spoken(prompts, Language.ENGLISH, Prompt.BUSY)) < 0.5


def test_what_piper_cannot_say_is_named_and_the_rest_is_made(tmp_path: Path, voices: Path) -> None:
    (voices / "en.onnx").write_bytes(b"no model")
    faults = list(builder.build(tmp_path / "prompts", piper=voices))
    assert [fault.partition(":")[0] for fault in faults] == ["en/busy", "en/goodbye"]
    assert (tmp_path / "prompts" / "zh" / "busy.al").is_file()


def test_without_piper_the_fault_says_what_to_install(
    tmp_path: Path, voices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piper, "find_spec", lambda _: None)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(VoiceFailed, match="pip install piper-tts"):
        piper.PiperVoice(voices / "en.onnx")
    faults = list(builder.build(tmp_path / "prompts", piper=voices))
    assert len(faults) == 1
    assert len(spoken(tmp_path / "prompts", Language.ENGLISH, Prompt.BUSY)) > 8000  # the built-in voice spoke
