"""A Keras network with its preprocessing inside, as one TensorFlow function."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from webparity.errors import UnsupportedModelError
from webparity.model_safety.inspection import inspect_model_file
from webparity.model_safety.keras.graph import refuse_large_graph
from webparity.model_safety.keras.size import limit_weights
from webparity.model_safety.keras.versions import describe_conversion
from webparity.model_safety.refusal import make_refusal
from webparity.models import refusals
from webparity.models.keras.float32 import find_other_types, rebuild_in_float32
from webparity.models.keras.functional import build_graph
from webparity.models.keras.head import Head, find_head, record_scores
from webparity.models.keras.inference_model import build_inference_model
from webparity.models.keras.input_form import adapt_input, takes_whole_numbers
from webparity.models.keras.output.choose import NetworkOutput, add_activation, choose_output
from webparity.models.keras.output.probe import require_probabilities
from webparity.models.keras.translation import find_cause, load_translated
from webparity.models.model_kind import ModelKind
from webparity.outputs.model_output import ModelOutput
from webparity.outputs.registry import get_output_kind
from webparity.outputs.request import OutputRequest
from webparity.preprocessing.graph import normalize, resize_pixels
from webparity.preprocessing.spec import ROUNDED_LIKE, Preprocessing
from webparity.taps import Tap
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps


def _require_input(network: Any, expected: Sequence[int]) -> None:
    """Refuse a network of several inputs, or of another input than its preprocessing gives."""
    if len(network.inputs) != 1:
        raise refusals.SEVERAL_INPUTS(
            f"one of {len(network.inputs)}: {', '.join(each.name for each in network.inputs)}"
        )
    received = tuple(network.inputs[0].shape[1:])
    if len(received) != len(expected) or any(n not in (None, e) for n, e in zip(received, expected, strict=True)):
        raise refusals.NETWORK_INPUT(f"{received} for {tuple(expected)}")


def _require_row(network: Any) -> None:
    """Refuse a network whose output is no row of numbers for an image."""
    outputs = [tuple(output.shape) for output in network.outputs]
    if len(outputs) > 1:
        raise refusals.SEVERAL_OUTPUTS(", ".join(map(str, outputs)))
    if len(outputs[0]) >= _MAP_AXES:
        raise refusals.MAP(str(outputs[0]))
    if len(outputs[0]) != 2 or outputs[0][-1] is None:
        raise refusals.NETWORK_OUTPUT(str(outputs[0]))


def get_tensorflow_version() -> str:
    """Get TensorFlow's version, of any distribution of it."""
    return str(tf.__version__)


def load_network(path: Path) -> Any:
    """Read a `.keras` file in safe mode, without its optimizer; `model_safety.inspection` checks it first.

    Raises:
        UnsupportedModelError: the file holds code or anything but Keras's own parts, is larger than it should be, or
            is not a Keras model that safe mode accepts.
    """
    weights = inspect_model_file(path, "keras")

    def load(file: Path) -> Any:
        with limit_weights(weights, path.name):
            return keras.models.load_model(file, compile=False, safe_mode=True)

    try:
        network = load_translated(path, load)
    except UnsupportedModelError:
        raise
    except Exception as error:
        raise make_refusal(
            "a .keras file that loads in safe mode", f"{path.name}: {find_cause(error)}", describe_conversion(path)
        ) from error
    refuse_large_graph(network, path.name)
    return network


_FLOAT32: Final = (
    "the network computes in {types}: it is exported in float32 with the same weights, and held to itself in float32, "
    "whose answers differ a little from those that model.predict gives."
)

_PUT_ON: Final = {
    "softmax": "the network gives logits: a softmax is put on, in every artifact and in the reference.",
    "sigmoid": "the network gives logits: a sigmoid is put on, in every artifact and in the reference.",
}
_PROBABILITIES: Final = ModelOutput()
_MAP_AXES: Final = 4

# AutoGraph would spend seconds on rewriting code that has no condition on a tensor's value.
_without_autograph = tf.autograph.experimental.do_not_convert


