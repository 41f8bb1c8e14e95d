"""Cross-validation and tuning with real trainings: of a quick classifier, and of a network of a few units."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from webparity.errors import UsageError
from webparity.storage.json_document import encode_json_document
from webparity.train import fit
from webparity.train.datasets.dataset import Dataset
from webparity.train.datasets.mnist import load_mnist
from webparity.train.fitting.fit_model import fit_model
from webparity.train.recipes import chest_cnn, chest_knn, mnist_mlp
from webparity.train.recipes.recipe import Recipe, Search
from webparity.train.search.cross_validation import CrossValidation, cross_validate
from webparity.train.search.parts import Parts
from webparity.train.search.recipe_search import find_journal_file
from webparity.train.search.tuning import tune

pytestmark = pytest.mark.slow

KNN = chest_knn.RECIPE
SPACE = {"activation": ("relu", "sigmoid"), "optimizer": ("adam", "rmsprop")}
NETWORK = replace(mnist_mlp.RECIPE, space=SPACE)


class UnreadableSplit:
    """Stands where a test split would, and fails whoever looks at it."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"the test split was asked for {name}")


def remove_test(dataset: Dataset) -> Dataset:
    return replace(dataset, test=UnreadableSplit())


@pytest.fixture(scope="module")
def digits() -> Dataset:
    whole = load_mnist("mnist-subset")
    return replace(
        whole,
        train=whole.train.take(np.arange(0, 3600, 9)),
        validation=whole.validation.take(np.arange(0, 400, 4)),
        test=whole.test.take(np.arange(0, 1000, 50)),
    )


def test_cross_validation_measures_every_image_once(chest: Dataset) -> None:
    shown: list[float] = []
    found = cross_validate(
        KNN, remove_test(chest), folds=4, choices={"neighbours": 2}, progress=lambda done, *_: shown.append(done)
    )
    assert found.choices == {"classes": 2, "neighbours": 2}
    assert found.left_out == "patients"
    images = [fold.images for fold in found.folds]
    assert sum(images) == found.pooled.images == len(chest.train) + len(chest.validation)
    accuracies = [fold.metrics["accuracy"] for fold in found.folds]
    assert found.mean["accuracy"] == pytest.approx(np.mean(accuracies))
    assert found.sd["accuracy"] == pytest.approx(np.std(accuracies, ddof=1))
    assert found.pooled.accuracy == pytest.approx(np.average(accuracies, weights=images))
    assert shown == sorted(shown)
    assert shown[-1] == 4


def test_a_fold_is_measured_by_a_training_that_has_not_seen_it(chest: Dataset) -> None:
    found = cross_validate(KNN, remove_test(chest), folds=3, seed=5)
    part = Parts(chest, folds=3, seed=5)[1]
    assert fit(KNN, part, seed=5).metrics == pytest.approx(found.folds[1].metrics, abs=1e-6)


def test_leave_one_out_pools_what_single_patients_cannot_tell(chest: Dataset) -> None:
    some = replace(chest, train=chest.train.take(np.r_[0:6, len(chest.train) - 6 : len(chest.train)]))
    some = replace(some, validation=some.train.take(np.array([0, 11])))
    found = cross_validate(KNN, remove_test(some), folds="loo", choices={"neighbours": 1})
    assert len(found.folds) == len(np.unique(Parts(some, folds=None).pool.groups))
    assert found.pooled.images == 14
    assert found.pooled.roc_auc is not None


def test_cross_validation_does_not_search(digits: Dataset) -> None:
    searching = replace(NETWORK, search=Search(method="grid", trials=4, epochs=1, share=1.0))
    found = cross_validate(searching, remove_test(digits), folds=2, epochs=1)
    assert found.choices == {"activation": "relu", "optimizer": "adam"}


def test_tuning_finds_the_highest_score_and_lists_its_trials(chest: Dataset) -> None:
    found = tune(KNN, remove_test(chest), method="grid", folds=2)
    assert [trial.choices["neighbours"] for trial in found.trials] == list(KNN.space["neighbours"])
    assert found.trials[found.best].score == max(trial.score for trial in found.trials)
    assert found.fixed == {"classes": 2}
    by_hand = cross_validate(KNN, remove_test(chest), folds=2, choices=found.trials[1].choices)
    assert found.trials[1].score == by_hand.mean["balanced_accuracy"]
    assert found.trials[1].sd == by_hand.sd["balanced_accuracy"]


def test_a_loss_is_made_small(chest: Dataset) -> None:
    found = tune(KNN, remove_test(chest), method="grid", objective="log_loss")
    assert found.trials[found.best].score == min(trial.score for trial in found.trials)
    by_hand = fit(KNN, Parts(chest, folds=None)[0], choices={"neighbours": 1}).metrics["log_loss"]
    assert found.trials[0].score == pytest.approx(by_hand, abs=1e-6)


