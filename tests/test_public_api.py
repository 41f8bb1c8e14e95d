from __future__ import annotations

import subprocess
import sys

import webparity
import webparity.parity


def test_the_public_names_are_these() -> None:
    assert webparity.__all__ == [
        "Bundle",
        "Prediction",
        "Predictor",
        "Preprocessing",
        "WebparityError",
        "bake",
        "decode_file",
        "open_bundle",
    ]
    for name in webparity.__all__:
        assert getattr(webparity, name) is not None
    assert webparity.parity.__all__ == ["VerificationReport", "verify"]


def test_the_exported_side_loads_without_tensorflow_and_scikit_learn() -> None:
    code = """
import sys
for name in ("tensorflow", "keras", "sklearn", "onnx", "tf2onnx"):
    sys.modules[name] = None
import webparity, webparity.parity, webparity.predictor, webparity.cli.main, webparity.verification.report
"""
    subprocess.run([sys.executable, "-c", code], check=True)
