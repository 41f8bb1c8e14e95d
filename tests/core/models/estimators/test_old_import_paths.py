"""Old import paths lead to the classes of today, and only while a pickle is read."""

import importlib
import pickle
import sys
from pathlib import Path
from types import ModuleType

import pytest

from webparity.errors import UnsupportedModelError
from webparity.models.estimators.file import TRUSTED, load_estimator
from webparity.models.estimators.old_import_paths import MOVED_CLASSES, resolve_old_import_paths
from webparity.models.estimators.weighted_classifier import WeightedClassifier

FILES = Path(__file__).parents[3] / "data/written_before"
OLD_MODULE = "webparity.weighed_classifier"


@pytest.mark.parametrize(("old", "new"), MOVED_CLASSES.items(), ids=".".join)
def test_each_line_of_the_table_leads_to_a_trusted_class_of_that_module(
    old: tuple[str, str], new: tuple[str, str]
) -> None:
    assert old != new
    assert ".".join(new) in TRUSTED
    assert getattr(importlib.import_module(new[0]), new[1]).__module__ == new[0]
    with pytest.raises(ImportError):
        importlib.import_module(old[0])


def test_old_paths_can_be_imported_inside_the_block_only() -> None:
    pickled = f"c{OLD_MODULE}\nWeighedClassifier\n.".encode()
    with pytest.raises(ImportError):
        pickle.loads(pickled)
    with resolve_old_import_paths():
        assert pickle.loads(pickled) is WeightedClassifier
    assert OLD_MODULE not in sys.modules
    with pytest.raises(ImportError):
        pickle.loads(pickled)


def test_a_module_that_is_already_there_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType(OLD_MODULE)
    monkeypatch.setitem(sys.modules, OLD_MODULE, module)
    with resolve_old_import_paths():
        assert sys.modules[OLD_MODULE] is module
    assert sys.modules[OLD_MODULE] is module


def test_a_skops_file_with_a_name_that_is_not_in_the_table_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(MOVED_CLASSES, ("webparity.embedded_boosters", "EmbeddedBooster"))
    with pytest.raises(UnsupportedModelError, match=r"webparity\.embedded_boosters\.EmbeddedBooster"):
        load_estimator(FILES / "votes.skops", "sklearn")
