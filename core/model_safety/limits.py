"""Limits on the size of a model from an untrusted source; `--max-calls` and related options raise them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from webparity.model_safety.refusal import make_refusal

CALLS: Final = 1500  # the largest of keras.applications, NASNetLarge, has 1,039
NODES: Final = 10_000_000  # a thousand trees of ten thousand; as tensors these take a gigabyte
VALUES: Final = 2**28  # 1 GB of float32; VGG16's largest on 512 x 512 pixels is 2^24


@dataclass(frozen=True, kw_only=True)
class GraphLimits:
    """Limits on one model.

    Attributes:
        calls: layer calls for one image, nested networks expanded; each step of a recurrent layer is one.
        nodes: of all trees of a classifier together.
        inspection_seconds: least time limit of a file's inspection, whatever the file's size.
        inspection_memory: least memory limit of a file's inspection, in bytes.
        values: elements of any tensor for one image, attention scores included.
    """

    calls: int = CALLS
    values: int = VALUES
    nodes: int = NODES
    inspection_seconds: float = 0
    inspection_memory: int = 0


_DEFAULT: Final = GraphLimits()
_limits: Final[ContextVar[GraphLimits]] = ContextVar("graph_limits")


def get_graph_limits() -> GraphLimits:
    """Get the limits in force."""
    return _limits.get(_DEFAULT)


@contextmanager
def use_graph_limits(limits: GraphLimits) -> Iterator[None]:
    """Put other limits in force inside the block."""
    token = _limits.set(limits)
    try:
        yield
    finally:
        _limits.reset(token)


def refuse_many_nodes(nodes: int, name: str) -> None:
    """Refuse a classifier whose trees together have more nodes than allowed.

    Args:
        nodes: how many there are.
        name: what to call their file in messages.

    Raises:
        UnsupportedModelError: there are more.
    """
    limit = get_graph_limits().nodes
    if nodes > limit:
        raise make_refusal(
            f"trees of at most {limit} nodes together",
            f"{nodes} in {name}",
            "If it is your own file, allow more with --max-nodes; otherwise do not use it.",
        )
