"""The compiled module in the cache folder: used, rebuilt, or done without."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from wasmtime import wat2wasm

from webparity.errors import RuntimeUnavailable
from webparity.wasm import compiled_module
from webparity.wasm.compiled_module import CompiledModule, find_cache_file, load_compiled, load_module, read_wasm
from webparity.wasm.instance import ModuleInstance

# Functions that give back their argument, under the names that an instance looks for.
SMALL: Final = bytes(
    wat2wasm(
        """(module (memory (export "memory") 1) (func $same (param i32) (result i32) local.get 0)
        (export "reserve_input" (func $same)) (export "judge_start" (func $same))
        (export "decode_image" (func $same)))"""
    )
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    load_module()
    monkeypatch.setenv("WEBPARITY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def load_small() -> CompiledModule:
    loaded = load_module()
    compiled = load_compiled(loaded.api, loaded.engine, SMALL)
    assert ModuleInstance(compiled).call("judge_start", 7) == 7
    return compiled


def forbid_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise AssertionError("compiled")

    monkeypatch.setattr(load_module().api.free, "wasmtime_module_new", stop)


def find_small() -> Path:
    file = find_cache_file(load_module().api, SMALL)
    assert file is not None
    return file


def test_what_was_compiled_is_loaded(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_small()
    assert [*cache.iterdir()] == [find_small()]
    forbid_compiling(monkeypatch)
    load_small()


@pytest.mark.parametrize("damage", ["empty", "half", "a bit", "another module"])
def test_a_damaged_file_is_written_again(cache: Path, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load_small()
    file = find_small()
    whole = file.read_bytes()
    bit = bytearray(whole)
    bit[len(whole) // 2] ^= 1
    file.write_bytes(
        {"empty": b"", "half": whole[: len(whole) // 2], "a bit": bytes(bit), "another module": SMALL}[damage]
    )
    load_small()
    forbid_compiling(monkeypatch)
    load_small()
    assert [*cache.iterdir()] == [file]


def test_a_file_with_a_right_digest_that_wasmtime_refuses_is_written_again(cache: Path) -> None:
    compiled_module._write_verified(find_small(), b"of another version")
    load_small()
    assert len(find_small().read_bytes()) > 1000
    assert cache.is_dir()


@pytest.mark.skipif(os.name == "nt", reason="owners and permissions are of another kind")
def test_a_file_that_others_can_write_is_not_run(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_small()
    (cache / find_small().name).chmod(0o666)
    forbid_compiling(monkeypatch)
    with pytest.raises(AssertionError, match="compiled"):
        load_small()


def test_without_a_cache_folder_the_module_is_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WEBPARITY_CACHE", str(tmp_path / "file" / "cache"))
    load_small()


def test_a_cache_folder_that_cannot_be_written_is_no_error(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(compiled_module, "write_whole", refuse)
    load_small()
    assert not [*cache.iterdir()]


def test_a_module_that_wasmtime_refuses_is_named(cache: Path) -> None:
    loaded = load_module()
    with pytest.raises(RuntimeUnavailable, match=r"^Expected wasmtime to compile webparity\.wasm; received: "):
        load_compiled(loaded.api, loaded.engine, b"no module")
    assert not [*cache.iterdir()]


def test_the_key_tells_modules_apart(cache: Path) -> None:
    api = load_module().api
    assert find_cache_file(api, SMALL) != find_cache_file(api, read_wasm())
    assert cache.is_dir()


@pytest.mark.slow
def test_processes_may_fill_the_cache_at_the_same_time(cache: Path) -> None:
    code = (
        "from webparity.decode.contract import decode\ntry: decode(b'')\nexcept ValueError as error: print(error.code)"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate()[0].strip() for process in processes] == ["empty"] * 4
    assert len([*cache.iterdir()]) == 1
