"""The target `tfjs-graph`: what its users see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

EXPORT: Final = """
import sys
import numpy as np
from sklearn.linear_model import LogisticRegression
from webparity.export import export_model
from webparity.preprocessing.spec import Preprocessing

assert "tensorflow" not in sys.modules
values = np.random.default_rng(0).random((20, 16))
model = LogisticRegression().fit(values, values[:, 0] > 0.5)
images = np.random.default_rng(1).integers(0, 256, (2, 4, 4, 3), dtype=np.uint8)
pixels = Preprocessing(height=4, width=4)
export_model(model, sys.argv[1], preprocessing=pixels, golden=list(images), targets=["tfjs-graph"], page=False)
assert "tensorflow" in sys.modules
"""


@pytest.mark.slow
def test_tensorflow_starts_without_its_notes_for_a_classifier(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", EXPORT, tmp_path / "bundle"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "oneDNN" not in done.stderr
    assert "InitializeLog" not in done.stderr
