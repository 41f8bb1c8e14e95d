"""The folder of good files, and a copy of it for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from material import link_material, make_material


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory, trained_run: Path) -> Path:
    """A folder with one good file of each kind; do not change it."""
    folder = tmp_path_factory.mktemp("material")
    make_material(folder, trained_run)
    return folder


@pytest.fixture
def place(material: Path, tmp_path: Path) -> Path:
    """Links to the good files, in a folder that may be spoilt."""
    folder = tmp_path / "place"
    folder.mkdir()
    link_material(material, folder)
    return folder
