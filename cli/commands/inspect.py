"""`webparity inspect`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from webparity.bundle.manifest import Artifact
    from webparity.bundle.read import Bundle

_SHOWN = 12


@click.command("inspect", short_help="Show what a BUNDLE holds, and check its files.")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write the manifest as JSON to standard output.")
@click.option("--program", "programs", is_flag=True, help="List the instructions of the bundle's programs instead.")
@click.option(
    "--expect-digest", metavar="HEX", help="Refuse (exit 2) unless the bundle has this digest, as export printed it."
)
def command(bundle: Path, as_json: bool, programs: bool, expect_digest: str | None) -> None:
    """Show what a BUNDLE holds, and check its files; exit 2 if one is missing or altered.

    First the model: labels, preprocessing, metrics. Then each artifact: how its weights are stored and what that cost,
    its operators, the runtimes that have them, and the checksums of its files.

    \b
    Examples:
      webparity inspect build/demo/bundle
      webparity inspect bundle --json > manifest.json
      webparity inspect bundle --program      the instructions of its programs
      webparity inspect bundle --expect-digest 5f0c…
    """
    from webparity.bundle.manifest import to_json
    from webparity.bundle.read import describe_unproven, open_bundle, require_intact
    from webparity.cli.output.console import print_json_document, print_line
    from webparity.cli.output.own_labels import describe_own_labels
    from webparity.cli.output.unlisted_files import warn_of_unlisted_files
    from webparity.outputs.description import describe_output
    from webparity.preprocessing.pipeline.describe import describe_preprocessing

    opened = open_bundle(bundle, expect_digest=expect_digest)
    warn_of_unlisted_files(opened)
    manifest = opened.manifest
    if programs:
        require_intact(opened)
        for line in _list_programs(opened):
            print_line(line)
        return
    if as_json:
        print_json_document(to_json(manifest))
        require_intact(opened)
        return
    pre = manifest.preprocessing
    more = " …" if len(manifest.labels) > _SHOWN else ""
    total = sum(entry.bytes for entry in manifest.files.values())
    rows = {
        "name": manifest.name,
        "contract": manifest.contract,
        "labels": f"{len(manifest.labels)}: {', '.join(manifest.labels[:_SHOWN])}{more}",
        "output": describe_output(manifest.output, manifest.labels),
        "input": "uint8 [N, H, W, 3], any H and W",
        "preprocessing": describe_preprocessing(pre),
        "golden set": f"{len(manifest.golden)} images",
        **({"own labels": describe_own_labels(manifest.own_labels)} if manifest.own_labels else {}),
        "page": "yes" if manifest.page else "no",
        "source": _describe_source(opened),
        "metrics": ", ".join(f"{name} {value:.6g}" for name, value in manifest.metrics.items()) or "none",
        "producer": ", ".join(f"{name} {number}" for name, number in manifest.producer.items()),
        "files": f"{len(manifest.files)}, {total / 1e6:.2f} MB",
        "digest": opened.digest,
    }
    for name, value in rows.items():
        print_line(f"{name:<14} {value}")
    for artifact in manifest.artifacts:
        print_line()
        print_line(artifact.id)
        for name, value in _describe_artifact(artifact):
            print_line(f"  {name:<12} {value}")
        for path in artifact.files:
            print_line(f"  {'file':<12} sha256 {manifest.files[path].sha256}  {path}")
    require_intact(opened)
    missing = describe_unproven(opened)
    print_line()
    print_line(f"Every file matches its checksum.{f' {missing}' if missing else ''}")


def _list_programs(bundle: Bundle) -> Iterator[str]:
    from webparity.errors import UsageError
    from webparity.program.file import read_program_file
    from webparity.program.instance import ProgramInstance
    from webparity.program.listing import list_program

    found = [artifact for artifact in bundle.manifest.artifacts if artifact.target == "wasm"]
    if not found:
        others = ", ".join(artifact.target for artifact in bundle.manifest.artifacts)
        raise UsageError(
            f"Expected a bundle with a program for webparity.wasm; received one with {others}. "
            "Export it again with --target wasm."
        )
    for artifact in found:
        data = (bundle.site / artifact.entry).read_bytes()
        work = ProgramInstance(data, artifact.entry).work
        yield f"{artifact.id} ({artifact.entry}): at most {work * 2**20 / 1e6:.0f} million multiply-adds an image"
        yield from list_program(read_program_file(data, artifact.entry))


def _describe_source(bundle: Bundle) -> str:
    from webparity.bundle.read import read_source

    if bundle.source is None:
        return "no (the golden set stands in as reference)"
    unreadable = read_source(bundle).unreadable
    return f"yes, but something stands in as reference: {unreadable}" if unreadable else "yes"


def _describe_artifact(artifact: Artifact) -> Iterator[tuple[str, str]]:
    yield "weights", f"{artifact.precision}, {artifact.bytes / 1000:.1f} kB"
    if artifact.deviation is not None:
        moved = artifact.deviation
        first = (
            f"probabilities off by at most {moved.probabilities:.2g}, " if "probabilities" in artifact.outputs else ""
        )
        cost = f"{first}{'values' if 'values' in artifact.outputs else 'scores'} by {moved.scores:.2g} of their range"
        yield "deviation", f"on {moved.images} images: {moved.flips} other labels, {cost}"
    yield "operators", f"{len(artifact.ops)}: {' '.join(artifact.ops)}"
    yield "runs in", ", ".join(artifact.backends) or "not known: exported before bundles said so"
    for warning in artifact.warnings:
        yield "warning", warning
