"""Files of fitted classifiers: skops for scikit-learn, the native formats of XGBoost, CatBoost and LightGBM.

None of them runs code when read, as a pickle would. Their bytes depend on the model alone.
"""

from __future__ import annotations

import importlib
import json
import tempfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from webparity.errors import UnsupportedModelError
from webparity.model_safety.estimators.check import refuse_unsound
from webparity.model_safety.file_format import find_booster_format
from webparity.model_safety.inspection import inspect_model_file
from webparity.model_safety.refusal import make_refusal
from webparity.model_safety.skops.old_versions import upgrade_skops
from webparity.models import refusals
from webparity.models.estimators.answers.booster_tasks import read_catboost, read_xgboost
from webparity.models.estimators.booster_classifier import read_lightgbm, serialize_lightgbm
from webparity.models.estimators.embedded_boosters import embed_boosters, restore_boosters
from webparity.models.estimators.missing_values import ATTRIBUTE, get_missing_value, read_missing
from webparity.models.estimators.old_versions import upgrade_estimator
from webparity.models.model_kind import BOOSTERS, SUFFIXES, ModelKind, get_model_kind
from webparity.models.model_wrappers import unwrap_search
from webparity.storage.deterministic_zip import write_deterministic_zip
from webparity.storage.regular_file import read_regular
from webparity.text.library_error import summarize_library_error

# Types that skops does not trust by default: parts of scikit-learn's classifiers, and our own steps. None runs code.
# `model_safety.skops.trees` checks the trees, which crash when altered, `model_safety.skops.pickled_boosters` boosters.
TRUSTED: Final = (
    "catboost.core.CatBoostClassifier",
    "catboost.core.CatBoostRegressor",
    "collections.OrderedDict",
    "collections.defaultdict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.calibration._TemperatureScaling",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.feature_selection._mutual_info.mutual_info_classif",
    "sklearn.feature_selection._univariate_selection.chi2",
    "sklearn.feature_selection._univariate_selection.f_classif",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
    "numpy.clip",
    "numpy.dtype",
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBClassifier",
    "xgboost.sklearn.XGBRFClassifier",
    "xgboost.sklearn.XGBRFRegressor",
    "xgboost.sklearn.XGBRegressor",
    "webparity.models.estimators.embedded_boosters.EmbeddedBooster",
    "webparity.preprocessing.sklearn_transformer.ImagePreprocessing",
    "webparity.preprocessing.hog.settings.Hog",
    "webparity.preprocessing.pipeline.step.Step",
    "webparity.preprocessing.spec.Hog",
    "webparity.preprocessing.spec.Preprocessing",
    "webparity.models.estimators.weighted_classifier.WeightedClassifier",
)
# Parts of searches and of losses, and what measures: plain objects and functions, of which none runs when read.
TRUSTED_MODULES: Final = (
    "sklearn._loss.",
    "sklearn.metrics._classification.",
    "sklearn.metrics._ranking.",
    "sklearn.metrics._scorer.",
    "sklearn.model_selection._split.",
)
_NPY: Final = b"\x93NUMPY"


def serialize_estimator(estimator: Any) -> bytes:
    """Save a fitted classifier; the same model gives the same bytes.

    Args:
        estimator: the classifier; it is not changed.

    Returns:
        A `.skops` archive, XGBoost's JSON, CatBoost's binary format or LightGBM's text, by `get_model_kind`.

    Raises:
        UnsupportedModelError: it holds types that could not be read again without running code.
    """
    write: dict[ModelKind, Callable[[Any], bytes]] = {
        "sklearn": _serialize_sklearn,
        "xgboost": _serialize_xgboost,
        "catboost": _serialize_catboost,
        "lightgbm": serialize_lightgbm,
    }
    estimator = unwrap_search(estimator)
    return write[get_model_kind(estimator)](estimator)


def load_estimator(file: Path, kind: ModelKind) -> Any:
    """Read a model file without running code from it; `model_safety.inspection` checks it first.

    Args:
        file: the model.
        kind: its format, any but keras.

    Raises:
        UnsupportedModelError: it is damaged, or holds types that are not trusted.
    """
    inspect_model_file(file, kind)
    read: dict[ModelKind, Callable[[Path], Any]] = {
        "sklearn": _load_skops,
        "xgboost": _load_xgboost,
        "catboost": _load_catboost,
        "lightgbm": lambda path: read_lightgbm(read_regular(path)),
    }
    try:
        estimator = read[kind](file)
    except UnsupportedModelError:
        raise
    except Exception as error:  # each library raises its own kinds
        raise make_refusal(
            f"a {SUFFIXES[kind]} file that {kind} can read", f"{file.name}: {summarize_library_error(error)}"
        ) from error
    refuse_unsound(estimator)
    return estimator


def _load_skops(file: Path) -> Any:
    from skops import io

    data = upgrade_skops(read_regular(file))
    return restore_boosters(upgrade_estimator(io.loads(data, trusted=_require_trusted_types(data))), _read_booster)


