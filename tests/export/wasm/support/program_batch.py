"""Programs with their inputs in one file, run by `run_programs.mjs` in Node or in Chromium."""

import base64
import subprocess
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright

from webparity.parity.drivers.engines.chromium import ENGINE
from webparity.parity.drivers.node import find_node

SCRIPT: Final = Path(__file__).with_name("run_programs.mjs")
_IN_PAGE: Final = """
async ([source, module, batch]) => {
    const decode = async (text) => new Uint8Array(await (await fetch(`data:;base64,${text}`)).arrayBuffer());
    const script = await import(`data:text/javascript;base64,${source}`);
    const parts = await script.runPrograms(await decode(module), await decode(batch));
    const reader = new FileReader();
    reader.readAsDataURL(new Blob(parts));
    await new Promise((resolve) => (reader.onload = resolve));
    return reader.result;
}
"""


def pack_batch(programs: Iterable[tuple[bytes, Sequence[NDArray[Any]]]]) -> bytes:
    """Write programs, each with the arrays of its inputs, one behind the other."""
    parts = []
    for program, inputs in programs:
        parts += [_frame(program), np.uint32(len(inputs)).tobytes(), *(_frame(array.tobytes()) for array in inputs)]
    return b"".join(parts)


def run_in_node(batch: bytes, folder: Path) -> bytes:
    """Run a batch in Node; gives the bytes of all outputs."""
    node = find_node()
    assert node
    (folder / "batch").write_bytes(batch)
    command = [node, SCRIPT, _find_module(), folder / "batch", folder / "outputs"]
    subprocess.run([str(part) for part in command], check=True, timeout=120)
    return (folder / "outputs").read_bytes()


def run_in_chromium(batch: bytes) -> bytes:
    """Run a batch in a page of Chromium; gives the bytes of all outputs."""
    given = [SCRIPT.read_bytes(), _find_module().read_bytes(), batch]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ENGINE.find_executable(), args=ENGINE.list_flags())
        try:
            answer = browser.new_page().evaluate(_IN_PAGE, [base64.b64encode(each).decode() for each in given])
        finally:
            browser.close()
    return base64.b64decode(answer.partition(",")[2])


def _find_module() -> Path:
    return Path(str(files("webparity.assets"))) / "webparity.wasm"


def _frame(data: bytes) -> bytes:
    return np.uint32(len(data)).tobytes() + data
