"""The certificate of a verification: one digest of all answers, which every place that ran the module gave."""

from __future__ import annotations

from dataclasses import dataclass

from webparity.verification.report import Report


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """The digest that every place gave for one artifact.

    Attributes:
        artifact: its id.
        answers: how many images were answered.
        sha256: of all answers, in hexadecimal digits; see `webparity.verification.answer_bits`.
        places: names of the runs.
    """

    artifact: str
    answers: int
    sha256: str
    places: list[str]

    def __str__(self) -> str:
        """Format as one line."""
        where = f"the same in {', '.join(self.places)}" if len(self.places) > 1 else f"in {self.places[0]} alone"
        return f"{self.artifact}: sha256 of {self.answers:,} answers: {self.sha256}, {where}"


def list_certificates(report: Report) -> list[Certificate]:
    """List a certificate for each artifact whose bits were the same in every place; none where one place differs."""
    certificates = []
    for artifact in dict.fromkeys(run.artifact for run in report.runs):
        found = [(run, run.bits) for run in report.runs if run.artifact == artifact and run.bits is not None]
        if found and all(bits.ok and bits.answers for _, bits in found):
            bits = found[0][1]
            places = [run.name for run, _ in found]
            certificates.append(Certificate(artifact=artifact, answers=bits.answers, sha256=bits.sha256, places=places))
    return certificates
