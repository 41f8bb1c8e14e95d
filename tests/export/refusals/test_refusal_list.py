"""The list of refusals: each is provoked and used, the guide shows it, and no other exists."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from keras import layers

from webparity.export.tfjs.layers.writers import WRITERS
from webparity.models import refusals
from webparity.models.refusals import ModelRefusal

ROOT: Final = Path(__file__).parents[3]
GUIDE: Final = (ROOT / "docs/guide/exporting.md").read_text(encoding="utf-8")
LISTED: Final = {name: each for name, each in vars(refusals).items() if isinstance(each, ModelRefusal)}


def test_every_refusal_is_provoked_here() -> None:
    """By its name in the files beside this one: a refusal that nobody provokes may be one that nobody needs."""
    provoked = Path(__file__).parent.glob("test_refused_*.py")
    named = {name for file in provoked for name in _iterate_attributes("refusals", file)}
    assert named == set(LISTED)


def test_every_refusal_is_used_by_the_code() -> None:
    used = {name for file in _iterate_sources() for name in _iterate_attributes("refusals", file)}
    assert set(LISTED) <= used


def test_every_refusal_is_on_the_list() -> None:
    makers = {
        file.relative_to(ROOT).as_posix()
        for file in _iterate_sources()
        if "UnsupportedModelError" in _find_called(file)
    }
    assert makers == {
        "core/models/refusals.py",
        # Files that are damaged or may harm, which the corpus of malicious files holds.
        "core/model_safety/inspection.py",
        "core/model_safety/refusal.py",
        # Passes on the refusal of a target.
        "export/target_selection.py",
    }
    of_files = {
        file for file in _iterate_sources() if "from webparity.model_safety.refusal import" in file.read_text("utf-8")
    }
    assert {file.relative_to(ROOT).as_posix() for file in of_files if "model_safety" not in file.parts} == {
        "core/models/keras/baked.py",
        "core/models/estimators/booster_classifier.py",
        "core/models/estimators/file.py",
        "core/models/keras/saved_model.py",
        "core/models/onnx/file.py",
        "core/models/onnx/tensor_shapes.py",
        "export/inputs/model_file.py",
    }


def test_the_guide_shows_the_list() -> None:
    rows = [f"| {each.rule} | {each.targets} | {each.remedy} |" for each in LISTED.values()]
    shown = [line for line in GUIDE.partition("## What is refused")[2].splitlines() if line.startswith("| ")]
    assert shown[1:] == rows, "\n".join(rows)


def test_the_guide_shows_every_layer_that_tfjs_layers_takes() -> None:
    known = {name for name in WRITERS if name in dir(layers)}
    assert known == {name for name in known if f"`{name}`" in GUIDE}, sorted(known)


def _iterate_sources() -> Iterator[Path]:
    for wing in ("core", "export"):
        yield from (ROOT / wing).rglob("*.py")


def _iterate_attributes(module: str, file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == module:
            yield node.attr


def _find_called(file: Path) -> set[str]:
    """Names that a file calls as they are, without a module before them."""
    calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)}
