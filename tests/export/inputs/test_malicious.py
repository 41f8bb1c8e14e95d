"""A corpus of malicious model files: each is refused in one clear sentence, and none runs anything."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import pytest
import skops.io
from malicious import archives, booster_files, keras_files, onnx_files, pickles, skops_files
from malicious.case import Case
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from webparity.bundle.manifest import FORMAT, MANIFEST_NAME
from webparity.bundle.read import SOURCE_NAME, Bundle, Source, open_bundle
from webparity.bundle.seal import seal_bundle
from webparity.bundle.write import make_file_entry
from webparity.cli.main import main
from webparity.errors import BundleError, UnsupportedModelError
from webparity.export.inputs.load import load_user_model
from webparity.export.inputs.model_file import SAFE
from webparity.export.pipeline import write_bundle
from webparity.models.baked import open_reference
from webparity.predictor import Predictor
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing
from webparity.storage.json_document import encode_json_document

pytestmark = pytest.mark.slow

CORPUS = [
    case
    for module in (pickles, archives, keras_files, skops_files, booster_files, onnx_files)
    for case in cast("Any", module).CASES
]
LIVE = [case for case in CORPUS if case.naive is not None]
# One of each format that `source/` may hold, and of each way in which files are refused.
IN_BUNDLES = (
    "pickle-named-skops-protocol-1",
    "zip-bomb-flat",
    "keras-lambda",
    "keras-shape-bomb-dense",
    "skops-operator",
    "skops-tree-in-a-circle",
    "xgboost-circle",
    "catboost-truncated",
    "lightgbm-circle",
    "onnx-fill",
    "onnx-above",
)
CHOSEN = [case for case in CORPUS if case.id in IN_BUNDLES]
Webparity = Callable[..., str]


def _make_id(case: Case) -> str:
    return case.id


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Webparity:
    """Calls the command line in this process, where a gadget would run, and gives the sentence that it ends with."""

    def run(*arguments: str | Path) -> str:
        monkeypatch.setattr(sys, "argv", ["webparity", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = " ".join(capsys.readouterr().err.split())
        assert ended.value.code == 2, said
        assert "Traceback" not in said
        found = re.search(r"Error: (Expected .+; received .+\. [A-Z`].+)", said)
        assert found is not None, said
        return found[1]

    return run


def test_the_corpus_is_large_and_its_names_differ() -> None:
    assert len(CORPUS) >= 40
    assert len({case.id for case in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("case", CORPUS, ids=_make_id)
def test_a_malicious_file_is_refused_and_runs_nothing(case: Case, tmp_path: Path, refused: Webparity) -> None:
    _assert_refused(case, tmp_path, refused)


@pytest.mark.parametrize("case", CHOSEN, ids=_make_id)
def test_trust_does_not_relax_the_checks_of_safe_formats(case: Case, tmp_path: Path, refused: Webparity) -> None:
    _assert_refused(case, tmp_path, refused, "--trust")


def _assert_refused(case: Case, folder: Path, refused: Webparity, *options: str) -> None:
    given, canary = folder / "given", folder / "canary"
    given.mkdir()
    case.write(given / case.name, canary)
    said = refused("export", given / case.name, "--out", folder / "bundle", *options)
    assert re.search(case.said, said), said
    assert sorted(path.name for path in folder.rglob("*")) == ["given", case.name]


@pytest.mark.parametrize("case", LIVE, ids=_make_id)
def test_its_code_would_run_if_it_were_opened_naively(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path / case.name, tmp_path / "canary")
    assert not (tmp_path / "canary").exists()
    with contextlib.suppress(Exception):
        cast("Any", case.naive)(tmp_path / case.name)
    assert (tmp_path / "canary").exists()


@pytest.mark.parametrize("case", CHOSEN, ids=_make_id)
def test_the_model_of_a_bundle_is_inspected_in_the_same_way(case: Case, tmp_path: Path) -> None:
    source, canary = tmp_path / "source", tmp_path / "canary"
    source.mkdir()
    case.write(source / case.name, canary)
    _list_source(source, case.name)
    bundle = Bundle(site=tmp_path, source=source, manifest=cast("Any", None), digest="")
    with pytest.raises(UnsupportedModelError, match=case.said):
        open_reference(bundle)
    assert not canary.exists()


def _list_source(folder: Path, model: str) -> None:
    files = {model: make_file_entry((folder / model).read_bytes())}
    source = Source(format=FORMAT, kind=SAFE[Path(model).suffix], model=model, files=files)
    (folder / SOURCE_NAME).write_bytes(encode_json_document(source))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a small classifier, as ONNX."""
    folder = tmp_path_factory.mktemp("good")
    images = np.random.default_rng(0).integers(0, 256, (20, 5, 4, 3), dtype=np.uint8)
    steps = ImagePreprocessing(Preprocessing(height=5, width=4)), LogisticRegression()
    skops.io.dump(make_pipeline(*steps).fit(images, np.arange(20) % 2), folder / "model.skops")
    exportable = load_user_model(folder / "model.skops", preprocessing=None, labels=None, golden=None)
    write_bundle(exportable, folder / "bundle", target_names=["onnx"], page=False)
    return folder / "bundle"


