"""Harness pages for tests: the shipped page's connection to the driver, with another answer to calls."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_CONNECT: Final = """
const send = (action, credential, body) => fetch('/webparity-driver/' + action, {
  method: 'POST', headers: { 'X-Webparity-Driver': credential }, body: JSON.stringify(body),
});
(async () => {
  const token = location.hash.split('=')[1];
  const { key } = await (await send('hello', token, {})).json();
  for (;;) {
    const response = await send('next', key, {});
    if (response.status === 204) continue;
    if (response.status !== 200) return;
    const { id, method, params, go } = await response.json();
    if (go) return location.assign(go);
    harness.call(method, params).then(
      (reply) => send('reply', key, { id, ...reply }),
      (error) => send('reply', key, { id, threw: error.message }),
    );
  }
})();
"""


def write_harness_page(file: Path, call: str) -> None:
    """Write a page that answers calls with a method `call(method, params)` in JavaScript."""
    file.write_text(f"<!doctype html><script>const harness = {{ {call} }};\n{_CONNECT}</script>")
