import sys
import textwrap
from pathlib import Path

import pytest

from webparity.errors import RuntimeUnavailable
from webparity.parity.drivers import node
from webparity.parity.drivers.node import NodeDriver, find_node
from webparity.parity.failure import RunFailed

pytestmark = pytest.mark.slow

ECHO = """
    import json, sys
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"id": request["id"], "result": request["params"]}), flush=True)
"""


def start_driver(body: str) -> NodeDriver:
    """A stand-in for the harness: any program that speaks JSON lines, or fails to."""
    return NodeDriver([sys.executable, "-c", textwrap.dedent(body)])


def test_requests_are_answered_in_turn() -> None:
    with start_driver(ECHO) as harness:
        for value in (1, 2):
            assert harness.call("run", {"value": value}, timeout=20)["result"] == {"value": value}


def test_a_crash_is_reported_with_its_stderr_tail() -> None:
    body = 'import sys; input(); print("no memory left", file=sys.stderr); sys.exit(7)'
    with start_driver(body) as harness, pytest.raises(RunFailed, match=r"exit code 7.*no memory left"):
        harness.call("open", {}, timeout=20)


def test_a_process_that_never_started_well_is_a_crash() -> None:
    with start_driver("raise SystemExit(3)") as harness, pytest.raises(RunFailed, match="exit code 3"):
        harness.call("open", {}, timeout=20)


@pytest.mark.parametrize("line", ["tfjs says hello", '{"id": 99, "result": {}}', "[]", ""])
def test_anything_else_on_standard_output_is_refused(line: str) -> None:
    body = f"input(); print({line!r}, flush=True); input()"
    with start_driver(body) as harness, pytest.raises(RunFailed, match="Nothing else may write there"):
        harness.call("run", {}, timeout=20)


def test_silence_ends_the_process() -> None:
    with start_driver("import time; time.sleep(600)") as harness:
        process = harness._process
        with pytest.raises(RunFailed, match="no sign of life for 1 s"):
            harness.call("run", {}, timeout=1)
        assert process is not None
        assert process.poll() is not None


def test_a_process_that_ended_is_not_used_again() -> None:
    with start_driver("raise SystemExit(0)") as harness:
        for _ in range(2):
            with pytest.raises(RunFailed):
                harness.call("run", {}, timeout=20)


def test_leaving_ends_a_process_that_ignores_the_end_of_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "_GRACE_S", 0.2)
    with start_driver("import time; time.sleep(600)") as harness:
        process = harness._process
    assert process is not None
    assert process.poll() is not None


def test_node_on_the_path_is_taken_if_it_is_young_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "node"
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    script.write_text("#!/bin/sh\necho v20.1.0\n")
    script.chmod(0o755)
    assert find_node() == str(script)
    script.write_text("#!/bin/sh\necho v18.9.0\n")
    assert find_node() != str(script)


def test_without_node_the_message_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "find_node", lambda: None)
    with pytest.raises(RuntimeUnavailable, match=r"webparity\[node\]"):
        NodeDriver().__enter__()


def test_without_a_build_the_message_names_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(node, "find_harness_script", lambda: tmp_path / "harness.mjs")
    with pytest.raises(RuntimeUnavailable, match="npm run build"):
        NodeDriver().__enter__()
