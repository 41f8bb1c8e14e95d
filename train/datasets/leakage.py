"""Groups of related images (same patient, same bytes), and removal of leakage between splits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from webparity.errors import DatasetError


def number_groups(keys: Sequence[str], digests: Sequence[str]) -> NDArray[np.int64]:
    """Number groups of images that are connected by a key or by equal bytes (connected components).

    Args:
        keys: a patient's key for each image.
        digests: a digest of each image's bytes.

    Returns:
        int64 [N], equal numbers for images that belong together.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    key = np.unique(keys, return_inverse=True)[1]
    content = np.unique(digests, return_inverse=True)[1] + key.max() + 1
    nodes = int(content.max()) + 1
    edges = coo_array((np.ones(len(key)), (key, content)), shape=(nodes, nodes))
    components: NDArray[np.int64] = connected_components(edges, directed=False)[1].astype(np.int64)
    return components[key]


def remove_leakage(
    labels: NDArray[np.int64], groups: NDArray[np.int64], digests: Sequence[str], test: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], list[str]]:
    """Remove images that would leak into another split; a given test set stays whole.

    Out of the images that are not test images go, in this order: those whose bytes or whose patient stand in the
    test set; all copies of what stands under two labels; every copy but the first.

    Args:
        labels: int64 [N].
        groups: int64 [N], see `number_groups`.
        digests: a digest of each image's bytes.
        test: bool [N], the given test set; all false where none was given.

    Returns:
        bool [N], true for those that stay, and what was dropped, one sentence each.

    Raises:
        DatasetError: the test set holds the same bytes under two labels.
    """
    content = np.unique(digests, return_inverse=True)[1]
    if len(contradictory := _find_under_two_labels(content[test], labels[test])):
        raise DatasetError(
            "Expected each test image under one label; received "
            f"{len(contradictory)} that stand under two with the same bytes. Remove the wrong copies."
        )
    stays = np.ones(len(labels), dtype=np.bool_)
    notes = []

    def drop(doomed: NDArray[np.bool_], which: str) -> None:
        doomed = doomed & stays & ~test
        if doomed.any():
            stays[doomed] = False
            notes.append(f"Dropped {doomed.sum()} training images {which}.")

    drop(np.isin(content, content[test]), "whose bytes stand in the test set too")
    drop(np.isin(groups, groups[test]), "of groups (patients) that stand in the test set too")
    drop(np.isin(content, _find_under_two_labels(content[~test], labels[~test])), "that stand under two labels")
    drop(_find_repeated(content, among=stays & ~test), "that repeat another")
    if repeats := _find_repeated(content, among=test).sum():
        notes.append(f"Kept {repeats} test images that repeat another: the test set is measured as it comes.")
    return stays, notes


def _find_under_two_labels(content: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    pairs = np.unique(np.stack([content, labels]), axis=1)
    ids, counts = np.unique(pairs[0], return_counts=True)
    return ids[counts > 1]


def _find_repeated(content: NDArray[np.int64], *, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    repeated = among.copy()
    positions = np.flatnonzero(among)
    repeated[positions[np.unique(content[among], return_index=True)[1]]] = False
    return repeated
