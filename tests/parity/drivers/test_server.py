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
    (first,) = server.offer([odd])
    assert get(server, urlsplit(first).path) == (200, "image/png", "odd")
    (second,) = server.offer([odd])
    assert second != first
    assert get(server, urlsplit(first).path)[0] == 404


def test_a_file_that_has_vanished_is_not_found(server: StaticServer, tmp_path: Path) -> None:
    (url,) = server.offer([tmp_path / "never.png"])
    assert get(server, urlsplit(url).path)[0] == 404
