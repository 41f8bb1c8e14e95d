"""Preprocessing in words, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from webparity.preprocessing.pipeline.kind_table import STEP_KINDS
from webparity.preprocessing.pipeline.step import Step
from webparity.preprocessing.spec import Preprocessing


def describe_preprocessing(spec: Preprocessing) -> str:
    """Describe preprocessing: its steps, or its fields, with the size that they lead to."""
    if spec.steps:
        return f"{describe_steps(spec.steps)}: {spec.channels} {spec.width}x{spec.height}"
    like = f" like {spec.like}" if spec.like else ""
    statistics = "".join(
        f", {name} {_format(list(values))}" for name, values in (("mean", spec.mean), ("std", spec.std)) if values
    )
    return (
        f"{spec.channels}, {spec.fit} to {spec.width}x{spec.height} {spec.resize}{like}, scale {spec.scale:.6g}, "
        f"offset {spec.offset:g}{statistics}"
    )


def describe_steps(steps: Sequence[Step]) -> str:
    """Describe steps: their names, with the options that are not defaults."""
    return " → ".join(map(_describe, steps))


def _describe(step: Step) -> str:
    keys = STEP_KINDS[step.step].keys
    shown = [
        f"{name} {_format(value)}"
        for name, value in step.options.items()
        if name in {"method", "like"} or keys[name].default != value
    ]
    return f"{step.step} ({', '.join(shown)})" if shown else step.step


def _format(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"[{', '.join(map(_format, value))}]" if isinstance(value, list) else f"{value}"
