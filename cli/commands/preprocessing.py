"""`webparity preprocessing`."""

from __future__ import annotations

from pathlib import Path

import click


@click.group("preprocessing", short_help="Find out or list how images reach a model.")
def command() -> None:
    """Find out or list how images reach a model.

    \b
    Examples:
      webparity preprocessing presets
      webparity preprocessing guess --images photos --expected arrays.npy
    """


@command.command("presets")
def list_all() -> None:
    """List the presets for `webparity export --init-preprocessing --preset NAME`.

    \b
    Examples:
      webparity preprocessing presets
    """
    from webparity.cli.output.console import print_line
    from webparity.preprocessing.preset import list_presets

    presets = list_presets()
    width = max(map(len, presets))
    for name, preset in presets.items():
        print_line(f"{name:{width}}  {preset.description}")


@command.command("guess")
@click.option("--images", required=True, type=click.Path(path_type=Path), help="Folder of image files.")
@click.option(
    "--expected",
    required=True,
    type=click.Path(path_type=Path),
    help="Your own preprocessed arrays of them (.npy), in the order of the files' names.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the best as a preprocessing file.")
@click.option("--top", type=click.IntRange(1, 100), default=5, show_default=True, help="How many to print.")
def guess(images: Path, expected: Path, out: Path | None, top: int) -> None:
    """Find which preprocessing gives your own arrays, and how far the next ones are.

    Arrays are [N, height, width, channels], [N, channels, height, width] or [N, height, width], one for each image of
    the folder, sorted by name. Save them where your model gets them: numpy.save("arrays.npy", batch).

    \b
    Examples:
      webparity preprocessing guess --images photos --expected arrays.npy
      webparity preprocessing guess --images photos --expected arrays.npy \\
        --out pre.toml
    """
    from webparity.cli.output.console import print_line
    from webparity.export.preprocessing_guess.guess import guess_preprocessing
    from webparity.export.preprocessing_guess.report import describe_guesses, write_best

    found = guess_preprocessing(images, expected)
    for line in describe_guesses(found, top):
        print_line(line)
    if out is not None:
        write_best(found, out)
        print_line(f"preprocessing → {out}")
