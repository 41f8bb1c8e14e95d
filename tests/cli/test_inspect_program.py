"""`inspect --program`: the instructions of a bundle's programs."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from webparity.bundle.read import Bundle
from webparity.cli.main import cli
from webparity.errors import BundleError, UsageError


def test_the_instructions_are_listed(program_bundle: Bundle) -> None:
    result = CliRunner().invoke(cli, ["inspect", str(program_bundle.site), "--program"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    first, size, inputs, outputs, *code = result.output.splitlines()
    assert first.startswith("wasm-float32 (model.program): at most ")
    assert size.startswith(f"{(program_bundle.site / 'model.program').stat().st_size} bytes, ")
    assert inputs == "inputs:  none"
    assert outputs.count("float32[") == 3
    assert [line.split(" = ")[1].split()[0] for line in code] == ["resize_image", "dense", "softmax"]
    assert "method=bilinear" in code[0]


def test_a_bundle_without_a_program_says_how_to_get_one(tiny_bundle: Bundle) -> None:
    with pytest.raises(UsageError, match=r"received one with onnx\. Export it again with --target wasm\.$"):
        CliRunner().invoke(cli, ["inspect", str(tiny_bundle.site), "--program"], catch_exceptions=False)


def test_an_altered_program_is_not_listed(program_bundle: Bundle) -> None:
    file = program_bundle.site / "model.program"
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(BundleError, match=r"missing or altered site/model\.program\."):
        CliRunner().invoke(cli, ["inspect", str(program_bundle.site), "--program"], catch_exceptions=False)
