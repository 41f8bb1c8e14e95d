"""Checks of NumPy's array files: plain numbers, as many as the header declares."""

from __future__ import annotations

import math
import re
from io import BytesIO
from typing import Final

import numpy as np

from webparity.model_safety.archive import open_archive, read_member
from webparity.model_safety.refusal import make_refusal
from webparity.text.library_error import summarize_library_error

# What scipy.sparse.save_npz writes.
_SPARSE: Final = re.compile(r"(indices|indptr|format|shape|data|row|col|offsets|coords|_is_array)\.npy")


def refuse_array(data: bytes, name: str) -> None:
    """Check a `.npy` file by its header.

    Raises:
        UnsupportedModelError: it holds Python objects, or not the bytes that its shape and type come to.
    """
    stream = BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(stream)
    except Exception as error:  # the header is a Python literal, and fails in many ways
        raise make_refusal("an array as NumPy writes it", f"{name}: {summarize_library_error(error)}") from error
    if dtype.hasobject:
        raise make_refusal("arrays of numbers and text", f"pickled Python objects in {name}")
    declared, held = math.prod(shape) * dtype.itemsize, len(data) - stream.tell()
    if min(shape, default=0) < 0 or declared != held:
        raise make_refusal(f"an array of {held} bytes, as {name} holds", f"a header of shape {shape} and type {dtype}")


def refuse_sparse(data: bytes, name: str) -> None:
    """Check a sparse matrix as `scipy.sparse.save_npz` writes it, an archive of arrays.

    Raises:
        UnsupportedModelError: it is not such an archive, or an array in it is refused.
    """
    with open_archive(BytesIO(data), name, _SPARSE) as archive:
        for member in archive.namelist():
            refuse_array(read_member(archive, member, name), f"{member} of {name}")
