"""Alteration of every attribute of every estimator family; `python altered.py 1` prints the outcome of each.

`python altered.py 4` tries every fourth case.

Each line of output is a case, then `refused` or a digest of the answers. It may crash: the last line then has no end.
"""

from __future__ import annotations

import copy
import hashlib
import resource
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    PolynomialFeatures,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC, NuSVC
from sklearn.tree import DecisionTreeClassifier

from webparity.errors import UnsupportedModelError
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.estimators.parts import iterate_parts
from webparity.preprocessing.spec import Preprocessing

SPEC = Preprocessing(height=2, width=3, scale=1 / 255)
MEMORY = 2 * 2**30
RANDOM = np.random.default_rng(0)
VALUES = RANDOM.random((60, 6)) * (RANDOM.random((60, 6)) > 0.3)
IMAGES = RANDOM.integers(0, 256, (5, 4, 5, 3), dtype=np.uint8)


def _calibrate(svm: Any, **settings: Any) -> Any:
    return CalibratedClassifierCV(svm, ensemble=False, cv=2, **settings)


MODELS: dict[str, Callable[[], Any]] = {
    "SVC": lambda: SVC(probability=True, random_state=0),
    "SVC of sparse values": lambda: SVC(probability=True, random_state=0),
    "SVC-poly": lambda: _calibrate(SVC(kernel="poly")),
    "NuSVC": lambda: NuSVC(probability=True, nu=0.2, random_state=0),
    "LinearSVC": lambda: _calibrate(LinearSVC()),
    "isotonic": lambda: _calibrate(LinearSVC(), method="isotonic"),
    "temperature": lambda: _calibrate(LinearSVC(), method="temperature"),
    "KNN": lambda: KNeighborsClassifier(3, algorithm="brute"),
    "KNN by distance": lambda: KNeighborsClassifier(3, algorithm="brute", weights="distance", metric="manhattan"),
    "tree": lambda: DecisionTreeClassifier(max_depth=4, random_state=0),
    "forest": lambda: RandomForestClassifier(3, max_depth=3, random_state=0),
    "gradient boosting": lambda: GradientBoostingClassifier(n_estimators=2, random_state=0),
    "histogram boosting": lambda: HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=5),
    "AdaBoost": lambda: AdaBoostClassifier(n_estimators=3, random_state=0),
    "bagging": lambda: BaggingClassifier(n_estimators=2, max_features=0.5, random_state=0),
    "MLP": lambda: MLPClassifier((5,), max_iter=5, random_state=0),
    "GaussianNB": GaussianNB,
    "MultinomialNB": MultinomialNB,
    "BernoulliNB": BernoulliNB,
    "LDA": LinearDiscriminantAnalysis,
    "QDA": QuadraticDiscriminantAnalysis,
    "ridge": lambda: _calibrate(RidgeClassifier()),
    "SGD": lambda: SGDClassifier(loss="log_loss", random_state=0),
    "PCA": lambda: make_pipeline(PCA(3, whiten=True), LogisticRegression()),
    "StandardScaler": lambda: make_pipeline(StandardScaler(), LogisticRegression()),
    "scalers": lambda: make_pipeline(MinMaxScaler(), MaxAbsScaler(), RobustScaler(), GaussianNB()),
    "SelectKBest": lambda: make_pipeline(SelectKBest(k=3), GaussianNB()),
    "quantiles": lambda: make_pipeline(QuantileTransformer(n_quantiles=7), GaussianNB()),
    "bins": lambda: make_pipeline(
        KBinsDiscretizer(3, encode="ordinal", quantile_method="averaged_inverted_cdf"), GaussianNB()
    ),
    "voting": lambda: VotingClassifier(
        [("a", GaussianNB()), ("b", LogisticRegression())], voting="soft", weights=[1, 2]
    ),
    "stacking": lambda: StackingClassifier([("a", GaussianNB()), ("b", LinearSVC())], cv=2),
    "imputer": lambda: make_pipeline(SimpleImputer(missing_values=0.0, add_indicator=True), GaussianNB()),
    "polynomials": lambda: make_pipeline(PolynomialFeatures(2), LogisticRegression()),
    "Nystroem": lambda: make_pipeline(Nystroem(n_components=5, random_state=0), LogisticRegression()),
    "Fourier features": lambda: make_pipeline(RBFSampler(n_components=5, random_state=0), LogisticRegression()),
    "columns": lambda: make_pipeline(
        ColumnTransformer([("a", StandardScaler(), [0, 1])], remainder="passthrough"), GaussianNB()
    ),
    "one against the rest": lambda: _calibrate(OneVsRestClassifier(SVC())),
}


def _iterate_arrays(value: np.ndarray) -> Iterator[tuple[str, Any]]:
    """An array altered in its shape, its type and its numbers."""
    yield "text", "text"
    yield "none", None
    yield "flat", value.ravel()
    yield "one more axis", value[np.newaxis]
    for axis in range(value.ndim):
        yield f"cut along {axis}", np.take(value, range(value.shape[axis] - 1), axis)
        yield f"longer along {axis}", np.concatenate([value, np.take(value, [0], axis)], axis) if value.size else value
    yield "objects", value.astype(object)
    yield "float32", value.astype(np.float32) if value.dtype.kind in "fiu" else value
    yield "reversed in memory", np.asfortranarray(value)
    if value.dtype.kind in "fiu" and value.size:
        for number in (np.nan, np.inf, -np.inf, -7, 10**9, 1e300):
            # Integers that hold no such number become floats, and others that hold it stay.
            fits = value.dtype.kind == "f" or (value.dtype.kind == "i" and number in {-7, 10**9})
            changed = value.copy() if fits and value.itemsize > 2 else value.astype(np.float64)
            with np.errstate(all="ignore"):
                changed.flat[0] = number
            yield f"first is {number}", changed
        yield "strings", value.astype(str)


