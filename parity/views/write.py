"""Writing a report to a folder: `report.json`, `report.html` and `junit.xml`, each whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from webparity.parity.views.html import to_html
from webparity.parity.views.junit import to_junit
from webparity.report import Report, to_json


def write_report(report: Report, folder: Path | str) -> Path:
    """Write the three files, `report.json` last, and return its path.

    Args:
        report: what to write.
        folder: made if it does not exist; files of these names are replaced.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / "report.html", to_html(report).encode())
    _replace(folder / "junit.xml", to_junit(report))
    file = folder / "report.json"
    _replace(file, to_json(report))
    return file


def _replace(file: Path, data: bytes) -> None:
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}-", delete=False) as stream:
        temporary = Path(stream.name)
        try:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
            # A temporary file is private to its owner; a report is for whoever may read the folder.
            temporary.chmod(0o644)
            temporary.replace(file)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
