"""Start of the process that checks a model file, with limits on time and memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from webparity.errors import UnsupportedModelError
from webparity.model_safety.limits import get_graph_limits
from webparity.model_safety.refusal import make_refusal
from webparity.models.model_kind import ModelKind

TIME_S: Final = 60.0
_BYTES_PER_S: Final = 2 * 2**20  # far below what any of the libraries reads
# More threads would only take memory.
_ENVIRONMENT: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


def inspect_model_file(file: Path, kind: ModelKind, *, time_s: float = TIME_S) -> int:
    """Check a model file in a separate process before its library opens it in this one.

    Args:
        file: the model.
        kind: its format.
        time_s: time limit in seconds, beside what the file's size adds.

    Returns:
        How many weights a `.keras` file holds, 0 for other kinds.

    Raises:
        UnsupportedModelError: it is refused, or the process that checks it crashes or exceeds the time limit.
    """
    # -P: a module beside the model, or wherever the command was called, must not take a library's place.
    bounds = json.dumps(asdict(get_graph_limits()))
    command = [sys.executable, "-P", "-m", "webparity.model_safety.probe", kind, str(file), bounds]
    size = file.stat().st_size if file.exists() else 0
    limit = max(time_s + size / _BYTES_PER_S, get_graph_limits().inspection_seconds)
    try:
        done = subprocess.run(command, env=os.environ | _ENVIRONMENT, capture_output=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired as error:
        raise make_refusal(
            "a model that is read in time",
            f"{file.name}, not read after {limit:.0f} s",
            "If it is your own file, allow more with --max-seconds; otherwise do not use it.",
        ) from error
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
        refused = answer.get("refused")
        weights = 0 if refused is not None else int(answer["weights"])
    except (AttributeError, IndexError, ValueError, KeyError, TypeError) as error:
        raise make_refusal(
            "a model that can be read", f"{file.name}, on which {kind} {_describe_exit(done.returncode)}"
        ) from error
    if refused is not None:
        raise UnsupportedModelError(refused)
    return weights


def _describe_exit(code: int) -> str:
    try:
        return f"crashed ({signal.Signals(-code).name})"
    except ValueError:
        return f"ended with exit code {code}"
