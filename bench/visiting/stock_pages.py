"""The model's files and the sample beside the stock pages, and the server of all pages."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from browsing.server import Site
from inference.artifacts import write_bare

from webparity.preprocessing.spec import Preprocessing

ROOT = Path(__file__).resolve().parents[2]
_HERE = Path(__file__).parent
PEERS = ("tfjs", "onnxruntime-web", "litert")
# TF.js without what the network does not need, all of it asked for at once: what its documentation does not do.
TUNED = "tfjs-tuned"


def add_stock_files(model: Path, sample: Path) -> Path:
    """Add to a subject's folder what stock pages ask for: our program under a fixed name, and a sample."""
    (program,) = model.glob("model/wasm-float32/*.bin")
    shutil.copyfile(program, model / "program.bin")
    shutil.copyfile(sample, model / "sample.png")
    return model


def write_model(network: Any, spec: Preprocessing, sample: Path, folder: Path) -> Path:
    """Write the network for the peers' stock pages, with a sample, into a folder that is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_bare(network, spec, folder)
    shutil.copyfile(sample, folder / "sample.png")
    return folder


def make_site(model: Path, files: Path, ours: Path | None = None) -> Site:
    """Make the site of the stock pages, `/visiting/`, and of an exported page, `/ours/`.

    Args:
        model: the folder of `write_model` or `add_stock_files`.
        files: the folder that holds `own.mjs`.
        ours: a bundle's `site/`.
    """
    roots = {
        "/visiting/": _HERE,
        "/model/": model,
        "/files/": files,
        "/module/": ROOT / "web/assets",
        "/npm/": ROOT / "web/node_modules",
    }
    return Site(roots | ({"/ours/": ours} if ours else {}), compressed=True)
