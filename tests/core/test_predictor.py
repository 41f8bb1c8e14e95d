"""Prediction from image files, held to answers that NumPy computed in float64."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import webparity
from webparity.bundle.manifest import decode_float32
from webparity.bundle.read import Bundle
from webparity.errors import BundleError, DecodeError, RuntimeUnavailable, UsageError


@pytest.mark.parametrize("number", range(5))
def test_each_golden_image_gets_its_stored_answer(tiny_bundle: Bundle, number: int) -> None:
    golden = tiny_bundle.manifest.golden[number]
    expected = decode_float32(golden.probabilities)
    prediction = webparity.Predictor(tiny_bundle).predict(tiny_bundle.site / golden.file)
    assert prediction.label == tiny_bundle.manifest.labels[golden.label]
    assert list(prediction.probabilities) == tiny_bundle.manifest.labels
    assert list(prediction.probabilities.values()) == pytest.approx(expected.tolist(), abs=5e-6)
    assert prediction.probability == max(prediction.probabilities.values())
    assert prediction.decode_ms > 0
    assert prediction.model_ms > 0


@pytest.mark.parametrize("number", range(5))
def test_the_module_gives_the_stored_answers_too(program_bundle: Bundle, number: int) -> None:
    golden = program_bundle.manifest.golden[number]
    prediction = webparity.Predictor(program_bundle, runtime="webparity").predict(program_bundle.site / golden.file)
    expected = decode_float32(golden.probabilities)
    assert list(prediction.probabilities.values()) == pytest.approx(expected.tolist(), abs=5e-6)


def test_the_module_is_the_default_only_where_onnxruntime_is_not_installed(
    program_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "onnx-float32" in repr(webparity.Predictor(program_bundle))
    monkeypatch.setattr("webparity.prediction.session.find_spec", lambda _: None)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    predictor = webparity.Predictor(program_bundle)
    assert "wasm-float32" in repr(predictor)
    file = program_bundle.site / program_bundle.manifest.golden[0].file
    assert predictor.predict(file).label == str(program_bundle.manifest.golden[0].label)
    with pytest.raises(RuntimeUnavailable, match=r"pip install 'webparity\[onnxruntime\]'"):
        webparity.Predictor(program_bundle, runtime="onnxruntime")
    onnx_only = replace(program_bundle.manifest, artifacts=program_bundle.manifest.artifacts[:1])
    onnx_only_bundle = replace(program_bundle, manifest=onnx_only)
    with pytest.raises(BundleError, match=r"target wasm; received onnx-float32\. Install onnxruntime .*'webparity\["):
        webparity.Predictor(onnx_only_bundle)
    with pytest.raises(BundleError, match=r"target wasm; received onnx-float32\. Export it with --target wasm"):
        webparity.Predictor(onnx_only_bundle, runtime="webparity")


def test_a_runtime_without_its_artifact_is_refused(tiny_bundle: Bundle) -> None:
    with pytest.raises(BundleError, match="target wasm; received onnx-float32"):
        webparity.Predictor(tiny_bundle, runtime="webparity")


def test_a_bundle_is_given_opened_or_by_its_folder(tiny_bundle: Bundle) -> None:
    file = tiny_bundle.site / tiny_bundle.manifest.golden[0].file
    answers = [
        webparity.Predictor(bundle).predict(file).probabilities
        for bundle in (tiny_bundle, tiny_bundle.site, str(tiny_bundle.site.parent))
    ]
    assert answers[0] == answers[1] == answers[2]


def test_a_predictor_and_its_bundle_are_described_in_one_line(tiny_bundle: Bundle) -> None:
    assert repr(webparity.Predictor(tiny_bundle)) == "Predictor(artifact='onnx-float32', labels=['0', '1', '2'])"
    assert repr(tiny_bundle) == (
        f"Bundle(site={str(tiny_bundle.site)!r}, name='tiny', artifacts=['onnx-float32'], "
        f"digest={tiny_bundle.digest!r})"
    )


def test_an_altered_file_is_refused_before_anything_runs(tiny_bundle: Bundle) -> None:
    model = tiny_bundle.site / "model.onnx"
    model.write_bytes(model.read_bytes() + b"\0")
    with pytest.raises(BundleError, match=r"model\.onnx"):
        webparity.Predictor(tiny_bundle)


def test_files_that_are_no_images_are_refused(tiny_bundle: Bundle, tmp_path: Path) -> None:
    predictor = webparity.Predictor(tiny_bundle)
    (tmp_path / "notes.txt").write_text("no image")
    with pytest.raises(DecodeError, match="JPEG or PNG"):
        predictor.predict(tmp_path / "notes.txt")
    with pytest.raises(UsageError):
        predictor.predict(tmp_path / "missing.png")


def test_decode_file_gives_rgb_pixels(tmp_path: Path) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "image.png")
    decoded = webparity.decode_file(tmp_path / "image.png")
    assert decoded.dtype == np.uint8
    assert np.array_equal(decoded, pixels)
