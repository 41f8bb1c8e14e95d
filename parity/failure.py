"""Errors of a runtime after it was reached; its run fails, the other runs continue."""

from __future__ import annotations

from collections.abc import Sequence

from webparity.errors import ParityError
from webparity.verification.report import Stage


class RunFailed(ParityError):
    """A runtime crashed, hung, or sent an answer that is not valid.

    Attributes:
        stage: the stage it broke at, where that is known.
        files: the files its own integrity check refused.
    """

    def __init__(self, message: str, *, stage: Stage | None = None, files: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.stage: Stage | None = stage
        self.files = list(files)


class RunLost(RunFailed):
    """A process or page that was lost during a run; it may be started once more.

    Attributes:
        event: what happened to it, as the verb of a sentence.
    """

    event: str


class RunHung(RunLost):
    """A runtime gave no sign of life for too long and was ended."""

    event = "hung"


class RunCrashed(RunLost):
    """A browser or its page ended by itself.

    Attributes:
        at_start: whether that was before its page connected.
    """

    event = "crashed"

    def __init__(self, message: str, *, at_start: bool = False) -> None:
        super().__init__(message)
        self.at_start = at_start
