"""Linear classifiers, discriminant analyses, naive Bayes, and networks of dense layers."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.model_safety.estimators.fields import Fields

_ACTIVATIONS: Final = ("identity", "logistic", "relu", "tanh", "softmax")


def check_linear(fields: Fields) -> None:
    """Coefficients [K, D] and intercepts [K], or one for all."""
    columns, features = fields.columns, fields.features
    # RidgeClassifier has one row less for two classes.
    flat = columns == 1 and np.ndim(fields.get("coef_")) == 1
    fields.finite("coef_", (features,) if flat else (columns, features))
    if np.ndim(fields.get("intercept_")) == 0:
        fields.number("intercept_")
    else:
        fields.finite("intercept_", (columns,))


def check_discriminant(fields: Fields) -> None:
    """The linear one, which may also be a step that mixes columns."""
    check_linear(fields)
    if fields.has("scalings_"):
        fields.finite("scalings_", (fields.features, None))
    if fields.has("xbar_"):
        fields.finite("xbar_", (fields.features,))


def check_quadratic(fields: Fields) -> None:
    """Means, and for each class a rotation and its scales."""
    classes, features = fields.classes, fields.features
    fields.finite("means_", (classes, features))
    fields.finite("priors_", (classes,), least=0)
    scales = fields.members("scalings_", classes)
    for rotation, scale in zip(fields.members("rotations_", classes), scales, strict=True):
        rank = len(fields.finite_value(scale, "scalings_", (None,), least=0))
        fields.finite_value(rotation, "rotations_", (features, rank))


def check_gaussian_bayes(fields: Fields) -> None:
    """Means and variances of each class."""
    classes, features = fields.classes, fields.features
    fields.finite("theta_", (classes, features))
    fields.finite("var_", (classes, features), least=0)
    fields.finite("class_prior_", (classes,), least=0)


def check_counting_bayes(fields: Fields) -> None:
    """Logarithms of each class's shares; of none it is minus infinity."""
    classes, features = fields.classes, fields.features
    for name, shape in (("feature_log_prob_", (classes, features)), ("class_log_prior_", (classes,))):
        array = fields.array(name, shape)
        fields.require(not np.isnan(array).any() and (array < np.inf).all(), f"{name} below infinity", "others")


def check_network(fields: Fields) -> None:
    """Weights of layers that follow each other, from the features to the scores."""
    fields.chosen("activation", _ACTIVATIONS)
    fields.chosen("out_activation_", _ACTIVATIONS)
    weights, width = fields.members("coefs_"), fields.features
    biases = fields.members("intercepts_", len(weights))
    fields.integer("n_layers_", len(weights) + 1, len(weights) + 1)
    for matrix, bias in zip(weights, biases, strict=True):
        width = fields.finite_value(matrix, "coefs_", (width, None)).shape[1]
        fields.finite_value(bias, "intercepts_", (width,))
    fields.require(width == fields.columns, f"{fields.columns} outputs", width)
