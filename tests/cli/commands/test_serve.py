"""`serve`: the page, and a port that is taken."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from forked_command import Webparity, assert_refused

pytestmark = pytest.mark.slow


def test_serve_gives_the_page_and_refuses_a_taken_port(webparity: Webparity, demo_bundle: Path) -> None:
    command = [sys.executable, "-uc", "from webparity.cli.main import main; main()"]
    with subprocess.Popen(
        [*command, "serve", str(demo_bundle), "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        address = re.search(r"http://\S+/", server.stdout.readline())
        assert address is not None
        try:
            with urllib.request.urlopen(address[0]) as answer:
                assert b"<html" in answer.read().lower()
            port = address[0].rstrip("/").rsplit(":", 1)[1]
            assert_refused(webparity("serve", demo_bundle, "--port", port), f"received {port}")
        finally:
            server.terminate()
