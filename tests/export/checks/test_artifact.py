"""An artifact that differs from the model is refused, and the first diverging layer is named."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from skl2onnx import to_onnx
from sklearn.naive_bayes import GaussianNB

from webparity.bundle.manifest import Artifact
from webparity.bundle.write import SiteWriter
from webparity.errors import ExportError
from webparity.export import pipeline, target_selection
from webparity.export.checks.artifact import ArtifactCheck
from webparity.export.checks.divergence_message import Divergence, make_divergence_error
from webparity.export.checks.reference_answers import (
    RANDOM_IMAGES,
    ReferenceAnswers,
    make_flat_batches,
    make_random_batches,
)
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.target_selection import discover_targets
from webparity.export.targets.target import Target
from webparity.models.baked import bake
from webparity.models.keras.baked import KerasBaked
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

OPSETS = {"": 17, "ai.onnx.ml": 3}
SPEC = Preprocessing(height=12, width=10, channels="rgb")


def _build_network() -> Any:
    keras.utils.set_random_seed(0)
    parts = [
        layers.Conv2D(4, 3, name="first", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2D(5, 3, name="second", activation="tanh"),
        layers.MaxPooling2D(name="pool"),
        layers.Flatten(),
        layers.Dense(3, activation="softmax", name="last"),
    ]
    return keras.Sequential([keras.Input(SPEC.values_shape), *parts])


@pytest.mark.parametrize("target", ["onnx", "tfjs-graph"])
@pytest.mark.parametrize("layer", ["first", "second", "last"])
def test_the_first_diverging_layer_is_named(tmp_path: Path, target: str, layer: str) -> None:
    other = _build_network()
    kernel = other.get_layer(layer).kernel
    kernel.assign(kernel * 1.1)
    kind = discover_targets()[target]
    artifact = kind.write(KerasBaked(other, SPEC), ["a", "b", "c"], SiteWriter(tmp_path), None)
    baked = KerasBaked(_build_network(), SPEC)
    with pytest.raises(
        ExportError, match=rf"received scores off by \S+ \(\S+ for \S+\), first in the output of {layer}\."
    ):
        ArtifactCheck(baked, ReferenceAnswers(baked, make_random_batches()))(kind, tmp_path, artifact)


@pytest.mark.parametrize("target", ["onnx", "tfjs-graph", "tfjs-layers"])
def test_the_model_itself_passes_on_random_images(tmp_path: Path, target: str) -> None:
    baked, kind = KerasBaked(_build_network(), SPEC), discover_targets()[target]
    artifact = kind.write(baked, ["a", "b", "c"], SiteWriter(tmp_path), None)
    reference = ReferenceAnswers(baked, [np.zeros((1, 5, 4, 3), np.uint8), *make_random_batches()])
    ArtifactCheck(baked, reference)(kind, tmp_path, artifact)
    assert sum(len(batch) for batch in reference.batches) == RANDOM_IMAGES + 1


@pytest.mark.parametrize(("side", "images"), [(512, RANDOM_IMAGES), (1024, 80), (2048, 16)])
def test_large_inputs_get_fewer_random_images(side: int, images: int) -> None:
    assert sum(len(batch) for batch in make_random_batches(side * side * 3)) == images
    flat = make_flat_batches("onnx", side * side * 3)
    assert max(map(len, flat)) <= images // 8
    assert sum(map(len, flat)) == min(images, 32)


def _alter(target: Target) -> Target:
    """A target whose writer has a fault: it writes another network's weights."""

    def write(baked: Any, labels: Any, writer: SiteWriter, reduction: Any) -> Any:
        other = keras.models.clone_model(baked.network)
        other.set_weights([weights * 1.1 for weights in baked.network.get_weights()])
        return target.write(KerasBaked(other, SPEC), labels, writer, reduction)

    return replace(target, write=write)


@pytest.mark.parametrize(("faulty", "other"), [("onnx", "tfjs-graph"), ("tfjs-graph", "onnx")])
def test_the_remedy_is_named_and_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faulty: str, other: str
) -> None:
    known = discover_targets() | {faulty: _alter(discover_targets()[faulty])}
    monkeypatch.setattr(target_selection, "discover_targets", lambda: known)
    image = np.full((12, 10, 3), 9, np.uint8)
    exportable = Exportable(
        name="network",
        baked=KerasBaked(_build_network(), SPEC),
        source=b"",
        labels=("a", "b", "c"),
        golden=make_golden_set([(image, "one")])[:1],
    )
    with pytest.raises(ExportError) as caught:
        pipeline.write_bundle(exportable, tmp_path / "bundle", page=False)
    assert "eport this model" not in str(caught.value)
    assert f"--target {other} is held to the same check" in str(caught.value)
    assert "other layers in the place of first" in str(caught.value)
    assert not (tmp_path / "bundle").exists()
    pipeline.write_bundle(exportable, tmp_path / "bundle", target_names=[other], page=False)


def test_the_message_names_the_largest_difference_and_nan_is_the_largest() -> None:
    artifact = Artifact(
        id="onnx-float32",
        target="onnx",
        precision="float32",
        entry="x",
        files=["x"],
        bytes=1,
        ops=[],
        input="image",
        outputs={},
    )
    expected = np.array([[0.5, 0.25], [0.125, 1.0]], np.float32)
    received = np.array([[0.5, 0.5], [0.25, 1.0]], np.float32)
    found = Divergence(
        artifact=artifact,
        tap="scores",
        limit=1e-6,
        expected=expected,
        received=received,
        layer=None,
        alternative="tfjs-graph",
        form="classifier",
    )
    said = str(make_divergence_error(found))
    assert "off by 2.5e-01 (0.5 for 0.25)." in said
    received[1, 1] = np.nan
    said = str(make_divergence_error(found))
    assert "(nan for 1)" in said


def test_a_classical_model_in_an_onnx_file_is_told_to_come_as_the_estimator(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    rows, spec = random.random((60, 4)).astype(np.float32), Preprocessing(height=2, width=2)
    one, other = (
        bake(to_onnx(GaussianNB().fit(rows, rows[:, place] > 0.5), rows[:1], target_opset=OPSETS), spec)
        for place in (0, 1)
    )
    kind = discover_targets()["onnx"]
    artifact = kind.write(other, ["a", "b"], SiteWriter(tmp_path), None)
    with pytest.raises(ExportError, match=r"give the estimator itself, from Python or as a \.skops or \.joblib file"):
        ArtifactCheck(one, ReferenceAnswers(one, make_random_batches()))(kind, tmp_path, artifact)


def test_no_message_ends_in_report_this() -> None:
    root = Path(__file__).parents[3]
    packages = ("core", "export", "parity", "train", "cli", "web/src", "docs")
    files = [
        file for package in packages for kind in ("py", "ts", "md") for file in (root / package).rglob(f"*.{kind}")
    ]
    found = re.compile(r"report (this|the) model|\breport it\b", re.IGNORECASE)
    assert [file for file in files if found.search(file.read_text("utf-8"))] == []
