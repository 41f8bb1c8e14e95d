"""Objects saved around a model: a hyperparameter search, or a dictionary with labels and other values."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from webparity.errors import UsageError
from webparity.models.model_kind import BOOSTERS, get_model_kind

_LABEL_KEYS: Final = (
    *("labels", "class_names", "classes", "target_names", "label_names", "label_encoder", "encoder", "le"),
    *("class_to_idx", "idx_to_class", "class_indices", "label_map", "id2label", "label2id"),
)


def unwrap_search(model: Any) -> Any:
    """Get the best model of a scikit-learn search, also at the end of a pipeline, or a native booster's classifier.

    Args:
        model: such as a fitted `GridSearchCV`, which was refitted, or an `xgboost.Booster`; any other model is returned
            as it is.

    Raises:
        UsageError: the search kept no model.
    """
    steps = getattr(model, "steps", None)
    if _is_search(model):
        if not hasattr(model, "best_estimator_"):
            raise UsageError(
                f"Expected a search that keeps its best model; received a {type(model).__name__} without one. "
                "Fit it with refit=True, or fit its best_params_ alone."
            )
        return unwrap_search(model.best_estimator_)
    if get_model_kind(model) in BOOSTERS:
        from webparity.models.estimators.native_boosters import wrap_native_booster

        return wrap_native_booster(model)
    if isinstance(steps, list) and steps and _is_search(steps[-1][1]):
        return type(model)([*steps[:-1], (steps[-1][0], unwrap_search(steps[-1][1]))])
    return model


def extract_model(content: Any, name: str) -> Any:
    """Get the only model in a file's content: the content itself, or one value of a dictionary, list or tuple.

    Args:
        content: what was read.
        name: what to call the file in messages.

    Raises:
        UsageError: there are several models, or none.
    """
    if not isinstance(content, dict | list | tuple):
        return unwrap_search(content)
    items = dict(content) if isinstance(content, dict) else dict(enumerate(content))
    models = {key: value for key, value in items.items() if _is_model(value)}
    if len(models) != 1:
        named = ", ".join(f"{key!r} ({type(value).__name__})" for key, value in list(models.items())[:9])
        raise UsageError(
            f"Expected one fitted model in {name}; received a {type(content).__name__} with {named or 'none'}. "
            "Save the model alone."
        )
    beside = {key: value for key, value in items.items() if _is_step(value)}
    if beside:
        named = ", ".join(f"{key!r} ({type(value).__name__})" for key, value in list(beside.items())[:9])
        raise UsageError(
            f"Expected a model that takes the preprocessed pixels in {name}; received one with {named} beside it. "
            "Save both as one Pipeline: make_pipeline(step, model)."
        )
    return unwrap_search(next(iter(models.values())))


def extract_labels(content: Any) -> tuple[str, ...] | None:
    """Get the class names that a file holds beside its model; None where there are none, or no names in a row.

    Args:
        content: what was read: a dictionary with such as `labels` or `class_names` beside the model. A fitted
            `LabelEncoder` counts as the names that it encodes.
    """
    if not isinstance(content, dict):
        return None
    for key in _LABEL_KEYS:
        names = content.get(key)
        names = getattr(names, "classes_", names)
        if isinstance(names, dict):
            names = _order_by_number(names)
        names = names.tolist() if isinstance(names, np.ndarray) else names
        if (
            isinstance(names, list | tuple)
            and names
            and all(isinstance(name, str | int | np.integer) for name in names)
        ):
            return tuple(map(str, names))
    return None


def _order_by_number(names: dict[Any, Any]) -> list[Any] | None:
    """Order names by their numbers, of `{0: "cat"}` or of `{"cat": 0}`; None if the numbers are not 0 to n - 1."""
    numbered = {int(key) if str(key).isdecimal() else key: name for key, name in names.items()}
    inverted = {number: name for name, number in names.items() if isinstance(number, int)}
    for pairs in (numbered, inverted):
        if set(pairs) == set(range(len(names))):
            return [pairs[number] for number in range(len(pairs))]
    return None


def _is_search(model: Any) -> bool:
    return type(model).__module__.startswith("sklearn.model_selection.") and hasattr(model, "best_params_")


def _is_model(value: Any) -> bool:
    """Whether a value is an object with `predict`: a classifier or network, no class and no transformer."""
    return not isinstance(value, type) and callable(getattr(value, "predict", None))


def _is_step(value: Any) -> bool:
    """Whether a value is a fitted transformer of features, such as a scaler; encoders of labels are none."""
    of_labels = type(value).__name__.startswith("Label") or type(value).__name__ == "MultiLabelBinarizer"
    return (
        not isinstance(value, type)
        and callable(getattr(value, "transform", None))
        and not (of_labels or _is_model(value))
    )
