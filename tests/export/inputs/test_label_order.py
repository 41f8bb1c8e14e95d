"""Labels: a classifier's own names in another order are refused, other names are accepted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from catboost import CatBoostClassifier
from hypothesis import given
from hypothesis import strategies as st
from lightgbm import LGBMClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier

from webparity.errors import UsageError
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.inputs.label_order import check_labels, is_reordered, read_class_names
from webparity.export.inputs.load import load_user_model
from webparity.export.pipeline import write_bundle
from webparity.models.baked import bake
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing

SPEC = Preprocessing(height=4, width=3, scale=1.0)
RANDOM = np.random.default_rng(0)
NUMBERS = np.arange(60) % 3
VALUES = RANDOM.normal(size=(60, 12)).astype(np.float32) + NUMBERS[:, np.newaxis]
NAMES = np.array(["cat", "dog", "fox"])[NUMBERS]

MODELS = {
    "LogisticRegression": lambda labels: LogisticRegression().fit(VALUES, labels),
    "a pipeline": lambda labels: make_pipeline(StandardScaler(), LogisticRegression()).fit(VALUES, labels),
    "GridSearchCV's best": lambda labels: (
        GridSearchCV(LogisticRegression(), {"C": [1.0]}, cv=2).fit(VALUES, labels).best_estimator_
    ),
    "CatBoost": lambda labels: CatBoostClassifier(iterations=2, verbose=False, allow_writing_files=False).fit(
        VALUES, labels
    ),
    "LightGBM": lambda labels: LGBMClassifier(n_estimators=2, verbose=-1).fit(VALUES, labels),
}


@pytest.mark.parametrize("name", MODELS)
def test_names_in_another_order_are_refused_with_both_orders(name: str) -> None:
    baked = bake(MODELS[name](NAMES), SPEC)
    check_labels(("cat", "dog", "fox"), baked)
    check_labels(("Katze", "Hund", "Fuchs"), baked)
    check_labels(("cat", "dog", "wolf"), baked)
    with pytest.raises(UsageError, match=r"another order: fox, cat, dog; the model has cat, dog, fox\. Leave"):
        check_labels(("fox", "cat", "dog"), baked)


@pytest.mark.parametrize("classes", [(0, 1, 2), (3, 7, 11), (1.0, 2.0, 3.0)], ids=str)
def test_numbers_written_as_text_are_names_too(classes: Sequence[float]) -> None:
    baked = bake(LogisticRegression().fit(VALUES, np.array(classes)[NUMBERS]), SPEC)
    right = [str(int(number)) for number in classes]
    check_labels(right, baked)
    check_labels([f"0{number}" for number in right], baked)
    with pytest.raises(UsageError, match="in another order"):
        check_labels(right[::-1], baked)


def test_class_numbers_of_xgboost_are_names_too() -> None:
    baked = bake(XGBClassifier(n_estimators=2).fit(VALUES, NUMBERS), SPEC)
    check_labels(("zero", "one", "two"), baked)
    with pytest.raises(UsageError, match="in another order"):
        check_labels(("2", "1", "0"), baked)


@pytest.mark.parametrize(
    "labels",
    [("DOG", "CAT", "FOX"), (" dog", "cat ", "fox"), ("d\u00a0og", "cat", "fox"), ("\uff44\uff4f\uff47", "cat", "fox")],
    ids=["case", "white space", "inner white space is a name of its own", "width"],
)
def test_spelling_variants_are_the_same_names(labels: Sequence[str]) -> None:
    own = ("cat", "dog", "fox")
    assert is_reordered(labels, own) is (labels[0] != "d\u00a0og")
    assert not is_reordered([labels[1], labels[0], labels[2]], own)


def test_names_that_differ_in_case_only_are_distinct() -> None:
    assert is_reordered(("a", "A"), ("A", "a"))
    assert not is_reordered(("A", "a"), ("A", "a"))


@given(st.lists(st.text(min_size=1, max_size=4), min_size=2, max_size=6, unique_by=str.casefold), st.randoms())
def test_every_other_order_and_only_another_order_is_found(names: list[str], random: Any) -> None:
    other = list(names)
    random.shuffle(other)
    assert is_reordered(other, names) or other == names
    assert not is_reordered(names, names)


def test_many_labels_are_shown_where_they_differ() -> None:
    classes = np.array([f"class {number:03d}" for number in range(50)])
    values = RANDOM.normal(size=(100, 12)).astype(np.float32)
    baked = bake(GaussianNB().fit(values, np.tile(classes, 2)), SPEC)
    labels = classes.copy()
    labels[[20, 30]] = labels[[30, 20]]
    with pytest.raises(UsageError, match="output 20 is class 030 by the labels and class 020 by the model; output 30"):
        check_labels(labels.tolist(), baked)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (("cat", "dog"), "Expected 3 different labels.*received 2"),
        (("cat", "dog", "dog"), "received 'dog' 2 times"),
    ],
)
def test_missing_and_repeated_labels_are_refused(labels: Sequence[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        check_labels(labels, bake(MODELS["LogisticRegression"](NAMES), SPEC))


def test_a_dict_of_names_is_read_either_way() -> None:
    class ClassifierWithNames:
        def __init__(self, classes: Any) -> None:
            self.estimator = type("Estimator", (), {"classes_": classes})()
            self.classes = len(classes)

    both: list[Any] = [{1: "dog", 0: "cat"}, {"dog": 1, "cat": 0}]
    assert [read_class_names(ClassifierWithNames(classes)) for classes in both] == [("cat", "dog")] * 2


@pytest.fixture
def pipeline_file(tmp_path: Path) -> Path:
    images = RANDOM.integers(0, 256, (60, 5, 6, 3), dtype=np.uint8)
    pipeline = make_pipeline(ImagePreprocessing(SPEC), StandardScaler(), LogisticRegression()).fit(images, NAMES)
    skops.io.dump(pipeline, tmp_path / "model.skops")
    return tmp_path / "model.skops"


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        (b"cat\ndog\nfox\n", True),
        (b"\xef\xbb\xbfcat\r\ndog\r\nfox\r\n", True),
        (b"\xef\xbb\xbffox\r\ndog\r\ncat\r\n", False),
        (b"dog\ncat\nfox", False),
        (b"Dog\nCAT\n fox ", False),
    ],
    ids=["own", "own, with a byte order mark", "turned, with a byte order mark", "exchanged", "written otherwise"],
)
def test_a_labels_file_is_compared_with_the_model_before_anything_is_written(
    pipeline_file: Path, tmp_path: Path, text: bytes, *, accepted: bool
) -> None:
    (tmp_path / "labels.txt").write_bytes(text)
    model = load_user_model(pipeline_file, preprocessing=None, labels=tmp_path / "labels.txt", golden=None)
    if accepted:
        assert model.labels == ("cat", "dog", "fox")
        check_labels(model.labels, model.baked)
        return
    with pytest.raises(UsageError, match="in another order"):
        write_bundle(model, tmp_path / "bundle", page=False)
    assert not (tmp_path / "bundle").exists()


def test_write_bundle_refuses_reordered_labels_too(tmp_path: Path) -> None:
    baked = bake(MODELS["LogisticRegression"](NAMES), SPEC)
    golden = make_golden_set([(RANDOM.integers(0, 256, (6, 6, 3), dtype=np.uint8), "any")])
    turned = Exportable(name="x", baked=baked, source=b"", labels=("fox", "dog", "cat"), golden=golden)
    with pytest.raises(UsageError, match="in another order"):
        write_bundle(turned, tmp_path / "bundle", page=False)


def test_an_empty_golden_set_is_refused(tmp_path: Path) -> None:
    baked = bake(MODELS["LogisticRegression"](NAMES), SPEC)
    empty = Exportable(name="x", baked=baked, source=b"", labels=("cat", "dog", "fox"), golden=[])
    with pytest.raises(UsageError, match="Expected golden images; received none"):
        write_bundle(empty, tmp_path / "bundle", page=False)
    assert not (tmp_path / "bundle").exists()
