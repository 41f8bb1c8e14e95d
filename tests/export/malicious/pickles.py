"""Pickles that run code when read, with their own suffix and with those of safe formats."""

from __future__ import annotations

import builtins
import functools
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from malicious.case import Case


class _CallGadget:
    """Unpickling it is `function(*arguments)`, and then what the further items of pickle's protocol say."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...], *further: Any) -> None:
        self.reduced = (function, arguments, *further)

    def __reduce__(self) -> Any:
        return self.reduced


def make_code(canary: Path) -> str:
    """Python code that makes the canary."""
    return f"open({str(canary)!r}, 'w').close()"


def _make_os_system(canary: Path) -> Any:
    return _CallGadget(os.system, (f"touch {canary}",))


def _make_subprocess(canary: Path) -> Any:
    return _CallGadget(subprocess.check_call, ([sys.executable, "-c", make_code(canary)],))


def _make_eval(canary: Path) -> Any:
    return _CallGadget(builtins.eval, (make_code(canary),))


def _make_exec(canary: Path) -> Any:
    return _CallGadget(builtins.exec, (make_code(canary),))


def _make_reduce(canary: Path) -> Any:
    return _CallGadget(functools.reduce, (builtins.exec, [make_code(canary), {}]))


def _make_state_setter(canary: Path) -> Any:
    """Pickle calls the sixth item with the object and its state: here `exec` with code and its globals."""
    return _CallGadget(str, (make_code(canary),), {}, None, None, builtins.exec)


def _make_pathlib(canary: Path) -> Any:
    return _CallGadget(Path.touch, (canary,))


def _make_nested(canary: Path) -> Any:
    return _CallGadget(pickle.loads, (pickle.dumps(_make_eval(canary)),))


_GADGETS = {
    "os-system": _make_os_system,
    "subprocess": _make_subprocess,
    "eval": _make_eval,
    "exec": _make_exec,
    "functools-reduce": _make_reduce,
    "state-setter": _make_state_setter,
    "pathlib": _make_pathlib,
    "pickle-in-pickle": _make_nested,
}


def _write_pickle(gadget: Callable[[Path], Any], protocol: int) -> Callable[[Path, Path], None]:
    def write(file: Path, canary: Path) -> None:
        file.write_bytes(pickle.dumps(gadget(canary), protocol))

    return write


def _write_by_joblib(compress: int) -> Callable[[Path, Path], None]:
    def write(file: Path, canary: Path) -> None:
        joblib.dump({"model": _make_exec(canary)}, file, compress=compress)

    return write


def _write_object_array(file: Path, canary: Path) -> None:
    with file.open("wb") as stream:
        np.save(stream, np.array([_make_eval(canary)], dtype=object), allow_pickle=True)


def _unpickle(file: Path) -> object:
    return pickle.loads(file.read_bytes())


def _load_array(file: Path) -> object:
    return np.load(file, allow_pickle=True)


_NO_TRUST = "runs whatever code it holds.*--trust"
_ANOTHER = "by its first bytes; received {}, which is something else"
CASES = [
    *(
        Case(
            f"pickle-{name}-protocol-{number % 6}", "model.pkl", _write_pickle(gadget, number % 6), _NO_TRUST, _unpickle
        )
        for number, (name, gadget) in enumerate(_GADGETS.items())
    ),
    Case("pickle-named-pickle", "model.pickle", _write_pickle(_make_os_system, 4), _NO_TRUST, _unpickle),
    Case("joblib-plain", "model.joblib", _write_by_joblib(0), _NO_TRUST, joblib.load),
    Case("joblib-compressed", "model.joblib", _write_by_joblib(3), _NO_TRUST, joblib.load),
    Case("joblib-named-skops", "model.skops", _write_by_joblib(3), _ANOTHER.format("model.skops"), joblib.load),
    Case("npy-of-objects-named-skops", "model.skops", _write_object_array, _ANOTHER.format("model.skops"), _load_array),
    *(
        Case(
            f"pickle-named-{suffix}-protocol-{protocol}",
            f"model.{suffix}",
            _write_pickle(_make_exec, protocol),
            # Suffixes that several libraries use do not decide: the content is recognized, here as a pickle.
            _ANOTHER.format(f"model.{suffix}") if suffix in {"keras", "skops"} else _NO_TRUST,
            _unpickle,
        )
        for protocol, suffix in enumerate(("keras", "skops", "json", "ubj", "cbm", "txt"))
    ),
]
