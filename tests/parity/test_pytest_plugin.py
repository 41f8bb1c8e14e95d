import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from webparity.bundle.read import Bundle
from webparity.errors import ParityError
from webparity.parity import verify
from webparity.verification.report import Report


def test_the_fixture_passes_and_raises_like_the_report(
    assert_parity: Callable[..., Report], tiny_bundle: Bundle, make_tiny_bundle: Callable[[NDArray[np.float32]], Bundle]
) -> None:
    assert assert_parity(tiny_bundle, runtimes=["onnxruntime"]).verdict == "pass"
    with pytest.raises(ParityError, match="scores"):
        assert_parity(make_tiny_bundle(np.ones((48, 3), np.float32)), runtimes=["onnxruntime"])


def test_the_plugin_loads_no_heavy_library() -> None:
    code = (
        "import sys, webparity.parity.pytest_plugin; "
        "print([m for m in ('tensorflow', 'keras', 'sklearn', 'onnxruntime', 'playwright', 'jinja2', 'rich') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_verification_works_without_tensorflow_and_scikit_learn(tiny_bundle: Bundle, tmp_path: Path) -> None:
    # An import of either would raise: None in sys.modules says that a module is not there.
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('tensorflow', 'keras', 'sklearn', 'onnx'))); "
        "from webparity.parity import verify; "
        f"report = verify({str(tiny_bundle.site)!r}, runtimes=['onnxruntime']); print(report.verdict)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "pass"
    assert verify(tiny_bundle, runtimes=["onnxruntime"]).verdict == "pass"
