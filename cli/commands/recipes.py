"""`webparity recipes`."""

from __future__ import annotations

import click


@click.command("recipes")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")
def command(as_json: bool) -> None:
    """List what can be trained."""
    from webparity.cli.console import print_json, print_result
    from webparity.registry import discover

    recipes = discover("webparity.train.recipes", "RECIPE")
    if as_json:
        print_json([{"name": name, "summary": recipe.summary, "data": recipe.data} for name, recipe in recipes.items()])
        return
    from rich.table import Table

    table = Table("recipe", "what it is", "data", box=None, pad_edge=False)
    for name, recipe in recipes.items():
        table.add_row(name, recipe.summary, recipe.data)
    print_result(table)
