"""Reading bundles: from disk only, every file checked by digest before it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

import msgspec

from webparity.bundle.manifest import FORMAT, MANIFEST_NAME, Artifact, FileEntry, Manifest
from webparity.errors import BundleError
from webparity.model_kind import ModelKind
from webparity.regular_file import MAX_MANIFEST_BYTES, open_regular, read_regular

SOURCE_NAME = "source.json"
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Source:
    """What `source/` holds: the trained model in its own format, its recipe, seed and data.

    Attributes:
        unreadable: why the model cannot be read back from its file: a network of classes that are not Keras's own can
            be exported from Python, but needs its code to be opened. Empty if it can.
    """

    format: int
    kind: ModelKind
    model: str
    files: dict[str, FileEntry]
    recipe: str = ""
    seed: int | None = None
    data: str = ""
    unreadable: str = ""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """An opened bundle.

    Attributes:
        site: the folder that is uploaded.
        source: the folder of the trained model beside it, or None.
        manifest: the site's manifest.
        digest: SHA-256 of manifest.json, which stands for the whole site.
    """

    site: Path
    source: Path | None
    manifest: Manifest
    digest: str

    def artifact(self, artifact_id: str) -> Artifact:
        """The artifact of that id.

        Raises:
            BundleError: there is none.
        """
        for artifact in self.manifest.artifacts:
            if artifact.id == artifact_id:
                return artifact
        known = ", ".join(a.id for a in self.manifest.artifacts)
        raise BundleError(f"Expected an artifact among {known}; received {artifact_id!r}. Export that target too.")


def open_bundle(path: Path | str) -> Bundle:
    """Open a bundle folder or its `site/`.

    Raises:
        BundleError: the folder or its manifest is missing, damaged or of another format.
    """
    path = Path(path)
    site = path / "site" if (path / "site").is_dir() else path
    file = site / MANIFEST_NAME
    if not file.is_file():
        raise BundleError(
            f"Expected a bundle folder with site/{MANIFEST_NAME}; received {path}, which has none. "
            "Give the folder that `webparity export` wrote."
        )
    data = _read(file)
    manifest = _decode(data, Manifest, file)
    for name in manifest.files:
        _refuse_escape(name, file)
    named = [name for artifact in manifest.artifacts for name in (artifact.entry, *artifact.files)]
    _refuse_unlisted([*named, *(image.file for image in manifest.golden)], manifest.files, file)
    source = site.parent / "source" if site.name == "site" else None
    if source is not None and not (source / SOURCE_NAME).is_file():
        source = None
    return Bundle(site=site, source=source, manifest=manifest, digest=hashlib.sha256(data).hexdigest())


def read_source(bundle: Bundle) -> Source:
    """Read `source/source.json`.

    Raises:
        BundleError: there is none, or it is damaged.
    """
    if bundle.source is None:
        raise BundleError(
            f"Expected a bundle with source/ for its reference; received {bundle.site} alone. "
            "Give the whole bundle folder, or verify against its golden set."
        )
    file = bundle.source / SOURCE_NAME
    source = _decode(_read(file), Source, file)
    for name in source.files:
        _refuse_escape(name, file)
    _refuse_unlisted([source.model], source.files, file)
    return source


def failing_files(bundle: Bundle) -> list[str]:
    """Name every file that is missing or whose size or digest is not the manifest's, `site/` first."""
    failing = [
        f"site/{name}" for name, entry in bundle.manifest.files.items() if not _intact(bundle.site / name, entry)
    ]
    if bundle.source is not None:
        source = read_source(bundle)
        failing += [
            f"source/{name}" for name, entry in source.files.items() if not _intact(bundle.source / name, entry)
        ]
    return failing


def require_intact(bundle: Bundle) -> None:
    """Refuse a bundle with a missing or altered file.

    Raises:
        BundleError: names up to three of the files.
    """
    failing = failing_files(bundle)
    if failing:
        names = ", ".join(failing[:3]) + (f" and {len(failing) - 3} more" if len(failing) > 3 else "")  # noqa: PLR2004
        raise BundleError(
            f"Expected every file of the bundle to match the manifest's digest; received missing or altered {names}. "
            "Copy the bundle again or export it anew."
        )


def _read(file: Path) -> bytes:
    try:
        return read_regular(file, MAX_MANIFEST_BYTES)
    except OSError as error:
        raise BundleError(f"Expected a readable {file}; received: {error.strerror}. Check its permissions.") from error


def _decode(data: bytes, kind: type[T], file: Path) -> T:
    try:
        version = msgspec.json.decode(data)["format"]
        if version != FORMAT:
            raise BundleError(
                f"Expected format {FORMAT} in {file}; received {version!r}. Use the webparity version that wrote it."
            )
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, KeyError, TypeError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(f"Expected a valid {file}; received: {error}. Copy or export the bundle again.") from error


def _refuse_escape(name: str, file: Path) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        raise BundleError(f"Expected paths inside the bundle in {file}; received {name!r}. Do not use this bundle.")


def _refuse_unlisted(names: Iterable[str], files: Mapping[str, FileEntry], file: Path) -> None:
    """What has no digest would be used unchecked, and from anywhere."""
    for name in names:
        if name not in files:
            raise BundleError(
                f"Expected a digest in {file} for every file that it names; received {name!r} without one. "
                "Do not use this bundle."
            )


def _intact(file: Path, entry: FileEntry) -> bool:
    try:
        if file.stat().st_size != entry.bytes:
            return False
        with open_regular(file) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == entry.sha256
    except OSError:
        return False
