"""Alterations of files: bits, lengths, and values of JSON, the same for the same seed."""

from __future__ import annotations

import copy
import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    3,
    2**31,
    2**63,
    1e308,
    -1.5,
    "",
    "x",
    "\x00",
    "../x",
    "\ud800",
    "\x1b[31m",
    "AAAA",
    "=",
    [],
    {},
    [1],
    {"a": 1},
    [[]],
)


def flip_bit(data: bytes, dice: random.Random) -> bytes:
    """One to three bits are others."""
    altered = bytearray(data)
    for _ in range(dice.randint(1, 3)):
        altered[dice.randrange(len(altered))] ^= 1 << dice.randrange(8)
    return bytes(altered)


def cut(data: bytes, dice: random.Random) -> bytes:
    """The end is missing."""
    return data[: dice.randrange(len(data))]


def splice(data: bytes, dice: random.Random) -> bytes:
    """A part is gone, twice there, or noise."""
    start = dice.randrange(len(data))
    end = min(len(data), start + dice.randint(1, 64))
    part = dice.choice([b"", data[start:end] * 2, dice.randbytes(end - start)])
    return data[:start] + part + data[end:]


def replace_value(data: bytes, dice: random.Random) -> bytes:
    """One value somewhere in a JSON document is another, gone, or in another's place."""
    document = json.loads(data)
    places = list(_list_places(document))
    holder, key = dice.choice(places)
    kind = dice.randrange(4)
    if kind == 0:
        del holder[key]
    elif kind == 1:
        other, at = dice.choice(places)
        holder[key] = copy.deepcopy(other[at]) if at in other or isinstance(other, list) else None
    else:
        holder[key] = dice.choice(ODD_VALUES)
    return json.dumps(document).encode()


def rezip(data: bytes, dice: random.Random) -> bytes:
    """One member of an archive is altered, and the archive is whole: its checksums fit."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        chosen = "schema.json" if dice.random() < 0.6 else dice.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            if name == chosen:
                content = dice.choice(JSON if name.endswith(".json") else BYTES)(content, dice)
            new.writestr(name, content)
    return stream.getvalue()


def _list_places(node: Any) -> Any:
    items = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, child in items:
        yield node, key
        yield from _list_places(child)


BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (flip_bit, cut, splice)
JSON: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip_bit,
    cut,
    splice,
    replace_value,
    replace_value,
    replace_value,
    replace_value,
)
