import pytest

from webparity.errors import UsageError
from webparity.parity.names import RuntimeName, parse_pattern, select_runtimes, split_artifact
from webparity.parity.plan import list_runtimes, list_unsupported


def make_name(runtime: str, backend: str, engine: str, *, alone: bool = False, exact: bool = False) -> RuntimeName:
    return RuntimeName(runtime=runtime, backend=backend, engine=engine, alone=alone, exact=exact)


WASM_NODE, WASM_CHROMIUM = make_name("tfjs", "wasm", "node"), make_name("tfjs", "wasm", "chromium")
CPU_NODE, ORT = make_name("tfjs", "cpu", "node"), make_name("onnxruntime", "cpu", "python", alone=True)
EXACT_NODE, EXACT_ARM = (make_name("webparity", "wasm", engine, exact=True) for engine in ("node", "node-arm64"))
KNOWN = [ORT, CPU_NODE, WASM_NODE, WASM_CHROMIUM, EXACT_NODE, EXACT_ARM]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tfjs", [CPU_NODE, WASM_NODE, WASM_CHROMIUM]),
        ("tfjs:wasm", [WASM_NODE, WASM_CHROMIUM]),
        (":cpu", [ORT, CPU_NODE]),
        ("@node", [CPU_NODE, WASM_NODE, EXACT_NODE]),
        ("webparity@node", [EXACT_NODE]),
        ("webparity:wasm@node-arm64", [EXACT_ARM]),
        ("node-arm64", [EXACT_ARM]),
        ("tfjs:wasm@node", [WASM_NODE]),
        ("tfjs@chromium", [WASM_CHROMIUM]),
        ("onnxruntime", [ORT]),
    ],
)
def test_a_part_matches_every_name_that_has_it(text: str, expected: list[RuntimeName]) -> None:
    assert select_runtimes(KNOWN, [text]) == expected


def test_several_patterns_add_up_in_the_order_of_the_known() -> None:
    assert select_runtimes(KNOWN, ["tfjs:wasm@node", "onnxruntime"]) == [ORT, WASM_NODE]


@pytest.mark.parametrize("text", ["", "tfjs:", "TFJS", "tfjs@node:wasm", "a b", "tfjs:wasm:cpu"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"runtime\[:backend\]\[@engine\]"):
        parse_pattern(text)


def test_a_name_of_no_runtime_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"tfjs:wasm@node.*'tensorrt'"):
        select_runtimes(KNOWN, ["tensorrt"])


def test_the_runtimes_that_ship_go_by_their_documented_names() -> None:
    assert sorted(map(str, list_runtimes())) == [
        "catboost",
        "keras",
        "lightgbm",
        "onnx",
        "onnxruntime",
        "onnxruntime-node",
        "onnxruntime-web:wasm@chromium",
        "onnxruntime-web:wasm@firefox",
        "onnxruntime-web:wasm@webkit",
        "sklearn",
        "tfjs:cpu@chromium",
        "tfjs:cpu@firefox",
        "tfjs:cpu@node",
        "tfjs:cpu@webkit",
        "tfjs:wasm@chromium",
        "tfjs:wasm@firefox",
        "tfjs:wasm@node",
        "tfjs:wasm@webkit",
        "tfjs:webgl@chromium",
        "tfjs:webgl@firefox",
        "tfjs:webgl@webkit",
        "webparity@chromium",
        "webparity@firefox",
        "webparity@node",
        "webparity@node-arm64",
        "webparity@python",
        "webparity@webkit",
        "xgboost",
    ]


def test_what_an_engine_cannot_do_is_left_out_unless_its_name_says_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEBPARITY_NODE_ARM64", raising=False)
    unsupported = list_unsupported()
    assert sorted(map(str, unsupported)) == ["tfjs:webgl@firefox", "tfjs:webgl@webkit", "webparity@node-arm64"]
    selected = {text: select_runtimes(list_runtimes(), [text], unsupported) for text in ("firefox", "@firefox", "tfjs")}
    for names in selected.values():
        assert names
        assert not unsupported & set(names)
    assert {name.engine for name in selected["firefox"]} == {"firefox"}
    assert selected["firefox"] == selected["@firefox"]
    (name,) = select_runtimes(list_runtimes(), ["tfjs:webgl@firefox"], unsupported)
    assert name in unsupported


def test_every_printed_name_selects_itself_alone() -> None:
    for known in list_runtimes():
        assert select_runtimes(list_runtimes(), [str(known)]) == [known]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tfjs:wasm@node [tfjs-graph-float32]", ("tfjs:wasm@node", "tfjs-graph-float32")),
        ("chromium [onnx-float32]", ("chromium", "onnx-float32")),
        ("tfjs", ("tfjs", None)),
        ("", ("", None)),
        ("tfjs []", ("tfjs []", None)),
        ("tfjs[onnx-float32]", ("tfjs[onnx-float32]", None)),
    ],
)
def test_the_title_of_a_run_is_a_name_and_an_artifact(text: str, expected: tuple[str, str | None]) -> None:
    assert split_artifact(text) == expected
