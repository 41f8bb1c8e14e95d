"""Model files of users as input of an export."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from webparity.bundle.names import make_readable_name
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import GoldenImages
from webparity.export.inputs.model import GivenLabels, GivenPreprocessing, Layout, make_exportable
from webparity.export.inputs.model_file import read_user_model
from webparity.models.model_kind import get_model_kind
from webparity.models.model_wrappers import extract_labels, extract_model
from webparity.models.saved_model_folder import is_saved_model, read_saved_model_files
from webparity.outputs.request import OutputRequest
from webparity.storage.regular_file import read_regular

_ANY: Final = OutputRequest()


def load_user_model(
    file: Path,
    *,
    preprocessing: GivenPreprocessing,
    labels: GivenLabels,
    golden: GoldenImages | None,
    trust: bool = False,
    missing: float | None = None,
    layout: Layout | None = None,
    request: OutputRequest = _ANY,
) -> Exportable:
    """Read a model file, with its preprocessing, labels and golden images.

    Args:
        file: the model, of Keras, scikit-learn, XGBoost, CatBoost, LightGBM or ONNX.
        preprocessing: as `read_given_preprocessing` takes it; by default the pipeline's own `ImagePreprocessing`, or a
            network's own size, gray or RGB by its channels, and no scaling.
        labels: by index, or a text file, one label per line; by default a classifier's own, or the outputs' numbers. A
            classifier's own names in another order are refused when the bundle is written.
        golden: a folder of images, or images uint8 [H, W, 3]; by default generated patterns.
        trust: read files that may run code.
        missing: the value that XGBoost's trees take for a missing one, or NaN for none; by default as the model says.
        layout: the order of axes of an ONNX file's input, if its shape does not tell.
        request: what is known of the model's numbers; the loss in a network's file is added.

    Raises:
        UsageError: a file is missing or malformed, or runs code when read and is not trusted.
        UnsupportedModelError: the model cannot be read, or does not fit its preprocessing.
        RuntimeUnavailable: the library it is of is not installed.
    """
    content = read_user_model(file, trust=trust)
    model = extract_model(content, file.name)
    saved = is_saved_model(file)
    if get_model_kind(model) == "keras" and not saved:
        from webparity.models.keras.output.loss import read_loss

        request = replace(request, loss=read_loss(file))
    return make_exportable(
        model,
        name=make_readable_name(file.stem),
        where=str(file),
        preprocessing=preprocessing,
        labels=labels,
        golden=golden,
        missing=missing,
        layout=layout,
        source=read_saved_model_files(file) if saved else read_regular(file) if file.suffix == ".keras" else None,
        request=request,
        found_labels=extract_labels(content),
    )
