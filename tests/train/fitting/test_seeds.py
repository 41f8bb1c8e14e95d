from __future__ import annotations

import keras
import numpy as np

from webparity.train.fitting.seeds import reseed, shuffle_order


def _build_dropout() -> keras.Sequential:
    inner = keras.Sequential([keras.layers.Dropout(0.5)])
    return keras.Sequential([keras.Input((64,)), keras.layers.Dropout(0.5), inner])


def test_an_order_follows_from_seed_and_epoch() -> None:
    assert sorted(shuffle_order(50, 0, 0)) == list(range(50))
    assert np.array_equal(shuffle_order(50, 3, 2), shuffle_order(50, 3, 2))
    orders = {tuple(shuffle_order(50, seed, epoch)) for seed in range(3) for epoch in range(3)}
    assert len(orders) == 9


def test_nested_generators_follow_from_seed_and_epoch_whatever_was_drawn_before() -> None:
    network, ones = _build_dropout(), np.ones((1, 64), np.float32)
    drawn = []
    for seed, epoch, before in ((0, 0, 0), (0, 0, 3), (0, 1, 0), (1, 0, 0)):
        for _ in range(before):
            network(ones, training=True)
        reseed(network, seed, epoch)
        drawn.append(network(ones, training=True).numpy().tobytes())
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) == 3
