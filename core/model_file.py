"""A trained model as a file of its own library, the same bytes for the same model."""

from __future__ import annotations

from typing import Any

from webparity.model_kind import kind_of


def model_bytes(model: Any) -> bytes:
    """Save a Keras network, or a fitted scikit-learn, XGBoost, CatBoost or LightGBM classifier; it is not changed.

    Returns:
        A `.keras`, `.skops`, `.json`, `.cbm` or `.txt` file, by `webparity.model_kind.kind_of`.
    """
    if kind_of(model) == "keras":
        from webparity.keras_file import keras_bytes  # noqa: PLC0415 - a run of an estimator needs no Keras

        return keras_bytes(model)
    from webparity.estimator_file import estimator_bytes  # noqa: PLC0415 - as a run of Keras needs no scikit-learn

    return estimator_bytes(model)
