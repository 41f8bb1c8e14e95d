"""Programs with a few random changes: words at their limits, words of elsewhere, pieces cut off."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

import numpy as np

_LIMITS: Final = (0, 1, 2, 3, 7, 8, 15, 16, 255, 2**16, 2**24, 2**28, 2**31 - 1, 2**31, 2**32 - 1)
_HEADER, _VALUE, _WORD = 64, 64, 4
# How often each part is changed: header, values, inputs and outputs, code, constants.
_WEIGHTS: Final = (0.03, 0.3, 0.02, 0.55, 0.1)


def make_changed_programs(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Give `count` programs, each `data` with changes; the same for the same seed."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        yield _change_program(data, random)


def _change_program(data: bytes, random: np.random.Generator) -> bytes:
    changed = bytearray(data)
    for _ in range(int(random.choice([1, 1, 1, 2, 3]))):
        start, end = _choose_part(data, random)
        if end - start >= _WORD:
            _change_word(changed, start, end, random)
    if random.random() < 0.01:
        del changed[int(random.integers(len(changed))) :]
    return bytes(changed)


def _choose_part(data: bytes, random: np.random.Generator) -> tuple[int, int]:
    """Where a part of the file begins and ends, in bytes; of the values, one's fields without what must be zero."""
    words = struct.unpack_from("<16I", data)
    values, code_words, constants = words[3], words[5], words[8]
    code_end = len(data) - constants
    code_start = (code_end - code_words * _WORD) // 16 * 16
    values_end = _HEADER + values * _VALUE
    part = int(random.choice(5, p=_WEIGHTS))
    if part == 1:
        start = _HEADER + int(random.integers(values)) * _VALUE
        rank = data[start + 1]
        return start, start + 12 + _WORD * (rank + 1)
    return [(0, _HEADER), (0, 0), (values_end, code_start), (code_start, code_end), (code_end, len(data))][part]


def _change_word(data: bytearray, start: int, end: int, random: np.random.Generator) -> None:
    count = (end - start) // _WORD
    at = start + int(random.integers(count)) * _WORD
    (word,) = struct.unpack_from("<I", data, at)
    kind = int(random.integers(7))
    if kind == 0:
        word = int(random.choice(_LIMITS))
    elif kind == 1:
        word ^= 1 << int(random.integers(32))
    elif kind == 2:
        word += int(random.integers(-3, 4))
    elif kind == 3:
        word = int(random.integers(0, 40))
    elif kind == 4:  # a word of the same part
        (word,) = struct.unpack_from("<I", data, start + int(random.integers(count)) * _WORD)
    elif kind == 5:
        word = word * int(random.integers(2, 10)) // int(random.integers(1, 10))
    else:
        data[at + int(random.integers(_WORD))] = int(random.integers(256))
        return
    struct.pack_into("<I", data, at, word % 2**32)
