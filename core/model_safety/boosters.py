"""Checks of boosted trees by their own libraries, which may crash on altered files: run them in a separate process."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from webparity.model_safety.file_format import Encoding, find_booster_format
from webparity.model_safety.limits import refuse_many_nodes
from webparity.model_safety.refusal import make_refusal
from webparity.models.model_kind import ModelKind
from webparity.storage.regular_file import read_regular

_MAX_LINE: Final = 2**27  # bytes; a tree of a million leaves has lines of some 20 MB
# Optional imports of these libraries that take a second or more; CatBoost needs pandas as well.
_OPTIONAL_MODULES: Final = ("sklearn", "dask", "matplotlib", "plotly", "IPython")


def inspect_booster(file: Path, kind: ModelKind) -> None:
    """Read a model file and run one prediction with it.

    Args:
        file: the model, with any suffix.
        kind: its library.

    Raises:
        UnsupportedModelError: its first bytes are another format's, or its trees lead nowhere.
        Exception: the library's own, when it cannot read the file.
    """
    found = find_booster_format(file)
    if found is None or found[0] != kind:
        raise make_refusal(f"a file of {kind}, by its first bytes", f"{file.name}, which is something else")
    _block_imports(_OPTIONAL_MODULES if kind == "catboost" else (*_OPTIONAL_MODULES, "pandas"))
    match kind:
        case "catboost":
            _open_catboost(file, found[1])
        case "lightgbm":
            _open_lightgbm(file)
        case _:
            _open_xgboost(file)


def inspect_pickled_xgboost(data: bytes, name: str) -> None:
    """Check the buffer that XGBoost pickles, as `inspect_booster` checks a file.

    Args:
        data: the buffer.
        name: what to call the file in messages.

    Raises:
        UnsupportedModelError: its trees lead nowhere.
        Exception: the library's own, when it cannot read the buffer.
    """
    _block_imports((*_OPTIONAL_MODULES, "pandas"))
    from xgboost import Booster

    booster = Booster()
    booster.__setstate__({"handle": bytearray(data)})
    _check_xgboost(booster, name)


def _block_imports(modules: Sequence[str]) -> None:
    # `None` in sys.modules makes an import fail; all three libraries handle that.
    known = cast("dict[str, ModuleType | None]", sys.modules)
    known.update(dict.fromkeys(name for name in modules if name not in known))


def _open_xgboost(file: Path) -> None:
    from xgboost import Booster

    # From bytes XGBoost recognizes the encoding itself; of a file it takes the suffix's.
    booster = Booster()
    booster.load_model(bytearray(read_regular(file)))
    _check_xgboost(booster, file.name)


def _check_xgboost(booster: Any, name: str) -> None:
    from xgboost import DMatrix

    learner = json.loads(booster.save_raw("json"))["learner"]
    sizes, features = learner["learner_model_param"], booster.num_features()
    classes = max(int(sizes["num_class"]), int(sizes.get("num_target", 1)))
    model = learner["gradient_booster"]
    model = model.get("gbtree", model).get("model", {})  # DART holds trees one level deeper, a linear model none
    if any(not 0 <= group < max(1, classes) for group in model.get("tree_info", [])):
        raise make_refusal("trees of the classes that there are", f"{name} with trees of other classes")
    refuse_many_nodes(sum(len(tree["left_children"]) for tree in model.get("trees", [])), name)
    for number, tree in enumerate(model.get("trees", [])):
        if not _is_valid_tree(tree["left_children"], tree["right_children"], tree["split_indices"], features):
            raise make_refusal("trees whose nodes lead to leaves", f"{name} with an altered tree, number {number}")
    # A model that was fitted on a DataFrame has names for its features, and the rows have none.
    booster.predict(DMatrix(_make_rows(features)), validate_features=False)


def _open_catboost(file: Path, encoding: Encoding) -> None:
    from catboost import CatBoost

    model = CatBoost().load_model(str(file), format=encoding)
    refuse_many_nodes(2 * int(sum(model.get_tree_leaf_counts())), file.name)
    model.predict(_make_rows(len(model.feature_names_)), thread_count=1)


def _open_lightgbm(file: Path) -> None:
    from lightgbm import Booster

    text = read_regular(file)
    # LightGBM searches any input for the end of a line, which takes minutes where there is none.
    if b"\0" in text or max(map(len, text.split(b"\n"))) > _MAX_LINE or not text.startswith(b"tree\nversion="):
        raise make_refusal("a LightGBM model in text", f"{file.name}, which is something else")
    # A circle would keep the prediction below from ending. LightGBM numbers nodes as it splits, leaves by complement.
    lines = text.decode("utf-8").splitlines()
    for line in lines:
        name, _, numbers = line.partition("=")
        if name in {"left_child", "right_child"} and any(0 <= int(to) <= at for at, to in enumerate(numbers.split())):
            raise make_refusal("trees whose nodes lead to leaves", f"{file.name} with an altered tree")
    leaves = (int(line.removeprefix("num_leaves=")) for line in lines if line.startswith("num_leaves="))
    refuse_many_nodes(2 * sum(leaves), file.name)
    booster = Booster(model_file=file)
    booster.predict(_make_rows(booster.num_feature()), num_threads=1)


def _make_rows(features: int) -> NDArray[np.float32]:
    """Make test rows, float32 [11, features]: zeros, NaN, very large values of both signs, and random values."""
    steady = np.array([0, np.nan, 1e30, -1e30], np.float32)[:, np.newaxis] * np.ones(features, np.float32)
    return np.concatenate([steady, np.random.default_rng(0).normal(size=(7, features)).astype(np.float32)])


def _is_valid_tree(left: Sequence[int], right: Sequence[int], split: Sequence[int], features: int) -> bool:
    """Check that all paths end, that no node has two parents, and that splits use existing features."""
    if not len(left) == len(right) == len(split) > 0:
        return False
    met, pending = set(), [0]
    while pending:
        node = pending.pop()
        if not 0 <= node < len(left) or node in met:
            return False
        met.add(node)
        if left[node] != -1:
            if not 0 <= split[node] < features:
                return False
            pending += [left[node], right[node]]
    return True
