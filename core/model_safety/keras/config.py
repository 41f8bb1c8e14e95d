"""The allowlist for Keras configs: Keras's own layers, no code, no paths to files.

Keras's safe mode refuses marshalled code; names of Keras's own functions that load and fetch have been turned against
it again and again (CVE-2025-1550, CVE-2025-8747, CVE-2025-9906, CVE-2025-12058). So this is a list of what is allowed.
"""

from __future__ import annotations

from typing import Any, Final

from webparity.model_safety.json_tree import iterate_objects, parse_json
from webparity.model_safety.keras.calls import refuse_many_calls
from webparity.model_safety.keras.versions import KERAS_2_MODELS
from webparity.model_safety.refusal import make_refusal
from webparity.models import refusals

MAX_BYTES: Final = 16 * 2**20  # EfficientNetB0 has 0.23 MB
MAX_DEPTH: Final = 100  # networks of keras.applications have 12, and each network within another adds about 3
_CLASSES: Final = frozenset(
    {
        "keras",
        "keras.constraints",
        "keras.dtype_policies",
        "keras.initializers",
        "keras.layers",
        "keras.losses",
        "keras.metrics",
        "keras.models",
        "keras.optimizers",
        "keras.optimizers.schedules",
        "keras.quantizers",
        "keras.random",
        "keras.regularizers",
    }
)
# Functional networks and `keras.ops` in them are written under the names of Keras's inner modules.
_INNER: Final = ("keras.src.applications.", "keras.src.layers.", "keras.src.models.", "keras.src.ops.")
_FUNCTIONS: Final = frozenset(
    {
        "builtins",  # Keras looks the name up in the modules below, never in Python's builtins
        "keras.activations",
        "keras.constraints",
        "keras.initializers",
        "keras.losses",
        "keras.metrics",
        "keras.regularizers",
    }
)
_NO_FUNCTIONS: Final = frozenset({"deserialize", "get", "serialize"})
_VALUES: Final = frozenset({"__bytes__", "__ellipsis__", "__keras_tensor__", "__numpy__", "__slice__", "__tensor__"})
_CODE: Final = {
    "Lambda": "holds Python code",
    "__lambda__": "is Python code",
    "TFSMLayer": "reads a SavedModel from a path",
    "TorchModuleWrapper": "holds a pickle",
    "JaxLayer": "holds Python functions",
    "FlaxLayer": "holds Python functions",
}
_PATHS: Final = ("vocabulary", "idf_weights")


def refuse_foreign_parts(config: bytes, name: str) -> None:
    """Check a `config.json` against the allowlist.

    Raises:
        UnsupportedModelError: it is too large, or names the first part that is not Keras's own.
    """
    tree = parse_json(config, f"config.json of {name}", max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
    if not isinstance(tree, dict) or "class_name" not in tree:
        raise make_refusal("a config.json that describes one network", f"another document in {name}")
    # Networks are read without their loss and optimizer, which may be foreign.
    network = {key: value for key, value in tree.items() if key != "compile_config"}
    refuse_many_calls(network, name)
    for node in iterate_objects(network):
        if "class_name" in node:
            _refuse_part(node, name)
        for key in _PATHS:
            if isinstance(node.get(key), str):
                raise make_refusal("layers that hold their own data", f"one with {key} = {node[key]!r} in {name}")


def _refuse_part(node: dict[str, Any], name: str) -> None:
    part, module, registered = node["class_name"], node.get("module"), node.get("registered_name")
    if part in _CODE:
        raise refusals.CODE(f"{name} with {part}, which {_CODE[part]}")
    own = {part, node.get("config")} if part == "function" else {part}
    if part not in _VALUES and not (_is_keras_part(part, module, node.get("config")) and registered in {None, *own}):
        origin = " of ".join(str(word) for word in (registered or part, module) if word is not None)
        raise refusals.FOREIGN_PART(f"{name} with {origin}")


def _is_keras_part(part: Any, module: Any, config: Any) -> bool:
    if not isinstance(part, str) or not isinstance(module, str):
        return False
    if part == "function":
        return (
            module in _FUNCTIONS and isinstance(config, str) and config.isidentifier() and config not in _NO_FUNCTIONS
        )
    if KERAS_2_MODELS.fullmatch(module):
        return part in {"Functional", "Model", "Sequential"}
    if module == "keras.mixed_precision":
        return part == "Policy"  # Keras 2's name of DTypePolicy
    # Keras would resolve functions as well; its classes begin with a capital letter, its functions do not.
    return part[:1].isupper() and part.isidentifier() and (module in _CLASSES or module.startswith(_INNER))
