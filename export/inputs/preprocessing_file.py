"""Preprocessing files: the fields of `Preprocessing` in TOML."""

from __future__ import annotations

import re
import textwrap
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Final

from webparity.errors import UsageError, make_file_error
from webparity.export.inputs.preprocessing_formats.json_config import read_json_config
from webparity.export.inputs.preprocessing_formats.pipeline_file import format_pipeline
from webparity.model_safety.text_file import read_short_text
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.methods import Fit, Interpolation
from webparity.preprocessing.preset import get_preset
from webparity.preprocessing.spec import Hog, Preprocessing
from webparity.preprocessing.validation import format_value
from webparity.storage.new_file import write_new_file

# Four times the example; parsing a key with many dots takes quadratic time.
_MAX_BYTES: Final = 2**14
# `scale = 1/255`, which TOML does not have.
_FRACTION: Final = re.compile(r"^\s*\w+\s*=\s*\[?[-\d., ]*\d\s*/\s*\d", re.MULTILINE)
_FRACTION_HINT: Final = "TOML has no fractions: write 1/255 as 0.00392156862745098."


def is_preset_name(file: Path) -> bool:
    """Whether what stands for a file names a preset: a word without folder and suffix, of which there is no file."""
    return len(file.parts) == 1 and not file.suffix and not file.exists()


def read_preprocessing(file: Path, size: tuple[int, int] | None = None) -> Preprocessing:
    """Read a preprocessing file.

    Args:
        file: TOML; a `preprocessor_config.json` of Hugging Face or a `config.json` of timm; or a preset's name.
        size: height and width of the model's input, where they are known, which a preset follows.

    Raises:
        UsageError: it cannot be read, has an unknown key, a value of the wrong type, or contradicting values.
    """
    if file.suffix == ".json":
        return read_json_config(file)
    if is_preset_name(file):
        return get_preset(f"{file}").make(size)
    text = ""
    try:
        text = read_short_text(file, _MAX_BYTES)
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        fix = _FRACTION_HINT if _FRACTION.search(text) else _EXAMPLE_HINT
        raise make_file_error(f"Expected a TOML file in UTF-8; received {file}: {error}. {fix}", error) from error
    return convert_values(values, f"{file}")


def convert_values(values: Mapping[str, Any], file: str) -> Preprocessing:
    """Convert the keys of a preprocessing file, as they are in TOML.

    Args:
        values: by key.
        file: what to call them in an error.

    Raises:
        UsageError: an unknown key, a value of the wrong type, or contradicting values.
    """
    if "steps" in values:
        return _read_pipeline(values, file)
    _check_keys(values, Preprocessing, file)
    try:
        # The classes' own checks name the key and the values that it may have.
        return Preprocessing(**{**values, "hog": _read_hog(values.get("hog"), file)})
    except UsageError as error:
        raise UsageError(f"{error} (Read from {file}.)") from error


def _read_hog(values: Any, file: str) -> Hog | None:
    if values is None:
        return None
    if not isinstance(values, dict):
        raise UsageError(f"Expected `hog` to be a table; received {format_value(values)}. Write it as [hog].")
    _check_keys(values, Hog, f"[hog] of {file}")
    return Hog(**values)


def _read_pipeline(values: Mapping[str, Any], file: str) -> Preprocessing:
    """Read a pipeline; keys of files without steps have no place beside it."""
    beside = sorted(set(values) - {"steps"})
    if beside:
        raise UsageError(
            f"Expected only `steps` in a pipeline; received {beside[0]!r} beside it in {file}. Put it into a step."
        )
    if values["steps"] == []:
        raise UsageError(f"Expected a step 'resize' in the pipeline; received no steps in {file}. {_EXAMPLE_HINT}")
    try:
        return Preprocessing(steps=values["steps"])
    except UsageError as error:
        raise UsageError(f"{error} (Read from {file}.)") from error


def _check_keys(values: Mapping[str, Any], spec_class: type[Preprocessing | Hog], where: str) -> None:
    known = [field.name for field in fields(spec_class)]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise UsageError(
            f"Expected only {', '.join(known)} in {where}; received {unknown[0]!r}. Correct or remove that line."
        )
    needed = [
        field.name for field in fields(spec_class) if field.default is MISSING or field.name in {"height", "width"}
    ]
    missing = [name for name in needed if name not in values]
    if missing:
        raise UsageError(
            f"Expected {', '.join(needed)} in {where}; received no {missing[0]!r}. Add it; {_EXAMPLE_HINT}"
        )


