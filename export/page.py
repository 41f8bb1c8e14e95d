"""Static page of a bundle, copied from the package's built assets."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from webparity.bundle.write import SiteWriter
from webparity.errors import ExportError


def write_page(writer: SiteWriter) -> None:
    """Copy the built page into the site.

    Raises:
        ExportError: the assets have not been built.
    """
    page = files("webparity.assets").joinpath("page")
    if not page.joinpath("index.html").is_file():
        raise ExportError(
            "Expected the built page among the package's assets; received an installation without it. "
            "In a checkout run `make package`; otherwise install webparity again, or export with --no-page."
        )
    _copy_folder(page, "", writer)


def _copy_folder(folder: Traversable, prefix: str, writer: SiteWriter) -> None:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            _copy_folder(entry, f"{prefix}{entry.name}/", writer)
        else:
            writer.put(f"{prefix}{entry.name}", _read_asset(entry))


def _read_asset(entry: Traversable) -> bytes:
    try:
        return entry.read_bytes()
    except FileNotFoundError as error:
        raise ExportError(
            f"Expected the built page's {entry.name}; received a link to a file of an earlier build. "
            "In a checkout run `make package`; otherwise install webparity again."
        ) from error
