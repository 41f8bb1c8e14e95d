"""Decoding by the contract `rgb8/2`, or `luma8/2`: the same pixels, or the same refusal, in every runtime.

The rules stand in docs/decode-contract.md. `webparity.wasm`, which every runtime runs, decides and decodes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from webparity.decode.contracts import CONTRACT, LUMA_CONTRACT, DecodeContract
from webparity.decode.refusal_text import make_refusal
from webparity.errors import make_file_error
from webparity.storage.regular_file import MAX_IMAGE_BYTES, read_regular
from webparity.wasm.bindings import CODES, MAX_PIXELS, MAX_SIDE, RESULT, RefusalCode
from webparity.wasm.instance import ModuleFault, ModuleInstance
from webparity.wasm.threads import borrow_instance

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "CONTRACT",
    "LUMA_CONTRACT",
    "MAX_PIXELS",
    "MAX_SIDE",
    "DecodeContract",
    "decode",
    "decode_file",
    "digest_rgb8",
    "read_image_bytes",
]

_ADDRESSES: Final = 2**32


class _Refused(NamedTuple):
    code: RefusalCode
    received: str


def decode(data: bytes, name: str = "image", contract: DecodeContract = CONTRACT) -> NDArray[np.uint8]:
    """Decode an image file by the contract. Threads decode side by side: the GIL is not held.

    Args:
        data: the file's bytes: JPEG, PNG, WebP, GIF or BMP, detected by its first bytes.
        name: what to call the file in an error.
        contract: `luma8/2` gives gray, three times: a JPEG's own luma, as `cv2.IMREAD_GRAYSCALE` takes it.

    Returns:
        RGB pixels, uint8 [H, W, 3], row by row, in an array of its own.

    Raises:
        DecodeError: the contract refuses the file; `code` says why.
        RuntimeUnavailable: wasmtime is missing or cannot run here.
        ModuleFault: a fault of the decoder itself.
    """
    pixels = _run("decode_luma" if contract == LUMA_CONTRACT else "decode_image", data, name)
    assert pixels is not None
    return pixels


def judge_start(start: bytes, name: str = "image") -> None:
    """Refuse a file by its first bytes, where they are of no format that is decoded.

    Args:
        start: its first `bindings.START_BYTES` bytes, or all of a shorter one.
        name: what to call the file in an error.

    Raises:
        DecodeError: with the code `empty` or `format`; `decode` refuses the whole file likewise.
        RuntimeUnavailable: see `decode`.
        ModuleFault: see `decode`.
    """
    _run("judge_start", start, name)


def read_image_bytes(path: Path, name: str) -> bytes:
    """Read an image file's bytes; of a file that is no image, only the first are read.

    Args:
        path: the file.
        name: what to call it in messages.

    Raises:
        UsageError: it cannot be read, or is larger than any image.
        DecodeError: see `judge_start`.
    """
    try:
        return read_regular(path, MAX_IMAGE_BYTES, judge=lambda start: judge_start(start, name))
    except OSError as error:
        raise make_file_error(
            f"Expected an image file that can be read; received {name}: {error.strerror}. Correct or remove it.", error
        ) from error


def decode_file(path: str | Path, contract: DecodeContract = CONTRACT) -> NDArray[np.uint8]:
    """Decode an image file on disk by the contract.

    Args:
        path: the file.
        contract: `rgb8/2`; or `luma8/2`, gray three times: a JPEG's own luma, as `cv2.IMREAD_GRAYSCALE` takes it.

    Returns:
        RGB pixels, uint8 [H, W, 3].

    Raises:
        MissingFileError: there is no such file.
        UsageError: the path is a folder or unreadable, or the file is larger than any image.
        DecodeError: the contract refuses the file.
        RuntimeUnavailable: wasmtime is missing or cannot run here.
    """
    path = Path(path)
    try:
        data = read_regular(path, MAX_IMAGE_BYTES, judge=lambda start: judge_start(start, path.name))
    except OSError as error:
        reason = error.strerror or "an unreadable file"
        raise make_file_error(f"Expected an image file; received {path} ({reason}). Check the path.", error) from error
    return decode(data, path.name, contract)


def digest_rgb8(pixels: NDArray[np.uint8]) -> str:
    """Fingerprint decoded pixels.

    Args:
        pixels: uint8 [H, W, 3].

    Returns:
        SHA-256 of the H * W * 3 bytes, row by row, in lower-case hexadecimal.
    """
    return hashlib.sha256(np.ascontiguousarray(pixels, np.uint8).data).hexdigest()


def _run(function: str, data: bytes, name: str) -> NDArray[np.uint8] | None:
    """Call a function of the module on a file's bytes; return the pixels, or None where it gives none."""
    try:
        with borrow_instance() as instance:
            answer = _call(instance, function, data)
    except ModuleFault as fault:
        raise ModuleFault(f"{fault} ({name})") from fault
    if isinstance(answer, _Refused):
        raise make_refusal(answer.code, answer.received, name)
    return answer


def _call(instance: ModuleInstance, function: str, data: bytes) -> NDArray[np.uint8] | _Refused | None:
    room = instance.call("reserve_input", len(data)) if len(data) < _ADDRESSES else 0
    if not room:
        return _Refused("out-of-memory", f"a file of {len(data)} bytes")
    instance.write(room, data)
    found = instance.read(instance.call(function, len(data)), RESULT.size)
    code, width, height, pixels, received = RESULT.unpack(found)
    verdict = CODES[code]
    if verdict != "ok":
        return _Refused(verdict, instance.read_text(received))
    return instance.read_array(pixels, (height, width, 3)) if pixels else None