@pytest.mark.parametrize("method", ["random", "bayesian"])
def test_classifiers_can_be_searched_by_any_method_but_hyperband(chest: Dataset, method: Any) -> None:
    found = tune(KNN, remove_test(chest), method=method, trials=3)
    assert 1 <= len(found.trials) <= 3
    assert found == tune(KNN, remove_test(chest), method=method, trials=3)


def test_hyperband_gives_networks_more_epochs_and_classifiers_a_refusal(chest: Dataset, digits: Dataset) -> None:
    found = tune(NETWORK, remove_test(digits), method="hyperband", epochs=3)
    assert {trial.epochs for trial in found.trials} == {1, 3}
    with pytest.raises(UsageError, match="trains by epochs for hyperband; received chest-knn"):
        tune(KNN, remove_test(chest), method="hyperband")


@pytest.mark.parametrize(
    ("recipe", "settings", "said"),
    [
        (chest_cnn.RECIPE, {}, r"received chest-cnn, which has none\. Choose one of .*chest-knn"),
        (KNN, {"choices": {"neighbours": 4}}, r"whose neighbours are all given\. Leave one open"),
        (KNN, {"choices": {"neighbors": 4}}, r"received neighbors"),
        (KNN, {"method": "grid", "trials": 2}, r"Expected 5 trials for the whole grid; received 2"),
        (KNN, {"trials": 0}, r"one trial or more; received 0"),
        (KNN, {"objective": "beauty"}, r"objective among balanced_accuracy.*received beauty"),
        (KNN, {"folds": 1000}, r"received 1000"),
    ],
)
def test_wrong_use_is_refused(chest: Dataset, recipe: Recipe, settings: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        tune(recipe, remove_test(chest), **settings)


@pytest.mark.parametrize("finished", [0, 1, 3])
def test_a_search_goes_on_from_its_journal_with_the_same_result(
    chest: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finished: int
) -> None:
    settings: Any = {"method": "bayesian", "trials": 4, "folds": 2}
    whole = tune(KNN, remove_test(chest), **settings, journal=tmp_path / "whole")
    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)
    (tmp_path / "cut").write_bytes(b"".join(lines[: 1 + finished]) + lines[1 + finished][:20])
    done: list[Any] = []
    real = fit_model
    monkeypatch.setattr(
        "webparity.train.search.job.fit_model", lambda *given, **named: (done.append(named), real(*given, **named))[1]
    )
    again = tune(KNN, remove_test(chest), **settings, journal=tmp_path / "cut")
    assert encode_json_document(again) == encode_json_document(whole)
    assert len(done) == len(lines) - 1 - finished
    assert (tmp_path / "cut").read_bytes() == (tmp_path / "whole").read_bytes()


def test_a_journal_is_of_one_seed_and_one_dataset(chest: Dataset, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    first = cross_validate(KNN, remove_test(chest), folds=2, journal=journal)
    other = cross_validate(KNN, remove_test(chest), folds=2, seed=1, journal=journal)
    assert other != first
    less = replace(chest, train=chest.train.take(np.arange(1, len(chest.train))))
    assert cross_validate(KNN, remove_test(less), folds=2, seed=1, journal=journal) != other


def test_a_recipe_s_own_search_comes_before_its_training(digits: Dataset, tmp_path: Path) -> None:
    searching = replace(NETWORK, search=Search(method="grid", trials=4, epochs=1, share=0.5))
    checkpoint = tmp_path / "checkpoint"
    trained = fit(searching, digits, choices={"optimizer": "adam"}, epochs=2, checkpoint=checkpoint)
    by_hand = tune(NETWORK, remove_test(digits), method="grid", choices={"optimizer": "adam"}, epochs=1, share=0.5)
    assert len(by_hand.trials) == 2
    assert trained.choices == {"optimizer": "adam", **by_hand.trials[by_hand.best].choices}
    assert len(trained.history["loss"]) == 2
    assert find_journal_file(checkpoint).is_file()
    # All chosen: nothing is searched, and the same network comes out.
    given = fit(searching, digits, choices=trained.choices, epochs=2)
    assert all(
        np.array_equal(one, other)
        for one, other in zip(given.model.get_weights(), trained.model.get_weights(), strict=True)
    )


def test_documents_can_be_read_back(chest: Dataset) -> None:
    found = cross_validate(KNN, remove_test(chest), folds=2)
    assert msgspec.json.decode(encode_json_document(found), type=CrossValidation) == found
