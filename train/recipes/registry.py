"""Discovery of recipes: one module each in this folder, and those of other packages by entry points."""

from __future__ import annotations

from webparity.registry import discover, get_by_name
from webparity.train.recipes.recipe import Recipe


def discover_recipes() -> dict[str, Recipe]:
    """Import every recipe and return them by name, sorted by name."""
    return discover("webparity.train.recipes", "RECIPE")


def find_recipe(name: str) -> Recipe:
    """Return the recipe of that name.

    Raises:
        UsageError: there is none; the message lists the names.
    """
    recipe: Recipe = get_by_name(discover_recipes(), name, "recipe")
    return recipe
