"""The files that every runtime decodes, and their verdicts in Python."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus import make_forgiven, make_fuzz_files, make_jpegs, make_pngs, make_refused, write_files
from odd_files import REFUSED, read_odd_files
from random_files import make_random_files

FUZZED = 400
RANDOM = 20  # of each format
MORE_RANDOM = 300


@pytest.fixture(scope="session")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Files that the contract accepts."""
    odd = {name: data for name, data in read_odd_files().items() if name not in REFUSED}
    files = {**make_jpegs(), **make_pngs(), **make_forgiven(), **odd, **make_random_files(RANDOM)}
    return write_files(files, tmp_path_factory.mktemp("accepted"))


@pytest.fixture(scope="session")
def declined(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Files that the contract refuses; those of the corpus begin with their code."""
    odd = {f"{REFUSED[name]}-{name}": data for name, data in read_odd_files().items() if name in REFUSED}
    return write_files({**make_refused(), **odd}, tmp_path_factory.mktemp("refused"))


@pytest.fixture(scope="session")
def more_random(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Random files that the contract accepts, but for JPEGs whose samples lie beyond its range."""
    return write_files(make_random_files(MORE_RANDOM), tmp_path_factory.mktemp("random"))


@pytest.fixture(scope="session")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Changed files, of which the contract accepts some."""
    return write_files(make_fuzz_files(FUZZED), tmp_path_factory.mktemp("fuzzed"))
