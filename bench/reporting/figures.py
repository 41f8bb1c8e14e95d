"""What a run of a benchmark leaves beside its rows: where and when it ran, and its figures for machines."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reporting.table import MeasuredRow


def describe_run(load: float) -> dict[str, str]:
    """Describe machine, other work and date.

    Args:
        load: the machine's load average before the run.
    """
    return {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "other work": f"{load:.1f} processes on average in the minute before",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def write_figures(file: Path, rows: Iterable[MeasuredRow], details: dict[str, str], **more: Any) -> None:
    """Write rows, details and what else a benchmark has as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    listed = [dataclasses.asdict(row) | {"result": row.result.strip("*")} for row in rows]
    file.write_text(json.dumps({**more, "rows": listed, **details}, indent=2) + "\n")
