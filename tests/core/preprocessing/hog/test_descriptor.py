"""HOG equals skimage's: on integer pixels within 1e-5 in every adapter, after a resize on 99.9 % of the features."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import tensorflow as tf
from onnx import TensorProto, helper
from PIL import Image
from skimage.feature import hog as skimage_hog

from webparity.errors import UsageError
from webparity.preprocessing.graph import normalize, resize_image_in_numpy, resize_pixels
from webparity.preprocessing.spec import Hog, Preprocessing
from webparity.tensor_ops.tracers.to_numpy import NumpyOps
from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

CLOSE = 1e-5
BINARY = 1 / 256  # a scale that skimage's float64 gradients survive without rounding, so that ties stay ties


def _make_spec(hog: Hog, height: int = 28, width: int = 28, scale: float = 1.0) -> Preprocessing:
    return Preprocessing(height=height, width=width, scale=scale, hog=hog)


def _run_skimage(pixels: np.ndarray, spec: Preprocessing) -> np.ndarray:
    assert spec.hog is not None
    return np.stack(
        [
            skimage_hog(
                plane * spec.scale,
                orientations=spec.hog.orientations,
                pixels_per_cell=(spec.hog.pixels_per_cell,) * 2,
                cells_per_block=(spec.hog.cells_per_block,) * 2,
                block_norm=spec.hog.normalisation,
            )
            for plane in pixels[..., 0]
        ]
    )


@cache
def _run_onnx(spec: Preprocessing, *, resize: bool) -> Any:
    ops = OnnxOps("features")
    pixels = OnnxTensor(ops, "image")
    out = normalize(ops, resize_pixels(ops, pixels, spec) if resize else pixels, spec)
    given = (TensorProto.UINT8, 3) if resize else (TensorProto.FLOAT, 1)
    graph = helper.make_graph(
        ops.nodes,
        "features",
        [helper.make_tensor_value_info("image", given[0], ["N", "H", "W", given[1]])],
        [helper.make_tensor_value_info(out.name, TensorProto.FLOAT, ["N", *spec.values_shape])],
        list(ops.initializers.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def _run_adapters(pixels: np.ndarray, spec: Preprocessing) -> dict[str, np.ndarray]:
    real = pixels.astype(np.float32)
    return {
        "numpy": normalize(NumpyOps(), pixels.astype(np.float64), spec),
        "tensorflow": normalize(TensorFlowOps(), tf.constant(real), spec).numpy(),
        "onnx": _run_onnx(spec, resize=False).run(None, {"image": real})[0],
    }


def _make_photos(height: int, width: int, count: int = 4, *, flat: bool = True) -> np.ndarray:
    """Smooth gray slopes, with flat parts, hard edges and noise put in, uint8 [count, height, width, 1]."""
    random = np.random.default_rng(height * 1000 + width)
    coarse = random.integers(0, 256, (count, 5, 4), dtype=np.uint8)
    planes = [np.asarray(Image.fromarray(c).resize((width, height), Image.Resampling.BICUBIC)) for c in coarse]
    photos = np.stack(planes)[..., np.newaxis].copy()
    if not flat:
        return photos
    photos[:, : height // 3, : width // 2] = 255
    photos[:, height // 2 :, width // 2 :] //= 64
    photos[:, 2 * height // 3 :, : width // 3] = random.integers(
        0, 256, photos[:, 2 * height // 3 :, : width // 3].shape
    )
    return photos


@pytest.mark.parametrize("normalisation", ["L1", "L2", "L2-Hys"])
@pytest.mark.parametrize("cells_per_block", [1, 2])
@pytest.mark.parametrize(
    ("orientations", "pixels_per_cell", "height", "width"),
    [(8, 2, 28, 28), (9, 4, 28, 28), (12, 7, 28, 28), (1, 1, 6, 5), (7, 3, 29, 25), (18, 8, 40, 31), (36, 5, 11, 64)],
)
@pytest.mark.parametrize("scale", [1.0, BINARY])
def test_it_is_skimages_hog_on_integer_pixels(
    normalisation: Any,
    cells_per_block: int,
    orientations: int,
    pixels_per_cell: int,
    height: int,
    width: int,
    scale: float,
) -> None:
    hog = Hog(
        orientations=orientations,
        pixels_per_cell=pixels_per_cell,
        cells_per_block=cells_per_block,
        normalisation=normalisation,
    )
    spec = _make_spec(hog, height, width, scale)
    pixels = _make_photos(height, width)
    expected = _run_skimage(pixels, spec)
    assert expected.shape[1:] == spec.values_shape
    for name, features in _run_adapters(pixels, spec).items():
        assert np.abs(features - expected).max() <= CLOSE, name


def test_the_scale_of_0_to_1_is_only_felt_beside_epsilon() -> None:
    # 9 orientations have no diagonal edge, where skimage's own rounding of pixels / 255 would decide.
    hog = Hog(orientations=9, pixels_per_cell=4, cells_per_block=1, normalisation="L2")
    pixels = _make_photos(28, 28)
    small, large = (_make_spec(hog, scale=scale) for scale in (1 / 255, 1.0))
    for name, features in _run_adapters(pixels, small).items():
        assert np.abs(features - _run_skimage(pixels, small)).max() <= CLOSE, name
    assert np.abs(_run_skimage(pixels, small) - _run_skimage(pixels, large)).max() > CLOSE


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (2, 2), (7, 1)])
def test_images_without_a_gradient_inside_agree_too(size: tuple[int, int]) -> None:
    spec = _make_spec(Hog(orientations=4, pixels_per_cell=1, cells_per_block=1), *size)
    pixels = np.arange(size[0] * size[1], dtype=np.uint8).reshape(1, *size, 1) * 9
    expected = normalize(NumpyOps(), pixels.astype(np.float64), spec)
    for features in _run_adapters(pixels, spec).values():
        assert np.abs(features - expected).max() <= CLOSE
    if min(size) > 1:
        assert np.abs(expected - _run_skimage(pixels, spec)).max() <= CLOSE


def _resize(image: np.ndarray, spec: Preprocessing) -> dict[str, np.ndarray]:
    batch = image[np.newaxis]
    return {
        "numpy": normalize(NumpyOps(), resize_image_in_numpy(image, spec)[np.newaxis], spec)[0],
        "tensorflow": normalize(TensorFlowOps(), resize_pixels(TensorFlowOps(), batch, spec), spec).numpy()[0],
        "onnx": _run_onnx(spec, resize=True).run(None, {"image": batch})[0][0],
    }


SIZES = ((200, 240), (64, 50), (33, 28), (20, 21), (28, 140), (500, 410))


@pytest.mark.parametrize("scale", [1.0, 1 / 255])
@pytest.mark.parametrize("hog", [Hog(orientations=8, pixels_per_cell=2, cells_per_block=b) for b in (1, 2)])
def test_after_a_resize_999_of_1000_features_are_skimages(hog: Hog, scale: float) -> None:
    spec = _make_spec(hog, scale=scale)
    random = np.random.default_rng(3)
    distances: dict[str, list[np.ndarray]] = {}
    for size in SIZES:
        # Without edges along an axis, whose bin is decided in skimage by float64 rounding after a resize.
        smooth = [_make_photos(*size, flat=False), random.integers(0, 256, (2, *size, 1), dtype=np.uint8)]
        for image in np.repeat(np.concatenate(smooth), 3, axis=-1):
            expected = _run_skimage(resize_image_in_numpy(image, spec)[np.newaxis], spec)[0]
            for name, features in _resize(image, spec).items():
                distances.setdefault(name, []).append(features - expected)
    assert sorted(distances) == ["numpy", "onnx", "tensorflow"]
    for name, parts in distances.items():
        assert np.mean(np.abs(np.concatenate(parts)) <= CLOSE) >= 0.999, name


@pytest.mark.parametrize("orientations", [8, 9])
@pytest.mark.parametrize("cells_per_block", [1, 2])
def test_rounding_after_a_resize_moves_no_gradient_to_another_bin(orientations: int, cells_per_block: int) -> None:
    spec = _make_spec(Hog(orientations=orientations, pixels_per_cell=2, cells_per_block=cells_per_block))
    diagonal = np.maximum.outer(np.arange(300), 300 - np.arange(300)) // 100 * 80
    images = [np.repeat(photo, 3, axis=-1) for size in SIZES for photo in _make_photos(*size)]
    for image in [*images, np.repeat(diagonal[..., np.newaxis], 3, axis=-1).astype(np.uint8)]:
        truth, *others = _resize(image, spec).values()
        for features in others:
            assert np.abs(features - truth).max() <= 1e-3


def test_flat_white_is_flat_in_every_runtime_even_after_a_resize() -> None:
    spec = _make_spec(Hog(orientations=8, pixels_per_cell=2, cells_per_block=1))
    for size in ((37, 53), (180, 200), (301, 299)):
        image = np.full((1, *size, 3), 255, dtype=np.uint8)
        assert not np.asarray(normalize(TensorFlowOps(), resize_pixels(TensorFlowOps(), image, spec), spec)).any()
        assert not _run_onnx(spec, resize=True).run(None, {"image": image})[0].any()


@pytest.mark.parametrize(
    ("fields", "received"),
    [
        ({"orientations": 0}, "received 0"),
        ({"orientations": 37}, "received 37"),
        ({"pixels_per_cell": 0}, "`hog.pixels_per_cell` from 1 to 512; received 0"),
        ({"cells_per_block": 0}, "`hog.cells_per_block` from 1 to 512; received 0"),
        ({"normalisation": "L3"}, "'L3'"),
    ],
)
def test_hog_out_of_range_is_refused(fields: dict[str, Any], received: str) -> None:
    with pytest.raises(UsageError, match=received):
        Hog(**({"orientations": 8, "pixels_per_cell": 2, "cells_per_block": 1} | fields))


@pytest.mark.parametrize(
    ("fields", "received"),
    [
        ({"height": 5}, "6 x 6 pixels, one HOG block; received 5 x 28"),
        ({"channels": "rgb"}, "channels=rgb"),
        ({"offset": -1.0}, "offset=-1.0"),
        ({"mean": (0.5,)}, r"mean=\(0.5,\)"),
        ({"scale": 0.0}, "`scale` other than 0; received 0.0"),
    ],
)
def test_preprocessing_that_does_not_go_with_hog_is_refused(fields: dict[str, Any], received: str) -> None:
    hog = Hog(orientations=8, pixels_per_cell=3, cells_per_block=2)
    with pytest.raises(UsageError, match=received):
        Preprocessing(**({"height": 28, "width": 28, "hog": hog} | fields))


def test_it_is_a_value_with_a_shape() -> None:
    spec = _make_spec(Hog(orientations=8, pixels_per_cell=2, cells_per_block=2))
    assert hash(spec) == hash(_make_spec(Hog(orientations=8, pixels_per_cell=2, cells_per_block=2)))
    assert spec.values_shape == (13 * 13 * 2 * 2 * 8,)
    assert Preprocessing(height=4, width=3, channels="rgb").values_shape == (4, 3, 3)
