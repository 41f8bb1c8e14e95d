"""Static page of a bundle, copied from the package's built assets."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final
from urllib.parse import quote

from webparity.bundle.manifest import Artifact, GoldenImage
from webparity.bundle.write import SiteWriter
from webparity.errors import ExportError

_INDEX: Final = "index.html"
# The target that the page runs first where a bundle has it, and what runs it; the page's own list has the same first.
_FIRST: Final = {"wasm": "webparity"}
# The script in the page's HTML that looks at the links before it.
_START: Final = "<script data-start>"
# A larger sample would hold up the files that every visitor needs.
_LARGEST_SAMPLE: Final = 65_536


def write_page(writer: SiteWriter, artifacts: Sequence[Artifact] = (), golden: Sequence[GoldenImage] = ()) -> None:
    """Copy the built page into the site, and name the first model's files and the first sample in it.

    Browsers then ask for these beside the page's code, before the manifest is known.

    Args:
        writer: of the site.
        artifacts: the bundle's; the page runs a program first, in full precision if there is one.
        golden: the bundle's golden images.

    Raises:
        ExportError: the assets have not been built.
    """
    page = files("webparity.assets").joinpath("page")
    if not page.joinpath(_INDEX).is_file():
        raise ExportError(
            "Expected the built page among the package's assets; received an installation without it. "
            "In a checkout run `make package`; otherwise install webparity again, or export with --no-page."
        )
    _copy_folder(page, "", writer)
    html = page.joinpath(_INDEX).read_text(encoding="utf-8")
    model = link_first_model(artifacts)
    sample = link_first_sample(writer, golden) if model else ""
    html = html.replace(_START, f"{model}{_START}", 1).replace("</head>", f"{sample}</head>", 1)
    writer.put(_INDEX, html.encode())


def link_first_model(artifacts: Sequence[Artifact]) -> str:
    """Write a `<link rel="preload">` for each file of the artifact that the page runs first.

    Returns:
        HTML; empty where the page runs a library first, which is loaded later.
    """
    ranked = sorted(artifacts, key=lambda each: (each.precision != "float32", each.target not in _FIRST))
    if not ranked or (runtime := _FIRST.get(ranked[0].target)) is None:
        return ""
    return "".join(_link(path, f'data-runtime="{runtime}"') for path in ranked[0].files)


def link_first_sample(writer: SiteWriter, golden: Sequence[GoldenImage]) -> str:
    """Write a `<link rel="preload">` for the first sample, after all that is needed to answer it.

    Returns:
        HTML; empty where there is no sample, or the first is large.
    """
    first = next((image.file for image in golden if image.sample), None)
    if first is None or writer.files[first].bytes > _LARGEST_SAMPLE:
        return ""
    return _link(first, 'fetchpriority="low" data-sample')


def _link(path: str, mark: str) -> str:
    return f'<link rel="preload" as="fetch" crossorigin href="./{escape(quote(path))}" {mark}>\n    '


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
