"""Devices, pipes, folders, files that are too large and ONNX files with loops are refused at once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.helper as oh
import pytest
from small_models import load_tiny_bundle_module

from webparity.cli.main import main
from webparity.errors import BundleError, UnsupportedModelError
from webparity.model_safety.inspection import inspect_model_file
from webparity.model_safety.limits import GraphLimits, use_graph_limits
from webparity.model_safety.onnx_loops import find_loop
from webparity.models.model_kind import ModelKind
from webparity.models.onnx_session import open_onnx
from webparity.storage.regular_file import open_regular, read_regular

FAR_FROM_MINUTES_S = 20.0
pytestmark = pytest.mark.usefixtures("timed")


def _make_pipe(path: Path) -> None:
    os.mkfifo(path)


def _link_zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _link_pipe(path: Path) -> None:
    os.mkfifo(path.with_suffix(".pipe"))
    path.symlink_to(path.with_suffix(".pipe"))


ENDLESS = [_make_pipe, _link_zeros, _link_pipe]
Make = Callable[[Path], None]


@pytest.mark.parametrize("make", ENDLESS)
def test_endless_files_are_not_opened(make: Make, tmp_path: Path) -> None:
    make(tmp_path / "file")
    for read in (open_regular, read_regular):
        with pytest.raises(OSError, match=r"a (pipe|device), where a plain file is needed"):
            read(tmp_path / "file")
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path)


def test_a_file_is_read_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_regular(tmp_path / "link", 5) == b"12345"
    with pytest.raises(OSError, match="more than 4 bytes"):
        read_regular(tmp_path / "file", 4)
    assert read_regular(Path("/proc/self/status")).startswith(b"Name:")  # which says that it has no bytes


def _list_commands(path: Path, bundle: Path, out: Path) -> dict[str, tuple[list[str], Path]]:
    """Every way in which a path reaches a command: the arguments, and the path that is to be endless."""
    txt, toml, png = path / "x.txt", path / "x.toml", path / "x.png"
    keras = path / "good.keras"
    keras.write_bytes(b"PK")
    export = ["--out", str(out)]
    return {
        "model .keras": (["export", str(path / "x.keras"), *export], path / "x.keras"),
        "model .skops": (["export", str(path / "x.skops"), *export], path / "x.skops"),
        "model .json": (["export", str(path / "x.json"), *export], path / "x.json"),
        "model .txt": (["export", str(txt), *export], txt),
        "model .pkl": (["export", str(path / "x.pkl"), "--trust", *export], path / "x.pkl"),
        "run": (["export", str(path / "run"), *export], path / "run" / "run.json"),
        "predict image": (["predict", str(bundle), str(png)], png),
        "predict folder": (["predict", str(bundle), str(path / "in")], path / "in" / "a.png"),
        "verify image": (["verify", str(bundle), "--images", str(png), "--runtime", "onnxruntime"], png),
        "report": (["verify", str(bundle), "--against", str(path / "r.json")], path / "r.json"),
        "manifest": (["inspect", str(path / "b2")], path / "b2" / "site" / "manifest.json"),
        "labels": (["export", str(keras), "--labels", str(txt), *export], txt),
        "preprocessing": (["export", str(keras), "--preprocessing", str(toml), *export], toml),
        "golden": (["export", str(keras), "--golden", str(path / "in"), *export], path / "in" / "a.png"),
    }


NAMES = list(_list_commands(Path("/tmp"), Path(), Path())) if os.access("/tmp", os.W_OK) else []


@pytest.mark.parametrize("make", ENDLESS)
@pytest.mark.parametrize("name", NAMES)
def test_no_command_waits_for_an_endless_file(
    name: str, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = load_tiny_bundle_module().write_tiny_bundle(tmp_path / "bundle").site
    arguments, endless = _list_commands(tmp_path, bundle, tmp_path / "out")[name]
    endless.parent.mkdir(parents=True, exist_ok=True)
    make(endless)
    monkeypatch.setattr(sys, "argv", ["webparity", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    said = " ".join(capsys.readouterr().err.split())
    assert ended.value.code == 2, said
    assert "Expected" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_a_bundle_whose_files_lead_to_a_device_is_not_intact(tmp_path: Path) -> None:
    bundle = load_tiny_bundle_module().write_tiny_bundle(tmp_path)
    model = bundle.site / "model.onnx"
    model.unlink()
    os.mkfifo(model)
    with pytest.raises(BundleError, match="a pipe, where a plain file is needed"):
        open_onnx(model)


# ONNX files.


def _make_graph(nodes: list[onnx.NodeProto], inputs: int = 1) -> onnx.GraphProto:
    values = [oh.make_tensor_value_info(f"in{i}", onnx.TensorProto.FLOAT, [1]) for i in range(inputs)]
    out = [oh.make_tensor_value_info("out", onnx.TensorProto.FLOAT, None)]
    return oh.make_graph(nodes, "g", values, out)


def _make_model(*nodes: onnx.NodeProto) -> bytes:
    model = oh.make_model(_make_graph(list(nodes)), opset_imports=[oh.make_opsetid("", 17)], ir_version=8)
    data: bytes = model.SerializeToString()
    return data


def _make_node(operator: str, body: onnx.GraphProto | None = None) -> onnx.NodeProto:
    return oh.make_node(operator, ["in0"], ["out"], **({} if body is None else {"body": body}))


ADD = _make_node("Relu")
LOOP = _make_node("Loop", _make_graph([ADD]))
SCAN = _make_node("Scan", _make_graph([ADD]))


def _make_repeated_names() -> bytes:
    """A node whose operator is given twice: readers take the last."""
    node = ADD.SerializeToString() + oh.make_node("Loop", [], []).SerializeToString()
    graph = b"\x0a" + bytes([len(node)]) + node
    return b"\x3a" + bytes([len(graph)]) + graph


def _make_function() -> bytes:
    model = onnx.load_from_string(_make_model(ADD))
    model.functions.append(oh.make_function("own", "F", ["in0"], ["out"], [ADD], [oh.make_opsetid("", 17)]))
    data: bytes = model.SerializeToString()
    return data


LOOPING = {
    "loop": (_make_model(ADD, LOOP), "the operator Loop"),
    "loop in a branch": (
        _make_model(oh.make_node("If", ["in0"], ["out"], then_branch=_make_graph([LOOP]))),
        "the operator Loop",
    ),
    "sequence map": (_make_model(_make_node("SequenceMap", _make_graph([ADD]))), "the operator SequenceMap"),
    "scan in a scan": (_make_model(_make_node("Scan", _make_graph([SCAN]))), "a Scan within a Scan"),
    "function": (_make_function(), "a function of its own"),
    "named twice": (_make_repeated_names(), "the operator Loop"),
}


@pytest.mark.parametrize(("data", "found"), LOOPING.values(), ids=LOOPING)
def test_onnx_files_with_loops_are_refused_before_onnxruntime_opens_them(
    data: bytes, found: str, tmp_path: Path
) -> None:
    assert find_loop(memoryview(data)) == found
    (tmp_path / "model.onnx").write_bytes(data)
    with pytest.raises(BundleError, match=f"without loops.*with {found}"):
        open_onnx(tmp_path / "model.onnx")


@pytest.mark.parametrize("data", [_make_model(ADD), _make_model(SCAN)], ids=["plain", "scan"])
def test_exported_onnx_files_pass_the_loop_check(data: bytes) -> None:
    assert find_loop(memoryview(data)) is None


def test_depth_of_nested_graphs_is_bounded() -> None:
    node = ADD
    for _ in range(12):
        node = oh.make_node("If", ["in0"], ["out"], then_branch=_make_graph([node]))
    assert find_loop(memoryview(_make_model(node))) == "graphs nested over 8 deep"


@pytest.mark.parametrize("cut", [1, 5, 20, 60])
def test_a_cut_or_foreign_onnx_file_is_refused(cut: int, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(_make_model(ADD)[:-cut])
    with pytest.raises(BundleError, match="Expected an ONNX file"):
        open_onnx(tmp_path / "model.onnx")
    (tmp_path / "model.onnx").write_bytes(b"\xff" * cut)
    with pytest.raises(BundleError, match="Expected an ONNX file"):
        open_onnx(tmp_path / "model.onnx")


# Boosters.


@pytest.mark.parametrize(
    "data",
    [b"tree" + b"\0" * 20_000_000, b"tree\nversion=v4\n" + b"a" * 2**27 + b"a", b"tree\nversion=v4\nx\0=1\n"],
    ids=["NULs", "one line", "a NUL"],
)
def test_text_that_is_no_lightgbm_model_is_refused_at_once(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.txt").write_bytes(data)
    start = time.monotonic()
    with pytest.raises(UnsupportedModelError, match=r"of lightgbm, by its first bytes|a LightGBM model in text"):
        inspect_model_file(tmp_path / "model.txt", "lightgbm")
    assert time.monotonic() - start < 5


def _make_data() -> tuple[Any, Any]:
    values = np.random.default_rng(0).random((60, 4))
    return values, (values[:, 0] > 0.5).astype(int)


def _save_forest(folder: Path) -> Path:
    from sklearn.ensemble import RandomForestClassifier
    from skops.io import dump

    dump(RandomForestClassifier(5, random_state=0).fit(*_make_data()), folder / "model.skops")
    return folder / "model.skops"


def _save_lightgbm(folder: Path) -> Path:
    from lightgbm import LGBMClassifier

    LGBMClassifier(n_estimators=5, verbose=-1).fit(*_make_data()).booster_.save_model(folder / "model.txt")
    return folder / "model.txt"


def _save_catboost(folder: Path) -> Path:
    from catboost import CatBoostClassifier

    made = CatBoostClassifier(iterations=5, verbose=False, allow_writing_files=False).fit(*_make_data())
    made.save_model(str(folder / "model.cbm"))
    return folder / "model.cbm"


def _save_xgboost(folder: Path) -> Path:
    from xgboost import XGBClassifier

    XGBClassifier(n_estimators=5).fit(*_make_data()).save_model(folder / "model.json")
    return folder / "model.json"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("write", "kind"),
    [(_save_forest, "sklearn"), (_save_lightgbm, "lightgbm"), (_save_xgboost, "xgboost"), (_save_catboost, "catboost")],
)
def test_number_of_tree_nodes_is_bounded(write: Callable[[Path], Path], kind: ModelKind, tmp_path: Path) -> None:
    file = write(tmp_path)
    inspect_model_file(file, kind)
    with (
        use_graph_limits(GraphLimits(nodes=5)),
        pytest.raises(UnsupportedModelError, match=r"at most 5 nodes together; received \d+ in .*--max-nodes"),
    ):
        inspect_model_file(file, kind)
