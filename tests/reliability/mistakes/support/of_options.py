"""Wrong options: every option of every command, misspelt, without a value, or with one that it does not have.

The list is made of the commands themselves, so that a new command or option takes part by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import click
from mistake import Mistake

from webparity.cli.main import cli

Words = tuple[str, ...]


def list_commands(
    group: click.Group = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """List all commands, those of groups too, with the words that call them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from list_commands(command, (*path, name))
        else:
            yield (*path, name), command


def list_mistakes() -> Iterator[Mistake]:
    """List the mistakes."""
    yield Mistake(name="no such command", arguments=("exprot",), words=("exprot", "export"))
    yield Mistake(name="no such option", arguments=("--verison",), words=("--verison", "--version"))
    for words, command in list_commands():
        called = " ".join(words)
        given = tuple(
            each.make_metavar(click.Context(command)).strip(".") for each in command.params if _is_needed(each)
        )
        yield Mistake(
            name=f"{called}: an option of another tool", arguments=(*words, "--quantize"), words=("--quantize",)
        )
        taken = sum(1 if each.nargs == 1 else 100 for each in command.params if isinstance(each, click.Argument))
        if given:
            yield Mistake(name=f"{called}: nothing given", arguments=words, words=given[:1])
        if taken < 100:
            required = tuple(part for each in command.params if _is_needed_option(each) for part in (each.opts[0], "x"))
            extra = (*words, *required, *("x",) * (taken + 1))
            yield Mistake(name=f"{called}: too many arguments", arguments=extra, words=("unexpected extra argument",))
        for option in command.params:
            if isinstance(option, click.Option):
                yield from _list_of_option(called, words, option)


def _list_of_option(called: str, words: tuple[str, ...], option: click.Option) -> Iterator[Mistake]:
    name = max(option.opts, key=len)
    where = f"{called} {name}"
    misspelt = name[:-2] + name[-1] + "x"
    yield Mistake(name=f"{where}: misspelt", arguments=(*words, misspelt), words=(misspelt,))
    if option.is_flag:
        yield Mistake(name=f"{where}: a value for a flag", arguments=(*words, f"{name}=yes"), words=(name,))
        return
    if not getattr(option, "_flag_needs_value", False):
        yield Mistake(name=f"{where}: no value", arguments=(*words, name), words=(name,))
    kind = option.type
    if isinstance(kind, click.Choice):
        yield Mistake(
            name=f"{where}: another value", arguments=(*words, name, "best"), words=(name, "best", *kind.choices)
        )
    elif isinstance(kind, click.IntRange | click.FloatRange):
        yield Mistake(name=f"{where}: no number", arguments=(*words, name, "many"), words=(name, "many"))
        if kind.min is not None:
            below = str(kind.min - 1)
            yield Mistake(name=f"{where}: too small", arguments=(*words, name, below), words=(name, below))
        if kind.max is not None:
            above = str(kind.max + 1)
            yield Mistake(name=f"{where}: too large", arguments=(*words, name, above), words=(name, above))
    elif kind in {click.INT, click.FLOAT}:
        yield Mistake(name=f"{where}: no number", arguments=(*words, name, "many"), words=(name, "many"))


def _is_needed(each: click.Parameter) -> bool:
    return isinstance(each, click.Argument) and each.required


def _is_needed_option(each: click.Parameter) -> bool:
    return isinstance(each, click.Option) and each.required