def _iterate_others(value: Any) -> Iterator[tuple[str, Any]]:
    for changed in ("text", None, -7, 10**9, float("nan"), [], {}):
        yield f"is {changed}", changed
    if isinstance(value, list | tuple):
        yield "cut", value[:-1]
        yield "longer", value + value[-1:]
        for kind, changed in _iterate_arrays(value[0]) if value and isinstance(value[0], np.ndarray) else ():
            yield f"first {kind}", [changed, *value[1:]]


def _iterate_trees(value: Any) -> Iterator[tuple[str, Any]]:
    """A tree whose nodes were altered; its own code refuses another length."""
    state = value.__getstate__()
    for field in ("left_child", "right_child", "feature", "threshold"):
        for number in (-7, 0, 10**9, np.nan) if field == "threshold" else (-7, 0, 10**9):
            nodes = state["nodes"].copy()
            nodes[field][0] = number
            made = type(value)(value.n_features, value.n_classes, value.n_outputs)
            made.__setstate__({**state, "nodes": nodes})
            yield f"{field} is {number}", made
    made = type(value)(value.n_features + 90, value.n_classes, value.n_outputs)
    made.__setstate__(state)
    yield "of more features", made
    for number in (np.nan, np.inf):
        made = type(value)(value.n_features, value.n_classes, value.n_outputs)
        values = state["values"].copy()
        values[-1] = number
        made.__setstate__({**state, "values": values})
        yield f"value is {number}", made


def _iterate_nodes(value: np.ndarray) -> Iterator[tuple[str, Any]]:
    for field, numbers in {
        "left": (0, 10**9),
        "right": (0, 10**9),
        "feature_idx": (-7, 10**9),
        "num_threshold": (np.nan, np.inf),
        "is_categorical": (1,),
        "value": (np.nan,),
    }.items():
        for number in numbers:
            nodes = value.copy()
            nodes[field][0 if field != "value" else -1] = number
            yield f"{field} is {number}", nodes


def _iterate_altered(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, np.ndarray) and value.dtype.names:
        yield from _iterate_nodes(value)
    elif isinstance(value, np.ndarray):
        yield from _iterate_arrays(value)
    elif type(value).__name__ == "Tree":
        yield from _iterate_trees(value)
    elif hasattr(value, "indptr"):
        for name in ("indices", "indptr", "data"):
            for number in (-7, 10**9):
                changed = value.copy()
                getattr(changed, name)[0 if name != "indptr" else 1] = number
                yield f"{name} is {number}", changed
        yield "cut", value[:-1]
        yield "dense", value.toarray()
    else:
        yield from _iterate_others(value)


def _list_places(model: Any) -> list[tuple[int, str]]:
    return [
        (number, name)
        for number, part in enumerate(iterate_parts(model))
        for name in getattr(part, "__dict__", {})
        if (name.endswith("_") or name.startswith("_") or name in {"nodes", "kernel", "gamma", "weights"})
        and not name.startswith("__")
    ]


def _find_outcome(model: Any) -> str:
    try:
        taps = EstimatorBaked(model, SPEC)(IMAGES, ("probabilities", "scores"))
    except UnsupportedModelError:
        return "refused"
    except Exception as error:  # noqa: BLE001 - no other may come out, and the test says which did
        return f"raised-{type(error).__name__}"
    return hashlib.sha256(b"".join(taps[tap].tobytes() for tap in ("probabilities", "scores"))).hexdigest()[:12]


def _print_outcome(*words: str, end: str = "\n") -> None:
    sys.stdout.write(" ".join(words) + end)
    sys.stdout.flush()


def main(step: int) -> None:
    """Print the outcome of each case, or of one case in `step`."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    case = 0
    for family, make in MODELS.items():
        for classes in (2, 3) if "SVC" in family or "boosting" in family else (3,):
            labels = np.digitize(VALUES.sum(axis=1), np.quantile(VALUES.sum(axis=1), np.arange(1, classes) / classes))
            fitted = make().fit(csr_matrix(VALUES) if "sparse" in family else VALUES, labels)
            _print_outcome(f"{family} {classes} as it is", _find_outcome(fitted))
            for number, name in _list_places(fitted):
                value = vars(list(iterate_parts(fitted))[number])[name]
                for kind, changed in _iterate_altered(value):
                    case += 1
                    if case % step:
                        continue
                    model = copy.deepcopy(fitted)
                    part = list(iterate_parts(model))[number]
                    setattr(part, name, changed)
                    _print_outcome(f"{family} {classes} {type(part).__name__}.{name} {kind}", end=" ")
                    _print_outcome(_find_outcome(model))


if __name__ == "__main__":
    main(int(sys.argv[1]))
