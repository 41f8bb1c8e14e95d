"""One-bit flips of a document, spread evenly over it, and the outcome of each."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import rfc8785

FLIPS = 10_000
FEWER_FLIPS = 2_000


def flip_bits(data: bytes, flips: int) -> Iterator[bytes]:
    """Yield copies of a document with one bit changed, at `flips` places evenly over it."""
    bits = len(data) * 8
    assert flips <= bits
    for index in range(flips):
        bit = index * bits // flips
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << (bit % 8)
        yield bytes(changed)


def digest_canonical_form(data: bytes) -> str | None:
    """SHA-256 of the canonical form of JSON, by Python's own parser; None where it is no JSON."""
    with contextlib.suppress(ValueError, RecursionError):
        return hashlib.sha256(rfc8785.dumps(json.loads(data.decode()))).hexdigest()
    return None


@dataclass
class Counts:
    """Outcomes of flips: refused, the same value in other characters, or accepted as another value."""

    refused: int = 0
    harmless: int = 0
    silent: int = 0

    def add(self, *, accepted: bool, same: bool) -> None:
        """Count one flip; `same`: its canonical form is the original's."""
        if not accepted:
            self.refused += 1
        elif same:
            self.harmless += 1
        else:
            self.silent += 1

    def __str__(self) -> str:
        """The figures."""
        total = self.refused + self.harmless + self.silent
        return f"{total} flips: {self.refused} refused, {self.harmless} of the same value, {self.silent} silent"
