"""Trees that a library writes as nodes within nodes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Node = dict[str, Any]


def flattened(root: Node, left: str, right: str) -> tuple[list[Node], NDArray[np.int64], NDArray[np.int64]]:
    """All nodes in one list, the root first, whatever the depth.

    Args:
        root: of the tree.
        left: the key of a node's left child; a leaf has none.
        right: the key of its right child.

    Returns:
        The nodes, and where in the list each one's left and right child stand, int64 [n]; -1 at a leaf.
    """
    nodes, children = [root], []
    for node in nodes:  # grows while it is walked
        if left in node:
            children.append((len(nodes), len(nodes) + 1))
            nodes += [node[left], node[right]]
        else:
            children.append((-1, -1))
    lefts, rights = np.array(children, dtype=np.int64).T
    return nodes, lefts, rights
