"""One instance a thread, kept while it is sound and small."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from webparity.decode.contract import decode
from webparity.errors import DecodeError
from webparity.wasm import threads
from webparity.wasm.instance import ModuleInstance
from webparity.wasm.threads import borrow_instance


def encode_noise(seed: int, kind: str) -> bytes:
    stream = BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (97, 61, 3), np.uint8)
    Image.fromarray(pixels).save(stream, kind)
    return stream.getvalue()


def borrow_once() -> ModuleInstance:
    with borrow_instance() as instance:
        return instance


def test_a_thread_keeps_its_instance() -> None:
    assert borrow_once() is borrow_once()


def test_threads_have_instances_of_their_own_and_the_same_pixels() -> None:
    files = [encode_noise(seed, kind) for seed in range(8) for kind in ("JPEG", "PNG", "WEBP")]
    expected = [hashlib.sha256(decode(file)).hexdigest() for file in files]
    seen: set[int] = set()
    barrier = threading.Barrier(4)

    def decode_all(_: int) -> list[str]:
        barrier.wait(30)
        with borrow_instance() as instance:
            seen.add(id(instance))
            barrier.wait(30)
        return [hashlib.sha256(decode(file)).hexdigest() for file in files]

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(decode_all, range(4))] == [expected] * 4
    assert len(seen) == 4


def test_an_instance_is_kept_after_a_refusal() -> None:
    before = borrow_once()
    with pytest.raises(DecodeError):
        decode(b"no image")
    assert borrow_once() is before


def test_an_instance_is_dropped_after_an_error() -> None:
    before = borrow_once()
    with pytest.raises(KeyboardInterrupt), borrow_instance():
        raise KeyboardInterrupt
    assert borrow_once() is not before


def test_who_asks_within_a_call_gets_another_instance() -> None:
    with borrow_instance() as outer, borrow_instance() as inner:
        assert inner is not outer


def test_an_instance_whose_memory_has_grown_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    before = borrow_once()
    monkeypatch.setattr(threads, "MAX_KEPT_BYTES", before.get_memory_bytes() - 1)
    with borrow_instance() as instance:
        assert instance is before
    assert borrow_once() is not before
