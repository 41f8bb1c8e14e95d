"""The decoder in a worker of Chromium beside `createImageBitmap` with readback, on the same files."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from statistics import median
from typing import Any

from decoding.in_python import format_ms
from decoding.photographs import PictureFile
from reporting.table import MeasuredRow

from webparity.parity.drivers.engines.chromium import ENGINE

ROOT = Path(__file__).resolve().parents[2]
_LONGEST_S = 900.0


class _Handler(SimpleHTTPRequestHandler):
    """Files of a folder, and one answer."""

    def __init__(self, *arguments: Any, answers: Queue[Any], **options: Any) -> None:
        self.answers = answers
        super().__init__(*arguments, **options)

    def end_headers(self) -> None:
        """Isolate the page: its clock then has steps of 5 µs instead of 100."""
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def do_POST(self) -> None:
        """Take the answer."""
        self.answers.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@contextmanager
def _serve(folder: Path, answers: Queue[Any]) -> Iterator[str]:
    handler = partial(_Handler, directory=str(folder), answers=answers)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/page.html"
        server.shutdown()


def compare_in_chromium(files: list[PictureFile], rounds: int) -> list[MeasuredRow]:
    """Measure every file; no rows where no Chromium is installed.

    Raises:
        SystemExit: the page failed or did not answer.
    """
    executable = ENGINE.find_executable()
    if executable is None:
        return []
    answers: Queue[Any] = Queue()
    with tempfile.TemporaryDirectory(prefix="webparity-bench-", ignore_cleanup_errors=True) as folder:
        site, profile = Path(folder) / "site", Path(folder) / "profile"
        profile.mkdir()
        subprocess.run([ROOT / "scripts/with-node", "node", ROOT / "bench/decoding/build.mjs", site], check=True)
        shutil.copyfile(ROOT / "web/assets/webparity.wasm", site / "webparity.wasm")
        names = [f"/{number}.bin" for number in range(len(files))]
        for name, file in zip(names, files, strict=True):
            (site / name[1:]).write_bytes(file.data)
        (site / "request.json").write_text(json.dumps({"files": names, "rounds": rounds}))
        with _serve(site, answers) as address:
            command = ENGINE.build_command(executable, profile, address)
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
                try:
                    answer = answers.get(timeout=_LONGEST_S)
                except Empty:
                    raise SystemExit("Expected times from Chromium; received none in 15 minutes.") from None
                finally:
                    browser.terminate()
    if "error" in answer:
        raise SystemExit(f"Expected times from Chromium; received an error: {answer['error']}")
    return [_make_row(file, times) for file, times in zip(files, answer["times"], strict=True)]


def _make_row(file: PictureFile, times: dict[str, list[float]]) -> MeasuredRow:
    ratio = median(own / native for own, native in zip(times["ours"], times["peer"], strict=True))
    ours, peer = format_ms(median(times["ours"])), format_ms(median(times["peer"]))
    return MeasuredRow(f"Chromium, {file.name}", ours, peer, ratio, 2.0, 1.2)
