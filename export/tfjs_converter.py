"""The TF.js converter, entered without the packages that its `__init__` files import but a conversion never uses."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

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


def optimised_graph(function: Any) -> tuple[dict[str, Any], list[tuple[str, NDArray[Any]]], list[str]]:
    """Freeze a function and run the converter's optimiser over it, without a SavedModel in between.

    The converter's own entry hides the cause when freezing fails, by trying again in an older way.

    Args:
        function: a TensorFlow concrete function whose outputs are a dict of tensors.

    Returns:
        The graph as JSON-ready topology, its weights by node name in the order of their bytes, and the names of the
        output nodes in the order of the dict's sorted keys.

    Raises:
        ExportError: the converter is missing or refuses an operator.
    """
    from google.protobuf.json_format import MessageToDict  # noqa: PLC0415 - comes with TensorFlow
    from tensorflow.core.protobuf.meta_graph_pb2 import SignatureDef  # noqa: PLC0415 - as above
    from tensorflow.python.framework.convert_to_constants import (  # noqa: PLC0415 - as above
        convert_variables_to_constants_v2,
    )

    conversion = _conversion()
    frozen = convert_variables_to_constants_v2(function, aggressive_inlining=True)
    signature = SignatureDef()
    for tensors, entries in ((frozen.inputs, signature.inputs), (frozen.outputs, signature.outputs)):
        for tensor in tensors:
            entries[tensor.name].name = tensor.name
            entries[tensor.name].dtype = tensor.dtype.as_datatype_enum
            entries[tensor.name].tensor_shape.CopyFrom(tensor.shape.as_proto())
    try:
        graph = conversion.optimize_graph(frozen.graph, signature)
    except ValueError as error:
        raise ExportError(
            f"Expected operators that TF.js has; received: {error}. Replace those layers or export only onnx."
        ) from error
    (weights,) = conversion.extract_weights(graph)
    values = [(weight["name"], np.asarray(weight["data"])) for weight in weights]
    return MessageToDict(graph), values, [tensor.op.name for tensor in frozen.outputs]
