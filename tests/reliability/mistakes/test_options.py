"""Wrong options are named, with what there is; made of the commands themselves."""

from __future__ import annotations

import pytest
from mistake import find_fault
from of_options import list_mistakes
from running import Command

pytestmark = pytest.mark.slow


def test_wrong_options_are_named(command: Command) -> None:
    faults, names = [], set()
    for mistake in list_mistakes():
        assert mistake.name not in names
        names.add(mistake.name)
        said = command(*mistake.arguments)
        fault = find_fault(mistake, said.code, said.out, said.err)
        if fault or said.faults or said.out:
            faults.append(f"{mistake.name}: {fault}: {' '.join(said.err.split())[:400]} {''.join(said.faults)[-500:]}")
    assert not faults, "\n".join(faults)
    assert len(names) > 200
