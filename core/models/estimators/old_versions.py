"""Estimators by older versions of scikit-learn: what they lack is added; and the command that converts their files."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import sklearn

from webparity.models.estimators.parts import iterate_parts


def upgrade_estimator(estimator: Any) -> Any:
    """Change what was read into what the version of scikit-learn here expects, so that its answers stay.

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
    """Before scikit-learn 1.4 a leaf counted its training images by class, since then it has their shares."""
    values = np.asarray(tree.value)
    total = values.sum(axis=2, keepdims=True)
    if values.size and (total > 0).all() and np.abs(total - 1).max() > 1e-6:  # noqa: PLR2004 - rounding
        values /= total


def describe_conversion(file: Path, version: str) -> str:
    """A sentence with the command that writes a model of an older version as a `.skops` file, which is read here.

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
