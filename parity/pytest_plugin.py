"""Pytest plugin with the fixture `assert_parity`, for test suites that ship a bundle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def assert_parity() -> Callable[..., Any]:
    """A function `assert_parity(bundle, images=None, **options)` that verifies and raises unless all is in tolerance.

    Options are those of `webparity.parity.verify`, such as `expect_digest="…"`; it returns the report.
    """

    def check(bundle: Any, images: Any = None, **options: Any) -> Any:
        # Every pytest run loads this plugin: nothing of weight may be imported before it is used.
        from webparity.parity.verify import verify

        report = verify(bundle, images=images, **options)
        report.raise_for_verdict()
        return report

    return check