def write_example(file: Path, preset: str | None = None) -> None:
    """Write a preprocessing file that explains every key, to be edited.

    Args:
        file: to be written.
        preset: name of the preset that it says; by default an example with all alternatives.

    Raises:
        UsageError: the file exists, is not named *.toml, or cannot be written; or there is no such preset.
    """
    content = EXAMPLE if preset is None else format_pipeline(get_preset(preset))
    if file.suffix != ".toml":
        raise UsageError(f"Expected a name ending in .toml for the example; received {file}. Give it another name.")
    write_new_file(file, content, "example")


def _list_methods(table: Mapping[str, Interpolation | Fit]) -> str:
    """Comment lines that name each method of a table with what it does."""
    lines = []
    for name, method in table.items():
        libraries = {None} if isinstance(method, Fit) else set(method.resize)
        only = "" if None in libraries else f"; only with `like` {' or '.join(sorted(map(str, libraries)))}"
        lines += textwrap.wrap(
            f'"{name}": {method.description}{only}.', 118, initial_indent="# ", subsequent_indent="#   "
        )
    return "\n".join(lines)


_EXAMPLE_HINT = "`webparity export --init-preprocessing` writes an example that explains every key."

# Each block of commented lines `# key = value` is one alternative to the lines above it.
EXAMPLE = f"""\
# How images reached your model when it was trained, for `webparity export MODEL --preprocessing THIS-FILE --out DIR`.
# Leave out what keeps its default. To choose an alternative, remove the "# " in front of it and the line it replaces.
#
# For crops, padding, equalizing, a JPEG's own luma, or another order, a file of [[steps]] takes the place of all keys
# here. To write one: `webparity export --init-preprocessing OTHER-FILE --preset imagenet-torchvision`.

# The size that the model takes, in pixels, 1 to 2048.
height = 180
width = 180

# "gray" for one channel (the default), "rgb" for three, "bgr" for three in the order of cv2.imread.
channels = "gray"
# channels = "rgb"

# Which library resized the training images. Its pixels are then reproduced: gray first, then the resize, each rounded
# as that library rounds. Without `like`, images are resized with antialiasing and never rounded, as `webparity train`
# does it.
#
# Pillow, or `keras.utils.load_img(..., interpolation="bilinear")`:
#     Image.open(file).convert("L").resize((180, 180), Image.Resampling.BILINEAR)
# like = "pillow"
#
# OpenCV:
#     cv2.resize(cv2.cvtColor(cv2.imread(file), cv2.COLOR_BGR2GRAY), (180, 180))
# like = "opencv"
#
# OpenCV with INTER_AREA:
#     cv2.resize(cv2.cvtColor(cv2.imread(file), cv2.COLOR_BGR2GRAY), (180, 180), interpolation=cv2.INTER_AREA)
# like = "opencv"
# resize = "area"
#
# TensorFlow, not antialiased:
#     keras.utils.image_dataset_from_directory(folder, color_mode="grayscale", image_size=(180, 180))
#     tf.image.resize(tf.io.decode_jpeg(data, channels=1), (180, 180))
# like = "tensorflow"

# How pixels are computed at the new size:
{_list_methods(INTERPOLATIONS)}
resize = "bilinear"

# How the image is mapped onto the new size where its aspect ratio is another:
{_list_methods(FITS)}
fit = "stretch"

# The model sees (pixel * scale + offset - mean) / std, with pixels from 0 to 255.
# 0 to 1, as with `image / 255` or ImageDataGenerator(rescale=1 / 255); the default:
scale = 0.00392156862745098
offset = 0.0
# -1 to 1, as with `image / 127.5 - 1` or the preprocess_input of MobileNet:
# scale = 0.00784313725490196
# offset = -1.0
#
# 0 to 255, or a model that holds a Rescaling layer of its own:
# scale = 1.0
#
# Mean and deviation, one value per channel, of values after scale and offset:
# mean = [0.5]
# std = [0.25]
#
# The same for RGB, with ImageNet's:
# channels = "rgb"
# mean = [0.485, 0.456, 0.406]
# std = [0.229, 0.224, 0.225]

# Histograms of oriented gradients of the gray pixels in the place of the pixels themselves:
#     skimage.feature.hog(image, orientations=9, pixels_per_cell=(8, 8), cells_per_block=(2, 2))
# Keep this table last in the file. `normalisation` is skimage's block_norm: "L1", "L2" or "L2-Hys".
#
# [hog]
# orientations = 9
# pixels_per_cell = 8
# cells_per_block = 2
# normalisation = "L2-Hys"
"""
