"""Undecided images of discontinuous models: images within the pixel tolerance of a threshold or neighbour swap.

Rounding of the resized pixels alone may put such an image on the other side of the threshold. To find out, the
reference is run on the run's own pixels: if it then gives the run's answer, the image is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Tap
from webparity.parity.result import Answer, Outcome
from webparity.verification.tolerance import Tolerance

# The reference's scores and probabilities [N, C] of resized pixels float32 [N, h, w, c].
ReferenceOnPixels = Callable[[NDArray[np.float32]], Mapping[Tap, NDArray[np.float32]]]


def add_reference_on_pixels(outcomes: Sequence[Outcome], ask: ReferenceOnPixels) -> list[Outcome]:
    """Add to each answer the reference's answer to the same pixels, where they are finite.

    Args:
        outcomes: of a run, with their pixels.
        ask: the reference.
    """
    return [_ask_reference(outcome, ask) if isinstance(outcome, Answer) else outcome for outcome in outcomes]


def _ask_reference(answer: Answer, ask: ReferenceOnPixels) -> Answer:
    if answer.pixels is None or not np.isfinite(answer.pixels).all():
        return answer
    taps = ask(answer.pixels[np.newaxis])
    on_pixels = replace(answer, scores=taps["scores"][0], probabilities=taps["probabilities"][0], pixels=None)
    return replace(answer, on_pixels=on_pixels)


def is_undecided(reference: Answer, run: Answer, tolerance: Tolerance, span: float) -> bool:
    """Whether a run differs from the reference only because its pixels differ.

    Args:
        reference: the reference's answer to its own pixels.
        run: the run's, with what the reference says of the run's pixels.
        tolerance: the limits.
        span: range of the reference's scores over all images.
    """
    own = run.on_pixels
    if own is None and reference.undecided:
        # Stored answers cannot be asked about the run's pixels; the model was, when it was exported.
        return not _is_same_answer(reference, run, tolerance, span)
    return (
        own is not None
        and not _is_same_answer(reference, run, tolerance, span)
        and _is_same_answer(own, run, tolerance, span)
    )


def _is_same_answer(one: Answer, other: Answer, tolerance: Tolerance, span: float) -> bool:
    scores = float(np.max(np.abs(one.scores.astype(np.float64) - other.scores)))
    probabilities = float(np.max(np.abs(one.probabilities.astype(np.float64) - other.probabilities)))
    alike = np.argmax(one.probabilities) == np.argmax(other.probabilities)
    return bool(scores <= tolerance.scores * span and probabilities <= tolerance.probabilities and alike)
