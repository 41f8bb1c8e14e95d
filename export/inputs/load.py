"""A user's own model file, with what stands around it, as something to export."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from webparity.bundle.names import make_readable_name
from webparity.errors import UsageError, make_file_error
from webparity.export.inputs.golden import GoldenFile, golden_from_folder, golden_from_samples
from webparity.export.inputs.keras_preprocessing import own_preprocessing
from webparity.export.inputs.label_order import own_names
from webparity.export.inputs.model_file import read_user_model
from webparity.export.inputs.preprocessing_file import read_preprocessing
from webparity.export.pipeline import Exportable
from webparity.model_safety.text_file import read_short_text
from webparity.models.baked import bake
from webparity.models.model_file import serialize_model
from webparity.models.model_kind import get_model_kind
from webparity.models.model_wrappers import extract_model
from webparity.preprocessing.spec import Preprocessing
from webparity.storage.regular_file import read_regular

_PATTERN_SEED: Final = 0
_PATTERNS: Final = 8
_MAX_LABELS: Final = 2**20  # bytes


def load_user_model(
    file: Path,
    *,
    preprocessing: Path | None,
    labels: Path | None,
    golden: Path | None,
    trust: bool = False,
    missing: float | None = None,
) -> Exportable:
    """Read a model file with what stands around it.

    Args:
        file: the model, of Keras, scikit-learn, XGBoost, CatBoost or LightGBM.
        preprocessing: a TOML file with the fields of `Preprocessing`; by default the pipeline's own
            `ImagePreprocessing`, or a network's own size, gray or RGB by its channels, and no scaling.
        labels: a text file, one label a line; by default a classifier's own, or the outputs' numbers. A classifier's
            own names in another order are refused when the bundle is written.
        golden: a folder of images; by default generated patterns.
        trust: read files that may run code.
        missing: the value that XGBoost's trees take for a missing one, or NaN for none; by default as the model says.

    Raises:
        UsageError: a file is missing or malformed, or runs code when read and is not trusted.
        UnsupportedModelError: the model cannot be read, or does not fit its preprocessing.
        RuntimeUnavailable: the library it is of is not installed.
    """
    model = extract_model(read_user_model(file, trust=trust), file.name)
    own = None
    if missing is not None:
        _set_missing(model, missing, file)
    if get_model_kind(model) != "keras":
        from webparity.models.estimators.baked import split_image_preprocessing

        model, own = split_image_preprocessing(model)
    if own is not None and preprocessing is not None:
        raise UsageError(
            f"Expected --preprocessing only for a model without its own; received it with {file}, which begins with "
            "ImagePreprocessing. Leave it out."
        )
    spec = own or (read_preprocessing(preprocessing) if preprocessing else own_preprocessing(model, file))
    baked = bake(model, spec)
    known = own_names(baked) or map(str, range(baked.classes))
    return Exportable(
        name=make_readable_name(file.stem),
        baked=baked,
        source=read_regular(file) if file.suffix == ".keras" else serialize_model(model),
        labels=_read_labels(labels) if labels else tuple(known),
        golden=golden_from_folder(golden) if golden else _patterns(spec),
        class_folders=(golden,) if golden else (),
    )


def _set_missing(model: Any, missing: float, file: Path) -> None:
    from webparity.models.estimators.missing_values import set_missing
    from webparity.models.estimators.parts import iterate_parts

    boosted = [part for part in iterate_parts(model) if get_model_kind(part) == "xgboost"]
    if not boosted:
        raise UsageError(
            f"Expected --missing only with trees of XGBoost, whose files do not say it; received it with {file}. "
            "Leave it out."
        )
    for classifier in boosted:
        set_missing(classifier, missing)


def _read_labels(file: Path) -> tuple[str, ...]:
    try:
        return tuple(line.strip() for line in read_short_text(file, _MAX_LABELS).splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise make_file_error(
            f"Expected a text file, one label a line; received {file}: {error}. Save it as UTF-8.", error
        ) from error


def _patterns(spec: Preprocessing) -> list[GoldenFile]:
    """Smooth coloured patterns, for a model that comes without images."""
    random = np.random.default_rng(_PATTERN_SEED)
    samples = []
    for number in range(_PATTERNS):
        coarse = random.integers(0, 256, (5, 5, 3), dtype=np.uint8)
        image = np.kron(coarse, np.ones((-(-spec.height // 5), -(-spec.width // 5), 1), np.uint8))
        samples.append((image[: spec.height, : spec.width], f"pattern {number + 1}"))
    return golden_from_samples(samples)
