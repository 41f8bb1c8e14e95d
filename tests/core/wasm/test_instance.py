"""Calls of an instance, and copies into and out of its memory."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
from wasmtime import wat2wasm

from webparity.errors import RuntimeUnavailable
from webparity.wasm.compiled_module import CompiledModule, load_compiled, load_module
from webparity.wasm.instance import ModuleFault, ModuleInstance

TEXT: Final = """(module (memory (export "memory") PAGES)
    (func (export "reserve_input") (param i32) (result i32) local.get 0)
    (func (export "judge_start") (param i32) (result i32) i32.const 1 local.get 0 i32.div_u)
    (func (export "decode_image") (param i32) (result i32) unreachable))"""


def compile_text(text: str) -> CompiledModule:
    loaded = load_module()
    return load_compiled(loaded.api, loaded.engine, bytes(wat2wasm(text)))


@pytest.fixture
def instance() -> ModuleInstance:
    return ModuleInstance(compile_text(TEXT.replace("PAGES", "1")))


def test_arguments_and_results_are_unsigned(instance: ModuleInstance) -> None:
    for size in (0, 1, 2**31, 2**32 - 1):
        assert instance.call("reserve_input", size) == size


@pytest.mark.parametrize(
    ("function", "reason"), [("judge_start", "integer divide by zero"), ("decode_image", "unreachable")]
)
def test_a_trap_is_a_fault_that_names_the_function(instance: ModuleInstance, function: str, reason: str) -> None:
    with pytest.raises(ModuleFault, match=rf"^webparity\.wasm stopped in {function}: .*{reason}"):
        instance.call(function, 0)


def test_bytes_texts_and_arrays_are_copied(instance: ModuleInstance) -> None:
    assert instance.get_memory_bytes() == 2**16
    instance.write(100, b"text\0more")
    assert instance.read(102, 3) == b"xt\0"
    assert instance.read_text(100) == "text"
    array = instance.read_array(100, (1, 3, 3))
    instance.write(100, b"other")
    assert array.tobytes() == b"text\0more"
    assert (array.dtype, array.shape, array.flags.writeable) == (np.uint8, (1, 3, 3), True)


def test_a_text_without_an_end_ends_with_the_memory(instance: ModuleInstance) -> None:
    instance.write(2**16 - 3, b"abc")
    assert instance.read_text(2**16 - 3) == "abc"


def test_nothing_beyond_the_memory_is_written_or_read(instance: ModuleInstance) -> None:
    end = instance.get_memory_bytes()
    instance.write(end - 3, b"abc")
    for use in (
        lambda: instance.write(end - 2, b"abc"),
        lambda: instance.read(end - 2, 3),
        lambda: instance.read_array(end - 2, (1, 1, 3)),
    ):
        with pytest.raises(ModuleFault, match=r"^webparity\.wasm points to 3 bytes at \d+, beyond its memory$"):
            use()


def test_an_export_that_is_missing_is_named() -> None:
    with pytest.raises(ModuleFault, match=r"^webparity\.wasm has no export memory$"):
        ModuleInstance(compile_text("(module)"))


def test_a_machine_without_room_for_the_memory_is_told_so() -> None:
    start = TEXT.replace("PAGES", "1").removesuffix(")") + "(func $fail unreachable) (start $fail))"
    with pytest.raises(RuntimeUnavailable, match=r"^Expected room for the decoder's memory; received: "):
        ModuleInstance(compile_text(start))
