"""The message of a stage outside its tolerance: what differs, by how much, on which image."""

from __future__ import annotations

from webparity.parity.comparison.compare import Comparison
from webparity.verification.report import Pixels, Probabilities, Scores, Stage, Values

_UNITS: dict[str, str] = {
    "pixels": "grey levels",
    "scores": "of their range",
    "probabilities": "absolute",
    "values": "of their range",
}


def describe_stage_failure(stage: Stage, stages: Comparison) -> str:
    """Describe in one sentence how a stage failed, beginning with its name."""
    nothing = _explain_empty_stage(stage, stages)
    if nothing:
        return nothing
    if stage in {"pixels", "scores", "probabilities", "values"}:
        return _describe_value_failure(stage, stages)
    if stage == "decode":
        decode = stages.decode
        return f"decode: {decode.differing} images decode differently, first {decode.differing_images[0]}."
    if stage == "labels" and stages.labels is not None:
        change = stages.labels.changes[0]
        return (
            f"labels: {stages.labels.changed} images have other labels, first {change.image} "
            f"with {change.run} for {change.reference} (margin {change.margin:.3g})."
        )
    if stage == "top1" and stages.top1 is not None:
        flip = stages.top1.flipped[0]
        return (
            f"top1: {stages.top1.flips} labels flipped, first {flip.image} "
            f"from {flip.reference} to {flip.run} (margin {flip.margin:.3g})."
        )
    return f"resources: {stages.resources.leaked_tensors} tensors were left behind."


def _describe_value_failure(stage: Stage, stages: Comparison) -> str:
    """Describe how far a stage of numbers is outside its tolerance."""
    drift: Pixels | Scores | Probabilities | Values = getattr(stages, stage)
    largest = drift.max_rel if isinstance(drift, Scores | Values) else drift.max_abs
    if drift.nonfinite:
        return (
            f"{stage}: {drift.nonfinite} images have values that are not finite or not of the right shape, "
            f"first {drift.worst}."
        )
    if isinstance(drift, Probabilities) and drift.improper:
        which = "or with another sum than 1" if stages.labels is None else "for a label"
        return f"{stage}: {drift.improper} images have values outside of 0 to 1 {which}."
    return (
        f"{stage}: differ by up to {largest:.3g} {_UNITS[stage]}, allowed {drift.tolerance:.0e}, most on {drift.worst}."
    )


def _explain_empty_stage(stage: Stage, stages: Comparison) -> str:
    """Explain why a stage had nothing to compare; empty if it had."""
    decode = stages.decode
    if stage == "decode" and not decode.differing:
        which = (
            f"all {decode.refused_alike} were refused by the decode contract" if decode.refused_alike else "none came"
        )
        return f"decode: expected at least one image that can be compared; {which}. Give JPEG or PNG images."
    drift = getattr(stages, stage)
    if isinstance(drift, Scores | Probabilities | Values) and drift.worst is None:
        return (
            f"{stage}: expected at least one image that can be compared; all {stages.undecided} are undecided, within "
            "the pixels' tolerance of another answer. Give more images."
        )
    return ""
