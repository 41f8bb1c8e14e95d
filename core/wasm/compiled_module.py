"""`webparity.wasm`, compiled for this machine once and kept in the cache folder.

Compiling takes a tenth of a second, loading what was compiled a third of a millisecond. A cache file is machine code:
it is used only with the right digest, and only where nobody else could have written it. Without a cache folder, or
with one that cannot be written, every process compiles.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from contextlib import suppress
from ctypes import c_void_p
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from webparity.errors import RuntimeUnavailable, UsageError
from webparity.storage.cache import get_cache_folder, remove_unused, write_whole
from webparity.wasm.wasmtime_api import RawBytes, WasmtimeApi, load_wasmtime

_DIGEST_BYTES: Final = 32
# Group and others may write.
_WRITABLE_BY_OTHERS: Final = 0o022
_ROOT: Final = 0


@dataclass(frozen=True)
class CompiledModule:
    """The module, ready for any number of instances in any thread; it stays for as long as the process.

    Attributes:
        api: the functions of wasmtime.
        engine: pointer to its `wasm_engine_t`.
        module: pointer to its `wasmtime_module_t`.
    """

    api: WasmtimeApi
    engine: int
    module: int


@cache
def load_module() -> CompiledModule:
    """Load `webparity.wasm` from the cache, or compile it; later calls return the same.

    Raises:
        RuntimeUnavailable: wasmtime is missing or cannot run here.
    """
    api = load_wasmtime()
    config = api.held.wasm_config_new()
    # Its threads would not survive a fork.
    api.held.wasmtime_config_parallel_compilation_set(config, False)
    return load_compiled(api, api.held.wasm_engine_new_with_config(config), read_wasm())


def read_wasm() -> bytes:
    """Read the bytes of `webparity.wasm`."""
    return (files("webparity.assets") / "webparity.wasm").read_bytes()


def load_compiled(api: WasmtimeApi, engine: int, wasm: bytes) -> CompiledModule:
    """Load a module from the cache, or compile it and put it there.

    Args:
        api: the functions of wasmtime.
        engine: pointer to a `wasm_engine_t`.
        wasm: the module's bytes.

    Raises:
        RuntimeUnavailable: it cannot be compiled.
    """
    file = find_cache_file(api, wasm)
    compiled = _read_verified(file) if file else None
    if compiled is not None:
        module = c_void_p()
        # A processor with other instructions than the one that it was compiled on gives an error, too.
        if not api.take_error(api.held.wasmtime_module_deserialize(engine, compiled, len(compiled), module)):
            return CompiledModule(api, engine, _get_address(module))
    module = c_void_p()
    if error := api.take_error(api.free.wasmtime_module_new(engine, wasm, len(wasm), module)):
        raise RuntimeUnavailable(
            f"Expected wasmtime to compile webparity.wasm; received: {error}. "
            "Install both again: pip install --force-reinstall webparity wasmtime"
        )
    if file is not None:
        serialized = RawBytes()
        if not api.take_error(api.held.wasmtime_module_serialize(module, serialized)):
            _write_verified(file, api.take_bytes(serialized))
    return CompiledModule(api, engine, _get_address(module))


def find_cache_file(api: WasmtimeApi, wasm: bytes) -> Path | None:
    """Find where a module is kept: by its digest, wasmtime's build and the machine; None without a cache folder."""
    try:
        folder = get_cache_folder()
        library = api.library.stat()
    except (UsageError, OSError):
        return None
    # Size and date stand for the version, which takes 15 ms to look up; wasmtime itself refuses that of another one.
    build = f"{library.st_size:x}-{int(library.st_mtime):x}"
    return folder / f"wasm-{hashlib.sha256(wasm).hexdigest()[:16]}-{build}-{sys.platform}-{platform.machine()}.bin"


def _get_address(pointer: c_void_p) -> int:
    assert pointer.value is not None
    return pointer.value


def _read_verified(file: Path) -> bytes | None:
    """Read a cache file without its digest; None where it is missing, damaged or perhaps another user's."""
    try:
        with file.open("rb") as stream:
            state = os.fstat(stream.fileno())
            if hasattr(os, "geteuid") and (
                state.st_uid not in {_ROOT, os.geteuid()} or state.st_mode & _WRITABLE_BY_OTHERS
            ):
                return None
            data = stream.read()
    except OSError:
        return None
    digest, compiled = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    return compiled if hashlib.sha256(compiled).digest() == digest else None


def _write_verified(file: Path, compiled: bytes) -> None:
    with suppress(OSError):
        with write_whole(file) as stream:
            stream.write(hashlib.sha256(compiled).digest() + compiled)
        remove_unused(file.parent, "wasm-*.bin")
