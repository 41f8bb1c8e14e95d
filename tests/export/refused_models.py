"""Small models and images for tests of refusals, and how a refusal is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from webparity.errors import UnsupportedModelError
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.inputs.load import load_user_model
from webparity.export.pipeline import write_bundle
from webparity.models.refusals import ModelRefusal
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing

SPEC: Final = Preprocessing(height=4, width=5, scale=1 / 255)
INVERTED: Final = Preprocessing(height=4, width=5, scale=-1 / 255)

RANDOM: Final = np.random.default_rng(0)
LABELS: Final = np.arange(60) % 3
IMAGES: Final = RANDOM.integers(0, 190, (60, 5, 6, 3), dtype=np.uint8) + np.uint8(20) * LABELS.astype(np.uint8).reshape(
    -1, 1, 1, 1
)
GOLDEN: Final = make_golden_set([(IMAGES[0], "one")])[:1]
VALUES: Final = ImagePreprocessing(SPEC).transform(IMAGES)
CATEGORIES: Final = np.column_stack([LABELS, VALUES[:, 1:]])


def is_refusal_text(sentence: str | None, refusal: ModelRefusal) -> bool:
    """Whether a sentence is a refusal's: the rule, what was received, the remedy."""
    return sentence is not None and f"{refusal.rule}; received " in sentence and sentence.endswith(refusal.remedy)


def export_refused(baked: Any, out: Path, *names: str) -> str:
    """Return the message of a refused export, which must leave no files."""
    with pytest.raises(UnsupportedModelError) as caught:
        write_bundle(
            Exportable(name="refused", baked=baked, source=b"", labels=tuple("abcde"[: baked.classes]), golden=GOLDEN),
            out,
            target_names=names,
            page=False,
        )
    assert not list(out.parent.iterdir())
    return str(caught.value)


def read_refused_file(file: Path) -> str:
    with pytest.raises(UnsupportedModelError) as caught:
        load_user_model(file, preprocessing=None, labels=None, golden=None)
    return str(caught.value)
