"""A trained model as a file of its own library, the same bytes for the same model."""

from __future__ import annotations

from typing import Any

from webparity.models.model_kind import kind_of


def model_bytes(model: Any) -> bytes:
    """Save a Keras network, or a fitted scikit-learn, XGBoost, CatBoost or LightGBM classifier; it is not changed.

    Returns:
        A `.keras`, `.skops`, `.json`, `.cbm` or `.txt` file, by `webparity.models.model_kind.kind_of`.
    """
    if kind_of(model) == "keras":
        from webparity.models.keras.file import keras_bytes

        return keras_bytes(model)
    from webparity.models.estimators.file import estimator_bytes

    return estimator_bytes(model)
