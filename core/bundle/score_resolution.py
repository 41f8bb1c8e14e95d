"""Limits of a manifest's `score_scale` and `score_rounding`, by its golden scores."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Manifest, decode_float32
from webparity.errors import BundleError
from webparity.outputs.registry import get_output_kind
from webparity.verification.score_span import compute_score_span
from webparity.verification.tolerance import MOST_WIDENING, TOLERANCES

# The manifest keeps its numbers in decimal, and older NumPy may add in another order.
_SLACK: Final = 1 + 1e-6


def refuse_loose_resolution(manifest: Manifest) -> None:
    """Refuse a `score_scale` or `score_rounding` larger than an export writes, with which every run would pass.

    Raises:
        BundleError: one of them is too large for the golden set's scores.
    """
    if manifest.score_scale is None and not manifest.score_rounding:
        return
    kind = get_output_kind(manifest.output)
    probabilities = _decode_golden(manifest, "probabilities") if "probabilities" in kind.taps else None
    most = MOST_WIDENING * compute_score_span(_decode_golden(manifest, kind.measured), probabilities) * _SLACK
    scale = manifest.score_scale or 0.0
    if scale > most:
        raise BundleError(
            f"Expected a score_scale of at most {most:.3g} in the manifest, by its golden scores; received "
            f"{scale:.3g}. Do not use this bundle; export it anew."
        )
    if manifest.score_rounding > TOLERANCES["cpu"].scores * scale * _SLACK:
        raise BundleError(
            f"Expected a score_rounding of at most {TOLERANCES['cpu'].scores * scale:.3g} in the manifest; received "
            f"{manifest.score_rounding:.3g}. Do not use this bundle; export it anew."
        )


def _decode_golden(manifest: Manifest, tap: str) -> NDArray[np.float32]:
    return np.concatenate([np.zeros(0, np.float32), *(decode_float32(getattr(g, tap) or "") for g in manifest.golden)])
