"""Quantization on the command line: its options, their check, and the table of tried precisions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from webparity.cli.optional_packages import require_packages
from webparity.cli.output.console import get_console, print_result
from webparity.errors import UsageError

if TYPE_CHECKING:
    from webparity.export.quantization.choose_weights import QuantizationRecord
    from webparity.export.quantization.plan import Precision


@dataclass(frozen=True, kw_only=True)
class QuantizationOptions:
    """Quantization settings from the command-line options."""

    precision: Precision = "float32"
    calibration: Path | None = None
    flips: int = 0
    difference: float = 5e-2


def check_quantization_options(model: Path, quantization: QuantizationOptions) -> None:
    """Refuse options that contradict each other, before any work.

    Raises:
        UsageError: calibration images without reduced weights, or `auto` without such images.
    """
    if quantization.precision == "float32" and quantization.calibration is not None:
        raise UsageError(
            "Expected --calibration only with reduced weights; received it with --precision float32. "
            "Give --precision auto, or leave it out."
        )
    if quantization.precision == "auto" and quantization.calibration is None and not model.is_dir():
        raise UsageError(
            f"Expected images to choose weights on for --precision auto; received the model file {model} alone. "
            "Give --calibration DIR with images like those it will see, none of them a test image."
        )
    if quantization.precision != "float32":
        require_packages("brotli")


def print_quantization_table(choice: QuantizationRecord) -> None:
    """Print the table of the precisions that were tried."""
    from rich.table import Table

    table = Table("weights", "kB, brotli", "other labels", "largest difference", "within bounds")
    for trial in choice.trials:
        table.add_row(
            trial.name,
            f"{trial.bytes / 1000:.1f}",
            str(trial.flips),
            f"{trial.difference:.2g}",
            "yes" if trial.within else "no",
        )
    print_result(table)
    if choice.reason:
        get_console().print(f"weights stay in float32: {choice.reason}", style="yellow")
