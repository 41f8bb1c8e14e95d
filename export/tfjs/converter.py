"""Converter of TensorFlow.js, imported without the packages that a conversion never uses."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from types import MappingProxyType, ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import ExportError

# Imported by the conversion module, but used only for models that webparity does not convert.
_UNUSED: Final = ("tensorflow_decision_forests", "tensorflow_hub")
_PACKAGES: Final = ("tensorflowjs", "tensorflowjs.converters")
_MODULE: Final = "tensorflowjs.converters.tf_saved_model_conversion_v2"


@contextmanager
def _stub_unused_packages() -> Iterator[None]:
    added = [name for name in _UNUSED if name not in sys.modules]
    sys.modules.update({name: ModuleType(name) for name in added})
    try:
        yield
    finally:
        for name in added:
            sys.modules.pop(name, None)


def import_converter() -> Any:
    """Import the module of TensorFlow.js that converts SavedModels.

    Raises:
        ExportError: it is not installed.
    """
    if _MODULE in sys.modules:
        return sys.modules[_MODULE]
    if find_spec("tensorflowjs") is None:
        raise ExportError(
            "The target tfjs-graph needs the package tensorflowjs; received an environment without it. "
            "Install it without its dependencies: pip install --no-deps tensorflowjs==4.22.0"
        )
    for name in ("keras", "tensorflow"):
        # Before the stubs are in place, since these libraries would import them.
        importlib.import_module(name)
    for name in _PACKAGES:
        spec = find_spec(name)
        if name not in sys.modules and spec is not None:
            # The package without running its __init__, which imports jax, flax and others.
            sys.modules[name] = module_from_spec(spec)
    with _stub_unused_packages():
        return importlib.import_module(_MODULE)


def convert_function(
    function: Any, kernels: Mapping[str, NDArray[np.float32]] = MappingProxyType({}), *, in_order: bool = False
) -> tuple[dict[str, Any], list[tuple[str, NDArray[Any]]], list[str]]:
    """Freeze a function and convert it to a TF.js graph, without a SavedModel in between.

    The converter's own optimizer uses TensorFlow's remapper, whose fusions depend on the processor and include nodes
    that TF.js does not have; `freeze_graph` and `fuse_operators` replace it.

    Args:
        function: a TensorFlow concrete function whose outputs are a dict of tensors.
        kernels: of `large_kernels.trace_with_kernel_inputs`.
        in_order: see `freeze_graph`.

    Returns:
        The graph as JSON-ready topology, its weights by node name in the order of their bytes, and the names of the
        output nodes in the order of the dict's sorted keys.

    Raises:
        ExportError: the converter is missing or refuses an operator.
    """
    from google.protobuf.json_format import MessageToDict

    from webparity.export.tensorflow.freeze import freeze_graph
    from webparity.export.tensorflow.large_kernels import restore_kernels
    from webparity.export.tfjs.mean_splitting import split_means
    from webparity.export.tfjs.operator_fusion import fuse_operators

    converter = import_converter()
    graph = freeze_graph(function, in_order=in_order)
    restore_kernels(graph.definition, kernels)
    split_means(graph.definition)
    fuse_operators(graph.definition, graph.outputs)
    unknown = converter.validate(graph.definition, skip_op_check=False, strip_debug_ops=False)
    if unknown:
        raise ExportError(
            f"Expected operators that TF.js has; received {', '.join(sorted(unknown))}. "
            "Replace those layers or export only onnx."
        )
    (weights,) = converter.extract_weights(graph.definition)
    values = [(weight["name"], np.asarray(weight["data"])) for weight in weights]
    return MessageToDict(graph.definition), values, graph.outputs
