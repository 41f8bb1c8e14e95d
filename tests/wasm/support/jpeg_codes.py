"""Entropy-coded data of JPEG scans: random Huffman tables, and codes of blocks (ITU-T T.81, annexes F and G)."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

BLOCK: Final = 64
DC, AC, RAW = 0, 1, 2

Block = list[int]
# The minimum coded units of a scan, each as pairs of a component's place in the scan and a block.
Units = list[list[tuple[int, Block]]]
# Table class, member of the scan, symbol, bits behind it, their number. RAW has bits only.
Code = tuple[int, int, int, int, int]
# Members, first and last coefficient, bits unknown before (0: all) and after.
ScanScript = tuple[list[int], int, int, int, int]


class BitWriter:
    """Bits of entropy-coded data, stuffed (T.81 F.1.2.3)."""

    def __init__(self) -> None:
        self.out = bytearray()
        self._bits = 0
        self._count = 0

    def put(self, value: int, count: int) -> None:
        """Append `count` bits."""
        self._bits = self._bits << count | value & (1 << count) - 1
        self._count += count
        while self._count >= 8:
            self._count -= 8
            byte = self._bits >> self._count & 0xFF
            self.out += bytes([byte, 0]) if byte == 0xFF else bytes([byte])
        self._bits &= (1 << self._count) - 1

    def pad(self, bit: int) -> None:
        """Fill the last byte."""
        while self._count:
            self.put(bit, 1)


def make_table(rng: random.Random, symbols: Sequence[int]) -> tuple[dict[int, tuple[int, int]], bytes]:
    """A Huffman table of random code lengths: codes with their lengths, and the body of its segment."""
    chosen = sorted(set(symbols))
    rng.shuffle(chosen)
    lengths = [1, 1]
    deep = rng.random()
    while len(lengths) < len(chosen) + 1:
        splittable = [i for i, length in enumerate(lengths) if length < 16]
        if deep < 0.3 and len(chosen) < 200:
            place = max(splittable, key=lambda i: lengths[i])
        elif deep < 0.7:
            place = rng.choice(splittable)
        else:
            place = min(splittable, key=lambda i: lengths[i])
        length = lengths.pop(place)
        lengths += [length + 1, length + 1]
    # The last code would be all ones, which is not allowed.
    lengths = sorted(lengths)[: len(chosen)]
    codes, code, place = {}, 0, 0
    for length in range(1, 17):
        for _ in range(lengths.count(length)):
            codes[chosen[place]] = (code, length)
            code, place = code + 1, place + 1
        code <<= 1
    return codes, bytes(lengths.count(length) for length in range(1, 17)) + bytes(chosen)


def _make_value_code(table: int, member: int, run: int, value: int) -> Code:
    size = abs(value).bit_length()
    return (table, member, run << 4 | size, value if value >= 0 else value + (1 << size) - 1, size)


def _code_sequential(units: Units) -> list[Code]:
    codes: list[Code] = []
    predictions = [0] * 4
    for place, block in (pair for unit in units for pair in unit):
        codes.append(_make_value_code(DC, place, 0, block[0] - predictions[place]))
        predictions[place] = block[0]
        run = 0
        for k in range(1, BLOCK):
            if block[k] == 0:
                run += 1
                continue
            codes += [(AC, place, 0xF0, 0, 0)] * (run // 16)
            codes.append(_make_value_code(AC, place, run % 16, block[k]))
            run = 0
        if run:
            codes.append((AC, place, 0, 0, 0))
    return codes


def _code_first_dc(units: Units, low: int) -> list[Code]:
    codes = []
    predictions = [0] * 4
    for place, block in (pair for unit in units for pair in unit):
        codes.append(_make_value_code(DC, place, 0, (block[0] >> low) - predictions[place]))
        predictions[place] = block[0] >> low
    return codes


def _code_dc_refinement(units: Units, low: int) -> list[Code]:
    return [(RAW, 0, 0, block[0] >> low & 1, 1) for unit in units for _, block in unit]


@dataclass
class _RunCoder:
    """Codes of a band, with the run of blocks that end and the bits that wait behind it (T.81 G.1.2)."""

    longest: int
    codes: list[Code] = field(default_factory=list)
    run: int = 0
    waiting: list[int] = field(default_factory=list)

    def end_run(self) -> None:
        if self.run:
            size = self.run.bit_length() - 1
            self.codes.append((AC, 0, size << 4, self.run - (1 << size), size))
            self.put_bits(self.waiting)
        self.run, self.waiting = 0, []

    def put_bits(self, bits: list[int]) -> None:
        self.codes += [(RAW, 0, 0, bit, 1) for bit in bits]

    def end_block(self, bits: list[int]) -> None:
        self.run += 1
        self.waiting += bits
        if self.run >= self.longest or len(self.waiting) > 900:
            self.end_run()


def _code_first_ac(units: Units, band: range, low: int, longest: int) -> list[Code]:
    coder = _RunCoder(longest)
    for ((_, block),) in units:
        run = 0
        for k in band:
            value = (abs(block[k]) >> low) * (1 if block[k] >= 0 else -1)
            if value == 0:
                run += 1
                continue
            coder.end_run()
            coder.codes += [(AC, 0, 0xF0, 0, 0)] * (run // 16)
            coder.codes.append(_make_value_code(AC, 0, run % 16, value))
            run = 0
        if run:
            coder.end_block([])
    coder.end_run()
    return coder.codes


def _code_ac_refinement(units: Units, band: range, low: int, longest: int) -> list[Code]:
    coder = _RunCoder(longest)
    for ((_, block),) in units:
        known = [abs(value) >> low for value in block]
        last = max((k for k in band if known[k] == 1), default=-1)
        run, bits = 0, []
        for k in band:
            if known[k] == 0:
                run += 1
                continue
            while run > 15 and k <= last:
                coder.end_run()
                coder.codes.append((AC, 0, 0xF0, 0, 0))
                coder.put_bits(bits)
                run, bits = run - 16, []
            if known[k] > 1:
                bits.append(known[k] & 1)
                continue
            coder.end_run()
            coder.codes.append((AC, 0, run << 4 | 1, int(block[k] > 0), 1))
            coder.put_bits(bits)
            run, bits = 0, []
        if run or bits:
            coder.end_block(bits)
    coder.end_run()
    return coder.codes


def choose_coder(rng: random.Random, script: ScanScript | None) -> Callable[[Units], list[Code]]:
    """The coder of a scan of a script, or of a sequential one."""
    if script is None:
        return _code_sequential
    _, first, last, high, low = script
    longest = rng.choice([1, 2, 7, 300, 32767])
    if first == 0:
        return lambda units: _code_dc_refinement(units, low) if high else _code_first_dc(units, low)
    band = range(first, last + 1)
    return lambda units: (_code_ac_refinement if high else _code_first_ac)(units, band, low, longest)
