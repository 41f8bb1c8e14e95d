"""`webparity predict`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("predict")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write JSON to standard output, with every probability.")
def command(bundle: Path, images: tuple[Path, ...], as_json: bool) -> None:
    """Predict image files with onnxruntime.

    Prints the label, its probability, and the milliseconds for decoding and for the model.

    \b
    Examples:
      webparity predict build/demo/bundle photo.jpg
      webparity predict build/demo/bundle *.png --json
    """
    from dataclasses import asdict

    from webparity.bundle.read import open_bundle
    from webparity.cli.console import print_json
    from webparity.parity.predict import Predictor

    predictor = Predictor(open_bundle(bundle))
    predictions = []
    for image in images:
        prediction = predictor.predict(image)
        predictions.append(asdict(prediction))
        if not as_json:
            click.echo(
                f"{prediction.file}  {prediction.label}  {prediction.probability:.2%}  "
                f"(decode {prediction.decode_ms:.1f} ms, model {prediction.model_ms:.1f} ms)"
            )
    if as_json:
        print_json(predictions)
