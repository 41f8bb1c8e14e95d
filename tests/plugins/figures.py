"""Figures that tests measure, shown at the end of the run; they reach it from worker processes too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

_NAME: Final = "figure"
_figures: list[str] = []


@pytest.fixture
def show_figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Shows a line at the end of the run."""
    return lambda text: request.node.user_properties.append((_NAME, text))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect what a test has measured, its teardown included."""
    if report.when == "teardown":
        _figures.extend(str(value) for name, value in report.user_properties if name == _NAME)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show all figures."""
    if _figures:
        terminalreporter.section("figures")
        for figure in _figures:
            terminalreporter.write_line(figure)
