"""Altered files of XGBoost, CatBoost and LightGBM: some are refused by their libraries, some end the process."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier
from malicious.case import Case
from xgboost import XGBClassifier

_VALUES = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)
_LABELS = np.arange(60) % 3


@cache
def read_good_model(suffix: str) -> bytes:
    """A small model of three classes, by the suffix of its format."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"model{suffix}"
        model: Any
        if suffix == ".cbm":
            model = CatBoostClassifier(iterations=3, depth=3, verbose=False, allow_writing_files=False, thread_count=1)
        elif suffix == ".txt":
            model = LGBMClassifier(n_estimators=3, min_child_samples=2, num_leaves=7, verbose=-1, n_jobs=1)
        else:
            model = XGBClassifier(n_estimators=3, max_depth=3, n_jobs=1)
        model.fit(_VALUES, _LABELS)
        (model.booster_ if suffix == ".txt" else model).save_model(str(file))
        return file.read_bytes()


def _cut(suffix: str) -> Callable[[Path, Path], None]:
    return lambda file, _: file.write_bytes(read_good_model(suffix)[: len(read_good_model(suffix)) // 2]) and None


def _flip_bits(suffix: str, seed: int) -> Callable[[Path, Path], None]:
    """Sixteen bits of the file turned."""

    def write(file: Path, _: Path) -> None:
        data, random = bytearray(read_good_model(suffix)), np.random.default_rng(seed)
        for at in random.integers(8, len(data), 16):
            data[at] ^= 1 << int(random.integers(8))
        file.write_bytes(data)

    return write


def _change_json(change: Callable[[Any, Any], Any]) -> Callable[[Path, Path], None]:
    """XGBoost's JSON after a change of its `learner`, or of the first tree in it."""

    def write(file: Path, _: Path) -> None:
        document = json.loads(read_good_model(".json"))
        change(document["learner"], document["learner"]["gradient_booster"]["model"])
        file.write_text(json.dumps(document))

    return write


def _change_node(field: str, value: int) -> Callable[[Path, Path], None]:
    return _change_json(lambda _, model: model["trees"][0][field].__setitem__(0, value))


def _replace_lines(pattern: str, replacement: str) -> Callable[[Path, Path], None]:
    """LightGBM's text after one line was put in another's place."""

    def write(file: Path, _: Path) -> None:
        changed = re.sub(pattern, replacement, read_good_model(".txt").decode(), count=1, flags=re.MULTILINE)
        assert changed.encode() != read_good_model(".txt")
        file.write_text(changed)

    return write


_LEADS = "nodes lead to leaves; received model.{} with an altered tree"
_UNREADABLE = "Expected a(n?) .*received model.{}"
_XGBOOST: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "negative-child": (_change_node("left_children", -7), _LEADS.format("json")),
    "child-out-of-bounds": (_change_node("right_children", 10**6), _LEADS.format("json")),
    "circle": (_change_node("left_children", 0), _LEADS.format("json")),
    "feature-out-of-bounds": (_change_node("split_indices", 10**6), _LEADS.format("json")),
    "class-out-of-bounds": (
        _change_json(lambda _, model: model["tree_info"].__setitem__(0, 10**6)),
        "trees of other classes",
    ),
    "many-nodes": (
        _change_json(lambda _, model: model["trees"][0]["tree_param"].update(num_nodes=str(2**31 - 1))),
        "xgboost can read",
    ),
    "many-features": (
        _change_json(lambda learner, _: learner["learner_model_param"].update(num_feature=str(2 * 10**9))),
        "received model.json",
    ),
    "many-classes": (
        _change_json(lambda learner, _: learner["learner_model_param"].update(num_class=str(10**9))),
        "received model.json",
    ),
    "nested": (lambda file, _: file.write_text('{"learner":' * 10**5) and None, "received model.json"),
    "truncated": (_cut(".json"), "xgboost can read"),
}
_LIGHTGBM: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "circle": (_replace_lines("^left_child=[^ ]+", "left_child=0"), _LEADS.format("txt")),
    "child-out-of-bounds": (_replace_lines("^right_child=[^ ]+", "right_child=99999"), "on which lightgbm crashed"),
    "feature-out-of-bounds": (
        _replace_lines("^split_feature=[^ ]+", "split_feature=99999"),
        "on which lightgbm crashed",
    ),
    "many-leaves": (_replace_lines("^num_leaves=.*$", "num_leaves=2000000000"), "at most 10000000 nodes together"),
    "many-classes": (_replace_lines("^num_class=.*$", "num_class=2000000000"), "received model.txt"),
    "truncated": (_cut(".txt"), "received model.txt"),
}
CASES = [
    *(Case(f"xgboost-{name}", "model.json", *parts) for name, parts in _XGBOOST.items()),
    Case("xgboost-ubj-truncated", "model.ubj", _cut(".ubj"), "received model.ubj"),
    *(
        Case(f"xgboost-ubj-flipped-{seed}", "model.ubj", _flip_bits(".ubj", seed), "received model.ubj")
        for seed in range(3)
    ),
    Case("catboost-truncated", "model.cbm", _cut(".cbm"), "catboost can read"),
    *(
        Case(f"catboost-flipped-{seed}", "model.cbm", _flip_bits(".cbm", seed), "received model.cbm")
        for seed in (0, 2, 3)
    ),
    *(Case(f"lightgbm-{name}", "model.txt", *parts) for name, parts in _LIGHTGBM.items()),
]
