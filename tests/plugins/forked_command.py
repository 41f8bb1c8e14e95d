"""The command line in processes that start with the large libraries imported.

A new process takes more than three seconds of a core to import TensorFlow, Keras and skops; a fork of one that has
imported them takes none. The command is the real `main`, in a process of its own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_LIBRARIES: Final = ["tensorflow", "keras", "sklearn.ensemble", "skops.io", "onnxruntime", "webparity.cli.main"]
_TIMEOUT_S: Final = 600
Result = subprocess.CompletedProcess[str]
Webparity = Callable[..., Result]
_context = get_context("forkserver")
_context.set_forkserver_preload(_LIBRARIES)


def run_forked(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `webparity` with these arguments.

    Args:
        arguments: without the command's own name.
        cwd: the working directory; by default this process's.
        env: the environment; by default this process's. What a library reads when it is imported has no effect.

    Returns:
        The exit code, and what was written to both outputs.
    """
    with TemporaryDirectory(prefix="webparity-test-") as folder:
        outputs = Path(folder, "stdout"), Path(folder, "stderr")
        environment = dict(os.environ if env is None else env)
        process = _context.Process(
            target=_run, args=([*map(str, arguments)], str(cwd or Path.cwd()), environment, *map(str, outputs))
        )
        process.start()
        process.join(_TIMEOUT_S)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"webparity {' '.join(map(str, arguments))} takes more than {_TIMEOUT_S} s")
        stdout, stderr = (output.read_text("utf-8") for output in outputs)
        return subprocess.CompletedProcess(["webparity", *map(str, arguments)], process.exitcode, stdout, stderr)


def _run(arguments: list[str], cwd: str, environment: dict[str, str], stdout: str, stderr: str) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for path, stream in ((stdout, sys.stdout), (stderr, sys.stderr)):
        stream.flush()
        with Path(path).open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    sys.argv = ["webparity", *arguments]
    from webparity.cli.main import main

    main()


def assert_refused(result: Result, *parts: str) -> None:
    """Exit code 2 and one sentence of the three parts: the rule, what was received, the fix."""
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    message = " ".join(result.stderr.split())
    assert re.search(r"Error: Expected .+; received .+\. [A-Z].+", message), message
    for part in parts:
        assert part in message
