"""An ONNX file with its preprocessing in front, run by onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.model_safety.onnx.inspect import open_session
from webparity.models.model_kind import ModelKind
from webparity.models.onnx.file_output import activate, choose_file_output
from webparity.models.onnx.head import find_onnx_head, find_step
from webparity.models.onnx.input_form import find_input_form
from webparity.models.onnx.network import OnnxNetwork
from webparity.models.onnx.tensor_shapes import add_outputs, find_shapes
from webparity.models.onnx.weights import Move, move_weights
from webparity.models.onnx.wide_means import split_wide_means
from webparity.outputs.model_output import ModelOutput
from webparity.outputs.request import OutputRequest
from webparity.preprocessing.graph import normalize, resize_pixels
from webparity.preprocessing.spec import ROUNDED_LIKE, Preprocessing
from webparity.taps import Tap
from webparity.tensor_ops.tracers.to_numpy import NumpyOps

_ANY: Final = OutputRequest()
_PROBES: Final = 8
_PUT_ON: Final = "the file gives logits: a {} is put on, in every artifact and in the reference."
_WIDE: Final = (
    "means over wide maps are computed row by row: the one sum that onnxruntime makes of all pixels rounds too often."
)
_ROUNDED: Final = (
    "the file rounds its last {end} to the levels of 8 or 16 bits: what is exported are the probabilities before that, "
    "since rounded ones do not sum to 1."
)
_BATCH_PIXELS: Final = 1_000_000
# Whose answers jump: trees, pairs that are coupled, and the rounding of quantized layers.
_JUMPING: Final = frozenset(
    {"TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble", "SVMClassifier", "Binarizer"}
    | {"QuantizeLinear", "DynamicQuantizeLinear", "ArgMax", "TopK"}
)
# Rounding alone may change an answer in a batch; another answer is off by far more.
_SAME_IN_A_BATCH: Final = 1e-3

_FLOAT32: Final = (
    "the file computes in {types}: it is exported in float32 with the same weights, and held to itself in float32, "
    "whose answers differ a little from those that onnxruntime gives for the file."
)


class OnnxBaked:
    """`webparity.models.baked.Baked` on an ONNX file; preprocessing runs in NumPy, float64.

    Args:
        network: the file that was read.
        preprocessing: applied before it.
        output: what the file's numbers are; or what its user says of them, by which a softmax or a sigmoid may be put
            on.

    Attributes:
        network: as given, with what is put on.
        output: what the numbers are.
        activation: the softmax or sigmoid that is put on; None for the file's own numbers.
        preprocessing: as given.
        form: how its input takes the preprocessed values.
        shapes: of its tensors for one call.
        head: the tensors that answers are read from.
        notes: sentences for the user on what the export changes.

    Raises:
        UnsupportedModelError: its input does not fit the preprocessing, or its output is no row of classes.
        UsageError: its input leaves the order of axes open.
    """

    def __init__(
        self, network: OnnxNetwork, preprocessing: Preprocessing, output: ModelOutput | OutputRequest = _ANY
    ) -> None:
        self.preprocessing = preprocessing
        self.network = network
        graph = network.model.graph
        self.form = find_input_form(graph, preprocessing, network.layout)
        self.repeats = self.form.batch or 1
        self.shapes = find_shapes(network, self.form)
        self.network = replace(network, model=split_wide_means(network.model, self.shapes))
        self.head = find_onnx_head(graph, self.shapes, self.repeats)
        if isinstance(output, ModelOutput):
            self.output, self.activation = output, network.activation
        else:
            self.output, self.activation = choose_file_output(self.head, output, self._probe)
            self.network = replace(self.network, activation=self.activation)
        notes = [_FLOAT32.format(types=" and ".join(network.types))] if network.types else []
        notes += [_WIDE] if self.network.model is not network.model else []
        notes += [_ROUNDED.format(end=self.head.end)] if self.head.is_rounded else []
        self.notes = (*notes, _PUT_ON.format(self.activation)) if self.activation else tuple(notes)

    @property
    def kind(self) -> ModelKind:
        """ONNX."""
        return "onnx"

    @property
    def classes(self) -> int:
        """Number of labels, or of values; a single probability or score stands for two labels."""
        one = 1 if self.output.kind in {"multilabel", "values"} else 2
        return max(one, self.head.columns)

    @property
    def source(self) -> str:
        """Name of the tensor of the scores: the input of the softmax or sigmoid that gives the probabilities."""
        single = self.output.kind == "multilabel" or self.head.columns == 1
        return self.head.source if self.head.end == ("sigmoid" if single else "softmax") else self.head.answers

    @cached_property
    def score_step(self) -> float:
        """Distance of two levels of the scores, where the file rounds them to a few; 0 where it does not."""
        return find_step(self.network.model.graph, self.source)

    @property
    def is_discontinuous(self) -> bool:
        """Whether outputs jump: with trees, quantized layers, HOG, and where unrounded pixels are rounded."""
        spec = self.preprocessing
        rounds = self.form.takes_integers and spec.like not in ROUNDED_LIKE
        return rounds or spec.hog is not None or any(node.op_type in _JUMPING for node in self.network.model.graph.node)

    @property
    def is_classical(self) -> bool:
        """Whether the file is of a classical model, whose input is rounded once: the last digit may decide."""
        return self.is_discontinuous or any(node.domain == "ai.onnx.ml" for node in self.network.model.graph.node)

    @cached_property
    def _session(self) -> Any:
        return open_session(add_outputs(self.network.model, [self.head.answers, self.source]))

    @cached_property
    def takes_batches(self) -> bool:
        """Whether the graph gives two images together what it gives each alone; a shape may only promise it."""
        if self.form.batch is not None:
            return False
        depth, spec = self.preprocessing.depth, self.preprocessing
        images = np.random.default_rng(0).integers(0, 256, (2, spec.height, spec.width, depth)).astype(np.float32)
        feeds = self._arrange(images)
        try:
            together = self._session.run([self.head.answers], {self.form.name: feeds})[0]
        except Exception:  # noqa: BLE001 - onnxruntime's own exceptions share no public base
            return False
        alone = [self._session.run([self.head.answers], {self.form.name: each[np.newaxis]})[0] for each in feeds]
        expected = np.concatenate(alone)
        span = float(np.max(np.abs(expected), initial=0.0))
        return together.shape == expected.shape and bool(
            np.allclose(together, expected, rtol=0, atol=_SAME_IN_A_BATCH * span)
        )

    def predict_from_pixels(self, pixels: NDArray[np.float32]) -> dict[Tap, NDArray[np.float32]]:
        """Predict every tap but `pixels` of resized pixels float32 [N, height, width, depth]."""
        return self._predict(self._session, pixels)

    def predict_with_moved_weights(self, pixels: NDArray[np.float32], move: Move) -> dict[Tap, NDArray[np.float32]]:
        """Predict with every float32 weight replaced by what `move` gives for it."""
        moved = add_outputs(self.network.model, [self.head.answers, self.source])
        move_weights(moved, move)
        return self._predict(open_session(moved), pixels)

    def predict_by_file(self, pixels: NDArray[np.float32]) -> NDArray[np.float64]:
        """Predict the answer [N, C] by the file's own graph, in its own types."""
        own, answers = self.network.own, self.head.answers
        if not self.network.types:
            own = split_wide_means(own, self.shapes)
        named = any(output.name == answers for output in own.graph.output)
        rows = self._run(open_session(own if named else add_outputs(own, [answers])), [answers], pixels)[0]
        rows = activate(rows, self.activation)
        single = self.output.kind == "probabilities" and self.head.columns == 1
        return np.asarray(np.concatenate([1 - rows, rows], axis=1) if single else rows, np.float64)

    def _predict(self, session: Any, pixels: NDArray[np.float32]) -> dict[Tap, NDArray[np.float32]]:
        rows, scores = self._run(session, [self.head.answers, self.source], pixels)
        if self.output.kind in {"scores", "values"}:
            return {self.output.kind: rows}
        rows = np.asarray(activate(rows, self.activation), np.float32)
        if self.output.kind == "probabilities" and self.head.columns == 1:
            known = self.activation is not None or self.source != self.head.answers
            rows = np.concatenate([np.float32(1) - rows, rows], axis=1)
            scores = np.concatenate([scores * 0, scores], axis=1) if known else rows
        return {"scores": scores, "probabilities": rows}

    def _probe(self) -> NDArray[np.float32]:
        """Run the graph on some noise."""
        spec = self.preprocessing
        shape = (_PROBES, spec.height, spec.width, spec.depth)
        pixels = np.random.default_rng(0).integers(0, 256, shape).astype(np.float32)
        return self._run(
            open_session(add_outputs(self.network.model, [self.head.answers])), [self.head.answers], pixels
        )[0]

    def _run(self, session: Any, names: Sequence[str], pixels: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Run images one after another; a fixed batch is filled with copies of one image."""
        answers: list[list[NDArray[np.float32]]] = []
        half = session.get_inputs()[0].type == "tensor(float16)"
        for values in self._arrange(pixels).astype(np.float16) if half else self._arrange(pixels):
            batch = np.repeat(values[np.newaxis], self.repeats, axis=0)
            found = session.run(list(names), {self.form.name: batch})
            answers.append([np.asarray(each, np.float32).reshape(self.repeats, -1)[0] for each in found])
        return [np.stack(rows) for rows in zip(*answers, strict=True)]

    def _arrange(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Compute the input's values, of its type and shape, of resized pixels."""
        values: NDArray[Any] = normalize(NumpyOps(), pixels.astype(np.float64), self.preprocessing)
        return self.form.arrange(np.asarray(values))

    def __call__(
        self, images: NDArray[np.uint8], taps: Sequence[Tap] = ("probabilities",)
    ) -> dict[Tap, NDArray[np.float32]]:
        """Run it; see `webparity.models.baked.Baked`."""
        room = max(1, _BATCH_PIXELS // (images.shape[1] * images.shape[2]))
        batches: list[Any] = [images[start : start + room] for start in range(0, len(images), room)]
        resized = [np.asarray(resize_pixels(NumpyOps(), batch, self.preprocessing)) for batch in batches]
        pixels = np.concatenate(resized).astype(np.float32)
        outputs: dict[Tap, NDArray[np.float32]] = {"pixels": pixels}
        if set(taps) - {"pixels"}:
            outputs |= self.predict_from_pixels(pixels)
        return {tap: outputs[tap] for tap in taps}
