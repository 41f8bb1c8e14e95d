"""`.skops` files with types, nodes, arrays and trees that no classifier has."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from malicious.case import Case
from malicious.pickles import make_code
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

Node = dict[str, Any]
_VALUES = np.random.default_rng(0).normal(size=(40, 4))
_LABELS = np.arange(40) % 2


@cache
def _save(kind: Callable[..., Any], **settings: Any) -> bytes:
    return skops.io.dumps(kind(**settings).fit(_VALUES, _LABELS))


def _rewrite(data: bytes, change: Callable[[Node, dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    schema = json.loads(members.pop("schema.json"))
    change(schema, members)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as new:
        for name, content in {**members, "schema.json": json.dumps(schema).encode()}.items():
            new.writestr(name, content)
    return stream.getvalue()


def _change_linear(change: Callable[[Node, dict[str, bytes]], None]) -> Callable[[Path, Path], None]:
    return lambda file, _: file.write_bytes(_rewrite(_save(LogisticRegression), change)) and None


def _change_attribute(node: Node | Callable[[Path], Node]) -> Callable[[Path, Path], None]:
    """A logistic regression with one more attribute."""

    def write(file: Path, canary: Path) -> None:
        added = node(canary) if callable(node) else node

        def change(schema: Node, _: dict[str, bytes]) -> None:
            schema["content"]["content"]["added"] = added
            schema["content"]["key_types"]["content"].append(_make_node("TypeNode", "builtins", "str"))

        file.write_bytes(_rewrite(_save(LogisticRegression), change))

    return write


def _make_node(loader: str, module: str, name: str, **rest: Any) -> Node:
    return {"__class__": name, "__module__": module, "__loader__": loader, **rest}


def _make_text(value: Any) -> Node:
    return _make_node("JsonNode", "builtins", "str", content=json.dumps(value), is_json=True)


def _make_tuple(*values: Any) -> Node:
    return _make_node("TupleNode", "builtins", "tuple", content=[_make_text(value) for value in values])


def _make_empty_dict() -> Node:
    return _make_node(
        "DictNode", "builtins", "dict", content={}, key_types=_make_node("ListNode", "builtins", "list", content=[])
    )


def _make_constructed(canary: Path) -> Node:
    return _make_node("ConstructorFromReduceNode", "builtins", "exec", content=_make_tuple(make_code(canary)))


def _make_loss(canary: Path) -> Node:
    """A loss is made by calling the type that the node names."""
    return _make_node(
        "LossNode", "builtins", "exec", content=_make_empty_dict(), __reduce__={"args": _make_tuple(make_code(canary))}
    )


def _make_operator(canary: Path) -> Node:
    """CVE-2025-54412: `operator.call`, or any other name there, called with what the file says."""
    function = _make_node("FunctionNode", "builtins", "exec")
    return _make_node(
        "OperatorFuncNode",
        "operator",
        "call",
        attrs=_make_node("TupleNode", "builtins", "tuple", content=[function, _make_text(make_code(canary))]),
    )


def _make_method() -> Node:
    """CVE-2025-54413: a method of an object, by a name that the audit did not see."""
    owner = _make_node("ObjectNode", "sklearn.linear_model._logistic", "LogisticRegression")
    return _make_node(
        "MethodNode", owner["__module__"], owner["__class__"], content={"func": "__reduce__", "obj": owner}
    )


def _make_partial() -> Node:
    parts = {
        "func": _make_node("TypeNode", "builtins", "eval"),
        "args": _make_tuple("1"),
        "kwds": _make_empty_dict(),
        "namespace": _make_text(None),
    }
    return _make_node("PartialNode", "functools", "partial", content=parts)


def _make_generator() -> Node:
    """A bit generator by a name that is another function of `numpy.random`."""
    bits = _make_empty_dict()
    bits["content"]["bit_generator"] = _make_text("seed")
    return _make_node(
        "RandomGeneratorNode",
        "numpy.random._generator",
        "Generator",
        content={"bit_generator": bits, "seed_seq": _make_empty_dict()},
    )


def _make_deep() -> Node:
    node = _make_text(0)
    for _ in range(120):
        node = _make_node("ListNode", "builtins", "list", content=[node])
    return node


def _find_file(members: dict[str, bytes]) -> str:
    return next(name for name in members if name.endswith(".npy"))


def _make_array(value: Any, *, allow_pickle: bool = False) -> bytes:
    stream = BytesIO()
    np.save(stream, value, allow_pickle=allow_pickle)
    return stream.getvalue()


def _write_objects(_: Node, members: dict[str, bytes]) -> None:
    members[_find_file(members)] = _make_array(np.array([{}], dtype=object), allow_pickle=True)


def _change_header(shape: tuple[int, ...], kind: str = "<f8") -> Callable[[Node, dict[str, bytes]], None]:
    def change(_: Node, members: dict[str, bytes]) -> None:
        stream = BytesIO()
        np.lib.format.write_array_header_1_0(stream, {"descr": kind, "fortran_order": False, "shape": shape})
        members[_find_file(members)] = stream.getvalue() + bytes(64)

    return change


def _write_code_in_header(_: Node, members: dict[str, bytes]) -> None:
    text = b"{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': (1,)}\n"
    members[_find_file(members)] = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def _write_sparse_objects(_: Node, members: dict[str, bytes]) -> None:
    stream = BytesIO()
    np.savez(stream, data=np.array([{}], dtype=object))
    members["1.npz"] = stream.getvalue()


def _write_sparse_bomb(_: Node, members: dict[str, bytes]) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as inner:
        inner.writestr("data.npy", bytes(100))
        inner.getinfo("data.npy").file_size = 10 * 2**30
    members["1.npz"] = stream.getvalue()


def _iterate_nodes(schema: Any, loader: str) -> Iterator[Node]:
    if isinstance(schema, dict):
        if schema.get("__loader__") == loader or schema.get("__class__") == loader:
            yield schema
        for child in schema.values():
            yield from _iterate_nodes(child, loader)
    elif isinstance(schema, list):
        for child in schema:
            yield from _iterate_nodes(child, loader)


def _change_tree(field: str, value: int, at: int = 0) -> Callable[[Path, Path], None]:
    def change(schema: Node, members: dict[str, bytes]) -> None:
        (tree,) = _iterate_nodes(schema, "TreeNode")
        file = tree["content"]["content"]["nodes"]["file"]
        nodes = np.load(BytesIO(members[file]))
        nodes[field][at] = value
        members[file] = _make_array(nodes)

    return lambda file, _: file.write_bytes(_rewrite(_save(DecisionTreeClassifier, random_state=0), change)) and None


def _write_tree_of_more_nodes(schema: Node, _: dict[str, bytes]) -> None:
    (tree,) = _iterate_nodes(schema, "TreeNode")
    tree["content"]["content"]["node_count"]["content"] = "1000000"


def _write_two_faces(schema: Node, members: dict[str, bytes]) -> None:
    """An altered array under the number of the tree's nodes: skops reads the first, whoever looks sees the second."""
    (tree,) = _iterate_nodes(schema, "TreeNode")
    shown = tree["content"]["content"]["nodes"]
    nodes = np.load(BytesIO(members[shown["file"]]))
    nodes["left_child"] = 10**6
    members["hidden.npy"] = _make_array(nodes)
    content = schema["content"]["content"]
    schema["content"]["content"] = {"first": {**shown, "file": "hidden.npy"}, **content}


