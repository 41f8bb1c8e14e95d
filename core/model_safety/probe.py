"""The process that checks a model file: `python -P -m webparity.model_safety.probe KIND FILE LIMITS`.

Its last line of output is `{"weights": N}` or `{"refused": "why"}`, as JSON. It may also crash, run out of memory
or not end; `inspection` handles these cases.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final, cast

from webparity.errors import UnsupportedModelError
from webparity.model_safety.limits import GraphLimits, get_graph_limits, use_graph_limits
from webparity.model_safety.refusal import make_refusal
from webparity.models.model_kind import ModelKind
from webparity.text.library_error import summarize_library_error

_MEMORY: Final = 2 * 2**30
_MEMORY_OF_FILE: Final = 20


def _limit_memory(size: int) -> None:
    """Limit the memory of this process and its core dump, where the system can; only Linux enforces both."""
    try:
        import resource
    except ImportError:
        return
    limit = max(_MEMORY + _MEMORY_OF_FILE * size, get_graph_limits().inspection_memory)
    # Of data and not of address space: allocators reserve far more of that than they use.
    resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    # Crashes are expected here and must not write core dumps.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _inspect(kind: str, file: Path) -> int:
    if kind == "keras":
        from webparity.model_safety.keras.archive import inspect_keras

        return inspect_keras(file)
    if kind == "onnx":
        from webparity.model_safety.onnx.inspect import inspect_onnx

        inspect_onnx(file)
        return 0
    if kind == "sklearn":
        from webparity.model_safety.skops.archive import inspect_skops

        inspect_skops(file)
    else:
        from webparity.model_safety.boosters import inspect_booster

        inspect_booster(file, cast("ModelKind", kind))
    return 0


def _report(kind: str, file: Path) -> dict[str, Any]:
    try:
        _limit_memory(file.stat().st_size)
        if kind == "onnx":
            from webparity.model_safety.onnx.inspect import measure_other_files

            _limit_memory(file.stat().st_size + measure_other_files(file))
        return {"weights": _inspect(kind, file)}
    except UnsupportedModelError as error:
        return {"refused": str(error)}
    except MemoryError:
        fix = "If it is your own file, allow more with --max-memory; otherwise do not use it."
        return {"refused": str(make_refusal("a model that fits into memory", f"{file.name}, which asks for more", fix))}
    except Exception as error:  # noqa: BLE001 - each library raises its own kinds
        return {
            "refused": str(
                make_refusal(
                    f"a {file.suffix} file that {kind} can read", f"{file.name}: {summarize_library_error(error)}"
                )
            )
        }


if __name__ == "__main__":
    with use_graph_limits(GraphLimits(**json.loads(sys.argv[3]))):
        sys.stdout.write(json.dumps(_report(sys.argv[1], Path(sys.argv[2]))) + "\n")
        sys.stdout.flush()
