"""Estimators of older scikit-learn versions: upgrade after reading, and the command that converts a pickle."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import sklearn

from webparity.models.estimators.parts import iterate_parts


def upgrade_estimator(estimator: Any) -> Any:
    """Upgrade an estimator to the attributes of this scikit-learn version, so that its predictions stay the same.

    Args:
        estimator: as it was read; it is changed.
    """
    for part in iterate_parts(estimator):
        own = getattr(part, "__dict__", {})
        match type(part).__name__:
            case "HistGradientBoostingClassifier" if "n_features_in_" in own:
                # Since scikit-learn 1.4, for categories only.
                own.setdefault("_preprocessor", None)
            case "GradientBoostingClassifier" if "estimators_" in own and own.get("_loss") is None:
                own["_loss"] = part._get_loss(sample_weight=None)  # noqa: SLF001 - it has no public name
            case "DecisionTreeClassifier" | "ExtraTreeClassifier" if "tree_" in own:
                _convert_counts_to_shares(part.tree_)
            case _:
                pass
    return estimator


def _convert_counts_to_shares(tree: Any) -> None:
    """Convert leaf values from image counts, as before scikit-learn 1.4, to shares of the classes."""
    values = np.asarray(tree.value)
    total = values.sum(axis=2, keepdims=True)
    if values.size and (total > 0).all() and np.abs(total - 1).max() > 1e-6:
        values /= total


def describe_conversion(file: Path, version: str) -> str:
    """Describe the command that writes a model of an older version as a `.skops` file.

    Args:
        file: the model, a pickle.
        version: of scikit-learn, such as `1.2.2`.
    """
    target = file.with_suffix(".skops")
    code = f"import joblib, skops.io; skops.io.dump(joblib.load({file.name!r}), {target.name!r})"
    old = tuple(int(part) for part in version.split(".")[:2]) < (1, 4)
    numpy = " 'numpy<2'" if old else ""
    return (
        f"It was written by scikit-learn {version}; here is {sklearn.__version__}. Convert it beside the file, in a "
        f"fresh environment of Python {'3.11' if old else '3.12'}: "
        f"pip install scikit-learn=={version}{numpy} joblib skops && python -c {shlex.quote(code)}. "
        f"Then export {target.name}."
    )
