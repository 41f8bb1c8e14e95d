"""Export notes: every input that the export changes or ignores is reported."""

from __future__ import annotations

from pathlib import Path

import keras
import pytest
from keras import layers

from webparity.cli.work.export import export_into


def test_the_command_reports_that_a_network_is_exported_in_float32(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = [layers.Flatten(), layers.Dense(4, dtype="mixed_float16"), layers.Dense(3, activation="softmax")]
    keras.Sequential([keras.Input((8, 10, 3)), *parts]).save(tmp_path / "model.keras")
    export_into(tmp_path / "model.keras", tmp_path / "bundle", targets=["onnx"], page=False)
    said = " ".join(capsys.readouterr().err.split())
    assert "note: the network computes in float16, mixed_float16: it is exported in float32" in said
