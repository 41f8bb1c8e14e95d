"""Callback for messages of an export."""

from __future__ import annotations

from collections.abc import Callable

MessageCallback = Callable[[str], None]
"""Called with a few words on the current step, or with one sentence of a warning."""
