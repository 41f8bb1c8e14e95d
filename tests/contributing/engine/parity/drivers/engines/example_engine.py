"""Chromium under another name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from webparity.parity.drivers.engines.chromium import Chromium


class ExampleEngine(Chromium):
    """A browser without WebGL."""

    name: ClassVar[str] = "example"
    title: ClassVar[str] = "Example"
    unsupported_backends: ClassVar[Mapping[str, str]] = {"webgl": "Example has no WebGL. Use it in Chromium."}


ENGINE = ExampleEngine()
