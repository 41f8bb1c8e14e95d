"""`webparity recipes`."""

from __future__ import annotations

import click


@click.command("recipes", short_help="List what can be trained, or the options of one recipe.")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")
def command(name: str | None, as_json: bool) -> None:
    """List what can be trained, or the options of the recipe NAME.

    \b
    Examples:
      webparity recipes
      webparity recipes mnist-cnn
    """
    from dataclasses import asdict

    from rich.table import Table

    from webparity.cli.output.console import print_json, print_result
    from webparity.train.recipes.registry import discover_recipes, find_recipe

    recipes = discover_recipes() if name is None else {name: find_recipe(name)}
    if as_json:
        print_json(
            [
                {"name": r.name, "summary": r.summary, "data": r.data, "options": [asdict(o) for o in r.options]}
                for r in recipes.values()
            ]
        )
        return
    if name is None:
        table = Table("recipe", "what it is", "data", box=None, pad_edge=False)
        for recipe in recipes.values():
            table.add_row(recipe.name, recipe.summary, recipe.data or "--data FOLDER")
    else:
        table = Table("option", "values, the default first", "what it is", box=None, pad_edge=False)
        for option in recipes[name].options:
            table.add_row(option.name, option.describe_values(), option.summary)
        print_result(f"{name}: {recipes[name].summary}")
    print_result(table)
