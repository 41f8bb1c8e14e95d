"""`webparity inspect`."""

from __future__ import annotations

from pathlib import Path

import click

_SHOWN = 12


@click.command("inspect")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write the manifest as JSON to standard output.")
def command(bundle: Path, as_json: bool) -> None:
    """Show a bundle's contract, artifacts, sizes and checksums; exit 2 if a file is missing or altered.

    \b
    Example:
      webparity inspect build/demo/bundle
    """
    from webparity.bundle.manifest import to_json
    from webparity.bundle.read import open_bundle, require_intact

    opened = open_bundle(bundle)
    manifest = opened.manifest
    if as_json:
        click.echo(to_json(manifest).decode(), nl=False)
        require_intact(opened)
        return
    pre = manifest.preprocessing
    more = " …" if len(manifest.labels) > _SHOWN else ""
    total = sum(entry.bytes for entry in manifest.files.values())
    rows = {
        "name": manifest.name,
        "contract": manifest.contract,
        "labels": f"{len(manifest.labels)}: {', '.join(manifest.labels[:_SHOWN])}{more}",
        "input": "uint8 [N, H, W, 3], any H and W",
        "preprocessing": f"{pre.channels}, {pre.fit} to {pre.width}x{pre.height} {pre.resize}"
        f"{f' like {pre.like}' if pre.like else ''}, scale {pre.scale:.6g}, offset {pre.offset:g}, mean {pre.mean}, "
        f"std {pre.std}",
        "golden set": f"{len(manifest.golden)} images",
        "page": "yes" if manifest.page else "no",
        "source": "yes" if opened.source else "no (the golden set stands in as reference)",
        "metrics": ", ".join(f"{name} {value:.6g}" for name, value in manifest.metrics.items()) or "none",
        "producer": ", ".join(f"{name} {number}" for name, number in manifest.producer.items()),
        "files": f"{len(manifest.files)}, {total / 1e6:.2f} MB",
        "manifest": f"sha256 {opened.digest}",
    }
    for name, value in rows.items():
        click.echo(f"{name:<14} {value}")
    for artifact in manifest.artifacts:
        click.echo(
            f"\n{artifact.id}  {artifact.bytes / 1000:.1f} kB, {len(artifact.ops)} operators: {' '.join(artifact.ops)}"
        )
        click.echo(f"  runs in {', '.join(artifact.backends) or 'backends that it does not list'}")
        for warning in artifact.warnings:
            click.echo(f"  {warning}")
        for path in artifact.files:
            click.echo(f"  {manifest.files[path].sha256}  {path}")
    require_intact(opened)
    click.echo("\nEvery file matches its checksum.")
