from __future__ import annotations

from pathlib import Path

import pytest

from webparity.cli.options.quantization import QuantizationOptions, check_quantization_options, print_quantization_table
from webparity.errors import UsageError
from webparity.export.quantization.choose_weights import QuantizationRecord
from webparity.export.quantization.trials import Bounds, QuantizationTrial


def test_calibration_images_go_with_reduced_weights_only(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--calibration only with reduced weights"):
        check_quantization_options(tmp_path, QuantizationOptions(calibration=tmp_path))
    check_quantization_options(tmp_path, QuantizationOptions(precision="uint8", calibration=tmp_path))


def test_a_model_of_ones_own_needs_images_to_choose_weights_on(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"model\.keras alone\. Give --calibration DIR"):
        check_quantization_options(tmp_path / "model.keras", QuantizationOptions(precision="auto"))
    check_quantization_options(tmp_path / "model.keras", QuantizationOptions(precision="uint8"))


def test_the_table_shows_every_try_and_why_nothing_was_taken(capsys: pytest.CaptureFixture[str]) -> None:
    trials = [
        QuantizationTrial(name="float32", bytes=593_800, flips=0, difference=0.0, within=True),
        QuantizationTrial(name="31 to 174 levels", bytes=64_210, flips=3, difference=0.0712, within=False),
    ]
    print_quantization_table(
        QuantizationRecord(precision="auto", bounds=Bounds(), images=10, trials=trials, reason="nothing smaller does")
    )
    shown = capsys.readouterr()
    assert [part for part in ("593.8", "31 to 174 levels", "64.2", "0.071") if part not in shown.out] == []
    assert "weights stay in float32: nothing smaller does" in shown.err
