"""Deterministic serialization of a trained model in its own library's format."""

from __future__ import annotations

from typing import Any

from webparity.models.model_kind import get_model_kind


def serialize_model(model: Any) -> bytes:
    """Serialize a Keras network, a fitted classifier, or an ONNX model as it was read; it is not changed.

    Returns:
        A `.keras`, `.skops`, `.json`, `.cbm`, `.txt` or `.onnx` file, by `webparity.models.model_kind.get_model_kind`.
    """
    if get_model_kind(model) == "keras":
        from webparity.models.keras.file import serialize_network

        return serialize_network(model)
    if get_model_kind(model) == "onnx":
        from webparity.models.onnx.network import OnnxNetwork

        data: bytes = model.data if isinstance(model, OnnxNetwork) else model.SerializeToString(deterministic=True)
        return data
    from webparity.models.estimators.file import serialize_estimator

    return serialize_estimator(model)
