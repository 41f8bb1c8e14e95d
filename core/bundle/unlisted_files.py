"""Files of a bundle that its manifest does not list: nothing here reads them, but a web server serves them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from webparity.bundle.manifest import MANIFEST_NAME
from webparity.bundle.read import SOURCE_NAME, Bundle, read_source


def list_unlisted_files(bundle: Bundle) -> list[str]:
    """Name the files that no manifest lists, as `site/…` or `source/…`, sorted; folders count only through files."""
    manifest = bundle.manifest
    own = {MANIFEST_NAME, *manifest.files, *([manifest.page.entry] if manifest.page else [])}
    extra = [f"site/{name}" for name in _iterate_names(bundle.site) if name not in own]
    if bundle.source is not None:
        own = {SOURCE_NAME, *read_source(bundle).files}
        extra += [f"source/{name}" for name in _iterate_names(bundle.source) if name not in own]
    return extra


def describe_unlisted_files(names: list[str]) -> str | None:
    """Describe such files in one sentence, or return None if there are none."""
    if not names:
        return None
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return (
        f"Expected only files that the manifest lists; received also {shown}, which nothing here reads or checks. "
        "Remove what you did not put there yourself."
    )


def _iterate_names(folder: Path) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders.sort()
        # A linked folder is not entered, so it is named itself.
        linked = [name for name in folders if (Path(parent) / name).is_symlink()]
        for name in sorted([*files, *linked]):
            yield (Path(parent) / name).relative_to(folder).as_posix()
