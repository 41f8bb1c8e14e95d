import numpy as np
import pytest

from webparity.bundle.read import Bundle
from webparity.errors import BundleError, UsageError
from webparity.models.program_session import get_module_version, open_program
from webparity.taps import TAPS
from webparity.wasm.compiled_module import read_wasm


def test_the_outputs_come_by_their_names(program_bundle: Bundle) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    taps = open_program(program_bundle.site / "model.program", TAPS).run(pixels)
    assert {tap: values.shape for tap, values in taps.items()} == {
        "probabilities": (1, 3),
        "scores": (1, 3),
        "pixels": (1, 4, 4, 3),
    }
    assert np.array_equal(taps["pixels"][0], pixels)
    exponents = np.exp(taps["scores"].astype(np.float64))
    assert np.allclose(taps["probabilities"], exponents / exponents.sum(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("data", [b"", b"not a program", bytes(1000)])
def test_another_file_is_refused_by_its_name(program_bundle: Bundle, data: bytes) -> None:
    file = program_bundle.site / "model.program"
    file.write_bytes(data)
    with pytest.raises(BundleError, match=r"model\.program"):
        open_program(file, TAPS)
    with pytest.raises((BundleError, UsageError), match="missing"):
        open_program(file.with_name("missing"), TAPS)


def test_a_program_with_other_outputs_is_refused(program_bundle: Bundle) -> None:
    file = program_bundle.site / "model.program"
    data = bytearray(file.read_bytes())
    # One output fewer; its place in the file stays.
    data[28:32] = (2).to_bytes(4, "little")
    file.write_bytes(data)
    session = open_program(file, TAPS)
    with pytest.raises(BundleError, match="probabilities, scores, pixels"):
        session.run(np.zeros((4, 4, 3), np.uint8))


def test_the_version_tells_one_module_from_another() -> None:
    assert len(get_module_version()) == 12
    assert int(get_module_version(), 16) >= 0
    assert read_wasm()
