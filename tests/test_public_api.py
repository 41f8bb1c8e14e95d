from __future__ import annotations

import subprocess
import sys

import webparity
import webparity.export
import webparity.parity
import webparity.train


def test_the_public_names_are_these() -> None:
    assert webparity.__all__ == [
        "Baked",
        "Bundle",
        "BundleError",
        "DatasetError",
        "DecodeError",
        "ExportError",
        "Hog",
        "ImagePreprocessing",
        "MissingBundleError",
        "MissingDatasetError",
        "MissingFileError",
        "MissingPackageError",
        "ParityError",
        "Prediction",
        "Predictions",
        "Predictor",
        "Preprocessing",
        "RuntimeUnavailable",
        "UnsupportedModelError",
        "UsageError",
        "WebparityError",
        "bake",
        "decode_file",
        "export_model",
        "open_bundle",
    ]
    assert webparity.train.__all__ == [
        "Dataset",
        "Evaluation",
        "Split",
        "Trained",
        "evaluate",
        "fit",
        "load_run",
        "save_run",
        "write_evaluation",
    ]
    assert webparity.export.__all__ == ["export_model"]
    assert webparity.parity.__all__ == ["VerificationReport", "verify"]


def test_completion_shows_the_public_names_and_the_packages() -> None:
    code = "import webparity; print(*[name for name in dir(webparity) if not name.startswith('_')])"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert shown == sorted([*webparity.__all__, "export", "parity", "train"])
    code = "import webparity; print(*webparity.export.__all__, *dir(webparity.train))"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {"export_model", "fit", "load_run"} <= set(shown)


def test_the_exported_side_loads_without_tensorflow_and_scikit_learn() -> None:
    code = """
import sys
for name in ("tensorflow", "keras", "sklearn", "onnx", "tf2onnx"):
    sys.modules[name] = None
import webparity, webparity.parity, webparity.predictor, webparity.cli.main, webparity.verification.report
"""
    subprocess.run([sys.executable, "-c", code], check=True)
