"""Writers that are killed, or find a full disk, leave the earlier folder or the new one, and the next cleans up."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from webparity.storage.staging import stage_folder

pytestmark = pytest.mark.slow
KILLS = int(160 * float(os.environ.get("WEBPARITY_FUZZ", "0.25")))
WRITER = """
import sys
from pathlib import Path
from webparity.storage.staging import stage_folder
out, text = Path(sys.argv[1]), sys.argv[2]
print("up", flush=True)
while True:
    with stage_folder(out, marker="mark", noun="thing", force=True) as folder:
        for number in range(10):
            (folder / f"{number}").write_text(text * 3000)
        (folder / "mark").write_text(text)
"""


def read_content(out: Path) -> str:
    """The one letter that all files of a whole folder are of."""
    letters = {file.read_text()[:1] for file in out.iterdir()}
    assert len(list(out.iterdir())) == 11
    assert len(letters) == 1
    return letters.pop()


def write(out: Path, text: str) -> None:
    with stage_folder(out, marker="mark", noun="thing", force=True) as folder:
        for number in range(10):
            (folder / f"{number}").write_text(text * 3000)
        (folder / "mark").write_text(text)


def test_random_kills_leave_the_earlier_or_the_new_folder(tmp_path: Path, dice: random.Random) -> None:
    out = tmp_path / "out"
    write(out, "a")
    for number in range(KILLS):
        line = [sys.executable, "-c", WRITER, str(out), "ab"[number % 2]]
        with subprocess.Popen(line, stdout=subprocess.PIPE, start_new_session=True) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(dice.random() * 0.05)
            os.killpg(writer.pid, signal.SIGKILL)
        assert read_content(out) in {"a", "b"}
    write(out, "c")
    assert read_content(out) == "c"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    print(f"\n{KILLS} kills: none mixed, none lost, no litter")


@pytest.mark.parametrize("limit", [0, 1, 100, 2999, 3001])
def test_a_disk_that_takes_no_more_leaves_the_earlier_folder(tmp_path: Path, limit: int) -> None:
    out = tmp_path / "out"
    write(out, "a")

    def limit_size() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    text = "b" if limit < 3000 else "b" * 2
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(out), text],
        preexec_fn=limit_size,
        capture_output=True,
        check=False,
    )
    assert b"File too large" in done.stderr
    assert read_content(out) == "a"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