def _write_boosted(file: Path, _: Path) -> None:
    def change(schema: Node, members: dict[str, bytes]) -> None:
        tree = next(_iterate_nodes(schema, "TreePredictor"))
        name = tree["content"]["content"]["nodes"]["file"]
        nodes = np.load(BytesIO(members[name]))
        nodes["feature_idx"][0] = 10**6
        members[name] = _make_array(nodes)

    data = _save(HistGradientBoostingClassifier, max_iter=1, min_samples_leaf=2)
    file.write_bytes(_rewrite(data, change))


def _change_tree_file(change: Callable[[Node, dict[str, bytes]], None]) -> Callable[[Path, Path], None]:
    return lambda file, _: file.write_bytes(_rewrite(_save(DecisionTreeClassifier, random_state=0), change)) and None


def _load_trusting(file: Path) -> object:
    return skops.io.load(file, trusted=skops.io.get_untrusted_types(file=file))


_LEADS = "nodes lead to leaves; received model.skops with an altered {}"
_CASES: dict[str, tuple[Callable[[Path, Path], None], str, Callable[[Path], object] | None]] = {
    "function-of-os": (
        _change_attribute(_make_node("FunctionNode", "os", "system")),
        "own types.* with .*os.system",
        None,
    ),
    "type-of-builtins": (
        _change_attribute(_make_node("TypeNode", "builtins", "eval")),
        "own types.* with .*builtins.eval",
        None,
    ),
    "object-of-subprocess": (
        _change_attribute(_make_node("ObjectNode", "subprocess", "Popen")),
        "with .*subprocess.Popen",
        None,
    ),
    "loss-that-is-exec": (_change_attribute(_make_loss), "own types.* with .*builtins.exec", _load_trusting),
    "constructor": (_change_attribute(_make_constructed), "ConstructorFromReduceNode of builtins.exec", _load_trusting),
    "operator": (_change_attribute(_make_operator), "OperatorFuncNode of operator.call", _load_trusting),
    "method": (_change_attribute(_make_method()), "MethodNode of", None),
    "partial": (_change_attribute(_make_partial()), "PartialNode of functools.partial", None),
    "cached": (_change_attribute(_make_node("CachedNode", "x", "y", __id__=1)), "CachedNode of x.y", None),
    "unknown-node": (_change_attribute(_make_node("EvalNode", "x", "y")), "EvalNode of x.y", None),
    "bit-generator": (_change_attribute(_make_generator()), "numpy.random.seed", None),
    "future-protocol": (_change_linear(lambda schema, _: schema.update(protocol=99)), "protocol 99", None),
    "nested-deep": (_change_attribute(_make_deep()), "nested at most", None),
    "no-schema": (
        lambda file, _: zipfile.ZipFile(file, "w").close(),
        "by its first bytes",
        None,
    ),
    "pickled-array": (_change_linear(_write_objects), "pickled Python objects", None),
    "pickled-array-in-sparse-matrix": (
        _change_linear(_write_sparse_objects),
        "pickled Python objects in data.npy",
        None,
    ),
    "zip-bomb-in-sparse-matrix": (_change_linear(_write_sparse_bomb), "unpacks to at most", None),
    "shape-bomb": (_change_linear(_change_header((10**9, 10**9))), r"header of shape \(1000000000", None),
    "negative-shape": (_change_linear(_change_header((-1, -8))), "header of shape", None),
    "code-in-header": (_change_linear(_write_code_in_header), "as NumPy writes it", None),
    "tree-out-of-bounds": (_change_tree("left_child", 10**6), _LEADS.format("Tree"), None),
    "tree-in-a-circle": (_change_tree("right_child", 0), _LEADS.format("Tree"), None),
    "tree-negative-child": (_change_tree("left_child", -7), _LEADS.format("Tree"), None),
    "tree-of-other-features": (_change_tree("feature", 10**6), _LEADS.format("Tree"), None),
    "tree-of-more-nodes": (_change_tree_file(_write_tree_of_more_nodes), _LEADS.format("Tree"), None),
    "tree-with-two-faces": (_change_tree_file(_write_two_faces), "one object for each number", None),
    "boosted-tree-of-other-features": (_write_boosted, _LEADS.format("TreePredictor"), None),
}
CASES = [Case(f"skops-{name}", "model.skops", *parts) for name, parts in _CASES.items()]
