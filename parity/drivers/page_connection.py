"""Calls to one page of a browser, over requests that the page makes itself; its side is `web/src/harness/connect.ts`.

The page's address holds a token, which is good for one `hello`. The answer holds a key, which every later request must
carry: other users of the machine can read a browser's command line, but not that answer.
"""

from __future__ import annotations

import json
import queue
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from http import HTTPStatus
from time import monotonic
from typing import Any, Final, Literal

PREFIX: Final = "/webparity-driver/"
CREDENTIAL: Final = "X-Webparity-Driver"
MAX_BODY: Final = 2**29  # 64 answers with pixels of 512 x 512 in colour have half of it
_POLL_S: Final = 10.0
_LOOK_S: Final = 0.1

Kind = Literal["connected", "reply", "alive", "gone"]


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a page has sent, or that it is gone.

    Attributes:
        kind: which of these.
        message: the object it sent; empty when it is gone.
    """

    kind: Kind
    message: dict[str, Any]


class PageConnection:
    """One page that connects back. Threads of the server and the thread of the driver use it at the same time."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self._key = ""
        self._calls: queue.Queue[dict[str, Any]] = queue.Queue()
        self._events: queue.Queue[Event] = queue.Queue()
        self._closed = False

    def call(self, message: dict[str, Any]) -> None:
        """Pass a message to the page as soon as it asks for one."""
        self._calls.put(message)

    def receive(self, seconds: float) -> Event | None:
        """Wait for the next event, or return None after `seconds`."""
        try:
            return self._events.get(timeout=seconds)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Refuse all requests from now on."""
        self._closed = True

    def admits(self, action: str, credential: str) -> bool:
        """Whether a request carries what it must: the token once for `hello`, the key for all others."""
        expected = self._key if action != "hello" else "" if self._key else self.token
        return not self._closed and expected != "" and compare_digest(expected.encode(), credential.encode())

    def answer(self, action: str, body: bytes, is_connected: Callable[[], bool]) -> tuple[HTTPStatus, bytes]:
        """Answer an admitted request.

        Args:
            action: `hello`, `next` (waits for a call), `reply` or `alive`.
            body: a JSON object; ignored by `next`.
            is_connected: whether the client of this request still waits for the answer.

        Returns:
            The status and the JSON to send.
        """
        if action == "next":
            return self._wait_for_call(is_connected)
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            return HTTPStatus.BAD_REQUEST, b""
        if action == "hello":
            self._key = secrets.token_urlsafe(24)
            self._events.put(Event(kind="connected", message=message))
            return HTTPStatus.OK, json.dumps({"key": self._key}).encode()
        if action in ("reply", "alive"):
            self._events.put(Event(kind="reply" if action == "reply" else "alive", message=message))
            return HTTPStatus.NO_CONTENT, b""
        return HTTPStatus.NOT_FOUND, b""

    def _wait_for_call(self, is_connected: Callable[[], bool]) -> tuple[HTTPStatus, bytes]:
        until = monotonic() + _POLL_S
        while monotonic() < until and not self._closed:
            try:
                message = self._calls.get(timeout=_LOOK_S)
            except queue.Empty:
                message = None
            # A page that asks, and whose connection then ends, has crashed or has left its address.
            if not is_connected():
                self._events.put(Event(kind="gone", message={}))
                break
            if message is not None:
                return HTTPStatus.OK, json.dumps(message).encode()
        return HTTPStatus.NO_CONTENT, b""
