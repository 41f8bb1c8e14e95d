"""Exit codes: each has its message of one sentence, and no traceback reaches a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
from running import Command

from webparity.cli import faults
from webparity.cli.optional_packages import EXTRAS

MAIN = "from webparity.cli.main import main; main()"


@pytest.mark.parametrize(
    "error",
    [
        KeyError("a\x1b[31m"),
        MemoryError(),
        RecursionError("deep"),
        EOFError("cut"),
        ZeroDivisionError(),
        GeneratorExit(),
    ],
)
def test_a_fault_is_one_sentence_and_a_file(
    command: Command, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def raise_broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("webparity.bundle.read.open_bundle", raise_broken)
    said = command("inspect", "bundle")
    assert said.code == 70
    assert said.out == ""
    assert said.err.startswith("Error: Expected no fault in webparity itself; received ")
    assert said.err.count("\n") == 1
    assert "\x1b[31m" not in said.err + "".join(said.faults)
    assert len(said.faults) == 1
    assert "broken" in said.faults[0]
    assert type(error).__name__ in said.faults[0]


@pytest.mark.parametrize("name", sorted(EXTRAS))
def test_a_missing_package_is_a_sentence_with_the_command_that_installs_it(
    command: Command, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def raise_broken(*_: object, **__: object) -> None:
        raise ModuleNotFoundError(f"No module named '{name}.part'", name=f"{name}.part")

    monkeypatch.setattr("webparity.bundle.read.open_bundle", raise_broken)
    said = command("inspect", "bundle")
    assert (said.code, said.faults) == (2, ())
    extra = said.err.rpartition("webparity[")[2].partition("]")[0]
    declared = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    wanted = {"keras_tuner": "keras-tuner", "sklearn": "scikit-learn"}.get(name, name)
    assert any(line.startswith(wanted) for line in declared["optional-dependencies"][extra])


def test_a_missing_module_of_our_own_is_a_fault(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def raise_broken(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'webparity.none'", name="webparity.none")

    monkeypatch.setattr("webparity.bundle.read.open_bundle", raise_broken)
    assert command("inspect", "bundle").code == 70


def test_a_fault_on_a_full_disk_is_still_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def raise_full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", raise_full)
    said = faults.describe_fault(KeyError("x"))
    assert "could not be kept" in said
    assert "No space left on device" in said


def test_a_traceback_cut_by_a_full_disk_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def raise_full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", raise_full)
    assert "could not be kept" in faults.describe_fault(KeyError("x"))
    assert list(tmp_path.iterdir()) == []


def test_parity_errors_wrong_use_and_files_keep_their_codes(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert command("nothing").code == 2
    assert command("inspect").code == 2
    assert command("inspect", "a\0b").code == 2
    assert command("inspect", "\udcff").code == 2
    assert command("inspect", tmp_path / "file").code == 2
    assert command("--help").code == 0
    assert command("--version").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["recipes", "--json"], ["--help"], ["recipes"]])
def test_a_closed_output_pipe_ends_without_a_message(arguments: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()
        said = command.stderr.read()
        assert (command.wait(60), said) == (141, b"")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_to_a_full_disk_is_one_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", MAIN, "recipes", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("Error: Expected ")
    assert done.stderr.count("\n") == 1
    assert "No space left" in done.stderr


@pytest.mark.slow
def test_commands_run_with_closed_outputs() -> None:
    line = [sys.executable, "-c", f"import os; os.close(1); {MAIN}", "recipes"]
    done = subprocess.run(line, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode in {0, 2}
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_ctrl_c_at_any_moment_ends_with_130() -> None:
    """From the first import on, in steps of a few milliseconds."""
    start = "from webparity.cli.entry import main; print('up', flush=True); main()"
    line = [sys.executable, "-c", start, "recipes"]
    codes: list[int] = []
    for number in range(24):
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
            assert command.stdout is not None
            command.stdout.readline()
            try:
                command.wait(0.02 * (number + 1))
            except subprocess.TimeoutExpired:
                command.send_signal(signal.SIGINT)
            _, said = command.communicate(timeout=60)
            codes.append(command.returncode)
            assert b"Traceback" not in said, said
    print(f"\nCtrl+C at 24 moments: {codes.count(130)} ended with 130, {codes.count(0)} were done before")
    assert set(codes) <= {0, 130}
    assert 130 in codes


@pytest.mark.slow
@pytest.mark.parametrize("place", ["a destructor", "a callback"])
def test_ctrl_c_where_python_would_only_print_it_ends_with_130(place: str) -> None:
    start = f"""
import signal, sys, time, types, weakref
from webparity.cli import entry

class Interrupting:
    def __del__(self):
        if {place == "a destructor"}:
            signal.raise_signal(signal.SIGINT)

def run():
    held = Interrupting()
    if {place == "a callback"}:
        watch = weakref.ref(held, lambda _: signal.raise_signal(signal.SIGINT))
    del held
    time.sleep(30)

sys.modules["webparity.cli.main"] = types.SimpleNamespace(main=run)
entry.main()
"""
    done = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, timeout=25, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped.\n")
