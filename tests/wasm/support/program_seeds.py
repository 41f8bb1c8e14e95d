"""Small programs of every instruction, to change."""

from __future__ import annotations

from typing import Final

import numpy as np
from program_files import ProgramParts, Record, copy_words, make_constant

from webparity.program.opcodes import Opcode

_CONSTANT: Final = np.arange(1, 9, dtype=np.float32)


def _make_copies() -> bytes:
    """A prologue, a transpose, a concatenation behind a fill, another shape in place, a constant of float16."""
    values = (
        Record((2, 4)),
        make_constant(_CONSTANT, 0),
        Record((8,), offset=32),
        Record((4, 2), offset=64),
        Record((20,), offset=96),
        Record((4, 5), offset=96),
        Record((4,), storage=0, stored_type=10, stored_offset=32),
    )
    instructions = (
        (Opcode.COPY, 2, 1, *copy_words([8], [-1], [1], (7, 0))),
        (Opcode.COPY, 3, 0, *copy_words([4, 2], [1, 4], [2, 1])),
        (Opcode.FILL, 4, 0x3F800000, 0),
        (Opcode.COPY, 4, 3, *copy_words([4, 2], [2, 1], [5, 1])),
        (Opcode.COPY, 4, 6, *copy_words([4], [1], [5], (0, 2))),
        (Opcode.COPY, 5, 4, *copy_words([20], [1], [1])),
    )
    constants = _CONSTANT.tobytes() + np.arange(4, dtype=np.float16).tobytes()
    return ProgramParts(
        values, (0,), (2, 5), instructions, constants, memory_bytes=176, widened_bytes=16, prologue_count=1
    ).encode()


def make_program_seeds() -> list[bytes]:
    """Give the programs."""
    return [_make_copies()]
