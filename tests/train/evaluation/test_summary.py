from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from webparity.models.estimators.weighted_classifier import WeightedClassifier
from webparity.train.evaluation.summary import summarize_model

X, Y = make_classification(n_samples=60, n_features=5, random_state=0)


@pytest.mark.slow
def test_a_network_is_summed_layer_by_layer() -> None:
    import keras

    layers = keras.layers
    network = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.Flatten(name="flatten"),
            layers.Dense(2, name="dense"),
        ]
    )
    summary = summarize_model(network)
    assert [(row.name, row.class_name, row.output, row.parameters) for row in summary.layers] == [
        ("conv", "Conv2D", (None, 6, 6, 4), 3 * 3 * 4 + 4),
        ("norm", "BatchNormalization", (None, 6, 6, 4), 4 * 4),
        ("flatten", "Flatten", (None, 144), 0),
        ("dense", "Dense", (None, 2), 144 * 2 + 2),
    ]
    # BatchNorm's moving mean and variance follow the data and are not trained.
    assert summary.non_trainable == 2 * 4
    assert summary.parameters == network.count_params()


def test_a_pipeline_is_summed_step_by_step() -> None:
    pipeline = make_pipeline(StandardScaler(), "passthrough", LinearSVC()).fit(X, Y)
    summary = summarize_model(pipeline)
    assert [(row.name, row.class_name, row.parameters) for row in summary.layers] == [
        ("standardscaler", "StandardScaler", 5 + 5),
        ("linearsvc", "LinearSVC", 5 + 1),
    ]
    assert summary.parameters == 16


def test_kernel_machines_count_their_support_vectors_once() -> None:
    for kernel in ("linear", "rbf"):
        machine = SVC(kernel=kernel).fit(X, Y)
        (row,) = summarize_model(machine).layers
        vectors = len(machine.support_vectors_)
        assert row.parameters == vectors * 5 + vectors + 1
        assert row.note == f"{vectors} support vectors"


def test_neighbours_keep_their_training_images() -> None:
    (row,) = summarize_model(KNeighborsClassifier().fit(X, Y)).layers
    assert (row.parameters, row.note) == (60 * 5, "60 training images kept")


def test_calibrated_classifiers_are_counted_together() -> None:
    (row,) = summarize_model(CalibratedClassifierCV(LinearSVC(), cv=3).fit(X, Y)).layers
    assert (row.parameters, row.note) == (3 * 6, "3 of LinearSVC, calibrated")


def test_trees_are_counted_in_nodes() -> None:
    forest = RandomForestClassifier(n_estimators=3, random_state=0).fit(X, Y)
    (row,) = summarize_model(forest).layers
    nodes = sum(tree.tree_.node_count for tree in forest.estimators_)
    assert (row.parameters, row.note) == (nodes, f"3 trees, {nodes} nodes")


def test_boosted_trees_are_counted_in_nodes() -> None:
    from catboost import CatBoostClassifier
    from xgboost import XGBClassifier

    boosted = XGBClassifier(n_estimators=4, max_depth=1).fit(X, Y)
    assert summarize_model(boosted).layers[0].note == "4 trees, 12 nodes"
    boosted = CatBoostClassifier(iterations=4, depth=2, verbose=False, allow_writing_files=False).fit(X, Y)
    assert summarize_model(boosted).layers[0].note == "4 trees, 28 nodes"


def test_a_decision_is_counted_with_what_it_is_put_around() -> None:
    calibrated = CalibratedClassifierCV(LinearSVC(), cv=3, ensemble=False)
    pipeline = make_pipeline(StandardScaler(), calibrated).fit(X, Y)
    rows = summarize_model(WeightedClassifier(pipeline, np.array([1.0, 2.0]))).layers
    assert [row.class_name for row in rows] == ["StandardScaler", "CalibratedClassifierCV", "WeightedClassifier"]
    assert [row.parameters for row in rows] == [2 * 5, 6, 2]


def test_one_against_the_rest_is_the_sum_of_its_classifiers() -> None:
    (row,) = summarize_model(OneVsRestClassifier(LinearSVC()).fit(X, np.arange(60) % 3)).layers
    assert (row.parameters, row.note) == (3 * 6, "3 of LinearSVC")
