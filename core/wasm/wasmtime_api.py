"""The functions of wasmtime's C API that are called here, bound once.

The package `wasmtime` is asked only where its library lies. Importing it would bind 700 functions, in 30 ms, and its
calls take 20 to 60 microseconds, in which a small image is half decoded; these take 1.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_bool, c_char_p, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from webparity.errors import MissingPackageError, RuntimeUnavailable

_LIBRARIES: Final = ("*/_libwasmtime.so", "*/_libwasmtime.dylib", "*/_wasmtime.dll")
_INSTALL: Final = "Install it with: pip install 'wasmtime>=50,<51'"


class RawExtern(ctypes.Structure):
    """`wasmtime_extern_t`: an export; `of` begins with a `wasmtime_func_t` or a `wasmtime_memory_t`."""

    _fields_ = (("kind", c_uint8), ("of", c_uint64 * 3))


class RawInstance(ctypes.Structure):
    """`wasmtime_instance_t`."""

    _fields_ = (("store_id", c_uint64), ("index", c_size_t))


class RawValue(ctypes.Union):
    """`wasmtime_val_raw_t`, of which 32-bit integers are used."""

    _fields_ = (("u32", c_uint32), ("all", c_uint64 * 2))


class RawBytes(ctypes.Structure):
    """`wasm_byte_vec_t`: bytes that the library owns."""

    _fields_ = (("size", c_size_t), ("data", c_void_p))


_Out = POINTER(c_void_p)
# Result and parameters; every pointer to an object of the library is opaque.
PROTOTYPES: Final[dict[str, tuple[Any, ...]]] = {
    "wasm_config_new": (c_void_p,),
    "wasmtime_config_parallel_compilation_set": (None, c_void_p, c_bool),
    "wasm_engine_new_with_config": (c_void_p, c_void_p),
    "wasmtime_module_new": (c_void_p, c_void_p, c_char_p, c_size_t, _Out),
    "wasmtime_module_serialize": (c_void_p, c_void_p, POINTER(RawBytes)),
    "wasmtime_module_deserialize": (c_void_p, c_void_p, c_char_p, c_size_t, _Out),
    "wasmtime_store_new": (c_void_p, c_void_p, c_void_p, c_void_p),
    "wasmtime_store_context": (c_void_p, c_void_p),
    "wasmtime_store_delete": (None, c_void_p),
    "wasmtime_instance_new": (c_void_p, c_void_p, c_void_p, c_void_p, c_size_t, POINTER(RawInstance), _Out),
    "wasmtime_instance_export_get": (c_bool, c_void_p, POINTER(RawInstance), c_char_p, c_size_t, POINTER(RawExtern)),
    "wasmtime_func_call_unchecked": (c_void_p, c_void_p, c_void_p, POINTER(RawValue), c_size_t, _Out),
    "wasmtime_memory_data": (c_void_p, c_void_p, c_void_p),
    "wasmtime_memory_data_size": (c_size_t, c_void_p, c_void_p),
    "wasmtime_error_message": (None, c_void_p, POINTER(RawBytes)),
    "wasmtime_error_delete": (None, c_void_p),
    "wasm_trap_message": (None, c_void_p, POINTER(RawBytes)),
    "wasm_trap_delete": (None, c_void_p),
    "wasm_byte_vec_delete": (None, POINTER(RawBytes)),
}


class WasmtimeApi:
    """The functions of `PROTOTYPES` as attributes of `free`, which let go of the GIL, and of `held`, which keep it.

    Args:
        library: wasmtime's shared library.

    Attributes:
        library: as given.
        free: for calls that take long.
        held: for calls so short that another thread must not come between.
    """

    def __init__(self, library: Path) -> None:
        self.library = library
        self.free: Any = ctypes.CDLL(str(library))
        self.held: Any = ctypes.PyDLL(str(library))
        for functions in (self.free, self.held):
            for name, (result, *parameters) in PROTOTYPES.items():
                function = getattr(functions, name)
                function.restype, function.argtypes = result, parameters

    def take_bytes(self, data: RawBytes) -> bytes:
        """Copy bytes that the library owns, and free them."""
        copied = ctypes.string_at(data.data, data.size) if data.size else b""
        self.held.wasm_byte_vec_delete(data)
        return copied

    def take_error(self, error: int | None) -> str | None:
        """Return the message of a `wasmtime_error_t` in one line, and free it; None where there is no error."""
        return self._take_message(error, "wasmtime_error")

    def take_trap(self, trap: int | None) -> str | None:
        """Return the message of a `wasm_trap_t` in one line, and free it; None where there is no trap."""
        return self._take_message(trap, "wasm_trap")

    def _take_message(self, pointer: int | None, kind: str) -> str | None:
        if not pointer:
            return None
        message = RawBytes()
        getattr(self.held, f"{kind}_message")(pointer, message)
        getattr(self.held, f"{kind}_delete")(pointer)
        text = self.take_bytes(message).rstrip(b"\0").decode("utf-8", "replace")
        return " ".join(text.split())


@cache
def load_wasmtime() -> WasmtimeApi:
    """Load wasmtime's library; later calls return the same.

    Raises:
        MissingPackageError: wasmtime is not installed.
        RuntimeUnavailable: its library cannot be loaded on this machine.
    """
    spec = find_spec("wasmtime")
    folders = [] if spec is None else spec.submodule_search_locations or []
    libraries = [file for folder in folders for pattern in _LIBRARIES for file in Path(folder).glob(pattern)]
    if not libraries:
        raise MissingPackageError(
            "Expected the package wasmtime, which runs the decoder; received an environment without it or its "
            f"library. {_INSTALL}"
        )
    try:
        return WasmtimeApi(libraries[0])
    except (OSError, AttributeError) as error:
        raise RuntimeUnavailable(
            f"Expected wasmtime's library to load on this machine; received: {error}. {_INSTALL}"
        ) from error