class KerasBaked:
    """`webparity.models.baked.Baked` on a Keras network.

    Args:
        network: a Keras model, float32 [N, *preprocessing.values_shape] to [N, C] numbers; by default probabilities
            (softmax), or one from 0 to 1. A subclassed one is kept as the graph of layers that its `call` builds.
        preprocessing: applied before the network.
        output: what the network's numbers are; or what its user says of them, by which a softmax or a sigmoid may be
            put on.

    Attributes:
        network: as a graph of layers, whose weights it shares with what was given; with what was put on.
        activation: the softmax or sigmoid that was put on; None for the network's own numbers.
        output: what the numbers are.
        given: the network as it was given; in float32 where it computes in another type.
        preprocessing: as given.
        notes: sentences for the user on what the export changes.

    Raises:
        UnsupportedModelError: the network's input does not fit the preprocessing, its output is no row of numbers, or
            they are something else than said.
    """

    def __init__(
        self, network: Any, preprocessing: Preprocessing, output: ModelOutput | OutputRequest = _PROBABILITIES
    ) -> None:
        self.given = network
        expected = preprocessing.values_shape
        network = build_graph(network, expected)
        types = find_other_types(network)
        network = rebuild_in_float32(network)
        if types:
            self.given = network
        self._rounds = takes_whole_numbers(network) and preprocessing.like not in ROUNDED_LIKE
        network = adapt_input(network, preprocessing)
        self.notes: tuple[str, ...] = (_FLOAT32.format(types=", ".join(types)),) if types else ()
        _require_input(network, expected)
        _require_row(network)
        chosen = (
            NetworkOutput(output=output)
            if isinstance(output, ModelOutput)
            else choose_output(network, self.given, preprocessing, output)
        )
        self.output = chosen.output
        self.activation = chosen.activation
        if chosen.activation is not None:
            network = add_activation(network, chosen.activation)
            self.notes += (_PUT_ON[chosen.activation],)
        self.network = network
        self.preprocessing = preprocessing
        self._ops = TensorFlowOps()
        signature = [tf.TensorSpec([None, None, None, 3], tf.uint8, name="image")]
        self._run = tf.function(self.compute_taps, input_signature=signature)
        self._preprocess = tf.function(
            lambda image: self.preprocess(image)["values"], input_signature=signature, autograph=False
        )
        self._head = self._find_head(self.network)
        if self.output.kind == "probabilities" and (self._head is None or self._head.activation == "one softmax"):
            require_probabilities(network, preprocessing)

    def _find_head(self, network: Any) -> Head | None:
        """Find the softmax or sigmoid whose input are the scores; only probabilities have one."""
        kind = get_output_kind(self.output)
        return find_head(network, independent=kind.name == "multilabel") if kind.answer == "probabilities" else None

    @property
    def kind(self) -> ModelKind:
        """Keras."""
        return "keras"

    @cached_property
    def inference_model(self) -> KerasBaked:
        """The same function without the parts that only training needs; targets convert this form."""
        refuse_large_graph(self.network, "the network")  # before its steps and inner networks are written out
        network = build_inference_model(self.network, self._find_head)
        refuse_large_graph(network, "the network")  # now with the shapes within inner networks
        converted = KerasBaked(network, self.preprocessing, self.output)
        converted._rounds = self._rounds
        return converted

    @property
    def classes(self) -> int:
        """Number of labels, or of values; a single sigmoid or score stands for two labels."""
        units = int(self.network.outputs[0].shape[-1])
        return units if get_output_kind(self.output).label_stage != "top1" else max(2, units)

    @property
    def is_discontinuous(self) -> bool:
        """Whether outputs jump: networks are continuous, the bins of HOG and rounded pixels are not."""
        return self.preprocessing.hog is not None or self._rounds

    def predict_from_pixels(self, pixels: NDArray[np.float32]) -> dict[Tap, NDArray[np.float32]]:
        """Predict every tap but `pixels` of resized pixels float32 [N, height, width, depth]."""
        outputs = self.predict_features(normalize(self._ops, tf.constant(pixels), self.preprocessing))
        return {tap: value.numpy() for tap, value in outputs.items()}

    @_without_autograph
    def predict_features(self, values: Any) -> dict[Tap, Any]:
        """Predict every tap but `pixels` of preprocessed values [N, *values_shape], in inference mode.

        The answer is the network's own output. Scores of probabilities are the input of their softmax or sigmoid;
        without one, the probabilities are used as scores.
        """
        row, scores = self._predict_row(values)
        kind = get_output_kind(self.output)
        if kind.answer != "probabilities":
            return {kind.answer: row}
        if kind.label_stage == "top1" and row.shape[-1] == 1:
            row = tf.concat([1.0 - row, row], -1)
            scores = None if scores is None else tf.concat([scores * 0.0, scores], -1)
        return {"scores": row if scores is None else scores, "probabilities": row}

    def _predict_row(self, values: Any) -> tuple[Any, Any | None]:
        """Predict the network's output, and the scores that it is computed from, if known."""
        if self._head is None:
            return tf.cast(self.network(values, training=False), tf.float32), None
        with record_scores(self._head) as seen:
            row = tf.cast(self.network(values, training=False), tf.float32)
        if len(seen) != self._head.calls:
            # Called from within another layer too, where the calls cannot be distinguished.
            return row, None
        scores = tf.cast(seen[self._head.number], tf.float32)
        return row, scores if scores.shape.rank == row.shape.rank else tf.reshape(scores, (-1, row.shape[-1]))

    @_without_autograph
    def compute_taps(self, image: Any) -> dict[Tap, Any]:
        """Compute every tap of images uint8 [N, H, W, 3]; this is the function that is traced."""
        preprocessed = self.preprocess(image)
        return {"pixels": preprocessed["pixels"], **self.predict_features(preprocessed["values"])}

    @_without_autograph
    def preprocess(self, image: Any) -> dict[str, Any]:
        """Compute `pixels` and the network's input `values` of images; this is the traced part before the network."""
        pixels = self._resize(image)
        return {"pixels": pixels, "values": normalize(self._ops, pixels, self.preprocessing)}

    def preprocess_values(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Compute the network's input of uint8 [N, H, W, 3], float32 [N, ...]; training uses it too."""
        values: NDArray[np.float32] = self._preprocess(tf.constant(images, dtype=tf.uint8)).numpy()
        return values

    def _resize(self, image: Any) -> Any:
        """Resize images, with the static shape that later layers need."""
        spec = self.preprocessing
        return tf.reshape(resize_pixels(self._ops, image, spec), (-1, spec.height, spec.width, spec.depth))

    def __call__(
        self, images: NDArray[np.uint8], taps: Sequence[Tap] = ("probabilities",)
    ) -> dict[Tap, NDArray[np.float32]]:
        """Run it; see `webparity.models.baked.Baked`."""
        outputs = self._run(tf.constant(images, dtype=tf.uint8))
        return {tap: outputs[tap].numpy() for tap in taps}
