"""The table of web runtimes that the web build writes, as Python reads it."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from webparity.bundle.web_runtimes import WebRuntime, list_backends, read_web_runtimes
from webparity.parity.drivers.engines.engine import list_engines
from webparity.parity.plan import list_runtimes
from webparity.verification.tolerance import get_device_class

TABLE = json.loads((files("webparity.assets") / "runtimes.json").read_text())


@pytest.mark.parametrize("backend", TABLE["backends"])
def test_a_backend_has_the_same_device_class_in_both_languages(backend: str) -> None:
    assert get_device_class(backend) == TABLE["backends"][backend]["device"]


def test_every_backend_of_every_web_runtime_can_be_verified() -> None:
    known = {(name.runtime, name.backend, name.engine) for name in list_runtimes()}
    expected = set()
    for runtime in TABLE["runtimes"]:
        engines = ("node", "node-arm64") if runtime.get("exact") else ("node",)
        expected |= {
            (runtime["name"], backend, engine) for backend in runtime["backends"]["node"] for engine in engines
        }
        for engine in list_engines():
            expected |= {(runtime["name"], backend, engine) for backend in runtime["backends"]["browser"]}
    assert expected
    assert {name for name in known if name[2] != "python"} == expected


def test_targets_are_those_that_the_runtimes_name() -> None:
    for name, runtime_class in list_runtimes().items():
        if name.engine != "python":
            (entry,) = [runtime for runtime in TABLE["runtimes"] if runtime["name"] == name.runtime]
            assert runtime_class.list_targets(name) == set(entry["targets"])


def test_runtimes_and_backends_come_sorted() -> None:
    assert list(read_web_runtimes()) == sorted(read_web_runtimes())
    pairs = [(runtime.name, backend) for runtime, backend in list_backends("browser")]
    assert pairs == sorted(pairs)


@pytest.mark.parametrize(
    ("browser", "node", "expected"),
    [([], ["cpu"], True), ([], ["cpu", "wasm"], False), (["wasm"], [], False), (["wasm"], ["cpu"], False)],
)
def test_only_a_runtime_with_one_backend_in_node_goes_by_its_name_alone(
    browser: list[str], node: list[str], *, expected: bool
) -> None:
    runtime = WebRuntime(name="x", targets={}, backends={"browser": browser, "node": node})
    assert runtime.is_node_only is expected


@pytest.mark.parametrize(
    ("browser", "node", "expected"),
    [
        ([], ["cpu"], ["x"]),
        (["wasm", "webgl"], ["wasm", "cpu"], ["x:cpu", "x:wasm", "x:webgl"]),
        (["webgpu"], [], ["x:webgpu"]),
    ],
)
def test_manifests_name_each_backend_once(browser: list[str], node: list[str], expected: list[str]) -> None:
    assert WebRuntime(name="x", targets={}, backends={"browser": browser, "node": node}).backend_names == expected


def test_a_runtime_with_the_same_bits_everywhere_has_no_backend_in_its_name() -> None:
    runtime = WebRuntime(name="x", targets={}, backends={"browser": ["wasm"], "node": ["wasm"]}, exact=True)
    assert runtime.backend_names == ["x"]
