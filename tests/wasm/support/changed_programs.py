"""Programs with a few random changes: words at their limits, words of elsewhere, pieces cut off."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import numpy as np

_LIMITS = (0, 1, 2, 3, 7, 8, 15, 16, 255, 2**16, 2**24, 2**28, 2**31 - 1, 2**31, 2**32 - 1)
_HEADER = 64


def change_program(data: bytes, random: np.random.Generator) -> bytes:
    """Change a program in one to three places.

    Args:
        data: a program that the module loads.
        random: what is changed.
    """
    changed = bytearray(data)
    # Constants are numbers that may be any: few changes go there.
    code_end = _find_constants(data)
    for _ in range(int(random.integers(1, 4))):
        end = len(data) if random.random() < 0.1 else code_end
        first = 0 if random.random() < 0.1 else _HEADER
        at = int(random.integers(first // 4, max(end // 4, first // 4 + 1))) * 4
        _change_word(changed, at, random)
    if random.random() < 0.02:
        del changed[int(random.integers(len(changed))) :]
    return bytes(changed)


def make_changed_programs(seeds: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Give `count` programs, each a seed with changes; the same for the same seed."""
    random = np.random.default_rng(seed)
    for index in range(count):
        yield change_program(seeds[index % len(seeds)], random)


def _find_constants(data: bytes) -> int:
    (size,) = struct.unpack_from("<I", data, 32)
    return len(data) - size


def _change_word(data: bytearray, at: int, random: np.random.Generator) -> None:
    if at + 4 > len(data):
        return
    (word,) = struct.unpack_from("<I", data, at)
    kind = int(random.integers(6))
    if kind == 0:
        word = int(random.choice(_LIMITS))
    elif kind == 1:
        word ^= 1 << int(random.integers(32))
    elif kind == 2:
        word += int(random.integers(-3, 4))
    elif kind == 3:
        word = int(random.integers(0, 40))
    elif kind == 4:
        (word,) = struct.unpack_from("<I", data, int(random.integers(len(data) // 4)) * 4)
    else:
        data[at + int(random.integers(4))] = int(random.integers(256))
        return
    struct.pack_into("<I", data, at, word % 2**32)
