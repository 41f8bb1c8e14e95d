"""Shared options for recipes (common ones by name, others by `--set`) and for searches."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from webparity.cli.process.hold_folder import add_wait_option
from webparity.errors import UsageError

_COMMON: Final = {
    "variant": "Which network of the recipe.",
    "classes": "2: normal and pneumonia; 3: normal, bacterial and viral.",
    "activation": "Of hidden layers: relu or sigmoid.",
    "optimizer": "adam or rmsprop.",
    "size": "Size that class folders' images are resized to: a side in pixels, or HEIGHTxWIDTH.",
    "colour": "Of class folders' images: rgb or gray.",
    "augmentation": "Of class folders' training images: on, mirrored or off.",
    "features": "Of class folders' images: hog or pixels.",
    "group-pattern": "Regular expression for names of class folders' images; one match is in one split only.",
    "kernel": "Of a support vector machine: linear or rbf.",
    "pixels-per-cell": "Side of a HOG cell, in pixels.",
    "orientations": "Bins of a HOG histogram.",
}
_OTHER_SPELLINGS: Final = {"colour": ("--color",)}
Command = TypeVar("Command", bound=Callable[..., Any])


def add_recipe_options(command: Command) -> Command:
    """Add the options of recipes to a command, collected in its parameter `choices`."""
    command = click.option(
        "--set", "choices", metavar="NAME=VALUE", multiple=True, callback=_collect, help="Any option of the recipe."
    )(command)
    for name, summary in reversed(_COMMON.items()):
        option = click.option(
            name.replace("-", "_"),
            f"--{name}",
            *_OTHER_SPELLINGS.get(name, ()),
            metavar="VALUE",
            expose_value=False,
            callback=_keep,
            help=summary,
        )
        command = option(command)
    return command


def add_search_options(folder: str) -> Callable[[Command], Command]:
    """Add the options shared by `cross-validate` and `tune`; `folder` is their default folder in `build`."""
    options = (
        click.option("--data", metavar="NAME|FILE|DIR", help="As for train."),
        click.option(
            "--out", type=click.Path(path_type=Path), help=f"Folder for the result.  [default: build/{folder}/RECIPE]"
        ),
        click.option(
            "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of everything random."
        ),
        click.option("--epochs", type=click.IntRange(min=1), help="At most this many passes a training."),
        click.option(
            "--cluster", metavar="ADDRESS", help="Dask scheduler whose workers train; the result is the same."
        ),
        click.option("--force", is_flag=True, help="Replace an earlier result in that folder."),
        click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output."),
    )

    def add(command: Command) -> Command:
        command = add_wait_option(command)
        for option in reversed(options):
            command = option(command)
        return command

    return add


def _get_choices(ctx: click.Context) -> dict[str, str]:
    choices: dict[str, str] = ctx.meta.setdefault("webparity.choices", {})
    return choices


def _keep(ctx: click.Context, option: click.Parameter, value: str | None) -> None:
    if value is not None:
        _get_choices(ctx)[str(option.name).replace("_", "-")] = value


def _collect(ctx: click.Context, _: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    # One dict for all: click may call this before or after the callbacks of the other options.
    choices = _get_choices(ctx)
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise UsageError(f"Expected --set NAME=VALUE; received {pair!r}. Write for example --set classes=3.")
        choices[name] = value
    return choices
