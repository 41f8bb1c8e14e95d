"""The TF.js converter, entered without the packages that its `__init__` files import but a conversion never uses."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from webparity.errors import ExportError

# Imported by name at the top of the conversion module, called only for kinds of models that are not ours.
_UNUSED: Final = ("tensorflow_decision_forests", "tensorflow_hub")
_PACKAGES: Final = ("tensorflowjs", "tensorflowjs.converters")
_MODULE: Final = "tensorflowjs.converters.tf_saved_model_conversion_v2"


@contextmanager
def _stand_ins() -> Iterator[None]:
    added = [name for name in _UNUSED if name not in sys.modules]
    sys.modules.update({name: ModuleType(name) for name in added})
    try:
        yield
    finally:
        for name in added:
            sys.modules.pop(name, None)


def _conversion() -> Any:
    if _MODULE in sys.modules:
        return sys.modules[_MODULE]
    import keras  # noqa: F401, PLC0415 - both must be imported before the stand-ins are in place
    import tensorflow as tf  # noqa: F401, PLC0415 - as above

    if find_spec("tensorflowjs") is None:
        raise ExportError(
            "The target tfjs-graph needs the package tensorflowjs; received an environment without it. "
            "Install it without its dependencies: pip install --no-deps tensorflowjs==4.22.0"
        )
    for name in _PACKAGES:
        spec = find_spec(name)
        if name not in sys.modules and spec is not None:
            # The package object without running its __init__, which imports jax, flax and others.
            sys.modules[name] = module_from_spec(spec)
    with _stand_ins():
        return importlib.import_module(_MODULE)


def convert_saved_model(saved: Path, out: Path) -> None:
    """Convert a TensorFlow SavedModel to a TF.js graph model.

    Args:
        saved: folder of the SavedModel, with the signature `serving_default`.
        out: folder for model.json and its weights.

    Raises:
        ExportError: the converter is missing or refuses an operator.
    """
    conversion = _conversion()
    try:
        with redirect_stdout(io.StringIO()):
            conversion.convert_tf_saved_model(
                str(saved), str(out), signature_def="serving_default", skip_op_check=False
            )
    except ValueError as error:
        raise ExportError(
            f"Expected operators that TF.js has; received: {error}. Replace those layers or export only onnx."
        ) from error
