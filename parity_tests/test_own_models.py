"""The forms in which users bring models: each has its cells in `own_models/`, which go through every place."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import pytest

FOLDER: Final = Path(__file__).parent / "own_models"
PLACES: Final = {"onnxruntime", "webparity@python", "webparity@node"}
# The file of a form, and names of its cells.
FORMS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "Keras logits": ("test_outputs.py", ("logits by the loss", "logits by the flag", "one logit by the loss")),
    "classifiers without predict_proba": (
        "test_outputs.py",
        ("SVC as in scikit-learn's digits", "LinearSVC", "Ridge", "SGD", "Perceptron", "hard voting"),
    ),
    "several labels of a network": ("test_outputs.py", ("several sigmoids", "several logits by the loss")),
    "several labels of a classifier": ("test_estimators_outputs.py", ("MultiOutput", "OneVsRest", "RandomForest")),
    "values of a network": ("test_outputs.py", ("one value", "values by the flag")),
    "values of a regressor": ("test_estimators_outputs.py", ("Ridge", "SVR", "XGBoost", "CatBoost", "LightGBM")),
    "SavedModel folders": (
        "test_keras_forms.py",
        ("model.export", "tf.saved_model.save", "SavedModel of Keras 2"),
    ),
    ".h5": ("test_keras_forms.py", ("h5 of Keras 3", "h5 of Keras 2")),
    "other precisions": ("test_keras_forms.py", ("mixed_float16", "bfloat16", "float64")),
    "inputs of other shapes": ("test_keras_forms.py", ("rows", "maps without channels", "uint8")),
    "ONNX files": (
        "onnx_files/test_input.py",
        ("nchw", "nhwc", "one image at a time", "densenet121", "squeezenet", "shufflenet"),
    ),
    "ONNX files made smaller": (
        "onnx_files/test_optimized.py",
        ("quantized statically", "quantized weights", "float16", "weights beside"),
    ),
    "estimators": (
        "test_estimators.py",
        (
            "SimpleImputer",
            "KBinsDiscretizer",
            "OneVsRest",
            "SGD-log-loss",
            "QuantileTransformer",
            "FunctionTransformer",
            "Nystroem",
            "RBFSampler",
            "PowerTransformer",
            "PolynomialFeatures",
            "ColumnTransformer",
            "FeatureUnion",
            "Bagging",
            "QDA",
            "BernoulliNB",
            "MultinomialNB",
            "KNeighbors-cosine",
            "KNeighbors-manhattan",
        ),
    ),
    "boosters' files": ("test_estimators.py", ("XGBoost", "LightGBM", "CatBoost")),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_has_its_cells_in_every_place(form: str) -> None:
    file, cells = FORMS[form]
    words = _list_words(FOLDER / file)
    assert set(cells) <= words
    assert words >= PLACES
    assert "add_chromium" in words


def _list_words(file: Path) -> set[str]:
    """The strings of a file and the names of its tests' arguments."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return strings | {node.arg for node in nodes if isinstance(node, ast.arg)}
