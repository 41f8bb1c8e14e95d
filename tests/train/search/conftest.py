from __future__ import annotations

from pathlib import Path

import pytest

from webparity.train.datasets.chest import load_chest
from webparity.train.datasets.dataset import Dataset
from webparity.train.datasets.synthetic import draw_synthetic_radiographs


@pytest.fixture(scope="session")
def radiographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("radiographs")
    draw_synthetic_radiographs(folder, images_per_class=40, seed=0, side=40)
    return folder


@pytest.fixture(scope="session")
def chest(radiographs: Path) -> Dataset:
    return load_chest(str(radiographs))
