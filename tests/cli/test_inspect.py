"""Output of `inspect` for a bundle's artifacts, compared with the manifest."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from click.testing import CliRunner
from keras import layers

from webparity.bundle.read import open_bundle
from webparity.cli.main import cli
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.pipeline import write_bundle
from webparity.export.quantization.plan import Precision
from webparity.export.quantization.trials import Bounds
from webparity.models.keras.baked import KerasBaked
from webparity.models.model_file import serialize_model
from webparity.preprocessing.spec import Preprocessing


def _export_bundle(out: Path, precision: Precision) -> Path:
    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(32, "relu"), layers.Dense(3, "softmax")]
    )
    image = np.random.default_rng(0).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    write_bundle(
        Exportable(
            name="small",
            baked=KerasBaked(network, Preprocessing(height=8, width=8)),
            source=serialize_model(network),
            labels=("a", "b", "c"),
            golden=make_golden_set([(image, "noise")]),
        ),
        out,
        target_names=["onnx"],
        precision=precision,
        bounds=Bounds(flips=32, difference=0.5),
        page=False,
    )
    return out


@pytest.mark.parametrize("precision", ["float32", "uint8"])
def test_each_artifact_is_shown_with_what_its_weights_cost(precision: Precision, tmp_path: Path) -> None:
    bundle = _export_bundle(tmp_path / "bundle", precision)
    (artifact,) = open_bundle(bundle).manifest.artifacts
    shown = CliRunner().invoke(cli, ["inspect", str(bundle)])
    assert shown.exit_code == 0
    assert f"{precision}, {artifact.bytes / 1000:.1f} kB" in shown.output
    assert f"{len(artifact.ops)}: {' '.join(artifact.ops)}" in shown.output
    assert "onnxruntime, onnxruntime-node, onnxruntime-web:wasm" in shown.output
    assert (artifact.deviation is not None) == ("deviation" in shown.output) == (precision == "uint8")
    if artifact.deviation is not None:
        assert artifact.deviation.probabilities > 0
        assert f"on {artifact.deviation.images} images: {artifact.deviation.flips} other labels" in shown.output
        assert f"at most {artifact.deviation.probabilities:.2g}" in shown.output
    (written,) = json.loads(CliRunner().invoke(cli, ["inspect", str(bundle), "--json"]).output)["artifacts"]
    assert written["precision"] == precision
    assert (written["deviation"] is not None) == (precision == "uint8")
    assert written["backends"] == artifact.backends
