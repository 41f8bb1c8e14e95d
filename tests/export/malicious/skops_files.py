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
from malicious.pickles import code
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

Node = dict[str, Any]
_VALUES = np.random.default_rng(0).normal(size=(40, 4))
_LABELS = np.arange(40) % 2


@cache
def _saved(kind: Callable[..., Any], **settings: Any) -> bytes:
    return skops.io.dumps(kind(**settings).fit(_VALUES, _LABELS))


def _rewritten(data: bytes, change: Callable[[Node, dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    schema = json.loads(members.pop("schema.json"))
    change(schema, members)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as new:
        for name, content in {**members, "schema.json": json.dumps(schema).encode()}.items():
            new.writestr(name, content)
    return stream.getvalue()


def _linear(change: Callable[[Node, dict[str, bytes]], None]) -> Callable[[Path, Path], None]:
    return lambda file, _: file.write_bytes(_rewritten(_saved(LogisticRegression), change)) and None


def _attribute(node: Node | Callable[[Path], Node]) -> Callable[[Path, Path], None]:
    """A logistic regression with one more attribute."""

    def write(file: Path, canary: Path) -> None:
        added = node(canary) if callable(node) else node

        def change(schema: Node, _: dict[str, bytes]) -> None:
            schema["content"]["content"]["added"] = added
            schema["content"]["key_types"]["content"].append(_node("TypeNode", "builtins", "str"))

        file.write_bytes(_rewritten(_saved(LogisticRegression), change))

    return write


def _node(loader: str, module: str, name: str, **rest: Any) -> Node:
    return {"__class__": name, "__module__": module, "__loader__": loader, **rest}


def _text(value: Any) -> Node:
    return _node("JsonNode", "builtins", "str", content=json.dumps(value), is_json=True)


def _tuple(*values: Any) -> Node:
    return _node("TupleNode", "builtins", "tuple", content=[_text(value) for value in values])


def _empty_dict() -> Node:
    return _node(
        "DictNode", "builtins", "dict", content={}, key_types=_node("ListNode", "builtins", "list", content=[])
    )


def _constructed(canary: Path) -> Node:
    return _node("ConstructorFromReduceNode", "builtins", "exec", content=_tuple(code(canary)))


def _loss(canary: Path) -> Node:
    """A loss is made by calling the type that the node names."""
    return _node("LossNode", "builtins", "exec", content=_empty_dict(), __reduce__={"args": _tuple(code(canary))})


def _operator(canary: Path) -> Node:
    """CVE-2025-54412: `operator.call`, or any other name there, called with what the file says."""
    function = _node("FunctionNode", "builtins", "exec")
    return _node(
        "OperatorFuncNode",
        "operator",
        "call",
        attrs=_node("TupleNode", "builtins", "tuple", content=[function, _text(code(canary))]),
    )


def _method() -> Node:
    """CVE-2025-54413: a method of an object, by a name that the audit did not see."""
    owner = _node("ObjectNode", "sklearn.linear_model._logistic", "LogisticRegression")
    return _node("MethodNode", owner["__module__"], owner["__class__"], content={"func": "__reduce__", "obj": owner})


def _partial() -> Node:
    parts = {
        "func": _node("TypeNode", "builtins", "eval"),
        "args": _tuple("1"),
        "kwds": _empty_dict(),
        "namespace": _text(None),
    }
    return _node("PartialNode", "functools", "partial", content=parts)


def _generator() -> Node:
    """A bit generator by a name that is another function of `numpy.random`."""
    bits = _empty_dict()
    bits["content"]["bit_generator"] = _text("seed")
    return _node(
        "RandomGeneratorNode",
        "numpy.random._generator",
        "Generator",
        content={"bit_generator": bits, "seed_seq": _empty_dict()},
    )


def _deep() -> Node:
    node = _text(0)
    for _ in range(120):
        node = _node("ListNode", "builtins", "list", content=[node])
    return node


def _file_of(members: dict[str, bytes]) -> str:
    return next(name for name in members if name.endswith(".npy"))


def _array(value: Any, *, allow_pickle: bool = False) -> bytes:
    stream = BytesIO()
    np.save(stream, value, allow_pickle=allow_pickle)
    return stream.getvalue()


def _objects(_: Node, members: dict[str, bytes]) -> None:
    members[_file_of(members)] = _array(np.array([{}], dtype=object), allow_pickle=True)


def _header(shape: tuple[int, ...], kind: str = "<f8") -> Callable[[Node, dict[str, bytes]], None]:
    def change(_: Node, members: dict[str, bytes]) -> None:
        stream = BytesIO()
        np.lib.format.write_array_header_1_0(stream, {"descr": kind, "fortran_order": False, "shape": shape})
        members[_file_of(members)] = stream.getvalue() + bytes(64)

    return change


def _code_in_header(_: Node, members: dict[str, bytes]) -> None:
    text = b"{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': (1,)}\n"
    members[_file_of(members)] = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def _sparse_objects(_: Node, members: dict[str, bytes]) -> None:
    stream = BytesIO()
    np.savez(stream, data=np.array([{}], dtype=object))
    members["1.npz"] = stream.getvalue()


def _sparse_bomb(_: Node, members: dict[str, bytes]) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as inner:
        inner.writestr("data.npy", bytes(100))
        inner.getinfo("data.npy").file_size = 10 * 2**30
    members["1.npz"] = stream.getvalue()


def _nodes(schema: Any, loader: str) -> Iterator[Node]:
    if isinstance(schema, dict):
        if schema.get("__loader__") == loader or schema.get("__class__") == loader:
            yield schema
        for child in schema.values():
            yield from _nodes(child, loader)
    elif isinstance(schema, list):
        for child in schema:
            yield from _nodes(child, loader)


def _tree(field: str, value: int, at: int = 0) -> Callable[[Path, Path], None]:
    def change(schema: Node, members: dict[str, bytes]) -> None:
        (tree,) = _nodes(schema, "TreeNode")
        file = tree["content"]["content"]["nodes"]["file"]
        nodes = np.load(BytesIO(members[file]))
        nodes[field][at] = value
        members[file] = _array(nodes)

    return lambda file, _: file.write_bytes(_rewritten(_saved(DecisionTreeClassifier, random_state=0), change)) and None


def _tree_of_more_nodes(schema: Node, _: dict[str, bytes]) -> None:
    (tree,) = _nodes(schema, "TreeNode")
    tree["content"]["content"]["node_count"]["content"] = "1000000"


def _two_faces(schema: Node, members: dict[str, bytes]) -> None:
    """An altered array under the number of the tree's nodes: skops reads the first, whoever looks sees the second."""
    (tree,) = _nodes(schema, "TreeNode")
    shown = tree["content"]["content"]["nodes"]
    nodes = np.load(BytesIO(members[shown["file"]]))
    nodes["left_child"] = 10**6
    members["hidden.npy"] = _array(nodes)
    content = schema["content"]["content"]
    schema["content"]["content"] = {"first": {**shown, "file": "hidden.npy"}, **content}


def _boosted(file: Path, _: Path) -> None:
    def change(schema: Node, members: dict[str, bytes]) -> None:
        tree = next(_nodes(schema, "TreePredictor"))
        name = tree["content"]["content"]["nodes"]["file"]
        nodes = np.load(BytesIO(members[name]))
        nodes["feature_idx"][0] = 10**6
        members[name] = _array(nodes)

    data = _saved(HistGradientBoostingClassifier, max_iter=1, min_samples_leaf=2)
    file.write_bytes(_rewritten(data, change))


def _of_tree(change: Callable[[Node, dict[str, bytes]], None]) -> Callable[[Path, Path], None]:
    return lambda file, _: file.write_bytes(_rewritten(_saved(DecisionTreeClassifier, random_state=0), change)) and None


def _trusting(file: Path) -> object:
    return skops.io.load(file, trusted=skops.io.get_untrusted_types(file=file))


_LEADS = "nodes lead to leaves; received model.skops with an altered {}"
_CASES: dict[str, tuple[Callable[[Path, Path], None], str, Callable[[Path], object] | None]] = {
    "function-of-os": (_attribute(_node("FunctionNode", "os", "system")), "own types.* with .*os.system", None),
    "type-of-builtins": (_attribute(_node("TypeNode", "builtins", "eval")), "own types.* with .*builtins.eval", None),
    "object-of-subprocess": (_attribute(_node("ObjectNode", "subprocess", "Popen")), "with .*subprocess.Popen", None),
    "loss-that-is-exec": (_attribute(_loss), "own types.* with .*builtins.exec", _trusting),
    "constructor": (_attribute(_constructed), "ConstructorFromReduceNode of builtins.exec", _trusting),
    "operator": (_attribute(_operator), "OperatorFuncNode of operator.call", _trusting),
    "method": (_attribute(_method()), "MethodNode of", None),
    "partial": (_attribute(_partial()), "PartialNode of functools.partial", None),
    "cached": (_attribute(_node("CachedNode", "x", "y", __id__=1)), "CachedNode of x.y", None),
    "unknown-node": (_attribute(_node("EvalNode", "x", "y")), "EvalNode of x.y", None),
    "bit-generator": (_attribute(_generator()), "numpy.random.seed", None),
    "future-protocol": (_linear(lambda schema, _: schema.update(protocol=99)), "protocol 99", None),
    "nested-deep": (_attribute(_deep()), "nested at most", None),
    "no-schema": (
        lambda file, _: zipfile.ZipFile(file, "w").close(),
        "by its first bytes",
        None,
    ),
    "pickled-array": (_linear(_objects), "pickled Python objects", None),
    "pickled-array-in-sparse-matrix": (_linear(_sparse_objects), "pickled Python objects in data.npy", None),
    "zip-bomb-in-sparse-matrix": (_linear(_sparse_bomb), "unpacks to at most", None),
    "shape-bomb": (_linear(_header((10**9, 10**9))), r"header of shape \(1000000000", None),
    "negative-shape": (_linear(_header((-1, -8))), "header of shape", None),
    "code-in-header": (_linear(_code_in_header), "as NumPy writes it", None),
    "tree-out-of-bounds": (_tree("left_child", 10**6), _LEADS.format("Tree"), None),
    "tree-in-a-circle": (_tree("right_child", 0), _LEADS.format("Tree"), None),
    "tree-negative-child": (_tree("left_child", -7), _LEADS.format("Tree"), None),
    "tree-of-other-features": (_tree("feature", 10**6), _LEADS.format("Tree"), None),
    "tree-of-more-nodes": (_of_tree(_tree_of_more_nodes), _LEADS.format("Tree"), None),
    "tree-with-two-faces": (_of_tree(_two_faces), "one object for each number", None),
    "boosted-tree-of-other-features": (_boosted, _LEADS.format("TreePredictor"), None),
}
CASES = [Case(f"skops-{name}", "model.skops", *parts) for name, parts in _CASES.items()]
