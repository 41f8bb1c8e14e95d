"""Flattening of nested trees, from a library's JSON to a list of nodes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Node = dict[str, Any]


def flatten_tree(root: Node, left: str, right: str) -> tuple[list[Node], NDArray[np.int64], NDArray[np.int64]]:
    """List all nodes, the root first, without recursion.

    Args:
        root: of the tree.
        left: the key of a node's left child; a leaf has none.
        right: the key of its right child.

    Returns:
        The nodes, and the index of each one's left and right child in the list, int64 [n]; -1 at a leaf.
    """
    nodes, children = [root], []
    for node in nodes:  # grows during the loop
        if left in node:
            children.append((len(nodes), len(nodes) + 1))
            nodes += [node[left], node[right]]
        else:
            children.append((-1, -1))
    lefts, rights = np.array(children, dtype=np.int64).T
    return nodes, lefts, rights
