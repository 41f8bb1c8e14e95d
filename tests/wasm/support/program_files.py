"""Files of programs, word by word, so that any field can be wrong."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.program.element_types import ELEMENT_TYPES

ALIGNMENT: Final = 16
MAGIC: Final = 0x50425057
NO_VALUE: Final = 2**32 - 1
NUMBERS: Final = {dtype: number for number, dtype in ELEMENT_TYPES.items()}
FLOAT: Final = 1


@dataclass(frozen=True)
class Record:
    """A value of the file; storage 0 is a constant, 1 the memory."""

    dims: tuple[int, ...] = (4,)
    type: int = FLOAT
    storage: int = 1
    offset: int = 0
    stored_type: int = 0
    stored_offset: int = 0
    rank: int | None = None

    def encode(self) -> bytes:
        """64 bytes."""
        rank = len(self.dims) if self.rank is None else self.rank
        dims = [*self.dims, *[0] * (8 - len(self.dims))]
        head = (self.type, rank, self.storage, self.stored_type, self.offset, self.stored_offset)
        return struct.pack("<4B2I8I20x", *head, *dims)


@dataclass(frozen=True)
class ProgramParts:
    """The parts of a file; instructions are an opcode and its operands."""

    values: Sequence[Record] = ()
    inputs: Sequence[int] = ()
    outputs: Sequence[int] = ()
    instructions: Sequence[Sequence[int]] = ()
    constants: bytes = b""
    memory_bytes: int = 4096
    widened_bytes: int = 0
    prologue_count: int = 0
    # Fields of the header that shall be wrong, by their position.
    wrong: dict[int, int] = field(default_factory=dict)

    def change(self, **parts: Any) -> ProgramParts:
        """The same with other parts."""
        return replace(self, **parts)

    def encode(self) -> bytes:
        """The file."""
        code = [word for op, *operands in self.instructions for word in (op | (len(operands) + 1) << 16, *operands)]
        parts = [
            b"".join(value.encode() for value in self.values),
            *(_encode_words(words) for words in (self.inputs, self.outputs, code)),
            self.constants,
        ]
        body = b""
        for part in parts:
            body += bytes(-len(body) % ALIGNMENT) + part
        header = [
            *(MAGIC, 1, 64 + len(body), len(self.values), len(self.instructions), len(code)),
            *(len(self.inputs), len(self.outputs), len(self.constants), self.widened_bytes, self.memory_bytes),
            *(self.prologue_count, 0, 0, 0, 0),
        ]
        for position, word in self.wrong.items():
            header[position] = word
        return _encode_words(header) + body


def _encode_words(words: Sequence[int]) -> bytes:
    return np.array([word % 2**32 for word in words], "<u4").tobytes()


def make_constant(array: NDArray[Any], stored_offset: int) -> Record:
    """The record of a constant that is stored as it is computed with."""
    number = NUMBERS[array.dtype]
    return Record(array.shape, number, 0, 0, number, stored_offset)


def copy_words(
    dims: Sequence[int], x: Sequence[int], out: Sequence[int], offsets: tuple[int, int] = (0, 0)
) -> list[int]:
    """The numbers of a copy: rank, dims, strides of x, strides of out, offsets in both."""
    return [len(dims), *dims, *x, *out, *offsets]
