"""The instruction that resizes the decoded image, against `core/preprocessing` in float64."""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from native_programs import NativePrograms
from numpy.typing import NDArray
from program_interpreter import make_resize_spec

from webparity.errors import UsageError
from webparity.export.wasm.front import find_front_refusal, trace_front
from webparity.export.wasm.resize_instruction import UNROUNDED
from webparity.export.wasm.write import write_program
from webparity.preprocessing.graph import resize_image_in_numpy
from webparity.preprocessing.method_tables import INTERPOLATIONS
from webparity.preprocessing.pipeline.resizing import LIBRARIES
from webparity.preprocessing.spec import Preprocessing
from webparity.program.graph import ProgramGraph
from webparity.program.instance import ProgramInstance
from webparity.program.opcodes import Opcode, ResizeMethod
from webparity.program.refusal import ProgramRefusal
from webparity.wasm.compiled_module import load_compiled, load_module

# Half a unit of float32 in the last place. Pillow's and OpenCV's levels are whole, and equal.
BOUNDS: Final = dict.fromkeys(UNROUNDED, 7.7e-6)
# Weights below 0 go beyond the range of bytes.
BOUNDS.update({method: 1.6e-5 for method in UNROUNDED if "CUBIC" in method.name or "LANCZOS" in method.name})
# Height and width of the image and of the output: growing, shrinking, halved, both, one row, one column, the largest.
SIZES: Final = [
    (1, 1, 5, 7),
    (2, 3, 2, 3),
    (28, 28, 28, 28),
    (19, 23, 19, 23),
    (30, 40, 28, 28),
    (56, 56, 28, 28),
    (40, 9, 12, 30),
    (9, 40, 30, 12),
    (7, 300, 512, 3),
    (300, 7, 3, 40),
    (257, 311, 31, 29),
    (400, 90, 64, 64),
    (16384, 3, 28, 2),
    (3, 16384, 2, 28),
    (16384, 2, 1, 3),
]


def make_program(method: int, height: int, width: int, depth: int, *placing: int, dtype: Any = np.float32) -> bytes:
    graph = ProgramGraph()
    numbers: list[int | float] = [method, *(placing or (0,))]
    graph.outputs = graph.emit(Opcode.RESIZE_IMAGE, [], ((1, height, width, depth), dtype), numbers=numbers)
    return write_program(graph)


def resize(method: ResizeMethod, image: NDArray[np.uint8], shape: tuple[int, int, int]) -> NDArray[Any]:
    return ProgramInstance(make_program(method, *shape)).run([], image)[0][0]


@pytest.mark.parametrize("method", ResizeMethod)
@pytest.mark.parametrize("depth", [1, 3])
def test_every_size_gives_the_pixels_of_the_reference(method: ResizeMethod, depth: int) -> None:
    for number, (height, width, out_height, out_width) in enumerate(SIZES):
        image = np.random.default_rng(number).integers(0, 256, (height, width, 3), np.uint8)
        if number % 3 == 0:
            image[...] = 255
        expected = resize_image_in_numpy(image, make_resize_spec(method, out_height, out_width, depth))
        pixels = resize(method, image, (out_height, out_width, depth))
        assert np.abs(pixels - expected).max() <= BOUNDS.get(method, 0), (height, width, out_height, out_width)


@pytest.mark.parametrize("method", ResizeMethod)
@pytest.mark.parametrize("depth", [1, 3])
def test_what_is_not_rounded_can_be_float64(method: ResizeMethod, depth: int) -> None:
    program = make_program(method, 12, 9, depth, dtype=np.float64)
    if method not in BOUNDS:
        with pytest.raises(ProgramRefusal) as refused:
            ProgramInstance(program)
        assert refused.value.code == "type"
        return
    spec = make_resize_spec(method, 12, 9, depth)
    for size in ((12, 9), (300, 200), (5, 7)):
        image = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
        (pixels,) = ProgramInstance(program).run([], image)
        np.testing.assert_allclose(pixels[0], resize_image_in_numpy(image, spec), rtol=0, atol=2e-11)


@pytest.mark.parametrize("image", [np.zeros((5, 4, 3), np.uint8), np.full((40, 50, 3), 255, np.uint8)])
def test_black_stays_black_and_white_white(image: NDArray[np.uint8]) -> None:
    for method in ResizeMethod:
        np.testing.assert_allclose(resize(method, image, (8, 9, 1)), float(image.max()), rtol=0, atol=1e-4)


def test_one_program_resizes_images_of_any_size() -> None:
    program = ProgramInstance(make_program(ResizeMethod.BILINEAR, 8, 8, 3))
    images = [np.full((side, 2 * side, 3), side, np.uint8) for side in (1, 90, 5)]
    for image in images:
        np.testing.assert_allclose(program.run([], image)[0], image[0, 0, 0], rtol=0, atol=1e-4)


OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "cover": {"height": 24, "width": 20, "fit": "cover"},
    "contain": {"height": 24, "width": 21, "fit": "contain", "color": [10, 20, 30]},
    "shorter": {"shorter": 26},
    "small": {"shorter": 15},
    "factor": {"factor": 0.29},
    "larger": {"factor": 1.5},
}
SQUARES: Final[dict[str, dict[str, Any]]] = {
    "whole": {},
    "cut": {"step": "crop", "square": True},
    "padded": {"step": "pad", "square": True, "color": [10, 20, 30]},
}


