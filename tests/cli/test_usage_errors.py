"""Wrong command lines: the sentence says the rule, what was received and the fix, whatever click says."""

from __future__ import annotations

import click
import pytest

from webparity.cli.main import cli
from webparity.cli.usage_errors import describe_usage_error

SAID = {
    "exprot": "Expected a command of `webparity`; received exprot. Did you mean export? See `webparity --help`.",
    "preprocessing gues": "Expected a command of `webparity preprocessing`; received gues. Did you mean guess? "
    "See `webparity preprocessing --help`.",
    "verify bundle --imags x": "Expected an option of `webparity verify`; received --imags. Did you mean --images or "
    "--max-images? See `webparity verify --help`.",
    "verify bundle --images": "Expected a value behind --images; received none. Give one. "
    "See `webparity verify --help`.",
    "verify bundle --json=yes": "Expected --json without a value; received one. Leave it out. "
    "See `webparity verify --help`.",
    "train": "Expected RECIPE; received none. Give it. See `webparity train --help`.",
    "export model.keras": "Expected --out; received none. Give it. See `webparity export --help`.",
    "serve bundle --port 70000": "Expected a whole number from 0 up to 65535 for --port; received 70000. Correct it. "
    "See `webparity serve --help`.",
    "serve bundle --port http": "Expected a whole number from 0 up to 65535 for --port; received 'http'. Correct it. "
    "See `webparity serve --help`.",
    "export m --out b --precision int4": "Expected one of float32, float16, uint8, auto for --precision; received "
    "'int4'. Correct it. See `webparity export --help`.",
    "export m --out b --max-difference 0": "Expected a number above 0 up to 1 for --max-difference; received 0.0. "
    "Correct it. See `webparity export --help`.",
    "export m --out b --missing none": "Expected a number for --missing; received 'none'. Correct it. "
    "See `webparity export --help`.",
}


@pytest.mark.parametrize("line", SAID)
def test_a_wrong_command_line_is_one_sentence_and_where_to_look(line: str) -> None:
    with pytest.raises(click.ClickException) as caught:
        cli.main(line.split(), prog_name="webparity", standalone_mode=False)
    assert describe_usage_error(caught.value) == SAID[line]


def test_a_sentence_of_ours_stays_as_it_is() -> None:
    with pytest.raises(click.UsageError) as caught:
        cli.main(["inspect", "a\0b"], standalone_mode=False)
    assert describe_usage_error(caught.value) == r"Expected arguments without NUL; received 'a\x00b'. Correct it."
