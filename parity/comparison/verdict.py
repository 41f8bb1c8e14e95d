"""The verdict over all runs, and its reason in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from webparity.parity.names import select_runtimes, split_artifact
from webparity.parity.plan import list_runtimes, list_unsupported
from webparity.verification.report import Reference, Run


def find_missing_runtimes(require: Sequence[str], runs: Sequence[Run], reference: Reference) -> list[str]:
    """Find the required runtimes that did not run on every artifact they can run.

    The reference counts as having run, unless stored answers stood in for it.
    """
    known, unsupported = list_runtimes(), list_unsupported()
    missing: set[str] = set()
    for pattern, artifact in map(split_artifact, require):
        for name in select_runtimes(known, [pattern], unsupported):
            verdicts = [r.verdict for r in runs if r.name == str(name) and artifact in (None, r.artifact)]
            if reference.runtime == name.runtime and reference.version:
                verdicts.append(reference.verdict)
            if not verdicts or "unavailable" in verdicts:
                missing.add(str(name))
    return [name for name in map(str, known) if name in missing]


def explain_failure(integrity: Sequence[str], reference: Reference, runs: Sequence[Run], missing: Sequence[str]) -> str:
    """Explain why the report fails, the most severe reason first; empty if it passes.

    Args:
        integrity: damaged files.
        reference: the reference with its own check.
        runs: every run.
        missing: required runtimes that were not reached.
    """
    failed = [run for run in runs if run.verdict == "fail"]
    if failed:
        more = f" {len(failed) - 1} more runs fail." if len(failed) > 1 else ""
        return f"{failed[0].title}: {failed[0].reason}{more}"
    if reference.verdict == "fail":
        return f"The reference {reference.runtime}: {reference.reason}"
    if integrity:
        return f"integrity: the bundle holds missing or altered files: {', '.join(integrity[:3])}."
    if missing:
        why = next(
            (run.reason for run in runs if run.name == missing[0] and run.reason), "no artifact for it was chosen"
        )
        return f"Required but unavailable: {', '.join(missing)}: {why}"
    if not any(run.verdict == "pass" for run in runs):
        alone = f"{reference.runtime} alone was chosen, which is the reference here. Choose another runtime."
        why = f"every runtime was unavailable: {runs[0].reason}" if runs else alone
        return f"Expected at least one run beside the reference; {why}"
    return ""
