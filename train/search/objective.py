"""Objectives of a search."""

from __future__ import annotations

from typing import Final, Literal

from webparity.errors import UsageError

Direction = Literal["max", "min"]

# Figures of `webparity.train.evaluation.metrics.Metrics.summary`.
OBJECTIVES: Final[dict[str, Direction]] = {
    "balanced_accuracy": "max",
    "accuracy": "max",
    "f1_macro": "max",
    "roc_auc": "max",
    "log_loss": "min",
}


def find_direction(objective: str) -> Direction:
    """Find whether an objective is maximized or minimized.

    Raises:
        UsageError: it is none of `OBJECTIVES`.
    """
    if objective not in OBJECTIVES:
        raise UsageError(f"Expected an objective among {', '.join(OBJECTIVES)}; received {objective}. Choose one.")
    return OBJECTIVES[objective]
