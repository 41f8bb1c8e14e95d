"""ONNX files as Olive writes them, by the tools of onnxruntime that it calls: quantized, float16, weights beside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from keras_models import load_photographs
from own_onnx import SIDE, make_classifier
from places import ChromiumPlaces

from webparity.export import export_model
from webparity.parity import verify
from webparity.preprocessing.spec import Preprocessing

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

RGB = Preprocessing(height=SIDE, width=SIDE, channels="rgb", like="pillow")
PLACES = ("onnxruntime", "webparity@python", "webparity@node")


def quantize_statically(plain: Path, file: Path) -> None:
    """Write weights and maps in 8 bits between QuantizeLinear and DequantizeLinear."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_static

    class Noise(CalibrationDataReader):
        def __init__(self) -> None:
            random = np.random.default_rng(0)
            self.left = [{"image": random.random((1, 3, SIDE, SIDE), np.float32)} for _ in range(4)]

        def get_next(self) -> dict[str, np.ndarray] | None:
            return self.left.pop() if self.left else None

    quantize_static(plain, file, Noise(), quant_format=QuantFormat.QDQ, per_channel=True)


def quantize_weights(plain: Path, file: Path) -> None:
    """Write weights in 8 bits; maps are quantized when the file runs."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(plain, file, weight_type=QuantType.QUInt8)


def convert_to_float16(plain: Path, file: Path, *, keep_io_types: bool) -> None:
    from onnxruntime.transformers.float16 import convert_float_to_float16

    onnx.save(convert_float_to_float16(onnx.load(plain), keep_io_types=keep_io_types), file)


def move_weights_out(plain: Path, file: Path) -> None:
    """Write as PyTorch's exporter does: all weights in `model.onnx.data`."""
    onnx.save(onnx.load(plain), file, save_as_external_data=True, location=f"{file.name}.data", size_threshold=0)


FORMS: dict[str, Callable[[Path, Path], None]] = {
    "quantized statically": quantize_statically,
    "quantized weights": quantize_weights,
    "float16": lambda plain, file: convert_to_float16(plain, file, keep_io_types=False),
    "float16 inside": lambda plain, file: convert_to_float16(plain, file, keep_io_types=True),
    "weights beside": move_weights_out,
}


def export_form(form: str, folder: Path, **options: Any) -> Any:
    plain, file = folder / "plain.onnx", folder / "model.onnx"
    onnx.save(make_classifier(opset=17), plain)
    FORMS[form](plain, file)
    return export_model(
        file, folder / "bundle", preprocessing=RGB, golden=load_photographs()[:3], page=False, **options
    )


@pytest.mark.parametrize(
    "form", ["quantized statically", *(pytest.param(f, marks=pytest.mark.full) for f in list(FORMS)[1:])]
)
def test_files_answer_alike_everywhere(form: str, tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    bundle = export_form(form, tmp_path, targets=["onnx", "wasm"])
    places = add_chromium(PLACES, quick=True)
    report = verify(bundle, runtimes=places, require=places)
    assert (report.reference.runtime, report.reference.stand_in) == ("onnx", None)
    assert {run.verdict for run in report.runs} == {"pass"}
