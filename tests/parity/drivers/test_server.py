import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from webparity.parity.drivers.server import StaticServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StaticServer]:
    site = tmp_path / "site"
    (site / "assets").mkdir(parents=True)
    for name in ("index.html", "manifest.json", "assets/a.mjs", "assets/a.wasm", "assets/a.js", "assets/odd.bin"):
        (site / name).write_text(name)
    (tmp_path / "secret.txt").write_text("secret")
    (site / "link.txt").symlink_to(tmp_path / "secret.txt")
    with StaticServer({"/some/where/site/": site}) as running:
        yield running


def get(server: StaticServer, path: str) -> tuple[int, str, str]:
    # Not urllib: it would tidy up the very paths under test.
    connection = HTTPConnection(urlsplit(server.origin).netloc, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type", ""), response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("", "text/html; charset=utf-8"),
        ("manifest.json?v=1", "application/json"),
        ("assets/a.mjs", "text/javascript"),
        ("assets/a.js", "text/javascript"),
        ("assets/a.wasm", "application/wasm"),
        ("assets/odd.bin", "application/octet-stream"),
    ],
)
def test_files_have_the_types_browsers_insist_on(server: StaticServer, path: str, kind: str) -> None:
    assert get(server, f"/some/where/site/{path}")[:2] == (200, kind)


@pytest.mark.parametrize(
    "path",
    [
        "/some/where/site/../secret.txt",
        "/some/where/site/..%2fsecret.txt",
        "/some/where/site/assets/../../secret.txt",
        "/some/where/site/%2e%2e/secret.txt",
        "/some/where/site/link.txt",
        "/some/where/site//etc/hostname",
        "/some/where/site/assets",
        "/some/where/site/missing",
        "/index.html",
        "/",
    ],
)
def test_nothing_outside_of_the_prefix_is_served(server: StaticServer, path: str) -> None:
    status, _, body = get(server, path)
    assert status == 404
    assert "secret" not in body.replace("secret.txt", "")


def test_single_files_are_offered_until_the_next_ones(server: StaticServer, tmp_path: Path) -> None:
    odd = tmp_path / "ä #?%2f.PNG"
    odd.write_text("odd")
    (first,) = server.serve_files([odd])
    assert get(server, urlsplit(first).path) == (200, "image/png", "odd")
    (second,) = server.serve_files([odd])
    assert second != first
    assert get(server, urlsplit(first).path)[0] == 404


def test_a_file_that_has_vanished_is_not_found(server: StaticServer, tmp_path: Path) -> None:
    (url,) = server.serve_files([tmp_path / "never.png"])
    assert get(server, urlsplit(url).path)[0] == 404


def ask(server: StaticServer, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection(urlsplit(server.origin).netloc, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def test_head_is_get_without_the_body(server: StaticServer) -> None:
    path = "/some/where/site/manifest.json"
    status, headers, body = ask(server, "HEAD", path)
    assert (status, body) == (200, b"")
    assert {**headers, "date": ""} == {**ask(server, "GET", path)[1], "date": ""}
    assert headers["content-length"] == str(len("manifest.json"))
    assert ask(server, "HEAD", "/missing")[0] == 404


@pytest.mark.parametrize(
    ("asked", "status", "body", "said"),
    [
        ("bytes=0-3", 206, b"mani", "bytes 0-3/13"),
        ("bytes=9-", 206, b"json", "bytes 9-12/13"),
        ("bytes=9-99", 206, b"json", "bytes 9-12/13"),
        ("bytes=-4", 206, b"json", "bytes 9-12/13"),
        ("bytes=-99", 206, b"manifest.json", "bytes 0-12/13"),
        ("bytes=13-", 416, b"", "bytes */13"),
        ("bytes=-0", 416, b"", "bytes */13"),
        ("bytes=5-2", 200, b"manifest.json", None),
        ("bytes=0-1,3-4", 200, b"manifest.json", None),
        ("lines=0-1", 200, b"manifest.json", None),
        ("bytes=-", 200, b"manifest.json", None),
    ],
)
def test_ranges_of_bytes(server: StaticServer, asked: str, status: int, body: bytes, said: str | None) -> None:
    answer = ask(server, "GET", "/some/where/site/manifest.json", Range=asked)
    assert (answer[0], answer[2], answer[1].get("content-range")) == (status, body, said)


def test_a_range_of_a_file_that_may_be_another_gives_the_whole(server: StaticServer) -> None:
    assert ask(server, "GET", "/some/where/site/manifest.json", Range="bytes=0-3", If_Range='"x"')[0] == 200


def test_only_names_of_this_machine_are_answered(server: StaticServer) -> None:
    port = urlsplit(server.origin).port
    path = "/some/where/site/manifest.json"
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}"):
        assert ask(server, "GET", path, Host=host)[0] == 200
    for host in ("attacker.example", f"attacker.example:{port}", "127.0.0.1", f"localhost:{(port or 0) + 1}", ""):
        status, _, body = ask(server, "GET", path, Host=host)
        assert status == 421
        assert b"manifest.json" not in body
    assert ask(server, "GET", f"http://attacker.example{path}")[0] == 421


@pytest.mark.parametrize("path", ["/some/where/site/a%00b", "/" + "a" * 5000, "/some/where/site/" + "a" * 5000])
def test_paths_that_no_disk_takes_are_not_found(server: StaticServer, path: str) -> None:
    assert ask(server, "GET", path)[0] == 404


def test_silent_and_slow_clients_block_no_others_and_are_disconnected(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "index.html").write_text("page")
    with StaticServer({"/": tmp_path}, silence_s=0.5) as server:
        address = urlsplit(server.origin)
        silent = [socket.create_connection((address.hostname or "", address.port or 0), timeout=20) for _ in range(50)]
        for client in silent[::2]:
            client.sendall(b"GET / HT")
        assert get(server, "/")[0] == 200
        drip, until = silent[0], time.monotonic() + 20
        while time.monotonic() < until:
            try:
                drip.sendall(b"T")
            except OSError:
                break
            time.sleep(0.1)
        else:
            pytest.fail("a client that sends a byte now and then was never let go")
        for client in silent[1:]:
            assert client.recv(100) == b""
        for client in silent:
            client.close()
    assert capfd.readouterr() == ("", "")


def test_a_visitor_who_goes_away_leaves_no_trace(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "large.bin").write_bytes(bytes(64 * 2**20))
    with StaticServer({"/": tmp_path}) as server:
        address = urlsplit(server.origin)
        for _ in range(3):
            with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as client:
                client.sendall(f"GET /large.bin HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
                client.recv(1000)
        (tmp_path / "index.html").write_text("page")
        assert get(server, "/")[0] == 200
    assert capfd.readouterr() == ("", "")
