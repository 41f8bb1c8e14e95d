"""The networks have the parameters of the work they follow, counted by hand in the comments."""

from __future__ import annotations

import pytest

from webparity.registry import discover
from webparity.train.recipes.plans import KerasPlan
from webparity.train.recipes.recipe import Recipe

RECIPES: dict[str, Recipe] = discover("webparity.train.recipes", "RECIPE")
# Convolutions: (side² · channels in + 1) · filters each; dense layers: (values in + 1) · units each.
PARAMETERS = {
    # 10 + 18 + 18; 28 → 14 → 7 → 3: (18 + 1) · 2; (2 + 1) · 10
    ("mnist-cnn", "variant=initial"): 114,
    # 10 + 18 + 18; (18 + 1) · 200; (200 + 1) · 10
    ("mnist-cnn", "variant=dense200"): 5_856,
    # 10 + 18; 28 → 14 → 7: (98 + 1) · 200; (200 + 1) · 10
    ("mnist-cnn", "variant=two-conv"): 21_838,
    # 80 + 1,168; 28 → 14, not pooled again: (3,136 + 1) · 200; (200 + 1) · 10
    ("mnist-cnn", "variant=wide"): 630_658,
    # 80 + 1,168; 28 → 14 → 7: (784 + 1) · 200; (200 + 1) · 10
    ("mnist-cnn", ""): 160_258,
    # (784 + 1) · 6; (6 + 1) · 6; (6 + 1) · 10
    ("mnist-mlp", ""): 4_822,
    # 49 cells of 8 bins: (392 + 1) · 8; (8 + 1) · 10
    ("mnist-hog-mlp", ""): 3_234,
    # 196 cells of 8 bins: (1,568 + 1) · 8; (8 + 1) · 10
    ("mnist-hog-mlp", "pixels-per-cell=2"): 12_642,
    # 16 cells of 9 bins: (144 + 1) · 8; (8 + 1) · 10
    ("mnist-hog-mlp", "pixels-per-cell=7 orientations=9"): 1_250,
    # (32,400 + 1) · 128; (128 + 1) · 2
    ("chest-mlp", ""): 4_147_586,
    ("chest-mlp", "classes=3"): 4_147_715,
    # 160 + 4,640 + 18,496; 180 → 178 → 89 → 87 → 43 → 41 → 20: (25,600 + 1) · 128; (128 + 1) · 2
    ("chest-cnn", ""): 3_300_482,
    ("chest-cnn-augmented", ""): 3_300_482,
    ("chest-cnn-tuned", ""): 3_300_482,
    # 640 + 73,856 + 295,168; (102,400 + 1) · 128; (128 + 1) · 2
    ("chest-cnn-wide", ""): 13_477_250,
    # 160 + 4,640 + 18,496 + 36,928 + 73,856; 180 → … → 3: (1,152 + 1) · 128; (128 + 1) · 64; 64 + 1
    ("chest-cnn5", ""): 289_985,
    # the same, but (64 + 1) · 3 at the end
    ("chest-cnn5", "classes=3"): 290_115,
    # 108 + 1,296 + 1,728 + 2,304 + 2,880; 4 · (12 + 12 + 16 + 16 + 20) to normalize; (20 + 1) · 10
    ("digits-tiny", ""): 8_830,
    # 400, then 512 + 4,608 + 9,216, 2,048 + 18,432 + 36,864, 6,144 + 55,296 + 82,944; 4 · (16 + 3 · (32 + 64 + 96)) to
    # normalize; 96 + 1
    ("chest-resnet", ""): 218_929,
    ("chest-resnet", "classes=3"): 219_123,
    # Convolutions without bias, and 4 numbers a filter of each normalisation: 496 + 4,736 + 18,688 + 74,240 + 147,968 +
    # 147,968; 96 → 48 → 24 → 12 → 6 → 3: (1,152 + 1) · 128; (128 + 1) · 10
    ("image-cnn", ""): 542_970,
    # 208 + 4,736 + 18,688 + 74,240; 28 → 14 → 7 → 3: (1,152 + 1) · 128; (128 + 1) · 10
    ("image-cnn", "size=28 colour=gray"): 246_746,
}


@pytest.mark.parametrize(("recipe", "choices"), PARAMETERS, ids=lambda value: value or "default")
def test_parameters(recipe: str, choices: str) -> None:
    chosen = RECIPES[recipe].choose(dict(choice.split("=") for choice in choices.split()))
    plan = RECIPES[recipe].plan(chosen)
    assert isinstance(plan, KerasPlan)
    network = plan.build(_count_classes(chosen))
    assert network.count_params() == PARAMETERS[recipe, choices]
    assert network.input_shape[1:] == plan.preprocessing.values_shape
    assert network.output_shape[-1] == (
        1 if recipe in {"chest-cnn5", "chest-resnet"} and chosen["classes"] == 2 else _count_classes(chosen)
    )


def _count_classes(chosen: dict[str, str | int | float]) -> int:
    return int(chosen.get("classes", 10))


def test_every_network_is_counted() -> None:
    networks = {name for name, recipe in RECIPES.items() if isinstance(recipe.plan(recipe.choose()), KerasPlan)}
    assert networks == {name for name, _ in PARAMETERS}
