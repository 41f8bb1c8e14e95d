"""The options `--outputs`, `--threshold` and `--unit` of `export`."""

from __future__ import annotations

from collections.abc import Sequence

from webparity.errors import UsageError
from webparity.outputs.request import OutputRequest, PerLabel


def read_output_request(output: str | None, thresholds: Sequence[str], units: Sequence[str]) -> OutputRequest:
    """Read what is said of a model's numbers.

    Args:
        output: a word of `--outputs`, or None.
        thresholds: `NUMBER` for all labels, or `LABEL=NUMBER`, each.
        units: `UNIT` for all values, or `NAME=UNIT`, each.

    Raises:
        UsageError: one is given for all labels more than once, or a threshold is no number.
    """
    return OutputRequest(
        asked=output,
        thresholds=_read_pairs(thresholds, "--threshold"),
        units=_read_pairs(units, "--unit"),
    )


def _read_pairs(given: Sequence[str], option: str) -> PerLabel | None:
    # The last sign: a label may hold one.
    pairs = [text.rpartition("=") for text in given]
    common = [value for name, sign, value in pairs if not sign]
    if len(common) > 1:
        raise UsageError(
            f"Expected {option} for all labels once; received {len(common)}. Write the others as LABEL=VALUE."
        )
    named = {name: value for name, sign, value in pairs if sign}
    if not common:
        return named or None
    return named | {"": common[0]} if named else common[0]
