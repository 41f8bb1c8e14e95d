"""A folder of good files, one of each kind that a command takes."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

SIDE: Final = 8
PRE: Final = f'height = {SIDE}\nwidth = {SIDE}\nchannels = "gray"\nscale = 0.00392156862745098\n'
# By the name of the file; the suffix is the kind's.
MODELS: Final = (
    "model.keras",
    "model.h5",
    "saved",
    "model.onnx",
    "model.skops",
    "model.pkl",
    "model.joblib",
    "xgb.json",
    "xgb.ubj",
    "cat.cbm",
    "light.txt",
)
# Which need --trust.
UNSAFE: Final = frozenset({"model.h5", "saved", "model.pkl", "model.joblib"})


def make_material(folder: Path, run: Path) -> None:
    """Make the folder.

    Args:
        folder: to be filled.
        run: a training run.
    """
    _write_images(folder)
    values, labels = np.random.default_rng(0).random((60, SIDE * SIDE)).astype(np.float32), np.arange(60) % 3
    _write_networks(folder)
    _write_classifiers(folder, values, labels)
    _write_boosters(folder, values, labels)
    (folder / "pre.toml").write_text(PRE, encoding="utf-8")
    (folder / "labels.txt").write_text("cat\ndog\nhorse\n", encoding="utf-8")
    np.save(folder / "arrays.npy", np.random.default_rng(1).random((4, SIDE, SIDE, 3)).astype(np.float32))
    shutil.copytree(run, folder / "run")
    _write_bundle(folder)


def link_material(material: Path, folder: Path) -> None:
    """Give a test its own names of the files."""
    shutil.copytree(material, folder, copy_function=os.link, dirs_exist_ok=True)


def _write_images(folder: Path) -> None:
    random = np.random.default_rng(0)
    for name in ("photos", *(f"classes/{label}" for label in ("cat", "dog", "horse"))):
        (folder / name).mkdir(parents=True)
        for number in range(4):
            Image.fromarray(random.integers(0, 256, (20, 24, 3), dtype=np.uint8)).save(folder / name / f"{number}.png")
    Image.fromarray(random.integers(0, 256, (20, 24, 3), dtype=np.uint8)).save(folder / "photo.jpg")


def build_network(*, units: int = 3, activation: str = "softmax", depth: int = 1) -> Any:
    """Build a small network, compiled with nothing."""
    import keras
    from keras import layers

    return keras.Sequential(
        [keras.Input((SIDE, SIDE, depth)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(units, activation)]
    )


def _write_networks(folder: Path) -> None:
    from own_onnx import make_dense

    network = build_network()
    network.save(folder / "model.keras")
    network.save(folder / "model.h5")
    network.export(folder / "saved", verbose=False)
    build_network(activation="linear").save(folder / "logits.keras")
    (folder / "model.onnx").write_bytes(make_dense(["N", 1, SIDE, SIDE]).SerializeToString())


def _write_classifiers(folder: Path, values: Any, labels: Any) -> None:
    import joblib
    import skops.io
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    model = LogisticRegression(C=1e-2).fit(values, labels)
    skops.io.dump(model, folder / "model.skops")
    skops.io.dump(LinearSVC().fit(values, labels), folder / "scores.skops")
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    joblib.dump(model, folder / "model.joblib")


def _write_boosters(folder: Path, values: Any, labels: Any) -> None:
    from catboost import CatBoostClassifier
    from lightgbm import LGBMClassifier
    from xgboost import XGBClassifier

    boosted = XGBClassifier(n_estimators=3, max_depth=2, n_jobs=1).fit(values, labels)
    for name in ("xgb.json", "xgb.ubj"):
        boosted.save_model(folder / name)
    CatBoostClassifier(iterations=3, depth=2, verbose=0, thread_count=1, allow_writing_files=False).fit(
        values, labels
    ).save_model(str(folder / "cat.cbm"))
    LGBMClassifier(n_estimators=3, num_leaves=3, n_jobs=1, verbose=-1).fit(values, labels).booster_.save_model(
        folder / "light.txt"
    )


def _write_bundle(folder: Path) -> None:
    from webparity.export.model_export import export_model

    export_model(
        folder / "model.skops",
        folder / "bundle",
        preprocessing=folder / "pre.toml",
        labels=folder / "labels.txt",
        golden=folder / "photos",
        targets=["onnx", "wasm"],
    )
