"""Opening and running of a bundle's programs by the module `webparity.wasm`."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import BundleError
from webparity.program.instance import ProgramInstance
from webparity.storage.regular_file import read_regular
from webparity.taps import ANSWER_ORDER, Tap
from webparity.wasm.compiled_module import read_wasm

_VERSION_DIGITS: Final = 12


@cache
def get_module_version() -> str:
    """Return what tells one module from another: the first 12 hexadecimal digits of its file's SHA-256."""
    return hashlib.sha256(read_wasm()).hexdigest()[:_VERSION_DIGITS]


class ProgramSession:
    """An opened program; it answers any number of images, for one thread at a time.

    Args:
        instance: of the module, with the program loaded.
        name: the file's name, for messages.
        taps: its outputs.
    """

    def __init__(self, instance: ProgramInstance, name: str, taps: Collection[Tap]) -> None:
        self._taps = [tap for tap in ANSWER_ORDER if tap in taps]
        self._instance = instance
        self._name = name

    def run(self, pixels: NDArray[np.uint8]) -> dict[Tap, NDArray[np.float32]]:
        """Run the program on one image.

        Args:
            pixels: uint8 [H, W, 3].

        Returns:
            Every tap: numbers, float32 [1, C], and resized pixels in grey levels, float32 [1, h, w, c].

        Raises:
            BundleError: it cannot be run, or has other outputs.
        """
        values = self._instance.run(image=pixels)
        if len(values) != len(self._taps) or any(value.dtype != np.float32 for value in values):
            found = ", ".join(f"{value.dtype} {list(value.shape)}" for value in values)
            raise _make_error(self._name, self._taps, f"outputs {found}")
        return dict(zip(self._taps, values, strict=True))


def open_program(file: Path, taps: Collection[Tap]) -> ProgramSession:
    """Open a program for this machine.

    Args:
        file: the program, as `webparity export --target wasm` writes it.
        taps: its outputs, as its artifact lists them.

    Raises:
        BundleError: it cannot be read, or the module refuses it.
        RuntimeUnavailable: the module cannot run here.
    """
    try:
        return ProgramSession(ProgramInstance(read_regular(file), file.name), file.name, taps)
    except BundleError:
        raise
    except (OSError, ValueError) as error:
        raise _make_error(file.name, taps, str(error)) from error


def _make_error(name: str, taps: Collection[Tap], received: str) -> BundleError:
    return BundleError(
        f"Expected a program with {', '.join(taps)} that webparity.wasm runs; received {name}: "
        f"{received}. Export the bundle again."
    )
