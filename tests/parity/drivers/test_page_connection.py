"""Requests of a driven page: who is admitted, and what they carry; no browser is started."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pytest

from webparity.errors import UsageError
from webparity.parity.drivers import page_connection
from webparity.parity.drivers.page_connection import CREDENTIAL, PREFIX, Event, PageConnection
from webparity.parity.drivers.server import StaticServer, find_running_server

Post = Callable[..., tuple[int, Any]]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StaticServer]:
    with StaticServer({"/": tmp_path}) as running:
        yield running


@pytest.fixture
def post(server: StaticServer) -> Post:
    def send(action: str, credential: str, body: object = None, **headers: str) -> tuple[int, Any]:
        connection = HTTPConnection(urlsplit(server.origin).netloc, timeout=20)
        try:
            data = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
            connection.request("POST", PREFIX + action, data, {CREDENTIAL: credential, **headers})
            response = connection.getresponse()
            text = response.read()
            return response.status, json.loads(text) if response.status == 200 else None
        finally:
            connection.close()

    return send


@pytest.fixture
def connection(server: StaticServer) -> PageConnection:
    made = PageConnection()
    server.add_connection(made)
    return made


def _connect(connection: PageConnection, post: Post) -> str:
    status, answer = post("hello", connection.token)
    assert status == 200
    assert connection.receive(1) == Event(kind="connected", message={})
    key: str = answer["key"]
    return key


def test_a_page_gets_calls_and_sends_replies(connection: PageConnection, post: Post) -> None:
    key = _connect(connection, post)
    connection.call({"id": 1, "method": "run", "params": {}})
    assert post("next", key) == (200, {"id": 1, "method": "run", "params": {}})
    assert post("alive", key, {"id": 1, "alive": 3}) == (204, None)
    assert post("reply", key, {"id": 1, "result": [1]}) == (204, None)
    assert connection.receive(1) == Event(kind="alive", message={"id": 1, "alive": 3})
    assert connection.receive(1) == Event(kind="reply", message={"id": 1, "result": [1]})
    assert connection.receive(0) is None


def test_a_call_is_answered_while_the_page_waits(connection: PageConnection, post: Post) -> None:
    key = _connect(connection, post)
    timer = Timer(0.3, connection.call, [{"id": 1}])
    timer.start()
    assert post("next", key) == (200, {"id": 1})
    timer.join()


def test_a_page_without_calls_asks_again(
    connection: PageConnection, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_connection, "_POLL_S", 0.3)
    assert post("next", _connect(connection, post)) == (204, None)


@pytest.mark.parametrize("action", ["hello", "next", "reply", "alive", "other"])
@pytest.mark.parametrize("credential", ["", "guessed", "ä"])
def test_another_token_is_refused(connection: PageConnection, post: Post, action: str, credential: str) -> None:
    assert post(action, credential.encode("utf-8").decode("latin-1"))[0] == 403
    _connect(connection, post)
    assert post(action, credential.encode("utf-8").decode("latin-1"))[0] == 403


@pytest.mark.parametrize("action", ["hello", "next", "reply", "alive"])
def test_the_token_is_good_for_one_connection(connection: PageConnection, post: Post, action: str) -> None:
    _connect(connection, post)
    assert post(action, connection.token)[0] == 403


def test_the_token_opens_nothing_but_the_connection(connection: PageConnection, post: Post) -> None:
    assert post("next", connection.token)[0] == 403
    assert post("reply", connection.token)[0] == 403


def test_a_removed_connection_is_refused(server: StaticServer, connection: PageConnection, post: Post) -> None:
    key = _connect(connection, post)
    server.remove_connection(connection)
    assert post("reply", key)[0] == 403


def test_each_page_has_its_own_connection(server: StaticServer, connection: PageConnection, post: Post) -> None:
    other = PageConnection()
    server.add_connection(other)
    keys = [_connect(connection, post), _connect(other, post)]
    for number, (each, key) in enumerate(zip((connection, other), keys, strict=True)):
        post("reply", key, {"id": number})
        assert each.receive(1) == Event(kind="reply", message={"id": number})


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"[" * 100_000], ids=["empty", "cut", "no object", "deep"])
def test_what_is_no_object_is_refused(connection: PageConnection, post: Post, body: bytes) -> None:
    assert post("reply", _connect(connection, post), body)[0] == 400
    assert connection.receive(0) is None


def test_a_request_of_another_host_or_path_is_refused(connection: PageConnection, post: Post) -> None:
    key = _connect(connection, post)
    assert post("reply", key, Host="attacker.example")[0] == 421
    assert post("../elsewhere", key)[0] == 404
    assert post("unknown", key)[0] == 404


def test_a_body_beyond_the_limit_is_not_read(connection: PageConnection, post: Post) -> None:
    key = _connect(connection, post)
    assert post("reply", key, **{"Content-Length": str(page_connection.MAX_BODY + 1)})[0] == 413
    assert post("reply", key, **{"Content-Length": "-1"})[0] == 413


def test_a_page_whose_request_ends_is_gone(server: StaticServer, connection: PageConnection, post: Post) -> None:
    key = _connect(connection, post)
    client = HTTPConnection(urlsplit(server.origin).netloc, timeout=20)
    client.request("POST", f"{PREFIX}next", b"{}", {CREDENTIAL: key})
    assert connection.receive(0.3) is None
    started_at = monotonic()
    client.close()
    assert connection.receive(5) == Event(kind="gone", message={})
    assert monotonic() - started_at < 2


def test_an_address_of_no_running_server_is_refused(server: StaticServer) -> None:
    assert find_running_server(f"{server.origin}/x/harness.html") is server
    with pytest.raises(UsageError, match="running StaticServer"):
        find_running_server("http://127.0.0.1:1/harness.html")
    server.__exit__(None, None, None)
