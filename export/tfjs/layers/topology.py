"""Topology of a TF.js layers model: a list of layers and their inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


class SymbolicTensor:
    """An output of a layer: the layer's name, the output's index, and its shape without the batch."""

    def __init__(self, layer: str, index: int, shape: Sequence[int]) -> None:
        self.layer = layer
        self.index = index
        self.shape = tuple(shape)


@dataclass(frozen=True, kw_only=True)
class LayerSpec:
    """One layer: its class in TF.js, its inputs, and its weights by their names there."""

    class_name: str
    name: str
    config: dict[str, Any]
    inputs: tuple[SymbolicTensor, ...]
    weights: dict[str, NDArray[np.float32]] = field(default_factory=dict)


class Topology:
    """Layers in the order of computation."""

    def __init__(self) -> None:
        self.layers: list[LayerSpec] = []
        self._names: set[str] = set()

    def add(
        self,
        class_name: str,
        inputs: Sequence[SymbolicTensor],
        shape: Sequence[int],
        *,
        name: str,
        config: dict[str, Any] | None = None,
        weights: dict[str, NDArray[np.float32]] | None = None,
    ) -> SymbolicTensor:
        """Add a layer, under another name if that is taken, and return its first output."""
        unique, count = name, 1
        while unique in self._names:
            unique, count = f"{name}-{count}", count + 1
        self._names.add(unique)
        layer = LayerSpec(
            class_name=class_name, name=unique, config=config or {}, inputs=tuple(inputs), weights=weights or {}
        )
        self.layers.append(layer)
        return SymbolicTensor(unique, 0, shape)

    def to_json(self, outputs: Sequence[SymbolicTensor]) -> dict[str, Any]:
        """Return the topology in the form of Keras 2, which TF.js reads."""
        described: list[dict[str, Any]] = [
            {
                "class_name": layer.class_name,
                "name": layer.name,
                "config": {"name": layer.name, **layer.config},
                "inbound_nodes": [[[each.layer, 0, each.index, {}] for each in layer.inputs]] if layer.inputs else [],
            }
            for layer in self.layers
        ]
        config: dict[str, Any] = {
            "name": "webparity",
            "layers": described,
            "input_layers": [[layer.name, 0, 0] for layer in self.layers if not layer.inputs],
            "output_layers": [[each.layer, 0, each.index] for each in outputs],
        }
        return {"class_name": "Model", "config": config}
