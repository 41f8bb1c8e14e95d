"""Damaged estimators: each attribute of each family altered in turn is refused, or answers alike in two processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.decomposition import NMF
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from webparity.errors import UnsupportedModelError
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.estimators.file import load_estimator
from webparity.preprocessing.spec import Preprocessing

SCRIPT = Path(__file__).with_name("altered.py")


def _run_cases(step: int, filling: str) -> dict[str, str]:
    """Outcomes of one case in `step`, by case, in a process whose fresh memory is filled with some byte."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(SCRIPT), str(step)],
        env=os.environ | {"MALLOC_PERTURB_": filling, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, f"ended with {done.returncode} on {lines[-1:]}: {done.stderr[-2000:]}"
    return dict(line.rsplit(" ", 1) for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.full)])
def test_no_altered_attribute_reads_foreign_memory_or_crashes(step: int) -> None:
    first, second = _run_cases(step, "85"), _run_cases(step, "170")
    assert {case: (first[case], second.get(case)) for case in first if first[case] != second.get(case)} == {}
    assert len(first) > 3000 // step
    whole = {case: outcome for case, outcome in first.items() if case.endswith("as it is")}
    assert "refused" not in whole.values()
    assert sum(outcome == "refused" for outcome in first.values()) > 2000 // step
    if step == 1:
        assert first["SVC 3 SVC._dual_coef_ cut along 1"] == first["SVC 3 SVC._dual_coef_ cut along 0"] == "refused"


@pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning")
def test_a_damaged_svm_in_a_file_is_refused(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((40, 4))
    machine = SVC(probability=True).fit(values, np.arange(40) % 3)
    machine._dual_coef_ = machine._dual_coef_[:, :1].copy()
    skops.io.dump(machine, tmp_path / "model.skops")
    with pytest.raises(
        UnsupportedModelError, match=r"SVC with _dual_coef_ as numbers \[2, 40\]; received float64 \[2, 1\]"
    ):
        load_estimator(tmp_path / "model.skops", "sklearn")


def test_an_error_of_the_library_is_refused_with_its_message() -> None:
    values = np.random.default_rng(0).random((40, 4)).astype(np.float32)
    model = make_pipeline(NMF(2, max_iter=500), LogisticRegression()).fit(values, np.arange(40) % 2)
    with pytest.raises(UnsupportedModelError, match="fails: TypeError: H should have the same dtype"):
        EstimatorBaked(model, Preprocessing(height=2, width=2))
    # What the message names helps.
    model.fit(values.astype(np.float64), np.arange(40) % 2)
    EstimatorBaked(model, Preprocessing(height=2, width=2))
