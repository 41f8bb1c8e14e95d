"""Recipes, one file each; every module with a `RECIPE` is discovered."""

__all__: list[str] = []
