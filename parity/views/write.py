"""Writing of a report to a folder in one step: `report.json`, `report.html` and `junit.xml`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from webparity.errors import UsageError
from webparity.parity.views.html import render_html
from webparity.parity.views.junit import render_junit
from webparity.storage.staging import refuse_occupied, stage_folder
from webparity.verification.report import Report, to_json

REPORT_NAME: Final = "report.json"
_NOUN: Final = "report"
_OPTION: Final = "--report"
_FILES: Final = frozenset({REPORT_NAME, "report.html", "junit.xml"})


def refuse_report_folder(folder: Path) -> None:
    """Refuse a folder that holds anything but an earlier report: it would be replaced whole.

    Raises:
        UsageError: it holds something else, or cannot be written.
    """
    refuse_occupied(folder, marker=REPORT_NAME, noun=_NOUN, force=True, option=_OPTION)
    others = sorted(file.name for file in folder.iterdir() if file.name not in _FILES) if folder.is_dir() else []
    if others:
        raise UsageError(
            f"Expected an empty folder or an earlier report; received {folder}, which holds something else: "
            f"{others[0]}. Choose another {_OPTION}."
        )


def write_report(report: Report, folder: Path | str) -> Path:
    """Write the three files and return the path of `report.json`.

    Args:
        report: what to write.
        folder: made if it does not exist; an earlier report is replaced whole, in one step.

    Raises:
        UsageError: see `refuse_report_folder`; or somebody else is writing it, or the disk refuses.
    """
    folder = Path(folder)
    refuse_report_folder(folder)
    pages = {
        "report.html": render_html(report).encode(),
        "junit.xml": render_junit(report),
        REPORT_NAME: to_json(report),
    }
    with stage_folder(folder, marker=REPORT_NAME, noun=_NOUN, force=True, option=_OPTION) as staging:
        for name, data in pages.items():
            (staging / name).write_bytes(data)
    return folder / REPORT_NAME
