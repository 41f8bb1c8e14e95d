"""Sealing of a bundle: the digests that join its parts, written last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from webparity.bundle.manifest import MANIFEST_NAME
from webparity.bundle.page_digest import digest_page_without_digest, read_page_digest, replace_page_digest
from webparity.bundle.read import SOURCE_NAME, digest_source
from webparity.errors import ExportError
from webparity.storage.canonical_json import digest_canonical_json, parse_json
from webparity.storage.json_document import encode_json_document


def seal_bundle(folder: Path) -> str:
    """Write the digests that join `site/manifest.json`, `source/source.json` and the page's HTML.

    The manifest gets the digest of `source.json` without its own `manifest`, and that of the HTML without the digest in
    it; then both get the manifest's digest. So the one digest that is returned stands for the whole bundle.

    Args:
        folder: the bundle's folder, with its other files already in place.

    Returns:
        SHA-256 of the manifest's canonical form, in hexadecimal digits.

    Raises:
        ExportError: the page has no place for the digest.
    """
    site, source_file = folder / "site", folder / "source" / SOURCE_NAME
    manifest: dict[str, Any] = parse_json((site / MANIFEST_NAME).read_bytes())
    source = parse_json(source_file.read_bytes()) if source_file.is_file() else None
    manifest["source"] = None if source is None else digest_source(source)
    page = manifest.get("page")
    html = b"" if page is None else (site / page["entry"]).read_bytes()
    if page is not None:
        if read_page_digest(html) is None:
            raise ExportError(
                f"Expected one place for the manifest's digest in the page's {page['entry']}; received none or "
                "several. In a checkout run `make package`; otherwise install webparity again."
            )
        manifest["files"].pop(page["entry"], None)
        page["sha256"] = digest_page_without_digest(html)
    digest = digest_canonical_json(manifest)
    (site / MANIFEST_NAME).write_bytes(encode_json_document(manifest))
    if page is not None:
        (site / page["entry"]).write_bytes(replace_page_digest(html, digest))
    if source is not None:
        source_file.write_bytes(encode_json_document(source | {"manifest": digest}))
    return digest
