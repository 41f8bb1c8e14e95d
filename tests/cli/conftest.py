"""The command line in the folder of the test."""

from __future__ import annotations

from pathlib import Path

import pytest
from forked_command import Result, Webparity, run_forked


@pytest.fixture
def webparity(tmp_path: Path) -> Webparity:
    """Run `webparity` with these arguments in `tmp_path`."""

    def run(*arguments: str | Path) -> Result:
        return run_forked(*arguments, cwd=tmp_path)

    return run