def _require_trusted_types(data: bytes) -> list[str]:
    """List the types in a file that skops does not trust by default, and require that webparity trusts them.

    Raises:
        UnsupportedModelError: webparity does not trust one of them either.
    """
    from skops import io

    found = io.get_untrusted_types(data=data)
    unknown = sorted(name for name in found if name not in TRUSTED and not _is_defined_in_trusted_module(name))
    if unknown:
        raise refusals.SKLEARN_TYPES(f"one with {', '.join(unknown)}")
    return list(found)


def _is_defined_in_trusted_module(name: str) -> bool:
    """Whether a trusted module itself defines that class or function, rather than only importing it."""
    if not name.startswith(TRUSTED_MODULES):
        return False
    module, _, attribute = name.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ImportError:
        return False
    return getattr(found, "__module__", None) == module


def _read_booster(data: bytes, kind: ModelKind) -> Any:
    """Read a boosted model inside another model, with the checks of a model file."""
    if kind not in BOOSTERS:
        raise make_refusal("a model of XGBoost, CatBoost or LightGBM", f"one of {kind!r}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"model{SUFFIXES[kind]}"
        file.write_bytes(data)
        return load_estimator(file, kind)


def _load_xgboost(file: Path) -> Any:
    estimator = read_xgboost(read_regular(file))
    read_missing(estimator)
    return estimator


def _load_catboost(file: Path) -> Any:
    found = find_booster_format(file)
    return read_catboost(file, "cbm" if found is None else found[1])


def _save_to_bytes(model: Any, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"model{suffix}"
        model.save_model(str(file))
        return file.read_bytes()


def _serialize_xgboost(model: Any) -> bytes:
    """Serialize an XGBoost model, with its missing value as an attribute, which XGBoost's format lacks."""
    booster, missing = model.get_booster(), get_missing_value(model)
    said = booster.attr(ATTRIBUTE)
    try:
        booster.set_attr(**{ATTRIBUTE: said if missing is None else repr(missing)})
        return _save_to_bytes(model, ".json")
    finally:
        booster.set_attr(**{ATTRIBUTE: said})


def _serialize_catboost(model: Any) -> bytes:
    """Serialize a CatBoost model without its training time and GUID, with sorted parameters.

    When it reads a file it cuts the parameters to ten digits, so they are written with no more.
    """
    copy = model.copy()
    notes = copy.get_metadata()
    notes["model_guid"] = notes["train_finish_time"] = ""
    # A file may have none: its maker's other interfaces write what they like.
    if "params" in notes:
        try:
            parameters = json.loads(notes["params"], parse_float=lambda text: float(f"{float(text):.10g}"))
        except (ValueError, RecursionError) as error:
            raise make_refusal("a CatBoost model whose parameters are JSON", f"one with others: {error}") from error
        notes["params"] = json.dumps(parameters, sort_keys=True)
    return _save_to_bytes(copy, ".cbm")


def _serialize_sklearn(model: Any) -> bytes:
    """Serialize a scikit-learn model with nodes numbered in order; skops numbers them by memory address."""
    from skops import io

    saved = io.dumps(embed_boosters(model, serialize_estimator))
    _require_trusted_types(saved)
    with zipfile.ZipFile(BytesIO(saved)) as old:
        numbers: dict[str, int] = {}
        schema = _renumber_nodes(json.loads(old.read("schema.json")), numbers)
        arrays = [name for name in old.namelist() if name != "schema.json"]
        files = {_renumber_file(name, numbers): _clear_padding(old.read(name)) for name in arrays}
    files["schema.json"] = json.dumps(schema).encode()
    return write_deterministic_zip(files)


def _clear_padding(file: bytes) -> bytes:
    """Zero the padding between the fields of tree nodes, which holds uninitialized memory."""
    if not file.startswith(_NPY):
        return file
    array = np.load(BytesIO(file), allow_pickle=False)
    if array.dtype.names is None:
        return file
    clean, stream = np.zeros(array.shape, array.dtype), BytesIO()
    for name in array.dtype.names:
        clean[name] = array[name]
    np.save(stream, clean, allow_pickle=False)
    return stream.getvalue()


def _renumber_nodes(node: Any, numbers: dict[str, int]) -> Any:
    if isinstance(node, list):
        return [_renumber_nodes(child, numbers) for child in node]
    if not isinstance(node, dict):
        return node
    fresh: dict[str, Any] = {}
    for key, child in node.items():
        if key == "__id__":
            # Python shares equal constants by chance, and nothing depends on it.
            own = f"constant {len(numbers)}" if node.get("__loader__") == "JsonNode" else str(child)
            fresh[key] = numbers.setdefault(own, len(numbers))
        elif key == "file" and isinstance(child, str):
            fresh[key] = _renumber_file(child, numbers)
        else:
            fresh[key] = _renumber_nodes(child, numbers)
    return fresh


def _renumber_file(file: str, numbers: dict[str, int]) -> str:
    stem, dot, suffix = file.partition(".")
    return f"{numbers.setdefault(stem, len(numbers))}{dot}{suffix}"
