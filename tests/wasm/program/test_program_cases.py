"""The shared cases are those that the module gives now, so that TypeScript is held to the same bytes and words."""

import json

from program_cases import FILE, make_program_cases


def test_the_shared_cases_are_current() -> None:
    current = make_program_cases()
    assert json.loads(FILE.read_text("utf-8")) == current, (
        "run python tests/wasm/support/program_cases.py, and commit the file"
    )
