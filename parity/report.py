"""The report that `verify` returns: the data of a verification with its views."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from webparity.verification.kept_report import KeptReport


@dataclass(frozen=True, kw_only=True)
class VerificationReport(KeptReport):
    """A `Report` that a notebook shows as a table and that can be saved.

    Its fields are those of `webparity.verification.report.Report`.

    Example:
        >>> report = verify("bundle", images="photos")  # doctest: +SKIP
        >>> report.verdict  # doctest: +SKIP
        'pass'
        >>> report.save("report")  # doctest: +SKIP
    """

    def __repr__(self) -> str:
        runs = [f"{run.title}: {run.verdict}" for run in self.runs]
        reason = f", reason={self.reason!r}" if self.reason else ""
        return (
            f"{type(self).__name__}(name={self.name!r}, verdict={self.verdict!r}{reason}, images={self.images}, "
            f"reference={self.reference.runtime!r}, runs={runs})"
        )

    def save(self, folder: Path | str) -> Path:
        """Write `report.html`, `report.json` and `junit.xml`, and return the path of `report.json`.

        Args:
            folder: made if it does not exist; an earlier report is replaced whole, in one step.

        Raises:
            UsageError: the folder holds something else than a report, or cannot be written.
        """
        from webparity.parity.views.write import write_report

        return write_report(self, folder)

    def _repr_html_(self) -> str:
        """Render the verdict and the table of runs for notebooks; nothing is fetched."""
        from webparity.parity.views.html import render_notebook_html

        return render_notebook_html(self)
