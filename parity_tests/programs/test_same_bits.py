"""Whole networks as programs: the same bits natively, whatever ran before, in bounded memory."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from typing import Final, cast

import numpy as np
import pytest
from classifiers import ALL_DIGITS, CLASSIFIERS, fit_classifier
from keras_models import NETWORKS, bake_network, load_photographs
from native_programs import NativePrograms
from numpy.typing import NDArray
from wasm_builds import build_once

from webparity.export.onnx.build import build_checked
from webparity.export.wasm.estimator import build_estimator_program
from webparity.export.wasm.network import build_network_program
from webparity.export.wasm.write import write_program
from webparity.models.estimators.baked import EstimatorBaked
from webparity.outputs.registry import get_output_kind
from webparity.program.file import NO_VALUE, ProgramFile, read_program_file
from webparity.program.instance import ProgramInstance
from webparity.program.operands import OPERANDS

pytestmark = [
    pytest.mark.slow,
    # What the libraries say while classifiers are fitted: `parity_tests/matrix/test_classifiers.py`.
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning"),
    pytest.mark.filterwarnings(r"ignore:Features \[.*\] are constant:UserWarning"),
    pytest.mark.filterwarnings("ignore:invalid value encountered in divide:RuntimeWarning"),
]

SELECTED: Final = {"squeeze-excite", "attention", "LogisticRegression"}
_MEBIBYTE: Final = 2**20


@cache
def make_program(name: str) -> bytes:
    """The program of a network, or of a classifier of ten digits."""
    if name in NETWORKS:
        baked = bake_network(name)
        return write_program(
            build_network_program(build_checked(baked), baked.preprocessing, {}, get_output_kind(baked.output).numbers)
        )
    return write_program(build_estimator_program(cast("EstimatorBaked", fit_classifier(name, ALL_DIGITS))))


@pytest.fixture(scope="module")
def native() -> Iterator[NativePrograms]:
    """The native program with sanitizers."""
    with NativePrograms(build_once("native", native=True)) as program:
        yield program


def encode(image: NDArray[np.uint8]) -> bytes:
    """An image as `take_pixels` reads it."""
    height, width, _ = image.shape
    return struct.pack("<2I", width, height) + image.tobytes()


def list_models(*, classifiers: bool = True) -> list[object]:
    names = [*NETWORKS, *(CLASSIFIERS if classifiers else ())]
    return [name if name in SELECTED else pytest.param(name, marks=pytest.mark.full) for name in names]


@pytest.mark.parametrize("name", list_models())
def test_the_native_build_gives_the_same_bits(native: NativePrograms, name: str) -> None:
    program = make_program(name)
    image = load_photographs()[0]
    expected = [array.tobytes() for array in ProgramInstance(program).run(image=image)]
    assert [*native.run(program, lambda _: (), encode(image)).outputs] == expected


@pytest.mark.parametrize("name", list_models())
def test_answers_do_not_depend_on_the_images_before(name: str) -> None:
    program = make_program(name)
    images = load_photographs()
    kept = ProgramInstance(program)
    alone = [[array.tobytes() for array in ProgramInstance(program).run(image=image)] for image in images]
    for order in (range(len(images)), reversed(range(len(images)))):
        for index in order:
            assert [array.tobytes() for array in kept.run(image=images[index])] == alone[index]


def find_largest_pair(program: ProgramFile) -> int:
    """Bytes of the largest instruction's values in memory: what it reads and what it writes."""
    largest = 0
    for instruction in program.instructions:
        names = OPERANDS[instruction.opcode]
        numbers = {*instruction.operands[: len(names.writes) + len(names.reads)]} - {NO_VALUE}
        values = [program.values[number] for number in numbers]
        sizes = [int(np.prod(value.shape)) * value.dtype.itemsize for value in values if value.stored_dtype is None]
        largest = max(largest, sum(sizes))
    return largest


@pytest.mark.parametrize("name", list_models(classifiers=False))
def test_memory_is_weights_and_twice_the_largest_pair(name: str) -> None:
    data = make_program(name)
    program = read_program_file(data)
    instance = ProgramInstance(data)
    image = np.zeros((8, 8, 3), np.uint8)
    instance.run(image=image)
    size = instance.get_memory_bytes()
    assert size <= program.constant_bytes + 2 * find_largest_pair(program) + _MEBIBYTE
    instance.run(image=image)
    assert instance.get_memory_bytes() == size
