from __future__ import annotations

import pytest

from webparity.decode.jpeg.huffman import BLOCK, END, STEP_BITS, STEP_MASK, HuffmanTable, read_huffman_tables
from webparity.decode.refusal import DecodeRefusal

# Codes 00, 01, 10 and 110 for end of block, (0, 1), (2, 3) and sixteen zeros.
COUNTS = bytes([0, 3, 1, *[0] * 13])
VALUES = bytes([0x00, 0x01, 0x23, 0xF0])


def test_windows_find_canonical_codes() -> None:
    table = HuffmanTable(COUNTS, VALUES)
    found = [(table.lengths[w << 8], table.symbols[w << 8]) for w in (0b00111111, 0b01000000, 0b10111111, 0b11011111)]
    assert found == [(2, 0x00), (2, 0x01), (2, 0x23), (3, 0xF0)]
    assert table.lengths[0xE000] == 0


def test_a_joined_step_reads_all_symbols_that_fit_and_stops_at_the_block_s_end() -> None:
    _, joined = HuffmanTable(COUNTS, VALUES).ac_steps
    # (0, 1) and its bit, (2, 3) and its three, then the end; what follows belongs to the next block.
    window = int("0111010100010011", 2)
    assert joined[window] & STEP_MASK == 10
    assert joined[window] >> STEP_BITS == 1 + 3 + END


def test_a_joined_step_never_goes_far_beyond_a_block() -> None:
    _, joined = HuffmanTable(COUNTS, VALUES).ac_steps
    moves = {step >> STEP_BITS for step in joined}
    assert all(m < 2 * BLOCK or END <= m < END + BLOCK or m >= 1024 for m in moves)


@pytest.mark.parametrize(
    ("counts", "values"),
    [
        ([2], [0, 1]),  # the code of one bit 1 is all ones
        ([1, 2], [0, 1, 2]),
        ([0, 5], [0, 1, 2, 3, 4]),
        ([0] * 15 + [257], range(257)),
    ],
)
def test_impossible_codes_are_refused(counts: list[int], values: list[int]) -> None:
    padded = bytes(min(c, 255) for c in [*counts, *[0] * (16 - len(counts))])
    with pytest.raises(DecodeRefusal) as caught:
        read_huffman_tables(b"\x00" + padded + bytes(v & 255 for v in values), {}, {})
    assert caught.value.code == "corrupt"


@pytest.mark.parametrize(
    "body", [b"\x20", b"\x04" + COUNTS + VALUES, b"\x00" + COUNTS + VALUES[:3], b"\x00" + COUNTS[:9]]
)
def test_malformed_segments_are_refused(body: bytes) -> None:
    with pytest.raises(DecodeRefusal):
        read_huffman_tables(body, {}, {})


def test_a_dc_table_holds_sizes_up_to_15_only() -> None:
    read_huffman_tables(b"\x10" + COUNTS + VALUES, {}, {})
    with pytest.raises(DecodeRefusal):
        read_huffman_tables(b"\x00" + COUNTS + VALUES, {}, {})
