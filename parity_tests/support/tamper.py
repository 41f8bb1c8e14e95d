"""Faulty bundles: copies whose artifacts are altered and sealed again, so that only a comparison finds the fault."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from webparity.bundle.manifest import FileEntry, Manifest, to_json
from webparity.bundle.read import Bundle, open_bundle
from webparity.bundle.seal import seal_bundle
from webparity.bundle.write import SiteWriter
from webparity.export.target_selection import discover_targets
from webparity.program.file import read_program_file

Weights = dict[str, NDArray[Any]]


def copy_bundle(bundle: Path, folder: Path) -> Bundle:
    shutil.copytree(bundle, folder)
    return open_bundle(folder)


def sign_again(bundle: Bundle) -> Bundle:
    """Bring the manifest's digests up to date with what now lies on disk."""
    files = {}
    for name in bundle.manifest.files:
        data = (bundle.site / name).read_bytes()
        files[name] = FileEntry(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    artifacts = [replace(a, bytes=sum(files[name].bytes for name in a.files)) for a in bundle.manifest.artifacts]
    return rewrite_manifest(bundle, replace(bundle.manifest, files=files, artifacts=artifacts))


def rewrite_manifest(bundle: Bundle, manifest: Manifest) -> Bundle:
    """Put another manifest in place, and its digest wherever the bundle keeps it."""
    (bundle.site / "manifest.json").write_bytes(to_json(manifest))
    seal_bundle(bundle.site.parent)
    return open_bundle(bundle.site)


def edit_weights(bundle: Bundle, edit: Callable[[Weights], None]) -> Bundle:
    """Edit the float32 weights of the artifacts of onnx and tfjs in place, by their names in each file."""
    for artifact in bundle.manifest.artifacts:
        if artifact.target != "wasm":  # whose weights are packed and have no names: `edit_program`
            (_edit_onnx if artifact.target == "onnx" else _edit_tfjs)(bundle.site / artifact.entry, edit)
    return sign_again(bundle)


def edit_program(bundle: Bundle, edit: Callable[[NDArray[np.float32]], None]) -> Bundle:
    """Edit the largest float32 constant of the program in place; the digest of its golden answers stays."""
    (artifact,) = (each for each in bundle.manifest.artifacts if each.target == "wasm")
    file = bundle.site / artifact.entry
    data = bytearray(file.read_bytes())
    program = read_program_file(bytes(data))
    constants = [value for value in program.values if value.stored_dtype == np.float32]
    largest = max(constants, key=lambda value: math.prod(value.shape))
    start = program.size - program.constant_bytes + largest.offset
    # A view into the buffer: editing it edits the file's bytes.
    edit(np.frombuffer(data, np.float32, math.prod(largest.shape), start).reshape(largest.shape))
    file.write_bytes(data)
    return sign_again(bundle)


def _edit_onnx(file: Path, edit: Callable[[Weights], None]) -> None:
    model = onnx.load(file)
    stored = {tensor.name: tensor for tensor in model.graph.initializer if tensor.data_type == onnx.TensorProto.FLOAT}
    weights = {name: np.array(onnx.numpy_helper.to_array(tensor)) for name, tensor in stored.items()}
    edit(weights)
    for name, values in weights.items():
        stored[name].CopyFrom(onnx.numpy_helper.from_array(values, name))
    file.write_bytes(model.SerializeToString())


def _edit_tfjs(file: Path, edit: Callable[[Weights], None]) -> None:
    (group,) = json.loads(file.read_text())["weightsManifest"]
    shards = [file.parent / path for path in group["paths"]]
    buffer = bytearray(b"".join(shard.read_bytes() for shard in shards))
    weights: Weights = {}
    offset = 0
    for entry in group["weights"]:
        count = int(np.prod(entry["shape"], dtype=np.int64))
        values = np.frombuffer(buffer, np.dtype(entry["dtype"]).newbyteorder("<"), count, offset)
        if entry["dtype"] == "float32":
            # A view into the buffer: editing it edits the file's bytes.
            weights[entry["name"]] = values.reshape(entry["shape"])
        offset += values.nbytes
    assert offset == len(buffer)
    edit(weights)
    start = 0
    for shard in shards:
        size = shard.stat().st_size
        shard.write_bytes(buffer[start : start + size])
        start += size


def export_again(bundle: Bundle, baked: Any) -> Bundle:
    """Put artifacts of another baked model in place of the bundle's own; its golden set and source stay."""
    writer = SiteWriter(bundle.site)
    labels = bundle.manifest.labels
    artifacts = [discover_targets()[old.target].write(baked, labels, writer, None) for old in bundle.manifest.artifacts]
    stale = {file for artifact in bundle.manifest.artifacts for file in artifact.files}
    kept = {name: entry for name, entry in bundle.manifest.files.items() if name not in stale}
    return rewrite_manifest(bundle, replace(bundle.manifest, artifacts=artifacts, files={**kept, **writer.files}))
