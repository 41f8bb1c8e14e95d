"""`.keras` files whose bytes depend on the model alone, not on when, where or in what company they were written."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any, Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
# Keras writes the addresses of shared objects; only which are equal carries meaning.
_SHARED: Final = re.compile(rb'("shared_object_id": )(\d+)')


def keras_bytes(model: Any) -> bytes:
    """Save a Sequential or Functional Keras model without its optimizer, with dates and addresses fixed.

    Args:
        model: the model; it is not changed.

    Returns:
        A `.keras` archive.
    """
    # A compiled model takes its optimizer's state into the file, whatever `include_optimizer` says.
    bare = type(model).from_config(model.get_config())
    bare.set_weights(model.get_weights())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.keras"
        bare.save(file)
        return _canonical(file.read_bytes())


def _canonical(archive: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist()):
            data = old.read(name)
            if name == "metadata.json":
                data = json.dumps({**json.loads(data), "date_saved": "1980-01-01@00:00:00"}, sort_keys=True).encode()
            if name == "config.json":
                data = _renumbered(data)
            new.writestr(zipfile.ZipInfo(name, _EPOCH), data)
    return stream.getvalue()


def _renumbered(config: bytes) -> bytes:
    order = {number: str(i).encode() for i, number in enumerate(dict.fromkeys(n for _, n in _SHARED.findall(config)))}
    return _SHARED.sub(lambda match: match[1] + order[match[2]], config)
