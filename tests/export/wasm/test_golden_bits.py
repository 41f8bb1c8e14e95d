"""The manifest keeps the digest of a program's golden answers, and of no other artifact's."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from webparity.decode.contract import decode_file
from webparity.export import export_model
from webparity.models.program_session import open_program
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing


def test_the_manifest_keeps_the_digest_of_the_golden_answers(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    images = [random.integers(0, 256, (9, 7 + number % 3, 3), dtype=np.uint8) for number in range(12)]
    spec = Preprocessing(height=6, width=5, scale=1 / 255)
    model = make_pipeline(ImagePreprocessing(spec), LogisticRegression()).fit(images, np.arange(12) % 3)
    bundle = export_model(
        model, tmp_path / "bundle", golden=images[:4], targets=["onnx", "wasm"], labels=["a", "b", "c"], page=False
    )
    onnx, program = bundle.manifest.artifacts
    session = open_program(bundle.site / program.entry, program.outputs)
    digest = hashlib.sha256()
    for golden in bundle.manifest.golden:
        taps = session.run(decode_file(bundle.site / golden.file))
        for tap in ("probabilities", "scores", "pixels"):
            digest.update(taps[tap].astype("<f4").tobytes())
    assert (onnx.golden_bits, program.golden_bits) == (None, digest.hexdigest())
