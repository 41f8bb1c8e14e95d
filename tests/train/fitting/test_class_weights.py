from __future__ import annotations

import numpy as np
from sklearn.utils.class_weight import compute_class_weight

from webparity.train.fitting.class_weights import balance_class_weights


def test_the_rule_is_scikit_learn_s() -> None:
    labels = np.random.default_rng(0).choice(3, 200, p=[0.7, 0.2, 0.1])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=labels)
    assert np.allclose(balance_class_weights(labels, 3), expected)
    assert np.isclose(balance_class_weights(labels, 3)[labels].mean(), 1)
