"""An instance of the module: its memory and its functions, for one thread at a time."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Callable
from ctypes import c_void_p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.errors import RuntimeUnavailable
from webparity.wasm.bindings import LONG_FUNCTIONS, MEMORY
from webparity.wasm.compiled_module import CompiledModule
from webparity.wasm.wasmtime_api import RawExtern, RawInstance, RawValue


class ModuleFault(RuntimeError):
    """A fault of the module itself, whatever the file; the instance in which it happened must not be used again."""


class ModuleInstance:
    """An instance of the module.

    Args:
        compiled: the module.

    Raises:
        RuntimeUnavailable: there is no room for its memory.
    """

    def __init__(self, compiled: CompiledModule) -> None:
        self._api = compiled.api
        held = compiled.api.held
        store = held.wasmtime_store_new(compiled.engine, None, None)
        weakref.finalize(self, held.wasmtime_store_delete, store)
        self._context = held.wasmtime_store_context(store)
        self._instance, trap = RawInstance(), c_void_p()
        error = held.wasmtime_instance_new(self._context, compiled.module, None, 0, self._instance, trap)
        if reason := self._api.take_error(error) or self._api.take_trap(trap.value):
            raise RuntimeUnavailable(
                f"Expected room for the decoder's memory; received: {reason}. "
                "Allow the process 5 GiB of addresses for each thread (ulimit -v)."
            )
        self._exports: list[RawExtern] = []
        self._memory = self._find(MEMORY)
        self._read_base = held.wasmtime_memory_data
        self._read_size = held.wasmtime_memory_data_size
        self._functions: dict[str, Callable[[int], int]] = {}

    def call(self, name: str, size: int) -> int:
        """Call one of `bindings.FUNCTIONS`.

        Args:
            name: of the function.
            size: its argument: a size or a number.

        Returns:
            Its result, an offset into the memory; 0 stands for NULL.

        Raises:
            ModuleFault: it trapped.
        """
        function = self._functions.get(name)
        if function is None:
            function = self._functions[name] = self._bind(name)
        return function(size)

    def get_memory_bytes(self) -> int:
        """Return the size of the memory, which only grows."""
        size: int = self._read_size(self._context, self._memory)
        return size

    def write(self, offset: int, data: bytes) -> None:
        """Copy bytes into the memory."""
        ctypes.memmove(self._locate(offset, len(data)), data, len(data))

    def write_array(self, offset: int, array: NDArray[Any]) -> None:
        """Copy the elements of an array, row by row, into the memory."""
        rows = np.ascontiguousarray(array)
        ctypes.memmove(self._locate(offset, rows.nbytes), rows.ctypes.data, rows.nbytes)

    def read(self, offset: int, size: int) -> bytes:
        """Copy bytes out of the memory."""
        return ctypes.string_at(self._locate(offset, size), size)

    def read_text(self, offset: int) -> str:
        """Copy an ASCII text that ends with a zero out of the memory."""
        room = min(4096, self.get_memory_bytes() - offset)
        return self.read(offset, room).partition(b"\0")[0].decode("ascii", "replace")

    def read_array(self, offset: int, shape: tuple[int, ...], dtype: Any = np.uint8) -> NDArray[Any]:
        """Copy elements out of the memory into a new array of a shape."""
        array = np.empty(shape, dtype)
        ctypes.memmove(array.ctypes.data, self._locate(offset, array.nbytes), array.nbytes)
        return array

    def _locate(self, offset: int, size: int) -> int:
        """Return the address of a range of the memory, which moves when it grows."""
        if offset + size > self.get_memory_bytes():
            raise ModuleFault(f"webparity.wasm points to {size} bytes at {offset}, beyond its memory")
        base: int = self._read_base(self._context, self._memory)
        return base + offset

    def _find(self, name: str) -> int:
        """Return the address of an export's own structure."""
        export = RawExtern()
        found = self._api.held.wasmtime_instance_export_get(
            self._context, self._instance, name.encode(), len(name), export
        )
        if not found:
            raise ModuleFault(f"webparity.wasm has no export {name}")
        self._exports.append(export)
        return ctypes.addressof(export) + RawExtern.of.offset

    def _bind(self, name: str) -> Callable[[int], int]:
        functions = self._api.free if name in LONG_FUNCTIONS else self._api.held
        call, function = functions.wasmtime_func_call_unchecked, self._find(name)
        api, context, value, trap = self._api, self._context, RawValue(), c_void_p()

        def bound(size: int) -> int:
            value.u32 = size
            error = call(context, function, value, 1, trap)
            if error or trap:
                reason = api.take_error(error) or api.take_trap(trap.value) or "no reason was given"
                raise ModuleFault(f"webparity.wasm stopped in {name}: {reason}")
            result: int = value.u32
            return result

        return bound
