"""Guesses in words, and the best as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from webparity.decode.contracts import LUMA_CONTRACT
from webparity.export.inputs.preprocessing_formats.pipeline_file import format_toml
from webparity.export.preprocessing_guess.guess import Guess
from webparity.preprocessing.pipeline.describe import describe_steps
from webparity.storage.new_file import write_new_file

# Mean differences in grey levels: rounding of float32 and of other libraries; a resize that differs.
_SAME: Final = 0.02
_CLOSE: Final = 0.5
# Further apart are different photographs, or values of another kind.
_FAR: Final = 12


def describe_guesses(found: Sequence[Guess], count: int) -> list[str]:
    """Describe the nearest guesses, one a line, below a verdict."""
    best = found[0]
    if best.mean <= _SAME and best.largest <= 1:
        verdict = "This one gives your arrays:"
    elif best.mean <= _CLOSE:
        verdict = "None gives your arrays exactly; the nearest:"
    elif best.mean > _FAR:
        verdict = (
            "None gives your arrays, and none is near. Are these the images that the arrays were made of, in the order "
            "of their names? The nearest:"
        )
    else:
        verdict = "None gives your arrays; the nearest (was something done that no pipeline here has?):"
    lines = [verdict, "mean and largest difference in grey levels"]
    lines += [
        f"  {guess.mean:9.4f} {guess.largest:9.4f}  {describe_steps(guess.preprocessing.steps)}"
        for guess in found[:count]
    ]
    of_pixels = [guess for guess in found if guess.preprocessing.contract != LUMA_CONTRACT]
    if best.preprocessing.contract == LUMA_CONTRACT and of_pixels:
        lines.append(
            "luma is the file's own gray, as cv2.IMREAD_GRAYSCALE and decode_jpeg(channels=1) take it; the nearest "
            f"gray of its RGB pixels is {of_pixels[0].mean:.4f} away, {of_pixels[0].largest:.4f} at most."
        )
    alike = [guess for guess in found[1:] if guess.mean <= best.mean + 1e-4]
    if alike:
        others = f"{len(alike)} others give" if len(alike) > 1 else "One other gives"
        lines.append(f"{others} the same for these images; larger photographs of other shapes may tell them apart.")
    return lines


def write_best(found: Sequence[Guess], file: Path) -> None:
    """Write the nearest guess as a preprocessing file.

    Raises:
        UsageError: the file exists or cannot be written.
    """
    lines = ["# Found by `webparity preprocessing guess`."]
    for step in found[0].preprocessing.steps:
        lines += ["", "[[steps]]", f'step = "{step.step}"']
        lines += [f"{name} = {format_toml(value)}" for name, value in step.options.items()]
    write_new_file(file, "\n".join([*lines, ""]), "preprocessing")
