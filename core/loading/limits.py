"""How large a network from elsewhere may become once it is traced; `--max-calls` and `--max-values` raise it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

CALLS: Final = 1500  # the largest of keras.applications, NASNetLarge, has 1,039
VALUES: Final = 2**28  # 1 GB of float32; VGG16's largest on 512 x 512 pixels is 2^24


@dataclass(frozen=True, kw_only=True)
class GraphLimits:
    """Bounds on a network.

    Attributes:
        calls: how often layers are called for one image, networks within networks unfolded; each step of a recurrent
            layer is one.
        values: elements of any tensor for one image, those within attention included.
    """

    calls: int = CALLS
    values: int = VALUES


_limits: Final[ContextVar[GraphLimits]] = ContextVar("graph_limits", default=GraphLimits())  # noqa: B039 - it is frozen


def graph_limits() -> GraphLimits:
    """The limits in force."""
    return _limits.get()


@contextmanager
def limited_graphs(limits: GraphLimits) -> Iterator[None]:
    """Put other limits in force for a while."""
    token = _limits.set(limits)
    try:
        yield
    finally:
        _limits.reset(token)
