"""Folder `source/` of a bundle: the trained model's own file, and how it was trained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from webparity.bundle.manifest import FORMAT
from webparity.bundle.read import SOURCE_NAME, Source
from webparity.bundle.write import SiteWriter
from webparity.export.exportable import Exportable
from webparity.export.quantization.choose_weights import TABLE_NAME, QuantizationRecord
from webparity.model_safety.keras.archive import explain_unreadable
from webparity.models.model_kind import SUFFIXES
from webparity.models.onnx.network import Activation
from webparity.models.saved_model_folder import GRAPH_NAME
from webparity.storage.json_document import encode_sorted_json_document

if TYPE_CHECKING:
    from webparity.models.keras.baked import KerasBaked
    from webparity.models.onnx.baked import OnnxBaked


def write_source(model: Exportable, folder: Path, choice: QuantizationRecord | None) -> None:
    """Write the model file, the table of tried precisions, and `source.json`.

    Args:
        model: what is exported.
        folder: `source/` of the staged bundle.
        choice: how a reduced precision was found, or None for float32.
    """
    writer = SiteWriter(folder)
    kind = model.baked.kind
    # In a folder with its other files, whose names are the user's.
    place = "model/model" if model.source_files else "model"
    if model.source_name:
        path = writer.put(f"model/{model.source_name}", model.source)
    else:
        path = writer.put_hashed(place, SUFFIXES[kind], model.source)
    for name, data in model.source_files.items():
        writer.put(f"model/{name}", data)
    if choice is not None:
        writer.put(TABLE_NAME, encode_sorted_json_document(choice))
    network = cast("OnnxBaked", model.baked).network if kind == "onnx" else None
    source = Source(
        format=FORMAT,
        kind=kind,
        model=path,
        files=writer.list_files(),
        recipe=model.name,
        seed=model.seed,
        data=model.data,
        layout=network.layout if network else None,
        activation=network.activation if network else _find_put_on(model),
        unreadable=model.unreadable or (_explain_unreadable(model) if kind == "keras" else ""),
    )
    (folder / SOURCE_NAME).write_bytes(encode_sorted_json_document(source))


def _find_put_on(model: Exportable) -> Activation | None:
    """Find what was put on a SavedModel, which is kept as it came; all others are kept with it."""
    return cast("KerasBaked", model.baked).activation if model.source_name == GRAPH_NAME else None


def _explain_unreadable(model: Exportable) -> str:
    """Explain why a network's file cannot be its reference: it cannot be read, or is read as another network."""
    from webparity.models.keras.activations import find_misnamed_activation

    misnamed = find_misnamed_activation(cast("KerasBaked", model.baked).network)
    if misnamed:
        return f"Keras saves an activation of one's own under the name of Keras's: {misnamed}"
    return explain_unreadable(model.source)
