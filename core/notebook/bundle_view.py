"""A bundle as a table for a notebook's cell, with the sample images of its golden set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from webparity.bundle.manifest import Artifact, GoldenImage, Manifest, decode_float32
from webparity.decode.contract import decode_file
from webparity.errors import WebparityError
from webparity.notebook.card import AnswerCard
from webparity.notebook.cards_view import add_addresses
from webparity.notebook.picture import make_picture
from webparity.outputs.description import describe_output
from webparity.outputs.registry import get_output_kind
from webparity.prediction.prediction import Prediction
from webparity.preprocessing.pipeline.describe import describe_preprocessing
from webparity.text.html_template import make_environment

_SHOWN_LABELS: Final = 20
_SHOWN_SAMPLES: Final = 6
_SHOWN_NUMBERS: Final = 3


def render_bundle(manifest: Manifest, digest: str, site: Path) -> str:
    """Render what a bundle holds as one element with its own styles; nothing is fetched.

    Args:
        manifest: the bundle's.
        digest: of the manifest.
        site: where the sample images are read.
    """
    labels = manifest.labels
    more = f", and {len(labels) - _SHOWN_LABELS} more" if len(labels) > _SHOWN_LABELS else ""
    size = sum(entry.bytes for entry in manifest.files.values())
    rows = {
        "values" if manifest.output.kind == "values" else "labels": ", ".join(labels[:_SHOWN_LABELS]) + more,
        "output": describe_output(manifest.output, labels),
        "preprocessing": describe_preprocessing(manifest.preprocessing),
        "golden set": f"{len(manifest.golden)} images",
        "site/": f"{_format_size(size)}, {'with' if manifest.page else 'without'} the page",
        **{name: f"{value:.4g}" for name, value in manifest.metrics.items()},
        "digest": digest,
    }
    cards = [card for golden in _choose_samples(manifest) for card in _make_cards(golden, manifest, site)]
    template = make_environment("webparity.notebook").get_template("bundle.html.j2")
    return template.render(
        name=manifest.name,
        rows=rows,
        artifacts=[(each, _format_size(each.bytes), _list_places(each)) for each in manifest.artifacts],
        cards=add_addresses(cards),
        notes=(),
    )


def _choose_samples(manifest: Manifest) -> list[GoldenImage]:
    samples = [golden for golden in manifest.golden if golden.sample]
    return (samples or manifest.golden)[:_SHOWN_SAMPLES]


def _make_cards(golden: GoldenImage, manifest: Manifest, site: Path) -> Iterator[AnswerCard]:
    """Make the card of a golden image; none of a file that is damaged, which `verify` tells."""
    kind = get_output_kind(manifest.output)
    stored = getattr(golden, kind.answer)
    try:
        pixels = decode_file(site / golden.file, manifest.contract)
        row = np.asarray(decode_float32(stored or ""))
    except WebparityError:
        return
    if row.size != kind.count_numbers(manifest.output, len(manifest.labels)):
        return
    answer = kind.describe(row, manifest.output, manifest.labels)
    yield Prediction(file=golden.title, decode_ms=0, model_ms=0, picture=make_picture(pixels), **answer).make_card(
        _SHOWN_NUMBERS
    )


def _format_size(count: int) -> str:
    return f"{count / 1e6:.2f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def _list_places(artifact: Artifact) -> str:
    return ", ".join(artifact.backends)
