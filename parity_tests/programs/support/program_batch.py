"""Programs with their inputs in one file, run by `web/tests/support/run-programs.ts` in Node or in a page."""

from __future__ import annotations

import base64
import math
import struct
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from webparity.parity.drivers.node import find_node
from webparity.program.element_types import ELEMENT_TYPES

Arrays = list[NDArray[Any]]
Program = tuple[bytes, Sequence[NDArray[Any]]]

_WEB: Final = Path(__file__).resolve().parents[3] / "web"
_SECONDS: Final = 120
_IN_PAGE: Final = """
async ([script, module, batch]) => {
    const decode = async (text) => new Uint8Array(await (await fetch(`data:;base64,${text}`)).arrayBuffer());
    const { runBatch } = await import(`data:text/javascript;base64,${script}`);
    const parts = await runBatch(await decode(module), await decode(batch));
    const reader = new FileReader();
    reader.readAsDataURL(new Blob(parts));
    await new Promise((resolve) => (reader.onload = resolve));
    return reader.result;
}
"""


def bundle_script(folder: Path) -> Path:
    """Bundle the script, with the classes of `web/src/runtime/wasm` that run programs."""
    script = folder / "run-programs.mjs"
    source = _WEB / "tests" / "support" / "run-programs.ts"
    bundler = _WEB / "node_modules" / "rolldown" / "bin" / "cli.mjs"
    _run_node(bundler, source, "--file", script, "--format", "esm", "--platform", "node")
    return script


def pack_batch(programs: Iterable[Program]) -> bytes:
    """Write programs, each with the arrays of its inputs, one behind the other."""
    parts = []
    for program, inputs in programs:
        parts += [_frame(program), struct.pack("<I", len(inputs)), *(_frame(array.tobytes()) for array in inputs)]
    return b"".join(parts)


def run_in_node(script: Path, batch: bytes) -> list[Arrays | str]:
    """Run a batch in one process of Node.

    Returns:
        For each program its outputs, or the text of its error.
    """
    given, answers = script.with_name("batch"), script.with_name("answers")
    given.write_bytes(batch)
    _run_node(script, _find_module(), given, answers)
    return list(_unpack(answers.read_bytes()))


def run_in_page(script: Path, batch: bytes, page: Page) -> list[Arrays | str]:
    """Run a batch in one page of a browser; gives what `run_in_node` gives."""
    given = [script.read_bytes(), _find_module().read_bytes(), batch]
    answer: str = page.evaluate(_IN_PAGE, [base64.b64encode(each).decode() for each in given])
    return list(_unpack(base64.b64decode(answer.partition(",")[2])))


def _unpack(data: bytes) -> Iterator[Arrays | str]:
    at = 0

    def take(count: int) -> tuple[int, ...]:
        nonlocal at
        at += 4 * count
        return struct.unpack_from(f"<{count}I", data, at - 4 * count)

    def take_bytes() -> bytes:
        nonlocal at
        (size,) = take(1)
        at += size
        return data[at - size : at]

    def take_array() -> NDArray[Any]:
        number, rank = take(2)
        dtype, shape = ELEMENT_TYPES[number], take(rank)
        taken = take_bytes()
        assert len(taken) == math.prod(shape) * dtype.itemsize
        return np.frombuffer(taken, dtype).reshape(shape)

    while at < len(data):
        is_answered = take(1) == (1,)
        yield [take_array() for _ in range(*take(1))] if is_answered else take_bytes().decode()


def _run_node(*arguments: Path | str) -> None:
    node = find_node()
    assert node is not None
    subprocess.run([node, *map(str, arguments)], check=True, timeout=_SECONDS, capture_output=True)


def _find_module() -> Path:
    return Path(str(files("webparity.assets"))) / "webparity.wasm"


def _frame(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data
