"""A numerical check that a network gives probabilities, where its calls do not prove it."""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from webparity.models import refusals
from webparity.models.probabilities import describe_deviation
from webparity.preprocessing.graph import normalize
from webparity.preprocessing.spec import Preprocessing
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

_IMAGES: Final = 12
_SEED: Final = 0
# Values that a function bounds to [0, 1] stay there for any input.
_SCALES: Final = (1.0, 1000.0, -1000.0)


def require_probabilities(network: Any, preprocessing: Preprocessing) -> None:
    """Run a network on noise, black, white and gray, and on values far outside the range of images.

    Args:
        network: a Keras network with `inputs` and `outputs`, of which the output is [N, C].
        preprocessing: applied before the network.

    Raises:
        UnsupportedModelError: it gives rows that are no probabilities, or one output that is always 1.
    """
    rows = _run(network, preprocessing)
    single = rows[0].shape[1] == 1
    # Rows that overflow are left out; several outputs are checked by their sum.
    given = np.concatenate([rows[0], *([r[np.isfinite(r).all(axis=1)] for r in rows[1:]] if single else [])])
    if single and np.all(given == 1.0):
        raise refusals.ONE_SOFTMAX("one that is 1 for every image")
    words = describe_deviation(np.concatenate([1.0 - given, given], axis=1) if single else given)
    if not words:
        return
    if single:
        raise refusals.ONE_NUMBER(f"one number from {given.min():.3g} to {given.max():.3g}")
    bounded = bool(given.min() >= 0 and given.max() <= 1)
    raise (refusals.SEVERAL_LABELS if bounded else refusals.SCORES)(f"one with {words}")


def probe_rows(network: Any, preprocessing: Preprocessing) -> NDArray[np.float64]:
    """Run a network on the same images and values, and return the finite rows of its output, [N, C]."""
    return np.concatenate([rows[np.isfinite(rows).all(axis=1)] for rows in _run(network, preprocessing)])


def _run(network: Any, preprocessing: Preprocessing) -> list[NDArray[np.float64]]:
    values = normalize(TensorFlowOps(), tf.constant(_make_pixels(preprocessing)), preprocessing)
    with warnings.catch_warnings():
        # Keras warns about a softmax of one value, which is refused.
        warnings.simplefilter("ignore")
        return [np.asarray(network(values * scale, training=False), np.float64) for scale in _SCALES]


def _make_pixels(preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Make grey levels float32 [N, height, width, depth], the same at every call."""
    random = np.random.default_rng(_SEED)
    shape = (preprocessing.height, preprocessing.width, preprocessing.depth)
    pixels = random.uniform(0, 255, (_IMAGES, *shape))
    pixels[:3] = np.array([0.0, 128.0, 255.0]).reshape(3, 1, 1, 1)
    return pixels.astype(np.float32)
