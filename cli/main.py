"""The entry point: finds commands, and turns errors of ours into one sentence and an exit code."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import click

from webparity.cli import commands
from webparity.errors import WebparityError

_INTERRUPTED = 130


class _Commands(click.Group):
    """Loads a command's module when it is asked for; the modules import heavy libraries only inside the command.

    A command is called as its module, with hyphens for underscores.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(info.name.replace("_", "-") for info in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(f"webparity.cli.commands.{cmd_name.replace('-', '_')}").command
        return command if isinstance(command, click.Command) else None


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="webparity")
def cli() -> None:
    """Train an image classifier, put it on a static web page, and prove that both give the same answer.

    \b
    Examples:
      webparity demo                               everything, on embedded data
      webparity train mnist-cnn --out run          train a model
      webparity export run --out bundle            write ONNX, TF.js and the page
      webparity verify bundle                      same answer in every runtime?
      webparity predict bundle photo.jpg           ask the model
    """


def main() -> None:
    """Run the command line.

    Exits with 0 when done and within tolerance, 1 when parity failed, 2 on wrong use or bad input, 3 when a required
    runtime is missing, 130 when interrupted.
    """
    # TensorFlow reads it when it is first imported; its start-up notes are not the user's concern.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        result = cli.main(prog_name="webparity", standalone_mode=False)
    except WebparityError as error:
        click.echo(f"{click.style('Error:', fg='red', bold=True)} {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        click.echo(
            f"{click.style('Error:', fg='red', bold=True)} Expected files and folders that can be read and written; "
            f"received: {error}. Check the path, its permissions and the free space.",
            err=True,
        )
        sys.exit(WebparityError.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(_INTERRUPTED)
    sys.exit(result if isinstance(result, int) else 0)
