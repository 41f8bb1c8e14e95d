"""The page's HTML names the files of the model that it runs first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from webparity.bundle.manifest import Artifact, GoldenImage
from webparity.bundle.write import SiteWriter
from webparity.export.page import link_first_model, link_first_sample


def _make_artifact(target: str, precision: str = "float32", *, name: str = "model.bin") -> Artifact:
    path = f"model/{target}-{precision}/{name}"
    return Artifact(
        id=f"{target}-{precision}",
        target=target,
        precision=precision,
        entry=path,
        files=[path],
        bytes=1,
        ops=[],
        input="image",
        outputs={"probabilities": "p"},
    )


def _list_addresses(*artifacts: Artifact) -> list[str]:
    return re.findall(
        r'<link rel="preload" as="fetch" crossorigin href="([^"]*)" data-runtime="webparity">',
        link_first_model(artifacts),
    )


@pytest.mark.parametrize(
    ("artifacts", "addresses"),
    [
        ([("onnx", "float32"), ("wasm", "float32")], ["./model/wasm-float32/model.bin"]),
        ([("wasm", "uint8"), ("onnx", "uint8")], ["./model/wasm-uint8/model.bin"]),
        ([("wasm", "uint8"), ("wasm", "float32")], ["./model/wasm-float32/model.bin"]),
        ([("wasm", "uint8"), ("onnx", "float32")], []),
        ([("onnx", "float32"), ("tfjs-graph", "float32")], []),
        ([], []),
    ],
    ids=["a program", "a quantized one", "full precision first", "not the first choice", "no program", "no artifact"],
)
def test_the_first_program_is_named(artifacts: list[tuple[str, str]], addresses: list[str]) -> None:
    assert _list_addresses(*(_make_artifact(*each) for each in artifacts)) == addresses


def test_addresses_are_escaped() -> None:
    assert _list_addresses(_make_artifact("wasm", name='a "b"&ü?.bin')) == [
        "./model/wasm-float32/a%20%22b%22%26%C3%BC%3F.bin"
    ]


def test_without_artifacts_nothing_is_added() -> None:
    assert link_first_model([]) == ""


def _make_golden(file: str, *, sample: bool) -> GoldenImage:
    return GoldenImage(
        file=file,
        title=file,
        width=1,
        height=1,
        rgb8="0" * 64,
        label=0,
        scores="",
        probabilities="",
        sample=sample,
    )


@pytest.mark.parametrize(("size", "linked"), [(65_536, True), (65_537, False)])
def test_the_first_sample_is_named_where_it_is_small(tmp_path: Path, size: int, *, linked: bool) -> None:
    writer = SiteWriter(tmp_path)
    golden = [
        _make_golden(writer.put(name, bytes(size)), sample=name != "0.png") for name in ("0.png", "1 &.png", "2.png")
    ]
    html = link_first_sample(writer, golden)
    assert re.findall(r'href="([^"]*)"', html) == (["./1%20%26.png"] if linked else [])
    assert html.count("data-sample") == linked


def test_without_a_sample_nothing_is_added(tmp_path: Path) -> None:
    assert link_first_sample(SiteWriter(tmp_path), []) == ""
