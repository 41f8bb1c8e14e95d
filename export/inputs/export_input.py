"""Any input of an export: a model in memory, a model file, a run in memory, or a run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from webparity.errors import UsageError
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import GoldenImages
from webparity.export.inputs.load import load_user_model
from webparity.export.inputs.model import GivenLabels, GivenPreprocessing, Layout, make_exportable
from webparity.export.inputs.run import TrainedRun, make_exportable_run, read_run_folder
from webparity.models.model_wrappers import extract_labels, extract_model
from webparity.models.saved_model_folder import is_saved_model
from webparity.outputs.request import OutputRequest

_ANY: Final = OutputRequest()


def is_run(model: Any) -> bool:
    """Whether a model is a training run, in memory or as a folder."""
    return model.is_dir() and not is_saved_model(model) if isinstance(model, Path) else isinstance(model, TrainedRun)


def read_input(
    model: Any,
    *,
    preprocessing: GivenPreprocessing = None,
    labels: GivenLabels = None,
    golden: GoldenImages | None = None,
    trust: bool = False,
    missing: float | None = None,
    layout: Layout | None = None,
    request: OutputRequest = _ANY,
) -> tuple[Exportable, TrainedRun | None]:
    """Read what is to be exported.

    Args:
        model: a fitted model, the path of a model file or of a run folder, or a run.
        preprocessing: only for models; see `make_exportable`.
        labels: only for models.
        golden: a folder of images, or images uint8 [H, W, 3].
        trust: read model files that may run code.
        missing: only for models; see `make_exportable`.
        layout: only for ONNX files; see `make_exportable`.
        request: only for models: what is known of their numbers.

    Returns:
        The model with all that an export needs, and the run, if it is one.

    Raises:
        UsageError: a file is missing or malformed, or the arguments do not go together.
        UnsupportedModelError: the model is not supported, or does not fit its preprocessing.
        RuntimeUnavailable: the library it is of is not installed.
    """
    if is_run(model):
        given = {
            "preprocessing": preprocessing,
            "labels": labels,
            "missing": missing,
            "layout": layout,
            "outputs": request.asked,
            "thresholds": request.thresholds,
            "units": request.units,
        }
        refused = [name for name, value in given.items() if value is not None]
        if refused:
            raise UsageError(
                f"Expected {refused[0]} only with a model of your own; received it with a run, which brings its own. "
                "Leave it out."
            )
        run = read_run_folder(model) if isinstance(model, Path) else model
        return make_exportable_run(run, golden), run
    if isinstance(model, Path):
        exportable = load_user_model(
            model,
            preprocessing=preprocessing,
            labels=labels,
            golden=golden,
            trust=trust,
            missing=missing,
            layout=layout,
            request=request,
        )
        return exportable, None
    plain = extract_model(model, "the argument")
    name = getattr(plain, "name", None)
    exportable = make_exportable(
        plain,
        name=name if isinstance(name, str) else type(plain).__name__,
        where=f"a {type(plain).__name__}",
        preprocessing=preprocessing,
        labels=labels,
        golden=golden,
        missing=missing,
        layout=layout,
        request=request,
        found_labels=extract_labels(model),
    )
    return exportable, None
