"""Reading bundles: from disk only, every file checked by digest before it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from webparity.bundle.consistency import require_consistent, require_safe_path
from webparity.bundle.manifest import MANIFEST_NAME, Artifact, FileEntry, Manifest
from webparity.bundle.page_digest import digest_page_without_digest, read_page_digest
from webparity.bundle.score_resolution import refuse_loose_resolution
from webparity.bundle.strict_json import convert_json_document, make_invalid_file_error, read_bytes, read_json
from webparity.errors import BundleError, MissingBundleError, UsageError
from webparity.models.model_kind import ModelKind
from webparity.prediction.open_sessions import OpenSessions
from webparity.progress import ProgressCallback
from webparity.storage.canonical_json import digest_canonical_json
from webparity.storage.given_path import require_path
from webparity.storage.regular_file import open_regular
from webparity.verification.kept_report import KeptReport
from webparity.verification.verifier import verify_bundle

if TYPE_CHECKING:
    from PIL.Image import Image

    from webparity.prediction.prediction import Prediction
    from webparity.prediction.predictions import Predictions
    from webparity.prediction.session import PredictorRuntime

SOURCE_NAME = "source.json"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Contents of `source/`: the trained model in its own format, its recipe, seed and data.

    Attributes:
        unreadable: why the model cannot be read back from its file: a network of classes that are not Keras's own can
            be exported from Python, but needs its code to be opened. Empty if it can.
        layout: the order of axes of an ONNX file's input, where its shape does not tell.
        activation: what the export put on the output of an ONNX file or a SavedModel, which it ends without itself.
        manifest: digest of the manifest of the site that was exported with it.
    """

    format: int
    kind: ModelKind
    model: str
    files: dict[str, FileEntry]
    recipe: str = ""
    seed: int | None = None
    data: str = ""
    unreadable: str = ""
    layout: Literal["nchw", "nhwc"] | None = None
    activation: Literal["softmax", "sigmoid"] | None = None
    manifest: str = ""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """An opened bundle. It predicts and verifies; a notebook shows what it holds.

    Attributes:
        site: the folder that is uploaded.
        source: the folder of the trained model beside it, or None.
        manifest: the site's manifest.
        digest: SHA-256 of the manifest's canonical form (RFC 8785), which stands for the whole bundle.
        expected: whether the caller requires this digest.
        trusted: whether the caller allows a trained model to be run whose graph may do more than compute.
    """

    site: Path
    source: Path | None
    manifest: Manifest
    digest: str
    expected: bool = False
    trusted: bool = False
    _sessions: OpenSessions = field(default_factory=OpenSessions, init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        artifacts = [artifact.id for artifact in self.manifest.artifacts]
        return (
            f"{type(self).__name__}(site={str(self.site)!r}, name={self.manifest.name!r}, artifacts={artifacts}, "
            f"digest={self.digest!r})"
        )

    def _repr_html_(self) -> str:
        """Render what the bundle holds, with some of its golden set, for notebooks; nothing is fetched."""
        from webparity.notebook.bundle_view import render_bundle

        return render_bundle(self.manifest, self.digest, self.site)

    @overload
    def predict(
        self,
        images: bytes | Image,
        *,
        runtime: PredictorRuntime | None = None,
        progress: ProgressCallback | None = None,
    ) -> Prediction: ...

    @overload
    def predict(
        self,
        images: list[Any] | tuple[Any, ...],
        *,
        runtime: PredictorRuntime | None = None,
        progress: ProgressCallback | None = None,
    ) -> Predictions: ...

    @overload
    def predict(
        self, images: Any, *, runtime: PredictorRuntime | None = None, progress: ProgressCallback | None = None
    ) -> Any: ...

    def predict(
        self, images: Any, *, runtime: PredictorRuntime | None = None, progress: ProgressCallback | None = None
    ) -> Prediction | Predictions:
        """Predict images; the bundle preprocesses them. The first call checks every file and opens an artifact.

        Args:
            images: an image file's path or bytes; a picture of Pillow; pixels as an array uint8 [H, W, 3] of RGB,
                [H, W] of gray, or [H, W, 4] with alpha; or several: a list of these, an array [N, H, W, C], or a
                folder with all folders below it. Files are decoded by the decode contract. A picture of Pillow and an
                array with alpha get the pixels that their file would have.
            runtime: as of `Predictor`.
            progress: called as `(task, images done, images in all)`; by default, a terminal or a notebook shows a bar
                for several images.

        Returns:
            A `Prediction`; for several images `Predictions`, a list. In a folder, files that the contract refuses are
            passed over and named in `refused`; in a list, one raises.

        Raises:
            UsageError: something else was given; MissingFileError where there is no such file.
            DecodeError: the contract refuses an image.
            BundleError: a file of the bundle is missing or altered, or it has no artifact that the runtime opens.
            RuntimeUnavailable: the runtime is not installed.

        Example:
            >>> bundle.predict("photo.jpg").label
            'cat'
            >>> [answer.label for answer in bundle.predict(["photo.jpg", "other.jpg"])]
            ['cat', 'dog']
        """
        if runtime not in self._sessions:
            require_intact(self)
        return self._sessions.predict(self.site, self.manifest, images, runtime, progress)

    def verify(
        self,
        *,
        images: Path | str | Sequence[Path | str] | None = None,
        runtimes: Sequence[str] = (),
        browsers: Sequence[str] = (),
        require: Sequence[str] = (),
        max_images: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> KeptReport:
        """Compare the answers of every runtime with the trained model's; see `webparity.parity.verify`.

        Args:
            images: image files or folders of them; the golden set by default.
            runtimes: names (`runtime[:backend][@engine]`) or parts of them to run; every runtime by default.
            browsers: browser families to run; all by default.
            require: names or parts of names that must be reachable.
            max_images: at most that many images, spread evenly over all.
            progress: called as `(run, images done, images in all)`; a bar in terminals and notebooks by default.

        Returns:
            The report: `verdict`, `runs`, `save(folder)`, `raise_for_verdict()`; a notebook shows its table.

        Raises:
            BundleError: the bundle cannot be read.
            UsageError: a name matches no runtime, the bundle has no such artifact, or there are no images.

        Example:
            >>> bundle.verify(require=["@chromium"]).raise_for_verdict()
        """
        return verify_bundle(
            self,
            images=images,
            runtimes=runtimes,
            browsers=browsers,
            require=require,
            max_images=max_images,
            progress=progress,
        )

    def find_artifact(self, artifact_id: str) -> Artifact:
        """Find an artifact by its id.

        Raises:
            BundleError: no artifact has this id.
        """
        for artifact in self.manifest.artifacts:
            if artifact.id == artifact_id:
                return artifact
        known = ", ".join(a.id for a in self.manifest.artifacts)
        raise BundleError(f"Expected an artifact among {known}; received {artifact_id!r}. Export that target too.")


def open_bundle(path: Path | str, *, expect_digest: str | None = None) -> Bundle:
    """Open a bundle folder or its `site/`.

    Args:
        path: the folder.
        expect_digest: the digest that `webparity export` printed, 64 hexadecimal digits; another bundle is refused.

    Raises:
        BundleError: the folder or its manifest is missing, damaged, of another format, contradicts itself, `source/`
            or the page, or is not the expected one.
        UsageError: `expect_digest` is no digest.
    """
    wanted = _require_digest(expect_digest)
    path = require_path(path, "path")
    try:
        site = path / "site" if (path / "site").is_dir() else path
        found = (site / MANIFEST_NAME).is_file()
    except ValueError as error:
        raise BundleError(f"Expected the path of a bundle; received {str(path)!r}: {error}. Correct it.") from error
    file = site / MANIFEST_NAME
    if not found:
        raise MissingBundleError(
            f"Expected a bundle folder with site/{MANIFEST_NAME}; received {path}, which has none. "
            "Give the folder that `webparity export` wrote."
        )
    document = read_json(file)
    manifest = convert_json_document(document, Manifest, file)
    named = [name for artifact in manifest.artifacts for name in (artifact.entry, *artifact.files)]
    for name in manifest.files:
        require_safe_path(name)
    _refuse_unlisted([*named, *(image.file for image in manifest.golden)], manifest.files, file)
    require_consistent(manifest)
    refuse_loose_resolution(manifest)
    digest = _digest_document(document, file)
    if wanted not in {None, digest}:
        raise BundleError(
            f"Expected a bundle with the digest {wanted}; received {file} with {digest}. "
            "Copy the bundle of that digest again, or give the digest that its export printed."
        )
    source = site.parent / "source" if site.name == "site" else None
    if source is not None and not (source / SOURCE_NAME).is_file():
        source = None
    if source is not None:
        _require_pair(manifest, digest, source / SOURCE_NAME)
    if manifest.page is not None:
        _require_page(site / manifest.page.entry, digest)
    return Bundle(site=site, source=source, manifest=manifest, digest=digest, expected=wanted is not None)


def describe_unproven(bundle: Bundle) -> str | None:
    """Describe in one sentence what opening a bundle could not prove, or return None."""
    if bundle.source is not None or bundle.expected:
        return None
    page = "The page holds its digest, but" if bundle.manifest.page else "Nothing else holds its digest:"
    return (
        f"Without source/ it is not proven that the manifest is the one that was exported. {page} who alters one file "
        "can alter both. Give --expect-digest with the digest that `webparity export` printed."
    )


def digest_source(document: dict[str, Any]) -> str:
    """Compute the digest of a `source.json` as the manifest keeps it: in canonical form, without its own `manifest`."""
    return digest_canonical_json({key: value for key, value in document.items() if key != "manifest"})


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
    source = convert_json_document(read_json(file), Source, file)
    for name in source.files:
        require_safe_path(name)
    _refuse_unlisted([source.model], source.files, file)
    return source


def list_failing_files(bundle: Bundle) -> list[str]:
    """Name every file that is missing or whose size or digest is not the manifest's, `site/` first."""
    failing = [
        f"site/{name}"
        for name, entry in bundle.manifest.files.items()
        if not _is_file_intact(bundle.site / name, entry)
    ]
    page = bundle.manifest.page
    if page is not None and not _is_page_intact(bundle.site / page.entry, page.sha256, bundle.digest):
        failing.insert(0, f"site/{page.entry}")
    if bundle.source is not None:
        source = read_source(bundle)
        failing += [
            f"source/{name}" for name, entry in source.files.items() if not _is_file_intact(bundle.source / name, entry)
        ]
    return failing


def require_intact(bundle: Bundle) -> None:
    """Refuse a bundle with a missing or altered file.

    Raises:
        BundleError: names up to three of the files.
    """
    failing = list_failing_files(bundle)
    if failing:
        names = ", ".join(failing[:3]) + (f" and {len(failing) - 3} more" if len(failing) > 3 else "")
        raise BundleError(
            f"Expected every file of the bundle to match the manifest's digest; received missing or altered {names}. "
            "Copy the bundle again or export it anew."
        )


def _require_digest(text: str | None) -> str | None:
    if text is None:
        return None
    digest = text.strip().lower().removeprefix("sha256:")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise UsageError(
            f"Expected a digest of 64 hexadecimal digits; received {text!r}. "
            "Give the digest that `webparity export` printed."
        )
    return digest


def _require_pair(manifest: Manifest, digest: str, file: Path) -> None:
    """Compare the digests of `source.json` and the manifest that they keep of each other."""
    document = read_json(file)
    held = document.get("manifest") if isinstance(document, dict) else None
    if held != digest or manifest.source != _digest_document(document, file, source=True):
        raise BundleError(
            f"Expected {MANIFEST_NAME} and {file} of one export; received a manifest with the digest {digest} beside a "
            f"source of {held}: one of them was altered or replaced. Copy or export the bundle again."
        )


def _require_page(file: Path, digest: str) -> None:
    """Compare the digest in the page with the manifest's; `list_failing_files` finds other damage of the page."""
    held = read_page_digest(read_bytes(file)) if file.is_file() else None
    if held not in {None, digest}:
        raise BundleError(
            f"Expected {MANIFEST_NAME} and {file} of one export; received a manifest with the digest {digest} and a "
            f"page for {held}: one of them was altered or replaced. Copy or export the bundle again."
        )


def _digest_document(document: Any, file: Path, *, source: bool = False) -> str:
    try:
        return digest_source(document) if source else digest_canonical_json(document)
    except (ValueError, RecursionError) as error:
        raise make_invalid_file_error(file, error) from error


def _refuse_unlisted(names: Iterable[str], files: Mapping[str, FileEntry], file: Path) -> None:
    """Refuse names without a digest, which would be used unchecked."""
    for name in names:
        if name not in files:
            raise BundleError(
                f"Expected a digest in {file} for every file that it names; received {name!r} without one. "
                "Do not use this bundle."
            )


def _is_page_intact(file: Path, sha256: str | None, digest: str) -> bool:
    try:
        html = file.read_bytes() if file.is_file() else b""
    except OSError:
        return False
    return read_page_digest(html) == digest and digest_page_without_digest(html) == sha256


def _is_file_intact(file: Path, entry: FileEntry) -> bool:
    try:
        # A pipe or a device would never end.
        if not file.is_file() or file.stat().st_size != entry.bytes:
            return False
        with open_regular(file) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == entry.sha256
    except (OSError, ValueError):
        return False
