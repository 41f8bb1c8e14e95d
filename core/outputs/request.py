"""What a user says of a model's numbers: the word of `--outputs`, thresholds and units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from webparity.errors import UsageError
from webparity.outputs.model_output import ModelOutput
from webparity.outputs.output_kind import OutputKind
from webparity.outputs.registry import list_output_kinds

# One for all labels, one a label in their order, or some by label.
PerLabel = Mapping[str, "float | str"] | Sequence["float | str"] | float | str
DEFAULT_THRESHOLD = 0.5


@dataclass(frozen=True, kw_only=True)
class Loss:
    """The loss that a network was compiled with, which tells what its numbers are.

    Attributes:
        name: in lower case without underscores, such as `sparsecategoricalcrossentropy`.
        from_logits: whether it takes logits.
    """

    name: str
    from_logits: bool = False


@dataclass(frozen=True, kw_only=True)
class OutputRequest:
    """What is asked for.

    Attributes:
        asked: a word of `--outputs`; None to find out.
        thresholds: of several labels, above 0 and below 1; None for the model's own, or 0.5.
        units: of values; None for none. Of both, an empty label stands for the labels that are not named.
        loss: of the network's file; None to ask the network itself.
    """

    asked: str | None = None
    thresholds: PerLabel | None = None
    units: PerLabel | None = None
    loss: Loss | None = None

    def __post_init__(self) -> None:
        known = list_requests()
        if self.asked is not None and self.asked not in known:
            raise UsageError(f"Expected an output of {', '.join(known)}; received {self.asked!r}. Choose one of these.")


def list_requests() -> dict[str, OutputKind]:
    """List the words of `--outputs`, each with the kind that it leads to."""
    order = ("probabilities", "scores", "multilabel", "values")
    kinds = sorted(list_output_kinds().values(), key=lambda kind: (*order, kind.name).index(kind.name))
    return {word: kind for kind in kinds for word in kind.requests}


def complete_output(output: ModelOutput, request: OutputRequest, labels: Sequence[str]) -> ModelOutput:
    """Put thresholds and units into an output, once the labels are known.

    Args:
        output: of the model.
        request: with thresholds or units by label.
        labels: the labels, or the values' names, in order.

    Raises:
        UsageError: they are given for another kind, for another label, or are no thresholds or units.
    """
    for given, option, kind in (
        (request.thresholds, "--threshold", "multilabel"),
        (request.units, "--unit", "values"),
    ):
        if given is not None and output.kind != kind:
            raise UsageError(
                f"Expected {option} only with --outputs {kind}; received it with a model of {output.kind}. Leave it "
                f"out, or add --outputs {kind}."
            )
    if output.kind == "multilabel":
        # A library's own predict may have another.
        default = output.thresholds[0] if output.thresholds else DEFAULT_THRESHOLD
        thresholds = _spread(
            default if request.thresholds is None else request.thresholds, labels, "--threshold", default
        )
        return replace(output, thresholds=tuple(map(_require_threshold, thresholds)))
    if output.kind == "values":
        units = _spread("" if request.units is None else request.units, labels, "--unit", "")
        return replace(output, units=tuple(str(unit) for unit in units))
    return output


def _spread(given: PerLabel, labels: Sequence[str], option: str, default: float | str) -> list[float | str]:
    """Give each label its own value."""
    if isinstance(given, Mapping):
        default = given.get("", default)  # of the labels that are not named
        unknown = [name for name in given if name and name not in labels]
        if unknown:
            raise UsageError(
                f"Expected {option} of one of the labels {', '.join(labels)}; received {unknown[0]!r}. Correct it."
            )
        return [given.get(label, default) for label in labels]
    if isinstance(given, str | float | int):
        return [given] * len(labels)
    if len(given) != len(labels):
        raise UsageError(
            f"Expected {option} for each of the {len(labels)} labels; received {len(given)}. Give one a label, one for "
            "all, or some by label."
        )
    return list(given)


def _require_threshold(given: float | str) -> float:
    try:
        threshold = float(given)
    except (TypeError, ValueError):
        threshold = float("nan")
    if not (isfinite(threshold) and 0 < threshold < 1):
        raise UsageError(f"Expected a threshold above 0 and below 1; received {given!r}. Correct --threshold.")
    return threshold
