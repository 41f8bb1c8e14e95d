"""Objects saved around a model: a hyperparameter search, or a dictionary with other values."""

from __future__ import annotations

from typing import Any

from webparity.errors import UsageError


def unwrap_search(model: Any) -> Any:
    """Get the best model of a scikit-learn search, also at the end of a pipeline; return any other model as it is.

    Args:
        model: such as a fitted `GridSearchCV`, which was refitted.

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
    items = content.items() if isinstance(content, dict) else enumerate(content)
    models = {key: value for key, value in items if _is_model(value)}
    if len(models) != 1:
        named = ", ".join(f"{key!r} ({type(value).__name__})" for key, value in list(models.items())[:9])
        raise UsageError(
            f"Expected one fitted model in {name}; received a {type(content).__name__} with {named or 'none'}. "
            "Save the model alone."
        )
    return unwrap_search(next(iter(models.values())))


def _is_search(model: Any) -> bool:
    return type(model).__module__.startswith("sklearn.model_selection.") and hasattr(model, "best_params_")


def _is_model(value: Any) -> bool:
    """Whether a value is an object with `predict`: a classifier or network, no class and no transformer."""
    return not isinstance(value, type) and callable(getattr(value, "predict", None))
