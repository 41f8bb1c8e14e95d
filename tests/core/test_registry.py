from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from webparity.errors import UsageError
from webparity.registry import _add_unique, discover, get_by_name, list_entry_points


def test_recipes_and_targets_are_found() -> None:
    # The helpers among the modules of recipes offer nothing and are passed over.
    modules = {info.name for info in pkgutil.iter_modules(importlib.import_module("webparity.train.recipes").__path__)}
    helpers = {
        "augmentation",
        "digits",
        "free_options",
        "image_folders",
        "options",
        "plans",
        "recipe",
        "registry",
        "small_xrays",
        "xrays",
    }
    assert list(discover("webparity.train.recipes", "RECIPE")) == sorted(
        name.replace("_", "-") for name in modules - helpers
    )
    modules = {info.name for info in pkgutil.iter_modules(importlib.import_module("webparity.export.targets").__path__)}
    targets = sorted(name.replace("_", "-") for name in modules - {"cached_per_model", "target"})
    assert list(discover("webparity.export.targets", "TARGET")) == targets
    assert {"onnx", "tfjs-graph", "tfjs-layers"} <= {*targets}


def test_a_name_is_taken_once() -> None:
    found = {"x": SimpleNamespace(name="x")}
    with pytest.raises(UsageError, match="'x' twice"):
        _add_unique(found, SimpleNamespace(name="x"), "webparity.somewhere")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"among a, b; received 'c'"):
        get_by_name({"a": 1, "b": 2}, "c", "recipe")


def test_a_distribution_on_a_new_folder_of_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list_entry_points("webparity.some_group") == []
    about = tmp_path / "late-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: late\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[webparity.some_group]\nlate = json:dumps\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert [point.name for point in list_entry_points("webparity.some_group")] == ["late"]
