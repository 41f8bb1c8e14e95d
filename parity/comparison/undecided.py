"""Undecided images of discontinuous models: images within the pixel tolerance of a threshold or neighbour swap.

Rounding of the resized pixels alone may put such an image on the other side of the threshold. To find out, the
reference is run on the run's own pixels: if it then gives the run's answer, the image is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.outputs.model_output import ModelOutput
from webparity.outputs.registry import get_output_kind
from webparity.parity.result import Answer, Outcome
from webparity.taps import Tap
from webparity.verification.tolerance import Tolerance

_PROBABILITIES: Final = ModelOutput()
# The reference's numbers [N, C] of resized pixels float32 [N, h, w, c].
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
    numbers = {tap: values[0] for tap, values in taps.items() if tap != "pixels"}
    return replace(answer, on_pixels=replace(answer, pixels=None, **numbers))


def is_undecided(
    reference: Answer, run: Answer, tolerance: Tolerance, span: float, output: ModelOutput = _PROBABILITIES
) -> bool:
    """Whether a run differs from the reference only because its pixels differ.

    Args:
        reference: the reference's answer to its own pixels.
        run: the run's, with what the reference says of the run's pixels.
        tolerance: the limits.
        span: range of the reference's scores over all images.
        output: what the model's numbers are.
    """
    own = run.on_pixels
    if own is None and reference.undecided:
        # Stored answers cannot be asked about the run's pixels; the model was, when it was exported.
        return not _is_same_answer(reference, run, tolerance, span, output)
    return (
        own is not None
        and not _is_same_answer(reference, run, tolerance, span, output)
        and _is_same_answer(own, run, tolerance, span, output)
    )


def _is_same_answer(one: Answer, other: Answer, tolerance: Tolerance, span: float, output: ModelOutput) -> bool:
    kind = get_output_kind(output)
    for tap in kind.numbers:
        limit = tolerance.probabilities if tap == "probabilities" else tolerance.scores * span
        if not float(np.max(np.abs(one.get_numbers(tap).astype(np.float64) - other.get_numbers(tap)))) <= limit:
            return False
    rows = np.stack([one.get_numbers(kind.answer), other.get_numbers(kind.answer)])
    first, second = kind.decide(rows, output)
    return first == second
