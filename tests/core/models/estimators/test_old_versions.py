"""Files by scikit-learn 1.2 to 1.8: read with the answers of the version that wrote them, or refused with a command."""

from __future__ import annotations

import json
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from webparity.errors import UnsupportedModelError
from webparity.export.inputs.model_file import read_user_model
from webparity.export.inputs.pickle_version import read_sklearn_version
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.estimators.file import load_estimator, serialize_estimator
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.filterwarnings("ignore:Trying to unpickle estimator")

FILES = Path(__file__).parents[3] / "data/old_files"
SPEC = Preprocessing(height=2, width=3, scale=1.0)
VERSIONS = {file.name.rpartition("-")[2]: file for file in sorted(FILES.glob("scikit-learn-*"))}
CASES = [(version, name.stem) for version, file in VERSIONS.items() for name in sorted(file.glob("*.skops"))]


@cache
def _read_answers(version: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((VERSIONS[version] / "answers.json").read_text())
    return content


def _is_in_agreement(model: Any, version: str, name: str) -> bool:
    rows, expected = np.array(_read_answers(version)["rows"]), np.array(_read_answers(version)["answers"][name])
    baked = EstimatorBaked(model, SPEC).predict_from_pixels(rows.reshape(-1, 2, 3, 1).astype(np.float32))
    return bool(
        np.abs(model.predict_proba(rows) - expected).max() <= 1e-12
        and np.abs(baked["probabilities"] - expected).max() <= 1e-6
    )


@pytest.mark.slow
@pytest.mark.parametrize(("version", "name"), [case for case in CASES if case[1] != "ada"])
def test_a_skops_file_gives_the_answers_of_its_own_version(version: str, name: str, tmp_path: Path) -> None:
    model = load_estimator(VERSIONS[version] / f"{name}.skops", "sklearn")
    assert _is_in_agreement(model, version, name)
    # What is kept of it in a bundle is read again.
    (tmp_path / "model.skops").write_bytes(serialize_estimator(model))
    assert _is_in_agreement(load_estimator(tmp_path / "model.skops", "sklearn"), version, name)


@pytest.mark.parametrize(("version", "name"), [case for case in CASES if case[1] != "ada"])
def test_a_pickle_gives_them_too_or_the_command_that_converts_it(version: str, name: str) -> None:
    file = VERSIONS[version] / f"{name}.joblib"
    try:
        model = read_user_model(file, trust=True)
    except UnsupportedModelError as error:
        said = str(error)
        assert f"written by scikit-learn {version}; here is " in said
        assert f"pip install scikit-learn=={version} " in said
        # The command, run once in such an environment, wrote the .skops file beside it, which the test above reads.
        command = said.partition(" && ")[2].partition(". Then export ")[0]
        code = shlex.split(command)[2]
        assert code == f"import joblib, skops.io; skops.io.dump(joblib.load('{name}.joblib'), '{name}.skops')"
        assert said.endswith(f"Then export {name}.skops.")
    else:
        assert _is_in_agreement(model, version, name)


@pytest.mark.parametrize("version", [version for version, name in CASES if name == "ada"])
def test_adaboost_of_another_algorithm_is_refused_and_its_remedy_works(version: str) -> None:
    with pytest.raises(UnsupportedModelError, match=r"algorithm SAMME; .*algorithm='SAMME\.R'.*Train it again"):
        load_estimator(VERSIONS[version] / "ada.skops", "sklearn")
    values = np.random.default_rng(0).integers(0, 256, (60, 6))
    labels = (values[:, 0] > 128).astype(int)
    EstimatorBaked(AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=2).fit(values, labels), SPEC)


def test_a_message_is_not_cut(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModelError, match=r"incompatible dtype: - expected: .*- got : .*missing|got : "):
        read_user_model(VERSIONS["1.2.2"] / "tree.joblib", trust=True)
    (tmp_path / "model.pkl").write_bytes(b"no pickle")
    with pytest.raises(UnsupportedModelError, match="Read and save it with the versions"):
        read_user_model(tmp_path / "model.pkl", trust=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_version_is_read_from_a_files_bytes(version: str) -> None:
    files = sorted(VERSIONS[version].glob("*.joblib"))
    assert {read_sklearn_version(file) for file in files} == {version}
    assert read_sklearn_version(VERSIONS[version] / "answers.json") is None
