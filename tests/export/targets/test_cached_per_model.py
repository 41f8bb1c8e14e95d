"""Refusals of targets before any work, and the cache of the conversion that they share with writing."""

from __future__ import annotations

import gc
from pathlib import Path

import keras
import numpy as np
import pytest

from webparity import Preprocessing, bake
from webparity.errors import UnsupportedModelError
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.pipeline import write_bundle
from webparity.export.target_selection import find_refusals
from webparity.export.targets.cached_per_model import cached_per_model

LAYERS = keras.layers


def test_a_result_is_cached_as_long_as_its_model_exists() -> None:
    class Model:
        pass

    made: list[int] = []
    work = cached_per_model(lambda model: made.append(id(model)) or [len(made)])
    one, other = Model(), Model()
    assert work(one) is work(one)
    assert work(other) == [2]
    assert made == [id(one), id(other)]
    del one
    gc.collect()
    assert work(other) == [2]


@pytest.mark.slow
def test_operators_that_targets_lack_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    image = keras.Input((16, 16, 3))
    values = LAYERS.Flatten()(keras.ops.erfinv(image / 256.0))
    network = keras.Model(image, LAYERS.Dense(2, "softmax")(values))
    baked = bake(network, Preprocessing(height=16, width=16, channels="rgb"))
    said = find_refusals(baked)
    assert said
    assert all("Erfinv" in reason and "Replace those layers" in reason for reason in said.values())
    golden = make_golden_set([(np.zeros((9, 9, 3), np.uint8), "a")])
    exportable = Exportable(name="own", baked=baked, source=b"", labels=("a", "b"), golden=golden)
    with pytest.raises(UnsupportedModelError, match="Erfinv"):
        write_bundle(exportable, tmp_path / "bundle", target_names=list(said)[:1])
    assert not list(tmp_path.iterdir())
