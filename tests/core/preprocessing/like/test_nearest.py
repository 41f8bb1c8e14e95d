"""The nearest pixel as Pillow, OpenCV and TensorFlow find it, where their own rounding errors decide too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import cv2
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image

from webparity.export.onnx.model import make_float_output, make_model, trace_preprocessing
from webparity.preprocessing.geometry import make_whole_window
from webparity.preprocessing.graph import resize_image_in_numpy
from webparity.preprocessing.like.nearest import opencv, pillow, tensorflow
from webparity.preprocessing.spec import Preprocessing
from webparity.tensor_ops.tracers.to_numpy import NumpyOps

Places = NDArray[np.int64]


def find_pillow_s(side: int, count: int) -> Places:
    numbers = np.arange(side, dtype=np.int32).reshape(1, side)
    return np.asarray(Image.fromarray(numbers).resize((count, 1), Image.Resampling.NEAREST))[0].astype(np.int64)


def find_opencv_s(side: int, count: int) -> Places:
    numbers = np.arange(side, dtype=np.float32).reshape(1, side)
    return np.asarray(cv2.resize(numbers, (count, 1), interpolation=cv2.INTER_NEAREST))[0].astype(np.int64)


def find_tensorflow_s(side: int, count: int) -> Places:
    numbers = np.arange(side, dtype=np.float32).reshape(1, side, 1)
    return np.asarray(tf.image.resize(numbers, (1, count), "nearest"))[0, :, 0].astype(np.int64)


LIBRARIES: Final[dict[str, tuple[Any, Callable[[int, int], Places]]]] = {
    "pillow": (pillow, find_pillow_s),
    "opencv": (opencv, find_opencv_s),
    "tensorflow": (tensorflow, find_tensorflow_s),
}


@pytest.mark.parametrize("name", LIBRARIES)
def test_places_are_the_library_s(name: str) -> None:
    ours, find = LIBRARIES[name]
    ops = NumpyOps()
    differing = 0
    for count in (1, 3, 49, 63, 96, 180, 224, 299, 315, 2048, *np.random.default_rng(0).integers(1, 2049, 6)):
        for side in (1, *(int(count) * k // 9 for k in range(9, 40)), 512, 4000, 16383, 16384):
            expected = find(side, int(count))
            window = make_whole_window(int(count))
            found = ours.find_places(ops, ops.constant(side), window).reshape(-1)
            np.testing.assert_array_equal(found, expected, err_msg=f"{side} to {count}")
            exact = pillow.find_centers(ops, ops.constant(side), window)[0].reshape(-1)
            differing += int((exact != expected).any())
    # The libraries' own errors were met.
    assert differing >= 10


@pytest.mark.parametrize("like", LIBRARIES)
def test_onnx_and_numpy_copy_the_same_pixels(like: str) -> None:
    import onnxruntime

    step = {"step": "resize", "like": like, "method": "nearest", "height": 224, "width": 63}
    spec = Preprocessing(steps=[step])
    ops, _ = trace_preprocessing(spec, lambda _ops, pixels, _spec: pixels)
    model = make_model(ops, [make_float_output("pixels", (224, 63, 3))])
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for height, width in ((512, 90), (640, 27), (224, 63), (300, 1200), (96, 70)):
        image = np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
        expected = resize_image_in_numpy(image, spec)
        np.testing.assert_array_equal(session.run(["pixels"], {"image": image[np.newaxis]})[0][0], expected)
