"""A Keras network as a flat list of calls: nested networks expanded, each call of a shared layer separate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import keras
from keras.src.models.functional import Functional

from webparity.models.keras.internals import iterate_nodes

# Far more than any network has; a network that nests itself again and again doubles its calls with each level.
_MAX_CALLS: Final = 100_000


@dataclass(frozen=True, eq=False)
class CallValue:
    """A tensor between calls; `shape` is without the batch, with None for unknown sizes."""

    shape: tuple[int | None, ...]

    @property
    def size(self) -> int | None:
        """Number of values per image, or None where it is not known."""
        size = 1
        for side in self.shape:
            if side is None:
                return None
            size *= side
        return size


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a layer, or of a `keras.ops` operation.

    Attributes:
        layer: what is called.
        args: its positional arguments, with a `CallValue` in the place of each tensor.
        kwargs: its keyword arguments, likewise.
        outputs: what it gives.
    """

    layer: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: tuple[CallValue, ...]

    @property
    def values(self) -> list[CallValue]:
        """The tensors among its arguments."""
        return [each for each in keras.tree.flatten((self.args, self.kwargs)) if isinstance(each, CallValue)]


@dataclass(frozen=True, eq=False)
class Calls:
    """All calls of a network in execution order, and its output tensor."""

    calls: list[Call]
    output: CallValue


class TooManyCallsError(Exception):
    """A network makes more calls than can be listed."""


def list_calls(network: Any) -> Calls:
    """List the calls of a Sequential or Functional network of one input and one output.

    Raises:
        TooManyCallsError: they are too many to be listed.
    """
    calls: list[Call] = []
    output = _add_calls(network, _make_value(network.inputs[0]), calls)
    return Calls(calls, output)


def is_graph(network: Any) -> bool:
    """Whether a model is a plain graph of layers: Sequential or Functional, without its own `call`."""
    return (
        isinstance(network, keras.Sequential | Functional)
        and getattr(network, "inputs", None) is not None
        and type(network).call in {Functional.call, keras.Sequential.call}
    )


def _add_calls(network: Any, start: CallValue, calls: list[Call]) -> CallValue:
    known = {id(network.inputs[0]): start}
    for node in _iterate_nodes(network):
        args, kwargs = node.arguments.fill_in(known)
        if _can_inline(node.operation, args, kwargs):
            known[id(node.outputs[0])] = _add_calls(node.operation, args[0], calls)
            continue
        outputs = tuple(map(_make_value, node.outputs))
        known |= {id(tensor): value for tensor, value in zip(node.outputs, outputs, strict=True)}
        calls.append(Call(node.operation, args, kwargs, outputs))
        if len(calls) > _MAX_CALLS:
            raise TooManyCallsError
    return known[id(network.outputs[0])]


def _iterate_nodes(network: Any) -> Iterator[Any]:
    """Iterate over the nodes of a network's own graph, in execution order."""
    return (node for node in iterate_nodes(network) if node.operation and not node.is_input)


def _can_inline(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a call is of a network of one input and one output that takes its argument unchanged."""
    if not is_graph(layer) or len(layer.inputs) != 1 or len(layer.outputs) != 1:
        return False
    plain = (
        len(args) == 1 and isinstance(args[0], CallValue) and not any(kwargs.get(key) for key in ("mask", "training"))
    )
    return plain and len(args[0].shape) == len(layer.inputs[0].shape) - 1


def _make_value(tensor: Any) -> CallValue:
    return CallValue(tuple(tensor.shape[1:]))