def test_verifying_a_bundle_from_elsewhere_runs_nothing_of_it(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case, copy = next(case for case in CORPUS if case.id == "skops-operator"), tmp_path / "bundle"
    shutil.copytree(bundle, copy)
    case.write(copy / "source" / case.name, tmp_path / "canary")
    _list_source(copy / "source", case.name)
    seal_bundle(copy)
    monkeypatch.setattr(sys, "argv", ["webparity", "verify", str(copy), "--runtime", "onnxruntime"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = " ".join("".join(capsys.readouterr()).split())
    assert ended.value.code not in {0, None}
    assert re.search(case.said, said), said
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("location", ["../../outside.bin", "/etc/passwd", "inside.bin"])
def test_an_artifact_with_tensors_in_other_files_is_refused(bundle: Path, tmp_path: Path, location: str) -> None:
    shutil.copytree(bundle, tmp_path / "bundle")
    site = tmp_path / "bundle" / "site"
    manifest = json.loads((site / MANIFEST_NAME).read_text())
    (artifact,) = manifest["artifacts"]
    model = onnx.load(site / artifact["entry"])
    tensor = next(tensor for tensor in model.graph.initializer if tensor.raw_data)
    (site.parent / "outside.bin").write_bytes(tensor.raw_data)
    (site / "model" / "inside.bin").write_bytes(tensor.raw_data)
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    data = model.SerializeToString()
    (site / artifact["entry"]).write_bytes(data)
    manifest["files"][artifact["entry"]] = json.loads(encode_json_document(make_file_entry(data)))
    artifact["bytes"] = len(data)
    (site / MANIFEST_NAME).write_text(json.dumps(manifest))
    seal_bundle(tmp_path / "bundle")
    with pytest.raises(BundleError, match="whole in itself"):
        Predictor(open_bundle(site))


@pytest.mark.parametrize("name", ["../../outside.onnx", "/etc/passwd", "unlisted.onnx"])
def test_an_artifact_without_a_digest_is_refused(bundle: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(bundle, tmp_path / "bundle")
    file = tmp_path / "bundle" / "site" / MANIFEST_NAME
    manifest = json.loads(file.read_text())
    manifest["artifacts"][0]["entry"] = name
    file.write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match="Expected"):
        open_bundle(tmp_path / "bundle")


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--labels", "label\n" * 10**6, "at most"),
        ("--preprocessing", "#" * 2**22, "at most"),
        ("--preprocessing", "height = " + "[" * 8000, "TOML"),
        ("--preprocessing", "a" + ".a" * 8000 + " = 1", "received 'a'"),
    ],
    ids=["labels-huge", "toml-huge", "toml-nested", "toml-keys-nested"],
)
def test_oversized_texts_are_refused(tmp_path: Path, refused: Webparity, option: str, text: str, said: str) -> None:
    (tmp_path / "text").write_text(text)
    good = tmp_path / "model.json"
    good.write_bytes(booster_files.read_good_model(".json"))
    (tmp_path / "pre.toml").write_text("height = 2\nwidth = 2\n")
    options = {"--preprocessing": tmp_path / "pre.toml", option: tmp_path / "text"}
    arguments = [part for pair in options.items() for part in pair]
    assert said in refused("export", good, "--out", tmp_path / "bundle", *arguments)
    assert not (tmp_path / "bundle").exists()


def test_an_onnx_file_cannot_be_exported(tmp_path: Path, refused: Webparity) -> None:
    (tmp_path / "model.onnx").write_bytes(b"\x08\x08")
    assert "model.onnx" in refused("export", tmp_path / "model.onnx", "--out", tmp_path / "bundle")
