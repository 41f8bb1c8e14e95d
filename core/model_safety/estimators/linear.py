"""Checks of linear classifiers, discriminant analysis, naive Bayes and multilayer perceptrons."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.model_safety.estimators.fields import Fields

_ACTIVATIONS: Final = ("identity", "logistic", "relu", "tanh", "softmax")


def check_linear(fields: Fields) -> None:
    """Check coefficients [K, D] and intercepts [K], or one for all."""
    columns, features = fields.columns, fields.features
    # RidgeClassifier has one row less for two classes.
    flat = columns == 1 and np.ndim(fields.get("coef_")) == 1
    fields.read_finite("coef_", (features,) if flat else (columns, features))
    if np.ndim(fields.get("intercept_")) == 0:
        fields.read_number("intercept_")
    else:
        fields.read_finite("intercept_", (columns,))


def check_discriminant(fields: Fields) -> None:
    """Check a linear discriminant analysis, which may also be used as a transformer."""
    check_linear(fields)
    if fields.has("scalings_"):
        fields.read_finite("scalings_", (fields.features, None))
    if fields.has("xbar_"):
        fields.read_finite("xbar_", (fields.features,))


def check_quadratic(fields: Fields) -> None:
    """Check the means, and the rotation and scalings of each class."""
    classes, features = fields.classes, fields.features
    fields.read_finite("means_", (classes, features))
    fields.read_finite("priors_", (classes,), least=0)
    scales = fields.read_members("scalings_", classes)
    for rotation, scale in zip(fields.read_members("rotations_", classes), scales, strict=True):
        rank = len(fields.require_finite(scale, "scalings_", (None,), least=0))
        fields.require_finite(rotation, "rotations_", (features, rank))


def check_gaussian_bayes(fields: Fields) -> None:
    """Check the means and variances of each class."""
    classes, features = fields.classes, fields.features
    fields.read_finite("theta_", (classes, features))
    fields.read_finite("var_", (classes, features), least=0)
    fields.read_finite("class_prior_", (classes,), least=0)


def check_counting_bayes(fields: Fields) -> None:
    """Check log-probabilities, which are minus infinity for a probability of 0."""
    classes, features = fields.classes, fields.features
    for name, shape in (("feature_log_prob_", (classes, features)), ("class_log_prior_", (classes,))):
        array = fields.read_array(name, shape)
        fields.require(not np.isnan(array).any() and (array < np.inf).all(), f"{name} below infinity", "others")


def check_network(fields: Fields) -> None:
    """Check that the layers' weights fit each other, from the features to the scores."""
    fields.read_choice("activation", _ACTIVATIONS)
    fields.read_choice("out_activation_", _ACTIVATIONS)
    weights, width = fields.read_members("coefs_"), fields.features
    biases = fields.read_members("intercepts_", len(weights))
    fields.read_integer("n_layers_", len(weights) + 1, len(weights) + 1)
    for matrix, bias in zip(weights, biases, strict=True):
        width = fields.require_finite(matrix, "coefs_", (width, None)).shape[1]
        fields.require_finite(bias, "intercepts_", (width,))
    fields.require(width == fields.columns, f"{fields.columns} outputs", width)
