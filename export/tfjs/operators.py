"""Operators of TF.js by backend, and the backends that have all operators of an artifact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact


@cache
def read_tfjs_operators() -> dict[str, frozenset[str]]:
    """TensorFlow operators by TF.js backend, as `npm run kernels` finds them in the pinned version."""
    table = json.loads((files("webparity.export.tfjs") / "kernels.json").read_text())
    return {f"tfjs:{backend}": frozenset(ops) for backend, ops in table["backends"].items()}


def find_graph_backends(_: Path, artifact: Artifact) -> dict[str, list[str]]:
    """Return the backends of TF.js, each with the operators of a graph model that it lacks."""
    return _find_lacking(frozenset(artifact.ops))


def find_layers_backends(_: Path, artifact: Artifact) -> dict[str, list[str]]:
    """Return the backends of TF.js, each with the operators of a layers model's preprocessing that it lacks.

    The layers themselves run on every backend; `layers/writers.py` lists them.
    """
    return _find_lacking(frozenset(artifact.ops) & frozenset().union(*read_tfjs_operators().values()))


def _find_lacking(ops: frozenset[str]) -> dict[str, list[str]]:
    return {backend: sorted(ops - known) for backend, known in read_tfjs_operators().items()}


def read_tfjs_weights(folder: Path, artifact: Artifact) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield names and values of the weights of a TF.js model."""
    from webparity.export.tfjs.files import read_model

    yield from read_model(folder / artifact.entry)[1].items()
