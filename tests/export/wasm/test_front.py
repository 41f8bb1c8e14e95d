"""The front of a program, run in the module: `pixels` and values equal the reference in float64."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
import pytest

from webparity.errors import ExportError
from webparity.export.wasm.front import find_front_refusal, trace_front
from webparity.export.wasm.write import write_program
from webparity.preprocessing import method_tables
from webparity.preprocessing.graph import normalize, resize_image_in_numpy
from webparity.preprocessing.pipeline.step import Step
from webparity.preprocessing.spec import Hog, Preprocessing
from webparity.program.instance import ProgramInstance
from webparity.tensor_ops.tracers.to_numpy import NumpyOps

SPECS: Final[dict[str, Preprocessing]] = {
    "gray": Preprocessing(height=12, width=9),
    "standardized": Preprocessing(
        height=9, width=12, channels="rgb", scale=1 / 127.5, offset=-1, mean=(0.1, 0.2, 0.3), std=(0.5, 0.6, 0.7)
    ),
    "like pillow": Preprocessing(height=12, width=9, channels="rgb", like="pillow"),
    "like opencv": Preprocessing(height=12, width=9, like="opencv"),
    "area": Preprocessing(height=12, width=9, like="opencv", resize="area"),
    "like tensorflow": Preprocessing(height=12, width=9, channels="rgb", like="tensorflow", scale=1.0),
    "bgr": Preprocessing(height=12, width=9, channels="bgr", like="pillow", resize="bicubic"),
    "torchvision": Preprocessing(
        steps=(
            Step.from_keys("resize", like="torchvision", shorter=14),
            Step.from_keys("crop", height=12, width=12),
            Step.from_keys("scale"),
            Step.from_keys("normalize", mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.25)),
        )
    ),
    "gray after": Preprocessing(
        steps=(
            Step.from_keys("resize", like="opencv", height=9, width=7, fit="contain"),
            Step.from_keys("color", to="gray", like="opencv"),
            Step.from_keys("invert"),
            Step.from_keys("standardize"),
        )
    ),
    "hog": Preprocessing(height=20, width=17, hog=Hog(orientations=9, pixels_per_cell=4, cells_per_block=2)),
    "L1": Preprocessing(
        height=16,
        width=16,
        like="pillow",
        hog=Hog(orientations=8, pixels_per_cell=4, cells_per_block=1, normalisation="L1"),
    ),
}


@pytest.mark.parametrize(("in_float64", "unrounded"), [(False, False), (True, False), (True, True)])
@pytest.mark.parametrize("name", SPECS)
def test_pixels_and_values_equal_the_reference(name: str, *, in_float64: bool, unrounded: bool) -> None:
    spec = SPECS[name]
    graph, pixels, values = trace_front(spec, in_float64=in_float64, unrounded=unrounded)
    graph.outputs = [pixels, values]
    program = ProgramInstance(write_program(graph))
    for side in (8, 31, 60):
        image = np.random.default_rng(side).integers(0, 256, (side, 2 * side, 3), np.uint8)
        resized, features = program.run([], image)
        expected = resize_image_in_numpy(image, spec)
        np.testing.assert_allclose(resized[0], expected, rtol=0, atol=1e-5)
        reference = normalize(NumpyOps(), expected[np.newaxis] if unrounded else resized.astype(np.float64), spec)
        assert features.shape == (1, *spec.values_shape)
        # HOG and an image's own mean and deviation are computed in float32 everywhere.
        bound = 2e-6 if spec.hog or name == "gray after" or not in_float64 else 3e-7
        np.testing.assert_allclose(features, reference, rtol=1e-7, atol=bound)


def test_an_interpolation_of_another_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = SPECS["gray"]
    own = method_tables.INTERPOLATIONS["bilinear"]
    other = replace(own, resize={None: partial(own.resize[None])})
    monkeypatch.setitem(method_tables.INTERPOLATIONS, "bilinear", other)
    assert find_front_refusal(spec)
    with pytest.raises(ExportError, match=r"resize that the module has; .*bilinear.*--target onnx"):
        trace_front(spec)
