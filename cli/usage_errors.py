"""Messages about wrong command lines: the rule, what was received, the fix, in the place of click's own sentences."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

import click

# Of the versions of click that have it.
_NO_COMMAND: Final[tuple[type[Exception], ...]] = tuple(
    filter(None, [getattr(click.exceptions, "NoSuchCommand", None)])
)


def describe_usage_error(error: click.ClickException) -> str:
    """Describe what is wrong with a command line.

    Args:
        error: of click's parser, or one whose message has the three parts already.

    Returns:
        One sentence each for the rule and what was received, the fix, and where to look it up.
    """
    said = error.format_message()
    if said.startswith("Expected "):
        return said
    context = error.ctx if isinstance(error, click.UsageError) else None
    called = context.command_path if context else "webparity"
    return f"{_describe(error, said, called, context)} See `{called} --help`."


def _describe(error: click.ClickException, said: str, called: str, context: click.Context | None) -> str:
    match error:
        case click.NoSuchOption(option_name=name):
            known = [option for each in (context.command.params if context else []) for option in each.opts]
            text = f"Expected an option of `{called}`; received {name}. {_suggest(name, known)}"
        case click.BadOptionUsage(option_name=name) if "does not take" in said:
            text = f"Expected {name} without a value; received one. Leave it out."
        case click.BadOptionUsage(option_name=name):
            text = f"Expected a value behind {name}; received none. Give one."
        case click.MissingParameter():
            text = f"Expected {_name(error)}; received none. Give it."
        case click.BadParameter():
            # Each type of click says first what it was given.
            value, _, rest = said.partition(": ")[2].partition(" is not ")
            rule = _describe_type(error.param) or rest.rstrip(".")
            text = f"Expected {rule} for {_name(error)}; received {value.rstrip('.')}. Correct it."
        case _ if isinstance(error, _NO_COMMAND) and context is not None and isinstance(context.command, click.Group):
            name = str(getattr(error, "command_name", ""))
            similar = _suggest(name, context.command.list_commands(context))
            text = f"Expected a command of `{called}`; received {name}. {similar}"
        case _:
            text = f"Expected a command line as its help shows it; received another: {said.rstrip('.')}. Correct it."
    return text


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return "an argument"
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return error.param.make_metavar(error.ctx or click.Context(click.Command("")))


def _describe_type(parameter: click.Parameter | None) -> str:
    """Describe the values of a parameter, where its type tells."""
    match parameter.type if parameter is not None else None:
        case click.Choice(choices=choices):
            return f"one of {', '.join(map(str, choices))}"
        case click.IntRange() as kind:
            return f"a whole number{_describe_range(kind)}"
        case click.FloatRange() as kind:
            return f"a number{_describe_range(kind)}"
        case kind if kind is click.INT:
            return "a whole number"
        case kind if kind is click.FLOAT:
            return "a number"
        case _:
            return ""


def _describe_range(kind: click.IntRange | click.FloatRange) -> str:
    words = []
    if kind.min is not None:
        words.append(f"{'above' if kind.min_open else 'from'} {kind.min:g}")
    if kind.max is not None:
        words.append(f"{'below' if kind.max_open else 'up to'} {kind.max:g}")
    return "".join(f" {word}" for word in words)


def _suggest(given: str, known: Iterable[str]) -> str:
    similar = get_close_matches(given, list(known), cutoff=0.7)
    return f"Did you mean {' or '.join(similar)}?" if similar else "Correct it."
