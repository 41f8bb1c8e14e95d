from __future__ import annotations

import pytest

from webparity.tolerance import TOLERANCES, DeviceClass, widened


@pytest.mark.parametrize("device", ["cpu", "gpu"])
def test_a_reduced_precision_adds_twice_its_own_cost_and_leaves_pixels(device: DeviceClass) -> None:
    table, own = TOLERANCES[device], widened(scores=0.01, probabilities=0.03)[device]
    assert own.pixels == table.pixels
    assert own.scores == pytest.approx(0.02 + table.scores)
    assert own.probabilities == pytest.approx(0.06 + table.probabilities)
    assert own.margin == pytest.approx(2 * own.probabilities)
    assert table.margin == 0
