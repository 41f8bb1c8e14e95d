"""What is declared of wasmtime's C API is what its own package declares."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest
import wasmtime._bindings as theirs

from webparity.errors import MissingPackageError, RuntimeUnavailable
from webparity.wasm import wasmtime_api as ours

STRUCTURES = {
    "RawExtern": "wasmtime_extern_t",
    "RawInstance": "wasmtime_instance_t",
    "RawValue": "wasmtime_val_raw_t",
    "RawBytes": "wasm_byte_vec_t",
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_structures_have_the_same_size_and_layout(name: str) -> None:
    mine, other = getattr(ours, name), getattr(theirs, STRUCTURES[name])
    assert ctypes.sizeof(mine) == ctypes.sizeof(other)
    assert ctypes.alignment(mine) == ctypes.alignment(other)
    offsets = [getattr(mine, field).offset for field, _ in mine._fields_]
    assert offsets == [getattr(other, field[0]).offset for field in other._fields_][: len(offsets)]


def describe(kind: Any) -> str:
    """The size of a plain type; `pointer` for every pointer, whatever it points to."""
    if kind is None:
        return "nothing"
    is_pointer = issubclass(kind, ctypes._Pointer | ctypes._CFuncPtr) or kind in {ctypes.c_void_p, ctypes.c_char_p}
    return "pointer" if is_pointer else f"{ctypes.sizeof(kind)} bytes"


@pytest.mark.parametrize("name", ours.PROTOTYPES)
def test_functions_have_the_same_prototypes(name: str) -> None:
    function = getattr(theirs, f"_{name}")
    result, *parameters = ours.PROTOTYPES[name]
    assert describe(result) == describe(function.restype)
    assert [describe(kind) for kind in parameters] == [describe(kind) for kind in function.argtypes]


def test_a_machine_without_wasmtime_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "find_spec", lambda _: None)
    with pytest.raises(
        MissingPackageError, match=r"^Expected the package wasmtime.*; received .* pip install 'wasmtime"
    ):
        ours.load_wasmtime.__wrapped__()


def test_a_library_that_does_not_load_makes_the_runtime_unavailable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library = tmp_path / "machine" / "_libwasmtime.so"
    library.parent.mkdir()
    library.write_bytes(b"no library")

    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(ours, "find_spec", lambda _: Spec)
    with pytest.raises(RuntimeUnavailable, match=r"^Expected wasmtime's library to load on this machine; received: "):
        ours.load_wasmtime.__wrapped__()
