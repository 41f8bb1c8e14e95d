"""TensorFlow's notes do not reach standard error, and what others write does."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import pytest

from webparity.models.tensorflow_log import import_tensorflow_quietly, limit_loggers

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"


@pytest.fixture
def noisy_tensorflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of that name that writes to file descriptor 2 while it is imported."""
    (tmp_path / "tensorflow.py").write_text("import os\nos.write(2, b'a note\\n')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    # Set first, so that it is put back as it was.
    monkeypatch.setenv(_LEVEL, "0")
    monkeypatch.delenv(_LEVEL)


@pytest.mark.usefixtures("noisy_tensorflow")
def test_notes_of_the_import_are_discarded_and_nothing_after_it(capfd: pytest.CaptureFixture[str]) -> None:
    import_tensorflow_quietly()
    assert "tensorflow" in sys.modules
    os.write(2, b"after\n")
    assert capfd.readouterr() == ("", "after\n")
    assert os.environ[_LEVEL] == "3"


@pytest.mark.usefixtures("noisy_tensorflow")
def test_the_level_of_the_environment_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(_LEVEL, "1")
    import_tensorflow_quietly()
    assert os.environ[_LEVEL] == "1"


@pytest.mark.usefixtures("noisy_tensorflow")
def test_an_imported_tensorflow_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", sys)
    import_tensorflow_quietly()
    assert sys.modules["tensorflow"] is sys
    assert _LEVEL not in os.environ


@pytest.mark.usefixtures("noisy_tensorflow")
def test_a_missing_tensorflow_is_no_error_here(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tensorflow.py").write_text("raise ImportError\n")
    import_tensorflow_quietly()
    assert "tensorflow" not in sys.modules
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_loggers_pass_errors_only_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("webparity.tests.converter")
    logger.setLevel(logging.INFO)
    with limit_loggers(logger.name):
        logger.warning("of its own")
        logger.error("of concern")
    logger.info("after")
    assert [record.message for record in caplog.records] == ["of concern", "after"]
