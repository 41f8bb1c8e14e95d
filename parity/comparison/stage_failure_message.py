"""The message of a stage outside its tolerance: what differs, by how much, on which image."""

from __future__ import annotations

from webparity.parity.comparison.compare import Comparison
from webparity.verification.report import Stage


def describe_stage_failure(stage: Stage, stages: Comparison) -> str:
    """Describe in one sentence how a stage failed, beginning with its name."""
    nothing = _explain_empty_stage(stage, stages)
    if nothing:
        return nothing
    if stage in {"pixels", "scores", "probabilities"}:
        return _describe_value_failure(stage, stages)
    if stage == "decode":
        decode = stages.decode
        return f"decode: {decode.differing} images decode differently, first {decode.differing_images[0]}."
    if stage == "top1":
        flip = stages.top1.flipped[0]
        return (
            f"top1: {stages.top1.flips} labels flipped, first {flip.image} "
            f"from {flip.reference} to {flip.run} (margin {flip.margin:.3g})."
        )
    return f"resources: {stages.resources.leaked_tensors} tensors were left behind."


def _describe_value_failure(stage: Stage, stages: Comparison) -> str:
    """Describe how far a stage of values is outside its tolerance."""
    if stage == "pixels":
        figures = stages.pixels.max_abs, stages.pixels.tolerance, stages.pixels.nonfinite, stages.pixels.worst
        unit = "grey levels"
    elif stage == "scores":
        figures = stages.scores.max_rel, stages.scores.tolerance, stages.scores.nonfinite, stages.scores.worst
        unit = "of their range"
    else:
        drift = stages.probabilities
        figures = drift.max_abs, drift.tolerance, drift.nonfinite, drift.worst
        unit = "absolute"
    largest, limit, nonfinite, worst = figures
    if nonfinite:
        return f"{stage}: {nonfinite} images have values that are not finite or not of the right shape, first {worst}."
    if stage == "probabilities" and stages.probabilities.improper:
        return (
            f"{stage}: {stages.probabilities.improper} images have values outside of 0 to 1 or with another sum than 1."
        )
    return f"{stage}: differ by up to {largest:.3g} {unit}, allowed {limit:.0e}, most on {worst}."


def _explain_empty_stage(stage: Stage, stages: Comparison) -> str:
    """Explain why a stage had nothing to compare; empty if it had."""
    decode, undecided = stages.decode, len(stages.top1.undecided)
    if stage == "decode" and not decode.differing:
        which = (
            f"all {decode.refused_alike} were refused by the decode contract" if decode.refused_alike else "none came"
        )
        return f"decode: expected at least one image that can be compared; {which}. Give JPEG or PNG images."
    if stage in {"scores", "probabilities"} and stages.scores.worst is None:
        return (
            f"{stage}: expected at least one image that can be compared; all {undecided} are undecided, within the "
            "pixels' tolerance of another answer. Give more images."
        )
    return ""
