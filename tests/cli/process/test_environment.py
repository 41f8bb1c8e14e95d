"""Starting TensorFlow has no side effects on the process."""

from __future__ import annotations

import subprocess
import sys

import pytest

_AFTER = """
import gc
from webparity.cli.process.environment import start_tensorflow
start_tensorflow()
assert gc.isenabled()
import matplotlib.pyplot, sklearn.base, tensorflow
from sklearn.utils.validation import check_array
"""


@pytest.mark.slow
def test_packages_that_keras_did_not_see_can_be_imported_afterwards() -> None:
    done = subprocess.run([sys.executable, "-c", _AFTER], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "starting TensorFlow" in done.stderr + done.stdout
    assert len((done.stderr + done.stdout).splitlines()) == 1
