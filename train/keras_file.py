"""`.keras` files whose bytes depend on the model alone, not on when they were written."""

from __future__ import annotations

import json
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

_EPOCH = (1980, 1, 1, 0, 0, 0)


def keras_bytes(model: Any) -> bytes:
    """Save a Keras model, with the archive's and the metadata's dates fixed.

    Args:
        model: any Keras model.

    Returns:
        A `.keras` archive.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.keras"
        model.save(file, include_optimizer=False)
        return _undated(file.read_bytes())


def _undated(archive: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist()):
            data = old.read(name)
            if name == "metadata.json":
                data = json.dumps({**json.loads(data), "date_saved": "1980-01-01@00:00:00"}, sort_keys=True).encode()
            new.writestr(zipfile.ZipInfo(name, _EPOCH), data)
    return stream.getvalue()
