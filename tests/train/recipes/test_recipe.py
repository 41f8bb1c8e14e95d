from __future__ import annotations

from typing import Any

import pytest

from webparity.errors import UsageError
from webparity.preprocessing.spec import Preprocessing
from webparity.registry import discover
from webparity.train.recipes.mnist_cnn import RECIPE
from webparity.train.recipes.plans import EstimatorPlan
from webparity.train.recipes.recipe import Recipe

RECIPES: dict[str, Recipe] = discover("webparity.train.recipes", "RECIPE")


def test_other_options_keep_their_defaults_and_text_is_converted() -> None:
    assert RECIPE.choose({"variant": "wide"}) == {"variant": "wide", "activation": "relu", "optimizer": "adam"}
    assert RECIPES["chest-cnn"].choose({"classes": "3"})["classes"] == 3


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"variant": "huge"}, "dropout, initial, dense200, two-conv, wide; received huge"),
        ({"classes": 3}, "variant, activation, optimizer for mnist-cnn; received classes"),
    ],
)
def test_a_wrong_choice_is_refused_with_what_there_is(choices: dict[str, str | int], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        RECIPE.choose(choices)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_defaults_goals_and_spaces_are_among_what_is_offered(recipe: Recipe) -> None:
    for option in recipe.options:
        assert option.read(option.default) == option.default
    for goal in recipe.goals:
        recipe.choose(goal.choices)
        assert 0 < (goal.reference or goal.aim) <= goal.aim < 1
        assert goal.seeds >= 3
    offered = {option.name: option for option in recipe.options}
    for name, values in recipe.space.items():
        assert {offered[name].read(value) for value in values} == set(values)


def test_every_chest_recipe_accepts_three_classes() -> None:
    for name, recipe in RECIPES.items():
        assert ("classes" in {option.name for option in recipe.options}) == name.startswith("chest-"), name


def test_a_plan_of_the_luma_is_refused_since_training_decodes_to_rgb() -> None:
    steps: Any = [{"step": "color", "to": "luma"}, {"step": "resize", "height": 9, "width": 9}]
    with pytest.raises(UsageError, match="preprocessing of RGB pixels"):
        EstimatorPlan(preprocessing=Preprocessing(steps=steps), build=lambda _: None)