@pytest.mark.parametrize("square", SQUARES)
@pytest.mark.parametrize("like", ["own", "pillow", "opencv", "tensorflow", "keras", "torchvision"])
@pytest.mark.parametrize("placing", OPTIONS)
def test_images_of_other_aspect_ratios_lie_where_the_reference_has_them(like: str, placing: str, square: str) -> None:
    before = [SQUARES[square]] if SQUARES[square] else []
    images = [
        np.random.default_rng(side).integers(0, 256, (side, width, 3), np.uint8)
        for side, width in ((31, 62), (120, 97), (8, 9), (300, 40), (24, 20), (24, 21))
    ]
    # Each kind of placing with every method, each kind of square with some.
    methods = list(INTERPOLATIONS) if square == "whole" else ["bilinear", "nearest"]
    compared = 0
    for name in methods:
        steps: Any = [*before, {"step": "resize", "method": name, "like": like, **OPTIONS[placing]}]
        if "height" not in OPTIONS[placing]:
            color = {"step": "pad", "color": [10, 20, 30]} if square == "padded" else {"step": "crop"}
            steps.append({**color, "height": 23, "width": 24})
        try:
            spec = Preprocessing(steps=steps)
        except UsageError:
            continue
        if find_front_refusal(spec):
            # A second color, and a second crop or pad, are not known.
            assert square != "whole"
            continue
        graph, pixels, _ = trace_front(spec)
        graph.outputs = [pixels]
        program = ProgramInstance(write_program(graph))
        for image in images:
            expected = resize_image_in_numpy(image, spec)
            np.testing.assert_allclose(program.run([], image)[0][0], expected, rtol=0, atol=1.6e-5)
            compared += 1
    twice = {("keras", "cover"), ("keras", "contain"), ("tensorflow", "cover")}
    known = [name for name in methods if LIBRARIES[like] in INTERPOLATIONS[name].resize]
    assert compared == (0 if square != "whole" and (like, placing) in twice else 6 * len(known))


@pytest.mark.slow
def test_builds_with_sanitizers_and_without_simd_give_the_same_bytes(build_once: Callable[..., Path]) -> None:
    module = load_module()
    scalar = load_compiled(module.api, module.engine, build_once("scalar", scalar=True).read_bytes())
    with NativePrograms(build_once("native", native=True)) as native:
        for number, (height, width, *out) in enumerate([*SIZES[:-3], (33, 34, 16, 17), (300, 2, 1, 1), (2, 300, 1, 1)]):
            image = np.random.default_rng(number).integers(0, 256, (height, width, 3), np.uint8)
            sent = struct.pack("<2I", width, height) + image.tobytes()
            placings = (
                (),
                (4, 1, 1, 0, 7),
                (4, 2, 11, 5, 7),
                (4, 3, 1, 3, 7),
                (4, 0, 1, 24, 7),
                (5, 4, 0, 26, 7, 0x3FE80000),
            )
            # Every placing with each third size.
            tried = placings if number % 3 == 0 else placings[:1]
            for method, depth, wide, placing in product(ResizeMethod, (1, 3), (False, True), tried):
                if wide and method not in BOUNDS:
                    continue
                program = make_program(method, *out, depth, *placing, dtype=np.float64 if wide else np.float32)
                (pixels,) = ProgramInstance(program).run([], image)
                (same,) = ProgramInstance(program, compiled=scalar).run([], image)
                assert native.run(program, lambda _: [], sent).outputs == (pixels.tobytes(),)
                assert same.tobytes() == pixels.tobytes()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((22, 8, 8, 3), "shape"),
        ((0, 2049, 8, 3), "shape"),
        ((0, 8, 0, 3), "shape"),
        ((0, 8, 8, 2), "shape"),
        ((0, 8, 8, 3, 1), "operand"),
        ((0, 8, 8, 3, 4, 5, 1, 0, 0), "shape"),
        ((0, 8, 8, 3, 4, 4, 1, 0, 0), "shape"),
        ((0, 8, 8, 3, 5, 4, 0, 0, 0, 0), "shape"),
        ((0, 8, 8, 3, 5, 4, 0, 0, 0, 0x7FF80000), "shape"),
        ((0, 8, 8, 3, 5, 3, 1, 0, 0, 0x3FE00000), "shape"),
        ((0, 8, 8, 3, 4, 2, 0, 0, 0), "shape"),
        ((0, 8, 8, 3, 4, 2, 2049, 0, 0), "shape"),
        ((0, 8, 8, 3, 3, 2, 9, 0), "shape"),
        ((0, 8, 8, 3, 4, 2, 9, 0), "operand"),
    ],
    ids=[
        "method",
        "side",
        "empty",
        "channels",
        "words",
        "fit",
        "no factor",
        "zero",
        "nan",
        "other fit",
        "no side",
        "long side",
        "count",
        "color",
    ],
)
def test_what_has_no_meaning_is_refused(words: tuple[int, ...], code: str) -> None:
    with pytest.raises(ProgramRefusal) as refused:
        ProgramInstance(make_program(*words))
    assert refused.value.code == code
