"""The Keras version that wrote a file, and how to convert files that this version cannot read, without Keras."""

from __future__ import annotations

import json
import re
import shlex
import zipfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

# Where Keras 2 kept the classes of models, under its own name and as the package tf_keras.
KERAS_2_MODELS: Final = re.compile(r"(tf_)?keras\.(src\.)?engine\.(functional|sequential|training)")
_MAX_METADATA: Final = 2**16
_VERSION: Final = re.compile(r"\d{1,4}\.\d{1,4}(\.\d{1,4})?")
_WEIGHTS: Final = (
    "import sys, numpy, {module} as k; "
    "numpy.savez('weights.npz', *k.models.load_model(sys.argv[1], compile=False).get_weights())"
)


def read_keras_version(file: Path) -> str:
    """Read the version of Keras that wrote a `.keras` or `.h5` file; an empty text where it is not recorded."""
    said: Any = ""
    # Reading a damaged file may raise any error; its reader reports that.
    with suppress(Exception):
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive, archive.open("metadata.json") as stream:
                said = json.loads(stream.read(_MAX_METADATA))["keras_version"]
        else:
            import h5py

            with h5py.File(file, "r") as store:
                said = store.attrs["keras_version"]
    said = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    # Only what looks like a version gets into a command that someone copies.
    found = _VERSION.match(said)
    return found[0] if found else ""


def describe_file(file: Path) -> str:
    """Give a file's name, with the version of Keras that wrote it if that was Keras 2."""
    writer = read_keras_version(file)
    return f"{file.name} of Keras {writer} (Keras 2)" if writer.startswith("2.") else file.name


def describe_conversion(file: Path) -> str:
    """Describe how to convert a model that this Keras cannot read, with a command to copy."""
    here, writer = version("keras"), read_keras_version(file)
    if writer in {"", here}:
        return "Save it again with model.save('model.keras') where it was made, of layers of Keras alone."
    generation = " (Keras 2)" if writer.startswith("2.") else ""
    return (
        f"Keras {writer}{generation} wrote it; here is Keras {here}. If you trust the file, take its weights out with "
        f"{format_extraction_command(file.name, writer)} and build the network here: "
        "network.set_weights([*numpy.load('weights.npz').values()]); network.save('new.keras')."
    )


def format_extraction_command(name: str, writer: str) -> str:
    """Format the command that writes a model's weights to `weights.npz`, in an environment of its own.

    Args:
        name: of the model's file, in the working directory.
        writer: the version of Keras that wrote it.
    """
    major, minor = (int(number) for number in writer.split(".")[:2])
    if (major, minor) < (2, 16):
        # The last TensorFlow with Keras 2 in it reads the files of all before.
        packages, module = ["tensorflow-cpu==2.15.1"], "tensorflow.keras"
    elif major == 2:
        packages, module = [f"tf_keras=={writer}", f"tensorflow-cpu=={major}.{minor}.*"], "tf_keras"
    else:
        packages, module = [f"keras=={writer}", "tensorflow-cpu"], "keras"
    options = " ".join(f"--with {shlex.quote(package)}" for package in packages)
    return f'uvx --python 3.11 {options} python -c "{_WEIGHTS.format(module=module)}" {shlex.quote(name)}'
