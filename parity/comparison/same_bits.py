"""Same bits: a runtime of exact arithmetic must give the same bits in every place, not only values within a tolerance.

Each place has one digest over all of its answers. The places of one artifact are compared with each other, and with the
digest that the manifest keeps of the golden set. The manifest's is right, else the one of most places, else the first.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from webparity.parity.result import Answer, Outcome
from webparity.verification.answer_bits import encode_answer
from webparity.verification.report import Bits, Run

MANIFEST: Final = "manifest"


@dataclass(frozen=True, kw_only=True)
class AnswerBits:
    """The bits of a run's answers.

    Attributes:
        sha256: of all answers in order, in hexadecimal digits; see `webparity.verification.answer_bits`.
        images: SHA-256 of each image's answer; None for an image that was refused.
    """

    sha256: str
    images: tuple[bytes | None, ...]


class AnswerBitsRecorder:
    """Records the bits of a run's answers as they come, before their pixels are dropped."""

    def __init__(self) -> None:
        self._all = hashlib.sha256()
        self._images: list[bytes | None] = []

    def add(self, outcome: Outcome) -> None:
        """Add the outcome of the next image."""
        if not isinstance(outcome, Answer):
            self._images.append(None)
            return
        data = encode_answer(outcome.taps)
        self._all.update(data)
        self._images.append(hashlib.sha256(data).digest())

    def get_result(self) -> AnswerBits:
        """Return the bits of all answers so far."""
        return AnswerBits(sha256=self._all.hexdigest(), images=tuple(self._images))


def hold_to_same_bits(
    runs: Sequence[Run], recorded: Sequence[AnswerBits | None], names: Sequence[str], kept: Mapping[str, str]
) -> list[Run]:
    """Compare the bits of the runs of each artifact, and fail those that differ.

    Args:
        runs: every run of a verification.
        recorded: the bits of each run's answers; None for a runtime whose bits may differ, and for a run that broke.
        names: the images' names.
        kept: digests that the manifest keeps of these images' answers, by artifact.

    Returns:
        The runs in their order, with the stage `bits` where there are bits.
    """
    done = list(runs)
    for artifact in dict.fromkeys(run.artifact for run in runs):
        places = {n: bits for n, bits in enumerate(recorded) if bits is not None and runs[n].artifact == artifact}
        if not places:
            continue
        right = kept.get(artifact) or Counter(bits.sha256 for bits in places.values()).most_common(1)[0][0]
        for number, bits in places.items():
            peers = [n for n, other in places.items() if other.sha256 == right and n != number]
            held_to = [*(runs[n].name for n in peers), *([MANIFEST] if artifact in kept else [])]
            answers = sum(image is not None for image in bits.images)
            stage = Bits(ok=bits.sha256 == right, sha256=bits.sha256, answers=answers, held_to=held_to)
            if not stage.ok and peers:
                others = _list_differing(bits, places[peers[0]], names)
                stage = replace(stage, differing=len(others), first=others[0] if others else None)
            done[number] = _add_stage(runs[number], stage, runs[peers[0]] if peers else None, right)
    return done


def _list_differing(one: AnswerBits, other: AnswerBits, names: Sequence[str]) -> list[str]:
    pairs = zip(names, one.images, other.images, strict=True)
    return [name for name, mine, theirs in pairs if mine != theirs]


def _add_stage(run: Run, stage: Bits, peer: Run | None, right: str) -> Run:
    """Add the stage to a run, and fail the run if its bits differ; an earlier stage that failed stays the reason."""
    run = replace(run, bits=stage)
    if stage.ok or (run.verdict == "fail" and run.stage != "resources"):
        return run
    return replace(run, verdict="fail", stage="bits", reason=_describe_difference(run, stage, peer, right))


def _describe_difference(run: Run, stage: Bits, peer: Run | None, right: str) -> str:
    if peer is None:
        return (
            f"bits: expected answers to the golden set with the SHA-256 {right}, as the manifest keeps it; received "
            f"{stage.sha256} from the module {run.version}. Export the bundle again with this version of webparity."
        )
    modules = "" if run.version == peer.version else f" Here the module is {run.version}, there {peer.version}."
    return (
        f"bits: {stage.differing} of {stage.answers} answers have other bits than in {peer.name}, first "
        f"{stage.first}.{modules} Export the bundle again; if they still differ, this place computes otherwise."
    )
