"""A report that can be saved and shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from webparity.verification.report import Report


class KeptReport(Report, ABC):
    """What a `Report` that `verify` returns can do beside; `webparity.parity` implements it with its views."""

    @abstractmethod
    def save(self, folder: Path | str) -> Path:
        """Write `report.html`, `report.json` and `junit.xml`, and return the path of `report.json`."""

    @abstractmethod
    def _repr_html_(self) -> str:
        """Render the verdict and the table of runs for notebooks."""
