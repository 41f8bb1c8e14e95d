"""Chromium under another name."""

from __future__ import annotations

from typing import ClassVar

from webparity.parity.drivers.engines.chromium import Chromium


class ExampleEngine(Chromium):
    """A browser that Playwright drives; it has no WebGL."""

    name: ClassVar[str] = "example"
    title: ClassVar[str] = "Example"
    unsupported_backends: ClassVar[frozenset[str]] = frozenset({"webgl"})


ENGINE = ExampleEngine()
