"""Bundles, runs and model files that an earlier version wrote open, predict and verify as they did."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from webparity.bundle.read import Bundle, open_bundle
from webparity.cli.main import cli
from webparity.decode.contract import decode_file
from webparity.export.inputs.model_file import read_user_model
from webparity.models.baked import Baked, bake, load_model, open_reference
from webparity.models.estimators.baked import split_image_preprocessing
from webparity.predictor import Predictor
from webparity.train.trained import load_run, save_run
from webparity.verification.tolerance import TOLERANCES

pytestmark = pytest.mark.slow

FOLDER: Final = Path(__file__).parent / "data/written_before"
ANSWERS: Final[dict[str, Any]] = json.loads((FOLDER / "answers.json").read_text())
BUNDLES: Final = ("bundle-keras", "bundle-skops", "bundle-xgboost")
RUNS: Final = ("run-keras", "run-sklearn", "run-xgboost")
ALLOWED: Final = TOLERANCES["cpu"].probabilities


def _list_golden_files(bundle: Bundle) -> list[Path]:
    return [bundle.site / image.file for image in bundle.manifest.golden]


def _predict(baked: Baked, images: Iterable[NDArray[np.uint8]]) -> NDArray[np.float32]:
    return np.concatenate([baked(image[np.newaxis])["probabilities"] for image in images])


def _assert_close(received: object, expected: object) -> None:
    first, second = np.asarray(received, np.float64), np.asarray(expected, np.float64)
    assert first.shape == second.shape
    assert np.abs(first - second).max() <= ALLOWED


def test_the_folder_holds_what_is_tested_here() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*ANSWERS, "README.md", "answers.json"}
    assert {*BUNDLES, *RUNS, "votes.skops", "pipeline.joblib"} == ANSWERS.keys()


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_opens_and_predicts_as_before(name: str) -> None:
    bundle = open_bundle(FOLDER / name)
    files = _list_golden_files(bundle)
    assert bundle.digest == ANSWERS[name]["digest"]
    _assert_close(_predict(open_reference(bundle), [decode_file(file) for file in files]), ANSWERS[name]["reference"])
    predictor = Predictor(bundle)
    received = [[*predictor.predict(file).probabilities.values()] for file in files]
    _assert_close(received, ANSWERS[name]["predictor"])


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_passes_verification_against_its_trained_model(name: str) -> None:
    golden = FOLDER / name / "site/golden"
    command = ["verify", str(FOLDER / name), "--images", str(golden), "--runtime", "onnxruntime", "--json"]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert (report["verdict"], report["images"]) == ("pass", 6)
    assert report["reference"]["stand_in"] is None


@pytest.mark.parametrize("name", RUNS)
def test_a_run_opens_and_predicts_as_before_and_is_saved_with_todays_names(name: str, tmp_path: Path) -> None:
    run = load_run(FOLDER / name)
    images = [sample.image for sample in run.samples]
    _assert_close(_predict(run.baked, images), ANSWERS[name]["reference"])
    save_run(run, tmp_path / "run")
    assert b"weighed_classifier" not in b"".join(file.read_bytes() for file in (tmp_path / "run").glob("model.*"))
    _assert_close(_predict(load_run(tmp_path / "run").baked, images), ANSWERS[name]["reference"])


@pytest.mark.parametrize("name", ["votes.skops", "pipeline.joblib"])
def test_a_model_file_gives_the_answers_of_before(name: str) -> None:
    file = FOLDER / name
    model = load_model(file, "sklearn") if file.suffix == ".skops" else read_user_model(file, trust=True)
    estimator, preprocessing = split_image_preprocessing(model)
    assert preprocessing is not None
    images = [decode_file(path) for path in _list_golden_files(open_bundle(FOLDER / "bundle-skops"))]
    _assert_close(_predict(bake(estimator, preprocessing), images), ANSWERS[name]["reference"])
