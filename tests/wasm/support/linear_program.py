"""A program written by hand: an image is resized, multiplied with a matrix, and its scores are made probabilities."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from program_files import NO_VALUE, ProgramParts, Record, make_constant

from webparity.program.opcodes import Opcode

PIXELS, WEIGHTS, SCORES, PROBABILITIES = range(4)
_LANES: Final = 8


def make_linear_program(matrix: NDArray[np.float32], side: int) -> ProgramParts:
    """Make the program of `softmax(pixels @ matrix)`; its outputs are probabilities, scores and pixels.

    Args:
        matrix: float32 [side * side * 3, C], C up to 8.
        side: of the resized image, RGB.
    """
    terms, classes = matrix.shape
    packed: NDArray[Any] = np.zeros((1, terms, _LANES), np.float32)
    packed[0, :, :classes] = matrix
    size = 4 * terms
    room = 16 * -(-4 * classes // 16)
    dense = [SCORES, PIXELS, WEIGHTS, NO_VALUE, NO_VALUE, 1, terms, classes, 0, 0, 0]
    return ProgramParts(
        values=[
            Record((1, side, side, 3), offset=0),
            make_constant(packed, 0),
            Record((1, classes), offset=size),
            Record((1, classes), offset=size + room),
        ],
        outputs=[PROBABILITIES, SCORES, PIXELS],
        instructions=[
            [Opcode.RESIZE_IMAGE, PIXELS, 0, 0],
            [Opcode.DENSE, *dense],
            [Opcode.SOFTMAX, PROBABILITIES, SCORES, classes, 0],
        ],
        constants=packed.tobytes(),
        memory_bytes=size + 2 * room,
    )
