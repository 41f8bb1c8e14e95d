"""Commands that are stopped or run out of disk: they end soon, and leave nothing half written."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest
from mistake import SENTENCE

pytestmark = [pytest.mark.slow, pytest.mark.full]

_EXPORT: Final = ("export", "model.skops", "--preprocessing", "pre.toml", "--golden", "photos", "--target", "onnx")
WRITING: Final[dict[str, tuple[str, ...]]] = {
    "export": (*_EXPORT, "--out", "out"),
    "train": ("train", "mnist-cnn", "--data", "mnist-subset", "--out", "out"),
    "evaluate": ("evaluate", "run", "--out", "out"),
    "verify": ("verify", "bundle", "--runtime", "onnxruntime", "--report", "out"),
    "guess": ("preprocessing", "guess", "--images", "photos", "--expected", "arrays.npy", "--out", "out.toml"),
}
# The limit is for files alone: the module's memory and joblib's locks, which it would hit too, are made before.
_LIMITED: Final = (
    "import joblib, resource, sys; from webparity.wasm.threads import borrow_instance; borrowed = borrow_instance(); "
    "borrowed.__enter__(); resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2); "
    "del sys.argv[1]; sys.argv[0] = 'limited'; from webparity.cli.main import main; main()"
)
_FAR_FROM_MINUTES_S: Final = 120
_OWN_LINES: Final = re.compile(r'^ +File "(?!<frozen )', re.MULTILINE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "SIGTERM"])
@pytest.mark.parametrize("seconds", [0.7, 4.0])
@pytest.mark.parametrize("name", WRITING)
def test_a_stopped_command_leaves_nothing(name: str, seconds: float, number: signal.Signals, place: Path) -> None:
    before = _list_names(place)
    command = [sys.executable, "-m", "webparity.cli", *WRITING[name]]
    with subprocess.Popen(
        command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_make_environment(place)
    ) as running:
        time.sleep(seconds)
        running.send_signal(number)
        sent = time.monotonic()
        out, err = running.communicate(timeout=_FAR_FROM_MINUTES_S)
    # Ctrl+C while Python itself starts shows Python's own lines.
    assert not _OWN_LINES.search(out + err), err
    assert time.monotonic() - sent < _FAR_FROM_MINUTES_S
    # Done before; stopped; or ended by the system, as it does where Python starts or nobody waits for a child.
    assert running.returncode in {0, 130, -number}, err
    if running.returncode == 130:
        assert _list_names(place) == before
    elif running.returncode:
        # What was staged lies hidden beside its place, and the next command removes it.
        assert not (place / "out").exists()


@pytest.mark.parametrize("kilobytes", [0, 3, 40])
@pytest.mark.parametrize("name", WRITING)
def test_a_full_disk_is_one_sentence_and_leaves_nothing(name: str, kilobytes: int, place: Path) -> None:
    before = _list_names(place)
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(kilobytes * 1000), *WRITING[name]],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        timeout=_FAR_FROM_MINUTES_S,
        env=_make_environment(place),
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    if done.returncode == 0:
        # Nothing that it writes is larger.
        files = [
            path for path in place.rglob("*") if path.is_file() and path.relative_to(place).as_posix() not in before
        ]
        assert files
        assert max(path.stat().st_size for path in files) <= kilobytes * 1000
        return
    assert done.returncode == 2, done.stderr
    assert SENTENCE.search(" ".join(done.stderr.split())), done.stderr
    assert _list_names(place) == before


def test_a_port_in_use_is_named(place: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "webparity.cli", "serve", "bundle", "--port", port],
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
            timeout=_FAR_FROM_MINUTES_S,
        )
    assert done.returncode == 2
    assert f"received {port}" in done.stderr
    assert SENTENCE.search(" ".join(done.stderr.split()))


def _list_names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def _make_environment(place: Path) -> dict[str, str]:
    temporary = place.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    return {**os.environ, "TMPDIR": str(temporary), "WEBPARITY_CACHE": str(place.parent / "cache")}
