"""The options of recipes on the command line: the common ones by their names, any other by `--set`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from webparity.errors import UsageError

_COMMON: Final = {
    "variant": "Which network of the recipe.",
    "classes": "2: normal and pneumonia; 3: normal, bacterial and viral.",
    "activation": "Of hidden layers: relu or sigmoid.",
    "optimizer": "adam or rmsprop.",
    "kernel": "Of a support vector machine: linear or rbf.",
    "pixels-per-cell": "Side of a HOG cell, in pixels.",
    "orientations": "Bins of a HOG histogram.",
}
Command = TypeVar("Command", bound=Callable[..., Any])


def recipe_options(command: Command) -> Command:
    """Give a command the options of recipes, collected in its parameter `choices`."""
    command = click.option(
        "--set", "choices", metavar="NAME=VALUE", multiple=True, callback=_collect, help="Any option of the recipe."
    )(command)
    for name, summary in reversed(_COMMON.items()):
        option = click.option(f"--{name}", metavar="VALUE", expose_value=False, callback=_keep, help=summary)
        command = option(command)
    return command


def _kept(ctx: click.Context) -> dict[str, str]:
    choices: dict[str, str] = ctx.meta.setdefault("webparity.choices", {})
    return choices


def _keep(ctx: click.Context, option: click.Parameter, value: str | None) -> None:
    if value is not None:
        _kept(ctx)[str(option.name).replace("_", "-")] = value


def _collect(ctx: click.Context, _: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    # One dict for all: click may call this before or after the callbacks of the other options.
    choices = _kept(ctx)
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise UsageError(f"Expected --set NAME=VALUE; received {pair!r}. Write for example --set classes=3.")
        choices[name] = value
    return choices
