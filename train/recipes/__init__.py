"""Recipes, one file each; a module that offers `RECIPE` is found by itself."""

__all__: list[str] = []
