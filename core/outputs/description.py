"""A kind of output in words, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from webparity.outputs.model_output import ModelOutput


def describe_output(output: ModelOutput, labels: Sequence[str]) -> str:
    """Describe what a model's numbers are, and how labels follow from them."""
    match output.kind:
        case "scores":
            return f"scores, no probabilities; the label by {output.rule}"
        case "multilabel":
            limits = ", ".join(f"{each:g}" for each in dict.fromkeys(output.thresholds))
            return f"any number of labels, each from a probability of {limits} on"
        case "values":
            units = [f"{name} in {unit}" for name, unit in zip(labels, output.units, strict=True) if unit]
            return f"measured values{': ' if units else ''}{', '.join(units)}"
        case _:
            return "probabilities of one label"
