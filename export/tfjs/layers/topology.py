"""A network as TF.js' layers library reads it: named parts, each of some earlier parts' outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Tensor:
    """An output of a part: by whose name, which of several, and its shape without the batch."""

    def __init__(self, part: str, index: int, shape: Sequence[int]) -> None:
        self.part = part
        self.index = index
        self.shape = tuple(shape)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One layer: its class in TF.js, and its weights by their names there."""

    kind: str
    name: str
    config: dict[str, Any]
    inputs: tuple[Tensor, ...]
    weights: dict[str, NDArray[np.float32]] = field(default_factory=dict)


class Topology:
    """Parts in the order of the data's way."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._names: set[str] = set()

    def add(
        self,
        kind: str,
        inputs: Sequence[Tensor],
        shape: Sequence[int],
        *,
        name: str,
        config: dict[str, Any] | None = None,
        weights: dict[str, NDArray[np.float32]] | None = None,
    ) -> Tensor:
        """Add one part, under another name if that is taken, and give its first output."""
        unique, count = name, 1
        while unique in self._names:
            unique, count = f"{name}-{count}", count + 1
        self._names.add(unique)
        part = Part(kind=kind, name=unique, config=config or {}, inputs=tuple(inputs), weights=weights or {})
        self.parts.append(part)
        return Tensor(unique, 0, shape)

    def document(self, outputs: Sequence[Tensor]) -> dict[str, Any]:
        """The topology in the form of Keras 2, which TF.js reads."""
        layers: list[dict[str, Any]] = [
            {
                "class_name": part.kind,
                "name": part.name,
                "config": {"name": part.name, **part.config},
                "inbound_nodes": [[[each.part, 0, each.index, {}] for each in part.inputs]] if part.inputs else [],
            }
            for part in self.parts
        ]
        config: dict[str, Any] = {
            "name": "webparity",
            "layers": layers,
            "input_layers": [[part.name, 0, 0] for part in self.parts if not part.inputs],
            "output_layers": [[each.part, 0, each.index] for each in outputs],
        }
        return {"class_name": "Model", "config": config}
