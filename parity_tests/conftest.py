"""Browsers for the tests of what people see: the page and the views of reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from visits import ENGINES

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module", params=list(ENGINES))
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A started browser of each engine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = ENGINES[request.param](playwright)
        yield launched
        launched.close()
