"""The table of checks by scikit-learn class, and their application to all parts of a classifier."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from webparity.errors import UnsupportedModelError
from webparity.model_safety.estimators import linear, meta, neighbours, svm, transformers, trees
from webparity.model_safety.estimators.fields import Fields
from webparity.model_safety.estimators.transformers import Check
from webparity.models.estimators.parts import iterate_parts

# Of classifiers with a list of classes for each output.
_CHECKS_OF_SEVERAL: Final[dict[str, Check]] = {
    "KNeighborsClassifier": neighbours.check_several,
    "BaseDecisionTree": trees.check_tree,
    "RandomForestClassifier": trees.check_members_features,
    "ExtraTreesClassifier": trees.check_members_features,
    "MultiOutputClassifier": meta.check_several,
}
# By the name of a class or of one that it descends from, in scikit-learn.
_CHECKS: Final[dict[str, Check]] = {
    "LogisticRegression": linear.check_linear,
    "LinearSVC": linear.check_linear,
    "RidgeClassifier": linear.check_linear,
    "RidgeClassifierCV": linear.check_linear,
    "SGDClassifier": linear.check_linear,
    "Perceptron": linear.check_linear,
    "PassiveAggressiveClassifier": linear.check_linear,
    "LinearDiscriminantAnalysis": linear.check_discriminant,
    "QuadraticDiscriminantAnalysis": linear.check_quadratic,
    "GaussianNB": linear.check_gaussian_bayes,
    "MultinomialNB": linear.check_counting_bayes,
    "BernoulliNB": linear.check_counting_bayes,
    "ComplementNB": linear.check_counting_bayes,
    "MLPClassifier": linear.check_network,
    "SVC": svm.check_svm,
    "NuSVC": svm.check_svm,
    "KNeighborsClassifier": neighbours.check_neighbours,
    "NearestCentroid": neighbours.check_centroids,
    "SVR": svm.check_regression,
    "NuSVR": svm.check_regression,
    "KNeighborsRegressor": neighbours.check_regression,
    "BaseDecisionTree": trees.check_tree,
    "RandomForestRegressor": trees.check_members_features,
    "ExtraTreesRegressor": trees.check_members_features,
    "GradientBoostingRegressor": trees.check_gradient_boosting,
    "HistGradientBoostingRegressor": trees.check_histogram_boosting,
    "RandomForestClassifier": trees.check_forest,
    "ExtraTreesClassifier": trees.check_forest,
    "GradientBoostingClassifier": trees.check_gradient_boosting,
    "HistGradientBoostingClassifier": trees.check_histogram_boosting,
    "AdaBoostClassifier": trees.check_ada_boost,
    "CalibratedClassifierCV": meta.check_calibrated,
    "_SigmoidCalibration": meta.check_sigmoid,
    "_TemperatureScaling": meta.check_temperature,
    "IsotonicRegression": meta.check_isotonic,
    "VotingClassifier": meta.check_voting,
    "StackingClassifier": meta.check_stacking,
    "OneVsRestClassifier": meta.check_one_against_rest,
    "OneVsOneClassifier": meta.check_one_against_one,
    "BaggingClassifier": meta.check_bagging,
    "StandardScaler": transformers.check_columns("mean_", "scale_", "var_"),
    "MinMaxScaler": transformers.check_columns("scale_", "min_"),
    "MaxAbsScaler": transformers.check_columns("scale_"),
    "RobustScaler": transformers.check_columns("center_", "scale_"),
    "PowerTransformer": transformers.check_columns("lambdas_"),
    "SelectKBest": transformers.check_scores,
    "SelectPercentile": transformers.check_scores,
    "VarianceThreshold": transformers.check_scores,
    "RFE": transformers.check_support,
    "PCA": transformers.check_components,
    "TruncatedSVD": transformers.check_components,
    "NMF": transformers.check_components,
    "QuantileTransformer": transformers.check_quantiles,
    "KBinsDiscretizer": transformers.check_bins,
    "SimpleImputer": transformers.check_imputer,
    "Nystroem": transformers.check_nystroem,
    "RBFSampler": transformers.check_fourier_features,
    "PolynomialFeatures": transformers.check_polynomial,
    "ColumnTransformer": transformers.check_column_steps,
}


def refuse_unsound(estimator: Any) -> None:
    """Check the arrays of an estimator and of all its parts before any of them is used.

    Args:
        estimator: fitted.

    Raises:
        UnsupportedModelError: an attribute is missing or does not fit the others: its shape, its type, its range, or
            numbers that are not finite.
    """
    for part in iterate_parts(estimator):
        names = (kind.__name__ for kind in type(part).__mro__ if kind.__module__.partition(".")[0] == "sklearn")
        table = _CHECKS_OF_SEVERAL if has_several_labels(part) else _CHECKS
        check = next((table[name] for name in names if name in table), None)
        fields = Fields(part)
        try:
            _check_sizes(fields)
            if check is not None and _is_fitted(part):
                check(fields)
        except UnsupportedModelError:
            raise
        except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
            # An attribute of an unexpected type can raise any of these.
            fields.fail("attributes as its class writes them", f"others ({type(error).__name__}: {error})"[:300])


def _is_fitted(part: Any) -> bool:
    """Whether an estimator has attributes that only fitting sets; an unfitted template such as `estimator` has none."""
    return any(name.endswith("_") and not name.startswith("__") for name in getattr(part, "__dict__", {}))


def _check_sizes(fields: Fields) -> None:
    """Check the numbers of features and classes, which all estimators keep under the same names."""
    own = getattr(fields.estimator, "__dict__", {})
    if "n_features_in_" in own:
        fields.require(fields.features, "features", "none")
    if "classes_" in own and has_several_labels(fields.estimator):
        fields.require(
            all(each.ndim == 1 and each.size for each in own["classes_"]), "classes_ of each output", "others"
        )
    elif "classes_" in own:
        count = fields.classes
        if "n_classes_" in own:
            fields.read_integer("n_classes_", count, count)


def has_several_labels(estimator: Any) -> bool:
    """Whether a classifier is a multi-output one, with a list of classes for each output."""
    labels = getattr(estimator, "classes_", None)
    return isinstance(labels, list) and len(labels) > 0 and all(isinstance(each, np.ndarray) for each in labels)
