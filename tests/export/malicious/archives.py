"""Zip archives that are bombs, contain links, or are read differently by two parsers."""

from __future__ import annotations

import pickle
import stat
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from malicious.case import Case
from malicious.keras_files import make_archive, make_network
from malicious.pickles import make_code

_GB = 2**30


class _CodeObject:
    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> object:
        return (exec, (make_code(self.canary),))


def _change_members(change: Callable[[zipfile.ZipFile], None]) -> Callable[[Path, Path], None]:
    """A good `.keras` file that was changed before it was closed."""

    def write(file: Path, _: Path) -> None:
        file.write_bytes(make_archive(make_network()))
        with zipfile.ZipFile(file, "a") as zipped:
            change(zipped)

    return write


def _claim_size(zipped: zipfile.ZipFile, name: str, size: int) -> None:
    """Add a member that claims to unpack to so much."""
    zipped.writestr(name, bytes(1000))
    entry = zipped.getinfo(name)
    entry.file_size, entry.compress_type = size, zipfile.ZIP_DEFLATED


def _write_flat_bomb(file: Path, _: Path) -> None:
    """Ten gigabytes of zeros, as a model's weights."""
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("config.json", "{}")
        _claim_size(zipped, "model.weights.h5", 10 * _GB)


def _write_real_bomb(file: Path, _: Path) -> None:
    """Half a gigabyte of zeros that do unpack, from half a megabyte."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
        zipped.writestr("schema.json", "{}")
        with zipped.open("1.npy", "w") as member:
            for _ in range(512):
                member.write(bytes(2**20))


def _write_nested_bomb(zipped: zipfile.ZipFile) -> None:
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(2**24))
    zipped.writestr("bomb.zip", inner.getvalue())


def _write_link(zipped: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("metadata.json")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    zipped.writestr(entry, "/etc/passwd")


def _write_linked(file: Path, _: Path) -> None:
    good = zipfile.ZipFile(BytesIO(make_archive(make_network())))
    with good, zipfile.ZipFile(file, "w") as zipped:
        _write_link(zipped)
        for name in ("config.json", "model.weights.h5"):
            zipped.writestr(name, good.read(name))


def _write_encrypted(zipped: zipfile.ZipFile) -> None:
    zipped.writestr("metadata.json", "{}")
    zipped.getinfo("config.json").flag_bits |= 1


def _write_twice(zipped: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("config.json")
    zipped.NameToInfo.clear()  # so that Python does not warn of it
    zipped.writestr(entry, "{}")


def _write_bzip2(file: Path, _: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as zipped:
        zipped.writestr("config.json", "{}")


def _write_pickle_in_front(file: Path, canary: Path) -> None:
    """Zip is read from its end, a pickle from its beginning."""
    file.write_bytes(pickle.dumps(_CodeObject(canary)) + make_archive(make_network()))


def _unpickle(file: Path) -> object:
    return pickle.loads(file.read_bytes())


def _write_truncated(file: Path, _: Path) -> None:
    data = make_archive(make_network())
    file.write_bytes(data[: len(data) // 2])


def _write_pickled_weights(file: Path, canary: Path) -> None:
    weights = BytesIO()
    np.savez(weights, allow_pickle=True, vars=np.array([_CodeObject(canary)], dtype=object))
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("config.json", "{}")
        zipped.writestr("model.weights.npz", weights.getvalue())


def _load_weights(file: Path) -> object:
    with zipfile.ZipFile(file) as zipped:
        return np.load(BytesIO(zipped.read("model.weights.npz")), allow_pickle=True)["vars"]


_ONLY = "own members only; received model.keras with '{}'"
CASES = [
    Case("zip-bomb-flat", "model.keras", _write_flat_bomb, "unpacks to at most"),
    Case("zip-bomb-real", "model.skops", _write_real_bomb, "unpacks to at most"),
    Case("zip-bomb-nested", "model.keras", _change_members(_write_nested_bomb), _ONLY.format("bomb.zip")),
    Case(
        "zip-path-escape",
        "model.keras",
        _change_members(lambda zipped: zipped.writestr("../../escaped", "")),
        _ONLY.format("../../escaped"),
    ),
    Case(
        "zip-absolute-path",
        "model.keras",
        _change_members(lambda zipped: zipped.writestr("/tmp/escaped", "")),
        _ONLY.format("/tmp/escaped"),
    ),
    Case("zip-symbolic-link", "model.keras", _write_linked, "without links"),
    Case("zip-member-twice", "model.keras", _change_members(_write_twice), "each member once"),
    Case("zip-encrypted", "model.keras", _change_members(_write_encrypted), "stored or deflated"),
    Case("zip-bzip2", "model.keras", _write_bzip2, "stored or deflated"),
    Case("zip-truncated", "model.keras", _write_truncated, "whole zip archive"),
    Case("zip-with-a-pickle-in-front", "model.keras", _write_pickle_in_front, "by its first bytes", _unpickle),
    Case(
        "keras-pickled-npz-weights",
        "model.keras",
        _write_pickled_weights,
        _ONLY.format("model.weights.npz"),
        _load_weights,
    ),
]
