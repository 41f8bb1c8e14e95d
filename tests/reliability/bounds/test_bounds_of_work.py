"""A command on an untrusted file ends within its limits of time, memory and processes, and leaves no process behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
FAR_FROM_MINUTES_S = 60.0

# What the command does in its child: a stand-in for a library that is busy with a hostile file.
BUSY = """
    import webparity.cli.work.export as exporting
    from webparity.storage.staging import stage_folder
    def export_into(model, out, **options):
        with stage_folder(out, marker="site/manifest.json", noun="bundle") as folder:
            (folder / "half").write_text("half a bundle")
            {work}
    exporting.export_into = export_into
    from webparity.cli.main import main
    if __name__ == "__main__":
        main()
"""
LOOPS = "while True: pass"
# The interpreter is held, no signal is heeded, and another process runs below it.
IN_C = "import ctypes; ctypes.PyDLL(None).system(b'exec sleep 600')"
EATS = "eaten = []\n            while True: eaten.append(bytearray(b'x' * 2**24))"
FORKS = "import subprocess\n            while True: subprocess.Popen(['sleep', '600'], start_new_session=True)"
CRASHES = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "in" / "model.skops"
    file.parent.mkdir()
    file.write_bytes(b"PK")
    return file


def _start(folder: Path, model: Path, work: str, *options: str) -> subprocess.Popen[str]:
    """An export whose child does `work` instead."""
    body = BUSY.replace("{work}", work)
    return _run(folder, body, "export", str(model), "--out", str(folder / "out" / "bundle"), *options)


def _run(folder: Path, body: str, *arguments: str) -> subprocess.Popen[str]:
    """The command, whose module for the child is another."""
    code = folder / "code" / "webparity_busy.py"
    code.parent.mkdir(exist_ok=True)
    code.write_text(textwrap.dedent(body))
    script = folder / "code" / "webparity"
    script.write_text(
        "import webparity.cli.process.watch as watching\n"
        "watching.MODULE = 'webparity_busy'\n"
        "from webparity.cli.main import main\n"
        "main()\n"
    )
    environment = os.environ | {"PYTHONPATH": str(code.parent)}
    return subprocess.Popen(
        [sys.executable, str(script), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


VERIFIES = """
    import time
    import webparity.cli.work.verify as verifying
    from webparity.cli.process.watch import signal_progress
    class PassedCheck:
        def raise_for_verdict(self):
            pass
    def verify_with_progress(bundle, **options):
        for _ in range(10):
            time.sleep(0.5)
            {tell}
        return PassedCheck()
    verifying.verify_with_progress = verify_with_progress
    from webparity.cli.main import main
    if __name__ == "__main__":
        main()
"""


@pytest.mark.usefixtures("timed")
@pytest.mark.parametrize(("tell", "code"), [("signal_progress()", 0), ("pass", 2)], ids=["progress", "silence"])
def test_progress_restarts_the_time_limit_of_a_verification(tell: str, code: int, tmp_path: Path) -> None:
    process = _run(tmp_path, VERIFIES.replace("{tell}", tell), "verify", str(tmp_path / "any"), "--max-seconds", "3")
    _, err = process.communicate(timeout=FAR_FROM_MINUTES_S)
    assert process.returncode == code, err
    assert ("to take at most 3 s without progress" in " ".join(err.split())) == (code == 2)


def _list_left_behind(folder: Path) -> list[str]:
    out = folder / "out"
    return sorted(path.name for path in out.iterdir()) if out.is_dir() else []


def _list_sleepers() -> set[str]:
    """Processes of `sleep 600` that nobody has as a child any more."""
    return {
        entry.name
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _read_command_line(entry) == b"sleep\x00600\x00"
    }


def _read_command_line(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""


CASES = {
    "loops": (LOOPS, ("--max-seconds", "4"), r"to take at most 4 s; received more.*--max-seconds"),
    "in a library": (IN_C, ("--max-seconds", "4"), r"to take at most 4 s; received more.*--max-seconds"),
    "eats memory": (
        EATS,
        ("--max-memory", "0.5"),
        r"to take at most 0\.50 GiB of memory; received 0\.\d+ GiB.*--max-memory",
    ),
    "starts processes": (
        FORKS,
        ("--max-processes", "20"),
        r"to start at most 20 processes; received \d+.*--max-processes",
    ),
    "crashes": (CRASHES, (), r"to end by itself; received a crash \(SIGSEGV\)"),
}


@pytest.mark.usefixtures("timed")
@pytest.mark.parametrize(("work", "options", "said"), CASES.values(), ids=CASES)
def test_a_limit_ends_all_processes_and_is_named(
    work: str, options: tuple[str, ...], said: str, tmp_path: Path, model: Path
) -> None:
    before = _list_sleepers()
    process = _start(tmp_path, model, work, *options)
    _, err = process.communicate(timeout=FAR_FROM_MINUTES_S)
    text = " ".join(err.split())
    assert process.returncode == 2, text
    assert re.search(rf"Error: Expected the export of model\.skops {said}", text), text
    assert "Traceback" not in text
    assert _list_left_behind(tmp_path) == []
    time.sleep(0.2)
    assert _list_sleepers() <= before


@pytest.mark.usefixtures("timed")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("work", [LOOPS, IN_C], ids=["in Python", "in a library"])
def test_an_interrupted_command_ends_its_child(work: str, number: signal.Signals, tmp_path: Path, model: Path) -> None:
    process = _start(tmp_path, model, work)
    half = tmp_path / "out"
    until = time.monotonic() + FAR_FROM_MINUTES_S
    while not list(half.glob(".bundle.*.partial/half")) and time.monotonic() < until:
        time.sleep(0.05)
    (staged,) = half.glob(".bundle.*.partial")
    child = int(staged.name.split(".")[2].split("-")[0])
    # A terminal sends Ctrl+C to a whole group, and the child must hear of it once.
    assert os.getpgid(child) == child
    process.send_signal(number)
    _, err = process.communicate(timeout=FAR_FROM_MINUTES_S)
    assert process.returncode == 130, err
    assert err.count("Stopped.") == 1, err
    assert "Traceback" not in err
    assert not Path(f"/proc/{child}").exists()
    assert _list_left_behind(tmp_path) == []


@pytest.mark.usefixtures("timed")
def test_a_killed_command_leaves_no_child(tmp_path: Path, model: Path) -> None:
    process = _start(tmp_path, model, LOOPS)
    until = time.monotonic() + FAR_FROM_MINUTES_S
    while not list((tmp_path / "out").glob(".bundle.*.partial/half")) and time.monotonic() < until:
        time.sleep(0.05)
    (staged,) = (tmp_path / "out").glob(".bundle.*.partial")
    child = Path(f"/proc/{staged.name.split('.')[2].split('-')[0]}")
    process.kill()
    process.communicate()
    while child.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not child.exists()
