import hashlib
import struct

import numpy as np

from webparity.verification.answer_bits import digest_answers, encode_answer

ONE = {
    "pixels": np.float32([[[7.0]]]),
    "scores": np.float32([-4, 4]),
    "probabilities": np.float32([0.25, 0.75]),
}
OTHER = {
    "probabilities": np.float32([1, 0]),
    "scores": np.float32([-0.0, 3]),
    "pixels": np.float32([[[9.0]]]),
}


def test_the_bytes_are_probabilities_scores_and_pixels_as_little_endian_float32() -> None:
    assert encode_answer(ONE) == struct.pack("<5f", 0.25, 0.75, -4, 4, 7)


def test_the_digest_is_over_all_answers_in_order() -> None:
    data = struct.pack("<10f", 0.25, 0.75, -4, 4, 7, 1, 0, -0.0, 3, 9)
    assert digest_answers([ONE, OTHER]) == hashlib.sha256(data).hexdigest()
    assert digest_answers([OTHER, ONE]) != digest_answers([ONE, OTHER])


def test_one_bit_changes_the_digest() -> None:
    moved = {**ONE, "scores": np.float32([-4, np.nextafter(np.float32(4), np.float32(5))])}
    zero = {**OTHER, "scores": np.float32([0.0, 3])}
    assert len({digest_answers([a]) for a in (ONE, moved, OTHER, zero)}) == 4
