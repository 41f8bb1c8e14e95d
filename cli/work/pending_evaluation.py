"""Marker of a run that is saved but not evaluated, so that the same `train` command can resume."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from webparity.errors import UsageError


class PendingEvaluation:
    """Marker file beside a run folder, `.NAME.unevaluated`, that exists until the evaluation is saved.

    Args:
        run: the run folder.
        request: the options of the command, as JSON values; only the same request resumes.
    """

    def __init__(self, run: Path, request: dict[str, Any]) -> None:
        self._run = run
        self._note = run.with_name(f".{run.name}.unevaluated")
        self._request = json.loads(json.dumps(request))

    def is_pending(self) -> bool:
        """Whether the saved run belongs to this request and its evaluation is missing."""
        try:
            noted = json.loads(self._note.read_bytes())
            digest = hashlib.sha256((self._run / "run.json").read_bytes()).hexdigest()
        except (OSError, ValueError, RecursionError):
            return False
        return bool(noted == {"run": digest, "request": self._request})

    def note(self, run_json: bytes) -> None:
        """Write the marker for a run whose `run.json` is about to be saved.

        Raises:
            UsageError: the disk refuses.
        """
        noted = {"run": hashlib.sha256(run_json).hexdigest(), "request": self._request}
        try:
            self._note.write_text(json.dumps(noted), encoding="utf-8")
        except OSError as error:
            self.remove()
            raise UsageError(
                f"Expected to write {self._note}; received: {error.strerror}. Free the disk or folder."
            ) from error

    def remove(self) -> None:
        """Remove the marker: the evaluation is saved."""
        with suppress(OSError):
            self._note.unlink(missing_ok=True)
