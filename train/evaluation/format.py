"""Formatting of figures for the page and the terminal."""

from __future__ import annotations

from webparity.train.evaluation.metrics import Metrics


def format_number(value: float | None) -> str:
    """Format with four decimals; a dash for none."""
    return "-" if value is None else f"{value:.4f}"


def format_percent(value: float | None) -> str:
    """Format as a percentage with two decimals; a dash for none."""
    return "-" if value is None else f"{value:.2%}"


def format_shape(sizes: tuple[int | None, ...] | None) -> str:
    """Format a shape such as `[N, 28, 28, 8]`; a dash for none."""
    return "-" if sizes is None else f"[{', '.join('N' if size is None else str(size) for size in sizes)}]"


def format_headline(metrics: Metrics) -> list[tuple[str, str]]:
    """Return the main metrics as text, by name."""
    of = "" if metrics.positive is None else f" of {metrics.positive}"
    figures = [
        ("accuracy", format_percent(metrics.accuracy)),
        ("balanced accuracy", format_percent(metrics.balanced_accuracy)),
        ("log-loss", format_number(metrics.log_loss)),
        ("F1, macro", format_number(metrics.macro.f1)),
        (f"ROC-AUC{of}", format_number(metrics.roc_auc)),
        (f"PR-AUC{of}", format_number(metrics.pr_auc)),
        ("calibration error", format_number(metrics.expected_calibration_error)),
    ]
    if metrics.positive is not None:
        figures.insert(4, (f"F1{of}", format_number(metrics.classes[-1].f1)))
    return figures
