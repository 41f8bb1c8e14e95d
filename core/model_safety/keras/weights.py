"""Checks of the HDF5 weights in a `.keras` file: no links or external storage, sizes as declared."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from webparity.model_safety.refusal import make_refusal

_MAGIC: Final = b"\x89HDF\r\n\x1a\n"
_KINDS: Final = "biufV"  # numbers, and the opaque two bytes of bfloat16


def count_weights(data: bytes, name: str) -> int:
    """Check an HDF5 file and count the numbers in it.

    Args:
        data: the file.
        name: what to call it in messages.

    Raises:
        UnsupportedModelError: it links to other places, or declares more than it holds.
    """
    if not data.startswith(_MAGIC):
        raise make_refusal("weights in HDF5, by their first bytes", f"something else in {name}")
    import h5py

    with h5py.File(BytesIO(data), "r") as file:
        datasets = _list_datasets(file, h5py, name)
        for dataset in datasets:
            _refuse_dataset(dataset, name)
        # Several datasets may claim the same bytes.
        if sum(dataset.nbytes for dataset in datasets) > len(data):
            raise make_refusal("weights that the file holds", f"{name}, which declares more than its {len(data)} bytes")
        return sum(int(dataset.size) for dataset in datasets)


def _list_datasets(file: Any, h5py: Any, name: str) -> list[Any]:
    """List every dataset, reached by hard links only; each group once, since groups may contain each other."""
    found: list[Any] = []
    pending, seen = [file], set()
    while pending:
        group = pending.pop()
        for key in group:
            if not isinstance(group.get(key, getlink=True), h5py.HardLink):
                raise make_refusal(
                    "weights without links", f"{name}, in which {group.name}/{key} links to another place"
                )
            child = group[key]
            address = h5py.h5o.get_info(child.id).addr
            if address not in seen:
                seen.add(address)
                (pending if isinstance(child, h5py.Group) else found).append(child)
    return found


def _refuse_dataset(dataset: Any, name: str) -> None:
    if dataset.shape is None or dataset.dtype.kind not in _KINDS:
        raise make_refusal("weights that are arrays of numbers", f"{dataset.dtype} in {dataset.name} of {name}")
    if dataset.external or dataset.is_virtual:
        raise make_refusal("weights in the file itself", f"{name}, in which {dataset.name} lies in another file")
    if dataset.chunks is not None or dataset.id.get_storage_size() < dataset.nbytes:
        raise make_refusal(
            "weights stored as Keras stores them, whole and uncompressed",
            f"{name}, in which {dataset.name} declares {dataset.nbytes} bytes of shape {dataset.shape}",
        )
