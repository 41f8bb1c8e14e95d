"""Exit codes of the command line: one table, for the code and for the reference in docs/cli.md."""

from __future__ import annotations

from typing import Final

FAULT: Final = 70
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141

EXIT_CODES: Final = {
    0: "done, and within tolerance",
    1: "parity failed",
    2: "wrong use or bad input",
    3: "a required runtime is missing",
    FAULT: "a fault of webparity itself",
    INTERRUPTED: "interrupted by Ctrl+C",
    PIPE_CLOSED: "the program that reads the output has ended",
}
