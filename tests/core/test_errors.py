"""Errors are caught by the built-in names that a Python program would use, and by ours."""

import re
from pathlib import Path

import pytest

import webparity
from webparity import errors
from webparity.decode.contract import decode, decode_file
from webparity.errors import (
    BundleError,
    DatasetError,
    DecodeError,
    ExportError,
    MissingBundleError,
    MissingDatasetError,
    MissingFileError,
    MissingPackageError,
    ParityError,
    RuntimeUnavailable,
    UnsupportedModelError,
    UsageError,
    WebparityError,
    make_file_error,
)
from webparity.export.inputs.model_file import read_user_model
from webparity.export.inputs.preprocessing_file import read_preprocessing
from webparity.models import baked
from webparity.parity import verify
from webparity.preprocessing.spec import Preprocessing
from webparity.storage.cache import translate_cache_errors
from webparity.train.datasets.listing import list_images
from webparity.train.datasets.mnist import load_mnist
from webparity.train.trained import load_run

BUILT_IN: dict[type[WebparityError], tuple[type[Exception], ...]] = {
    UsageError: (ValueError,),
    MissingFileError: (UsageError, ValueError, FileNotFoundError),
    DatasetError: (ValueError,),
    MissingDatasetError: (DatasetError, ValueError, FileNotFoundError),
    DecodeError: (ValueError,),
    UnsupportedModelError: (ValueError,),
    ExportError: (RuntimeError,),
    BundleError: (ValueError,),
    MissingBundleError: (BundleError, ValueError, FileNotFoundError),
    RuntimeUnavailable: (RuntimeError,),
    MissingPackageError: (RuntimeUnavailable, RuntimeError, ImportError),
    ParityError: (AssertionError,),
}


def test_every_error_is_in_the_table_and_in_the_tree_atop_the_module() -> None:
    found = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, WebparityError)}
    assert found == {WebparityError, *BUILT_IN}
    tree = re.findall(r"── (\w+) \((\w+)\)", errors.__doc__ or "")
    assert {name for name, _ in tree} == {kind.__name__ for kind in BUILT_IN}
    for name, built_in in tree:
        assert any(base.__name__ == built_in for base in getattr(errors, name).__bases__)


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.__name__)
def test_an_error_has_its_built_in_base_classes_and_prints_only_its_message(kind: type[WebparityError]) -> None:
    arguments = ("empty",) if kind is DecodeError else ()
    error = kind(*arguments, "Expected one; received\ntwo.")
    assert all(isinstance(error, base) for base in (*BUILT_IN[kind], WebparityError))
    assert str(error) == "Expected one; received\\ntwo."
    assert error.exit_code == {RuntimeUnavailable: 3, MissingPackageError: 3, ParityError: 1}.get(kind, 2)


def test_a_missing_file_and_an_unreadable_one_raise_different_errors() -> None:
    assert type(make_file_error("m", FileNotFoundError())) is MissingFileError
    assert type(make_file_error("m", PermissionError())) is UsageError
    assert type(make_file_error("m", ValueError())) is UsageError


def test_wrong_values_are_value_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="height"):
        Preprocessing(height=0, width=1)
    with pytest.raises(ValueError, match="received no bytes"):
        decode(b"", "a.png")
    with pytest.raises(ValueError, match="received"):
        decode_file(tmp_path)
    with pytest.raises(UsageError) as folder:
        decode_file(tmp_path)
    assert not isinstance(folder.value, FileNotFoundError)


@pytest.mark.parametrize(
    "read",
    [
        decode_file,
        load_run,
        read_preprocessing,
        list_images,
        webparity.open_bundle,
        verify,
        lambda path: load_mnist(str(path)),
        lambda path: read_user_model(path, trust=False),
    ],
)
def test_missing_files_and_folders_raise_file_not_found_error(read: object, tmp_path: Path) -> None:
    assert callable(read)
    with pytest.raises(FileNotFoundError) as caught:
        read(tmp_path / "missing")
    assert isinstance(caught.value, WebparityError)
    assert "missing" in str(caught.value)


def test_a_missing_library_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baked, "find_missing_library", lambda kind: f"{kind}-library")
    with pytest.raises(
        ImportError, match=r"received an environment without it\. Install it with: pip install"
    ) as caught:
        baked.load_model(Path("model.txt"), "lightgbm")
    assert isinstance(caught.value, RuntimeUnavailable)


def test_a_message_of_the_preprocessing_itself_passes_through_msgspec(tmp_path: Path) -> None:
    file = tmp_path / "pre.toml"
    file.write_text("height = 0\nwidth = 1\n")
    with pytest.raises(UsageError) as told:
        Preprocessing(height=0, width=1)
    with pytest.raises(UsageError) as caught:
        read_preprocessing(file)
    assert str(caught.value) == f"{told.value} (Read from {file}.)"


def test_an_error_of_ours_is_not_taken_for_one_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(MissingDatasetError, match=r"^gone$"), translate_cache_errors(tmp_path):
        raise MissingDatasetError("gone")
    with pytest.raises(UsageError, match="Expected a cache folder"), translate_cache_errors(tmp_path):
        raise OSError(28, "No space left on device")
