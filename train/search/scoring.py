"""Predictions for a split from stored preprocessed values, since each fold is measured many times."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.model_kind import get_model_kind
from webparity.preprocessing.spec import Preprocessing
from webparity.train.datasets.dataset import Split

_CHUNK: Final = 256


def predict_from_store(model: Any, preprocessing: Preprocessing, split: Split) -> NDArray[np.float32]:
    """Run a model on stored preprocessed values, which are computed once for a split.

    Args:
        model: see `Trained.model`.
        preprocessing: what stands in front of it.
        split: what to measure on.

    Returns:
        float32 [N, C]; within rounding those of the baked model on the images.
    """
    if get_model_kind(model) != "keras":
        from webparity.train.fitting import estimator as estimator_fitting

        values = estimator_fitting.open_preprocessed(split, preprocessing).read_all()
        return EstimatorBaked(model, preprocessing).predict_features(values)["probabilities"]
    import tensorflow as tf

    from webparity.models.keras.baked import KerasBaked
    from webparity.train.fitting import keras_network as keras_model

    baked = KerasBaked(model, preprocessing)
    store, head = keras_model.open_preprocessed(baked, split), tf.function(baked.predict_features)
    chunks = (np.arange(start, min(start + _CHUNK, len(split))) for start in range(0, len(split), _CHUNK))
    return np.concatenate([head(tf.constant(store.read(chunk)))["probabilities"].numpy() for chunk in chunks])
