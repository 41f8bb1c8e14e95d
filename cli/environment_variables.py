"""Environment variables that webparity reads, for the reference in docs/cli.md."""

from __future__ import annotations

from typing import Final

ENVIRONMENT_VARIABLES: Final = {
    "WEBPARITY_DATA": "folder with `mnist.npz` (looked for here before Keras' cache) and `chest_xray/`",
    "WEBPARITY_CACHE": "folder of the cache; by default `webparity` in `XDG_CACHE_HOME`",
    "XDG_CACHE_HOME": "the user's cache folder; by default `~/.cache`",
    "PLAYWRIGHT_BROWSERS_PATH": "where Playwright keeps its browsers, if not in its usual place",
    "TF_CPP_MIN_LOG_LEVEL": "how much TensorFlow logs; by default 3, errors only",
    "TMPDIR": "folder of temporary files, among them tracebacks of faults",
}
