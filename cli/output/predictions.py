"""Streaming writers of predictions: text, CSV, JSON Lines, or one JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from webparity.cli.output.console import print_json, print_json_document, print_line, print_row
from webparity.outputs.model_output import ModelOutput
from webparity.outputs.registry import get_output_kind
from webparity.prediction.prediction import Prediction

FORMATS: Final = ("text", "csv", "jsonl", "json")
Write = Callable[[Prediction], None]


@contextmanager
def open_prediction_writer(form: str, labels: Sequence[str], output: ModelOutput) -> Iterator[Write]:
    """Open a writer of predictions to standard output; it yields a function that writes one.

    Args:
        form: one of `FORMATS`.
        labels: the bundle's, which CSV has a column each of.
        output: what the bundle's numbers are.
    """
    kind = get_output_kind(output)
    if form == "json":
        # One document can only be closed when all is known.
        kept: list[Prediction] = []
        yield kept.append
        print_json([prediction.to_dict() for prediction in kept])
    elif form == "csv":
        print_row("file", *kind.list_columns(output, labels))
        yield lambda p: print_row(p.file, *kind.list_cells(p.to_dict()))
    elif form == "jsonl":
        yield lambda p: print_json_document(json.dumps(p.to_dict(), ensure_ascii=False))
    else:
        yield lambda p: _print_prediction(p, kind.format_line(p.to_dict()))


def _print_prediction(prediction: Prediction, answer: str) -> None:
    print_line(
        f"{prediction.file}  {answer}  (decode {prediction.decode_ms:.1f} ms, model {prediction.model_ms:.1f} ms)"
    )
