"""An ONNX file as a model: its graph in float32, and the files that it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from onnx import ModelProto

from webparity.models.model_kind import ModelKind

Layout = Literal["nchw", "nhwc"]
Activation = Literal["softmax", "sigmoid"]


@dataclass(frozen=True, kw_only=True, eq=False)
class OnnxNetwork:
    """A model that was read from an ONNX file.

    Attributes:
        model: the graph with all its weights, in float32 where the file has smaller floats.
        own: the graph as the file has it, with all its weights.
        data: the file's bytes.
        files: bytes of the other files that it keeps tensors in, by their paths relative to the model's folder.
        layout: the order of a four-axis input, where the user said it.
        activation: what is put on its output, where that was decided before.
        types: floats of the file that were converted, by name.
        name: of the file, without its suffix.
    """

    model_kind: ClassVar[ModelKind] = "onnx"

    model: ModelProto
    own: ModelProto
    data: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    layout: Layout | None = None
    activation: Activation | None = None
    types: tuple[str, ...] = ()
    name: str = "model"
