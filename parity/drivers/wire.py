"""Parsing of the harness's replies: results of `open` and `run`, and errors; each is validated."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from webparity.errors import RuntimeUnavailable
from webparity.parity.failure import RunFailed
from webparity.parity.result import Answer, Outcome, RefusedImage


class OpenResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `open`; `engine` is null in a browser."""

    runtime: str
    version: str
    backend: str
    engine: dict[str, str] | None = None


class ImageResult(msgspec.Struct, frozen=True, kw_only=True):
    """One image of `run`: an answer, or `refused` with its message."""

    refused: str | None = None
    message: str = ""
    rgb8: str = ""
    probabilities: str = ""
    scores: str = ""
    values: str = ""
    pixels: str = ""
    ms: float = float("nan")


class RunAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `run`."""

    results: list[ImageResult]
    leaked_tensors: int = 0


def read_result(reply: Any, expected_type: type[Any], where: str) -> Any:
    """Take `{result}` out of a reply as `expected_type`, or raise its `{error}`.

    Raises:
        RuntimeUnavailable: the runtime says it cannot run here.
        RunFailed: it reports a failure, or the reply is not what the protocol says.
    """
    if isinstance(reply, dict) and isinstance(reply.get("error"), dict):
        error = reply["error"]
        message = f"{where}: {error.get('message', 'failed without a message')}"
        if error.get("kind") == "unavailable":
            raise RuntimeUnavailable(message)
        if error.get("kind") == "integrity":
            raise RunFailed(message, stage="integrity", files=[str(file) for file in error.get("files") or []])
        raise RunFailed(message)
    try:
        return msgspec.convert(reply["result"], expected_type)
    except (TypeError, KeyError, msgspec.ValidationError) as error:
        raise RunFailed(f"Expected a reply of the harness protocol from {where}; received: {error}.") from error


def to_outcomes(results: Sequence[ImageResult], shape: tuple[int, int, int]) -> list[Outcome]:
    """Turn the harness's results into outcomes.

    Args:
        results: one per image.
        shape: height, width and channels of the `pixels` tap.

    Raises:
        RunFailed: an array is not base64 of float32 values.
    """
    outcomes: list[Outcome] = []
    for result in results:
        if result.refused is not None:
            outcomes.append(RefusedImage(code=result.refused, message=result.message))
            continue
        pixels = _decode_floats(result.pixels)
        outcomes.append(
            Answer(
                rgb8=result.rgb8,
                probabilities=_decode_numbers(result.probabilities),
                scores=_decode_numbers(result.scores),
                values=_decode_numbers(result.values),
                # Another count of values keeps its flat shape, which the pixels stage then reports.
                pixels=pixels.reshape(shape) if pixels.size == np.prod(shape) else pixels,
                ms=result.ms,
            )
        )
    return outcomes


def _decode_numbers(text: str) -> NDArray[np.float32] | None:
    return _decode_floats(text) if text else None


def _decode_floats(text: str) -> NDArray[np.float32]:
    try:
        return np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4").astype(np.float32)
    except (binascii.Error, ValueError) as error:
        raise RunFailed(f"Expected float32 values in base64 from the harness; received: {error}.") from error
