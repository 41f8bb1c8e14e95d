"""Streaming writers of predictions: text, CSV, JSON Lines, or one JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Final

from webparity.cli.output.console import print_json, print_json_document, print_line, print_row
from webparity.predictor import Prediction

FORMATS: Final = ("text", "csv", "jsonl", "json")
Write = Callable[[Prediction], None]


@contextmanager
def open_prediction_writer(form: str, labels: Sequence[str]) -> Iterator[Write]:
    """Open a writer of predictions to standard output; it yields a function that writes one.

    Args:
        form: one of `FORMATS`.
        labels: the bundle's, which CSV has a column each of.
    """
    if form == "json":
        # One document can only be closed when all is known.
        kept: list[Prediction] = []
        yield kept.append
        print_json([asdict(prediction) for prediction in kept])
    elif form == "csv":
        print_row("file", "label", "probability", *(f"probability of {label}" for label in labels))
        yield lambda p: print_row(p.file, p.label, p.probability, *p.probabilities.values())
    elif form == "jsonl":
        yield lambda p: print_json_document(json.dumps(asdict(p), ensure_ascii=False))
    else:
        yield _print_prediction


def _print_prediction(prediction: Prediction) -> None:
    print_line(
        f"{prediction.file}  {prediction.label}  {prediction.probability:.2%}  "
        f"(decode {prediction.decode_ms:.1f} ms, model {prediction.model_ms:.1f} ms)"
    )
