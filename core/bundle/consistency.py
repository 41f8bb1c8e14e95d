"""Consistency checks of a manifest: its parts fit each other, and its tolerances fit the table."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple
from math import isfinite
from pathlib import PurePosixPath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import MANIFEST_NAME, Artifact, GoldenImage, Manifest
from webparity.bundle.names import MAX_CHARACTERS, find_text_fault
from webparity.decode.contracts import LUMA_CONTRACT
from webparity.errors import BundleError
from webparity.outputs.registry import get_output_kind
from webparity.taps import Tap
from webparity.verification.tolerance import TOLERANCES, DeviceClass, Tolerance, widen_tolerances
from webparity.wasm.bindings import MAX_PIXELS, MAX_SIDE

_FIX: Final = "Export the bundle again, or do not use it."


def require_consistent(manifest: Manifest) -> None:
    """Refuse a manifest whose parts contradict each other.

    Raises:
        BundleError: names the part.
    """
    _require_texts("the name", [manifest.name])
    _require_contract(manifest)
    _require_texts("a label", manifest.labels)
    _require_different("labels", manifest.labels)
    _require_paths(manifest)
    fault = get_output_kind(manifest.output).find_contradiction(manifest.output, len(manifest.labels))
    _require(fault is None, f"an output of kind {manifest.output.kind} that fits the labels", str(fault))
    _require_texts("a unit", [unit for unit in manifest.output.units if unit])
    _require_different("artifact ids", [artifact.id for artifact in manifest.artifacts])
    for artifact in manifest.artifacts:
        _require_artifact(artifact, manifest)
    _require_tolerances("the tolerances", manifest.tolerances, dict(TOLERANCES))
    for image in manifest.golden:
        _require_golden_image(image, manifest)
    _require_texts("a name of a metric or a producer", [*manifest.metrics, *manifest.producer])
    for name, value in manifest.metrics.items():
        _require(isfinite(value), f"a finite metric {name!r}", f"{value}")


def _require_contract(manifest: Manifest) -> None:
    expected = manifest.preprocessing.contract
    luma = LUMA_CONTRACT in {expected, manifest.contract}
    fits = not luma or manifest.contract == expected
    _require(fits, f"the decode contract {expected} of the preprocessing", manifest.contract)


def require_safe_path(name: str) -> None:
    """Refuse a path that could lead out of the bundle or means another file on another system.

    Raises:
        BundleError: names it.
    """
    path = PurePosixPath(name)
    safe = not path.is_absolute() and ".." not in path.parts and not set(name) & set("\\:\0")
    _require(safe and path.as_posix() == name and name != ".", "paths inside the bundle", f"{name!r}")


def _require_paths(manifest: Manifest) -> None:
    page = manifest.page
    for name in [*manifest.files, *([page.entry] if page else [])]:
        require_safe_path(name)
    own = {MANIFEST_NAME, *([page.entry] if page else [])}
    listed = sorted(own & set(manifest.files))
    _require(not listed, f"{' and '.join(sorted(own))} outside of `files`", f"{listed}")
    if page is not None:
        _require(page.sha256 is not None, "the digest of the page", "none")


def _require_artifact(artifact: Artifact, manifest: Manifest) -> None:
    what = f"the artifact {artifact.id!r}"
    _require_texts("an artifact's id, target or precision", [artifact.id, artifact.target, artifact.precision])
    _require_texts(f"an input or output of {what}", [artifact.input, *artifact.outputs.values()])
    _require_different(f"files of {what}", artifact.files)
    _require(artifact.entry in artifact.files, f"the entry of {what} among its files", f"{artifact.entry!r}")
    size = sum(manifest.files[name].bytes for name in artifact.files)
    _require(artifact.bytes == size, f"{what} of {size} bytes, as its files have", f"{artifact.bytes}")
    answer = get_output_kind(manifest.output).answer
    _require(answer in artifact.outputs, f"an output `{answer}` of {what}", f"{list(artifact.outputs)}")
    outputs = list(artifact.outputs.values())
    _require_different(f"outputs of {what}", outputs)
    reduced = artifact.precision != "float32"
    moved = artifact.deviation
    _require(
        reduced == (moved is not None) == (artifact.tolerances is not None),
        f"a deviation and tolerances of {what} exactly if its precision is reduced",
        f"precision {artifact.precision}, {'a' if moved else 'no'} deviation, "
        f"{'own' if artifact.tolerances else 'no own'} tolerances",
    )
    if moved is not None and artifact.tolerances is not None:
        plausible = 0 <= moved.flips <= moved.images and moved.images > 0
        plausible = plausible and isfinite(moved.scores) and moved.scores >= 0 and 0 <= moved.probabilities <= 1
        _require(plausible, f"a measured deviation of {what}", f"{moved}")
        _require_tolerances(
            f"the tolerances of {what}", artifact.tolerances, widen_tolerances(moved.scores, moved.probabilities)
        )


def _require_tolerances(
    what: str, given: Mapping[DeviceClass, Tolerance], table: Mapping[DeviceClass, Tolerance]
) -> None:
    _require(set(given) == set(table), f"{what} for {' and '.join(table)}", f"{sorted(given)}")
    for device, limit in table.items():
        values = astuple(given[device])
        fits = all(isfinite(v) and 0 <= v <= most for v, most in zip(values, astuple(limit), strict=True))
        _require(fits, f"{what} no looser than {limit}", f"{given[device]}")


def _require_golden_image(image: GoldenImage, manifest: Manifest) -> None:
    what = f"the golden image {image.file!r}"
    _require_texts("a golden image's title", [image.title])
    sized = 1 <= image.width <= MAX_SIDE and 1 <= image.height <= MAX_SIDE and image.width * image.height <= MAX_PIXELS
    _require(sized, f"a size of {what} that the decode contract takes", f"{image.width} x {image.height}")
    kind, output = get_output_kind(manifest.output), manifest.output
    count = kind.count_numbers(output, len(manifest.labels))
    given: dict[Tap, str | None] = {
        "scores": image.scores,
        "probabilities": image.probabilities,
        "values": image.values,
    }
    known = sorted(tap for tap, text in given.items() if text is not None)
    _require(known == sorted(kind.numbers), f"{' and '.join(kind.numbers)} of {what}", f"{known}")
    rows = {tap: _decode_floats(given[tap] or "", count, f"{tap} of {what}") for tap in kind.numbers}
    for tap, row in rows.items():
        _require(bool(np.isfinite(row).all()), f"finite {tap} of {what}", "NaN or infinity")
    fault = kind.find_fault(rows[kind.answer])
    _require(fault is None, f"{kind.answer} of {what} that are {kind.title}", str(fault))
    (decided,) = kind.decide(rows[kind.answer][np.newaxis], output)
    labels = (image.label, None if image.present is None else tuple(image.present))
    expected = (
        decided[0] if kind.label_stage == "top1" else None,
        decided if kind.label_stage == "labels" else None,
    )
    _require(labels == expected, f"the label of {what} to follow from its {kind.answer}, {expected}", f"{labels}")


def _decode_floats(text: str, count: int, what: str) -> NDArray[np.float32]:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    canonical = base64.b64encode(data).decode("ascii") == text
    _require(canonical and len(data) == 4 * count, f"{count} float32 {what}, one per label", f"{text[:40]!r}")
    return np.frombuffer(data, dtype="<f4").astype(np.float32)


def _require_texts(what: str, values: Iterable[object]) -> None:
    for value in values:
        fault = find_text_fault(value)
        _require(fault is None, f"{what} of 1 to {MAX_CHARACTERS} characters", str(fault))


def _require_different(what: str, values: Collection[str]) -> None:
    seen: set[str] = set()
    for value in values:
        _require(value not in seen, f"different {what}", f"{value!r} twice")
        seen.add(value)
    _require(bool(seen), f"at least one of the {what}", "none")


def _require(holds: bool, rule: str, received: str) -> None:
    if not holds:
        raise BundleError(f"Expected {rule} in the manifest; received {received}. {_FIX}")
