"""Negative controls for what the numbers are: scores, several labels and measured values fail at their own stage."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest
from tamper import Weights, copy_bundle, edit_program, edit_weights, sign_again

from webparity.bundle.read import Bundle
from webparity.export import export_model
from webparity.parity import verify
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

SPEC: Final = Preprocessing(height=8, width=8, channels="gray", scale=1 / 255)
RUNTIMES: Final = ["onnxruntime", "tfjs:wasm@node"]
# Each kind: the activation of its last layer, and the stage that compares its numbers first.
KINDS: Final = {"multilabel": ("sigmoid", "scores"), "scores": (None, "scores"), "values": (None, "values")}


@pytest.fixture(scope="module", params=["multilabel", "values", pytest.param("scores", marks=pytest.mark.full)])
def sound(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An exported bundle of one kind, which no test alters, and the stage."""
    activation, stage = KINDS[request.param]
    keras.utils.set_random_seed(5)
    network = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation=activation),
        ]
    )
    images = np.random.default_rng(5).integers(0, 256, (4, 16, 16, 3), dtype=np.uint8)
    options: dict[str, Any] = {"labels": ["a", "b", "c"], "page": False, "outputs": request.param}
    folder = tmp_path_factory.mktemp("outputs") / "bundle"
    export_model(network, folder, preprocessing=SPEC, golden=list(images), **options)
    return folder, stage


@pytest.fixture
def exported(sound: tuple[Path, str], tmp_path: Path) -> tuple[Bundle, str]:
    folder, stage = sound
    return copy_bundle(folder, tmp_path / "bundle"), stage


def find_last_layer(weights: Weights) -> list[Any]:
    found = [values for values in weights.values() if values.ndim and values.shape[-1] == 3]
    assert found
    return found


def expect_stage(bundle: Bundle, stage: str, runtimes: list[str]) -> None:
    report = verify(bundle, runtimes=runtimes, require=runtimes)
    assert report.reference.verdict == "pass", report.reference.reason
    assert [(run.verdict, run.stage) for run in report.runs] == [("fail", stage)] * len(runtimes)


def test_a_weight_that_moved_by_a_hundredth_fails(exported: tuple[Bundle, str]) -> None:
    bundle, stage = exported

    def move(weights: Weights) -> None:
        for values in find_last_layer(weights):
            values.flat[0] += np.float32(1e-2)

    expect_stage(edit_weights(bundle, move), stage, RUNTIMES)


def test_two_outputs_that_are_swapped_fail(exported: tuple[Bundle, str]) -> None:
    bundle, stage = exported

    def swap(weights: Weights) -> None:
        for values in find_last_layer(weights):
            values[..., [0, 1]] = values[..., [1, 0]]

    expect_stage(edit_weights(bundle, swap), stage, RUNTIMES)


@pytest.mark.parametrize(("share", "found"), [(1e-3, "stage"), (2**-23, "bits")])
def test_weights_of_a_program_that_moved_fail(exported: tuple[Bundle, str], share: float, found: str) -> None:
    bundle, stage = exported

    def move(weights: Any) -> None:
        weights *= np.float32(1 + share)

    expect_stage(edit_program(bundle, move), stage if found == "stage" else "bits", ["webparity@python"])


def test_golden_answers_that_are_exchanged_fail_the_reference(exported: tuple[Bundle, str]) -> None:
    bundle, stage = exported
    first, second, *rest = bundle.manifest.golden
    names = ("scores", "probabilities", "values", "label", "labels")
    bundle.manifest.golden[:] = [
        *(
            replace(image, **{name: getattr(other, name) for name in names if hasattr(other, name)})
            for image, other in ((first, second), (second, first))
        ),
        *rest,
    ]
    report = verify(sign_again(bundle), runtimes=["onnxruntime"])
    assert (report.reference.verdict, report.reference.stage) == ("fail", stage)
    assert (report.runs[0].verdict, report.verdict) == ("pass", "fail")
