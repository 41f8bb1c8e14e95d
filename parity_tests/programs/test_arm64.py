"""An ARM processor gives the bits of this one: Node for aarch64, emulated by qemu-user."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from classifiers import export_classifier
from keras_models import bake_network, load_photographs
from PIL import Image

from webparity.bundle.read import open_bundle
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import GoldenFile
from webparity.export.pipeline import write_bundle
from webparity.models.model_file import serialize_model
from webparity.parity import verify
from webparity.parity.runtimes.node_arm64 import VARIABLE

pytestmark = [pytest.mark.slow, pytest.mark.full]

# `make test-all` prepares it; under an emulator, a start takes seconds.
FOLDER = Path(__file__).resolve().parents[2] / "build" / "node-arm64"
SILENCE = 120
PLACES = ["webparity@python", "webparity@node-arm64"]


def export_network(name: str, out: Path) -> None:
    baked = bake_network(name)
    images = []
    for image in load_photographs()[:4]:
        stream = BytesIO()
        Image.fromarray(image).save(stream, "PNG")
        images.append(GoldenFile(data=stream.getvalue(), suffix=".png", title=name))
    labels = tuple("abcde"[: baked.classes])
    source = serialize_model(baked.network)
    write_bundle(
        Exportable(name=name, baked=baked, source=source, labels=labels, golden=images),
        out,
        target_names=["wasm"],
        page=False,
    )


@pytest.mark.parametrize("name", ["sequential", "separable", "attention", "up-and-down", "RandomForest", "SVC-rbf"])
def test_an_arm_processor_gives_the_same_bits(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (FOLDER / "bin" / "node").is_file(), "run scripts/ensure-node-arm64"
    monkeypatch.setenv(VARIABLE, str(FOLDER))
    if name in {"RandomForest", "SVC-rbf"}:
        export_classifier(name, 2, tmp_path / "bundle", ["wasm"])
    else:
        export_network(name, tmp_path / "bundle")
    report = verify(open_bundle(tmp_path / "bundle"), runtimes=PLACES, require=PLACES, max_silence=SILENCE)
    assert report.verdict == "pass", report.reason
    digests = {run.bits.sha256 for run in report.runs if run.bits is not None}
    assert len(report.runs) == 2
    assert len(digests) == 1
