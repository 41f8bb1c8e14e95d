"""Formats of model files: their readers, and which of them run code when read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from webparity.errors import MissingFileError, UsageError, WebparityError
from webparity.export.inputs.pickle_version import read_sklearn_version
from webparity.model_safety.file_format import find_format_suffix, is_old_xgboost
from webparity.model_safety.keras.versions import describe_conversion
from webparity.model_safety.refusal import make_refusal
from webparity.models.baked import load_model
from webparity.models.model_kind import ModelKind
from webparity.models.saved_model_folder import DANGER, is_saved_model
from webparity.text.library_error import summarize_library_error

SAFE: Final[dict[str, ModelKind]] = {
    ".keras": "keras",
    ".skops": "sklearn",
    ".json": "xgboost",
    ".ubj": "xgboost",
    ".cbm": "catboost",
    ".txt": "lightgbm",
    ".onnx": "onnx",
}
UNSAFE: Final = {
    ".pkl": "a pickle, which runs whatever code it holds when it is read",
    ".pickle": "a pickle, which runs whatever code it holds when it is read",
    ".joblib": "a pickle by joblib, which runs whatever code it holds when it is read",
    ".h5": "an HDF5 model, whose layers may hold code that runs when it is read",
    ".hdf5": "an HDF5 model, whose layers may hold code that runs when it is read",
}
_REMEDY: Final = (
    "Save it as .keras, .skops, XGBoost's .json, CatBoost's .cbm or LightGBM's .txt; "
    "or add --trust if you know who made it and how."
)


def check_trust(file: Path, *, trust: bool) -> str | None:
    """Describe the risk of reading a model file, or return None; its content says the format where its name does not.

    Args:
        file: the model.
        trust: the user accepts the risk.

    Raises:
        UsageError: it may run code and is not trusted, or it is no model file.
    """
    if is_saved_model(file):
        if not trust:
            raise UsageError(
                f"Expected a model file that runs no code when read; received {file}, {DANGER}. Save the model as "
                ".keras; or add --trust if you know who made it and how."
            )
        return DANGER
    suffix = find_format_suffix(file)
    if file.is_file() and suffix not in {*SAFE, *UNSAFE} and is_old_xgboost(file):
        raise UsageError(
            "Expected a file of XGBoost in JSON or UBJSON, a model of LightGBM or CatBoost, or another model file; "
            f"received {file}, which is none, and may be in XGBoost's old binary format. Open it with the XGBoost that "
            "wrote it (below 3.1), and save it again: booster.save_model('model.json')."
        )
    if not file.is_file() or suffix not in {*SAFE, *UNSAFE}:
        error_class = UsageError if file.exists() else MissingFileError
        raise error_class(
            f"Expected a run folder of `webparity train`, a SavedModel folder or a model file "
            f"({', '.join([*SAFE, *UNSAFE])}); received {file}. Save the model with model.save('model.keras') or "
            "skops.io.dump(model, 'model.skops')."
        )
    danger = UNSAFE.get(suffix)
    if danger is not None and not trust:
        raise UsageError(f"Expected a model file that runs no code when read; received {file}, {danger}. {_REMEDY}")
    return danger


def read_user_model(file: Path, *, trust: bool) -> Any:
    """Read a model file.

    Raises:
        UsageError: see `danger_of`.
        UnsupportedModelError: it cannot be read as the format of its suffix.
        RuntimeUnavailable: the library it is of is not installed.
    """
    if check_trust(file, trust=trust) is None:
        return load_model(file, SAFE[find_format_suffix(file)])
    if is_saved_model(file):
        from webparity.models.keras.saved_model import load_saved_model

        return load_saved_model(file)
    if find_format_suffix(file) in {".h5", ".hdf5"}:
        return _read_hdf5(file)
    try:
        import joblib

        from webparity.models.estimators.old_import_paths import resolve_old_import_paths
        from webparity.models.estimators.old_versions import upgrade_estimator

        with resolve_old_import_paths():
            model = joblib.load(file)
        return upgrade_estimator(model)
    except WebparityError:
        raise
    except Exception as error:  # unpickling runs any code, which may raise anything
        raise make_refusal(
            "a model that can be read here", f"{file.name}: {summarize_library_error(error)}", _find_pickle_remedy(file)
        ) from error


def _find_pickle_remedy(file: Path) -> str:
    """Return what to do with a file that cannot be read: the command that converts it, if its version is known."""
    version = read_sklearn_version(file)
    if version is None:
        return "Read and save it with the versions of the libraries that wrote it."
    from webparity.models.estimators.old_versions import describe_conversion as command

    return command(file, version)


def _read_hdf5(file: Path) -> Any:
    import keras

    from webparity.models.keras.translation import find_cause, load_translated

    try:
        return load_translated(file, lambda path: keras.models.load_model(path, compile=False))
    except Exception as error:  # code in the file may raise anything
        raise make_refusal(
            "a model that can be read here", f"{file.name}: {find_cause(error)}", describe_conversion(file)
        ) from error
