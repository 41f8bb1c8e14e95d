"""JSON documents from untrusted sources: bounded in size and depth, traversed without recursion."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from webparity.model_safety.refusal import make_refusal


def parse_json(data: bytes, name: str, *, max_bytes: int, max_depth: int) -> Any:
    """Parse a document.

    Args:
        data: its bytes, UTF-8.
        name: what to call it in messages.
        max_bytes: the largest that is parsed.
        max_depth: objects and arrays within each other, the outermost being 1.

    Raises:
        UnsupportedModelError: it is larger, deeper or no JSON.
    """
    if len(data) > max_bytes:
        raise make_refusal(f"at most {max_bytes} bytes of JSON", f"{len(data)} in {name}")
    try:
        tree = json.loads(data)
    except RecursionError as error:
        raise make_refusal(f"JSON nested at most {max_depth} deep", f"more in {name}") from error
    except ValueError as error:
        raise make_refusal("valid JSON", f"{name}: {error}") from error
    if any(depth > max_depth for _, depth in _iterate_containers(tree)):
        raise make_refusal(f"JSON nested at most {max_depth} deep", f"more in {name}")
    return tree


def iterate_objects(tree: Any) -> Iterator[dict[str, Any]]:
    """Iterate over every JSON object in a document, in no particular order."""
    return (node for node, _ in _iterate_containers(tree) if isinstance(node, dict))


def _iterate_containers(tree: Any) -> Iterator[tuple[Any, int]]:
    pending = [(tree, 1)]
    while pending:
        node, depth = pending.pop()
        if isinstance(node, dict | list):
            yield node, depth
            children = node.values() if isinstance(node, dict) else node
            pending += [(child, depth + 1) for child in children]
