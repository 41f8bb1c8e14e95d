"""The bits of answers, and their digest: what must be the same in every place that runs the module."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.taps import ANSWER_ORDER, Tap


def encode_answer(taps: Mapping[Tap, NDArray[Any]]) -> bytes:
    """Encode one image's answer: every tap in `ANSWER_ORDER` as little-endian float32, row by row.

    Args:
        taps: float32 arrays of one image, of any shape; one that is missing gives no bytes.
    """
    return b"".join(np.ascontiguousarray(taps[tap], dtype="<f4").tobytes() for tap in ANSWER_ORDER if tap in taps)


def digest_answers(answers: Iterable[Mapping[Tap, NDArray[Any]]]) -> str:
    """Compute the SHA-256 of all answers in their order, in hexadecimal digits.

    Args:
        answers: of one image each, as for `encode_answer`.
    """
    digest = hashlib.sha256()
    for answer in answers:
        digest.update(encode_answer(answer))
    return digest.hexdigest()
