"""`webparity export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from webparity.cli.options.limits import add_graph_options, add_limit_options
from webparity.cli.process.hold_folder import add_wait_option

if TYPE_CHECKING:
    from webparity.export.quantization.plan import Precision


def _write_preprocessing_example(context: click.Context, _: click.Parameter, file: Path | None) -> None:
    if file is None or context.resilient_parsing:
        return
    from webparity.cli.output.console import get_console
    from webparity.export.inputs.preprocessing_file import write_example

    write_example(file, context.params.get("preset"))
    get_console().print(f"example → {file}: edit it, then give it as --preprocessing {file}")
    context.exit()


def _keep_preset(context: click.Context, _: click.Parameter, name: str | None) -> None:
    """Keep the preset for `--init-preprocessing`, which may stand before it."""
    if name is None or context.resilient_parsing:
        return
    from webparity.preprocessing.preset import get_preset

    context.params["preset"] = get_preset(name).name


class _TargetOption(click.Option):
    """The option `--target`, whose help lists the registered export targets when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        from webparity.export.target_selection import discover_targets

        *first, last = known = discover_targets()
        defaults = " and ".join(name for name, target in known.items() if target.default)
        self.help = f"{', '.join(first)} or {last}; may be given again.  [default: {defaults}, where they can]"
        return super().get_help_record(ctx)


class _OutputsOption(click.Option):
    """The option `--outputs`, whose help lists what each word says of the model when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        from webparity.outputs.request import list_requests

        meanings = "; ".join(f"{word}: {kind.requests[word]}" for word, kind in list_requests().items())
        self.help = (
            f"What the model's numbers are. {meanings}.  [default: by the loss that a network was compiled with, and "
            "by the functions that a classifier has]"
        )
        return super().get_help_record(ctx)


@click.command("export", short_help="Export a run or your own model file into a bundle.")
@click.argument("model", metavar="MODEL|RUN", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The bundle's folder.")
@click.option(
    "--target",
    "targets",
    cls=_TargetOption,
    multiple=True,
)
@click.option(
    "--precision",
    type=click.Choice(["float32", "float16", "uint8", "auto"]),
    default="float32",
    show_default=True,
    help="How weights are stored; auto is the smallest within bounds.",
)
@click.option(
    "--calibration",
    type=click.Path(path_type=Path),
    help="Folder of images that weights are reduced on, no test images.  [default: a run's validation images]",
)
@click.option(
    "--max-flips",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Most calibration images that reduced weights may give another label.",
)
@click.option(
    "--max-difference",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.05,
    show_default=True,
    help="Largest difference of a probability that reduced weights may make on them.",
)
@click.option(
    "--preprocessing",
    type=click.Path(path_type=Path),
    help="TOML file, a preset's name, or a configuration of Hugging Face or timm (.json); for your own model.",
)
@click.option(
    "--preset",
    metavar="NAME",
    is_eager=True,
    expose_value=False,
    callback=_keep_preset,
    help="With --init-preprocessing: the preset to write; `webparity preprocessing presets` lists them.",
)
@click.option(
    "--init-preprocessing",
    type=click.Path(path_type=Path),
    is_flag=False,
    flag_value="preprocessing.toml",
    metavar="[FILE]",
    expose_value=False,
    callback=_write_preprocessing_example,
    help="Write an example for --preprocessing that explains every key into FILE or preprocessing.toml, and stop.",
)
@click.option("--labels", type=click.Path(path_type=Path), help="One label per line; for your own model.")
@click.option(
    "--outputs",
    "output",
    cls=_OutputsOption,
    type=click.Choice(["probabilities", "logits", "sigmoid", "scores", "multilabel", "values"]),
)
@click.option(
    "--threshold",
    "thresholds",
    multiple=True,
    metavar="[LABEL=]NUMBER",
    help="With multilabel: the probability from which on a label is given; for all labels, or for one.  [default: 0.5]",
)
@click.option(
    "--unit", "units", multiple=True, metavar="[NAME=]UNIT", help="With values: the unit of all values, or of one."
)
@click.option("--golden", type=click.Path(path_type=Path), help="Folder of images for the golden set.")
@click.option("--trust", is_flag=True, help="Read a pickle, an .h5 file or a SavedModel, which may run code.")
@click.option(
    "--missing",
    type=float,
    metavar="0|nan",
    help="What an XGBoost model takes for a missing value: 0 after training with missing=0 or on a sparse matrix, "
    "nan otherwise. Asked for where the file leaves it open.",
)
@click.option(
    "--layout",
    type=click.Choice(["nchw", "nhwc"]),
    help="Order of axes of an ONNX file's input, where its shape does not tell: nchw after PyTorch.",
)
@click.option("--page/--no-page", default=True, show_default=True, help="Write the static page.")
@click.option("--force", is_flag=True, help="Replace an earlier bundle in that folder.")
@add_limit_options
@add_graph_options
@add_wait_option
def command(
    model: Path,
    out: Path,
    targets: tuple[str, ...],
    precision: Precision,
    calibration: Path | None,
    max_flips: int,
    max_difference: float,
    preprocessing: Path | None,
    labels: Path | None,
    output: str | None,
    thresholds: tuple[str, ...],
    units: tuple[str, ...],
    golden: Path | None,
    trust: bool,
    missing: float | None,
    layout: Literal["nchw", "nhwc"] | None,
    page: bool,
    force: bool,
    max_seconds: float | None,
    max_memory: float | None,
    max_processes: int,
) -> None:
    """Export a training run or your own model file into a bundle.

    The last line, on standard output, is the bundle's digest: keep it, and give it to verify, predict, inspect and
    serve as --expect-digest.

    Model files are .keras, .skops, XGBoost's .json or .ubj, CatBoost's .cbm, LightGBM's .txt and .onnx; with
    --trust also .pkl, .joblib, .h5 and the folder of a SavedModel.
    They are opened, converted and checked in a process of their own, within limits.

    \b
    Examples:
      webparity export --init-preprocessing pre.toml --preset keras-mobilenet_v2
      webparity export build/runs/mnist-cnn --out bundle
      webparity export build/runs/mnist-cnn --out small --precision auto
      webparity export model.keras --preprocessing pre.toml --labels labels.txt \\
        --golden photos --out bundle
      webparity export model.keras --target tfjs-layers --target onnx --out bundle
      webparity export pipeline.skops --golden photos --out bundle
      webparity export model.onnx --preprocessing pre.toml --out bundle
      webparity export huge.keras --max-seconds 3600 --max-memory 24 --out bundle
      webparity export logits.keras --outputs logits --out bundle
      webparity export xray.keras --outputs multilabel --threshold 0.4 --out xray
      webparity export age.keras --outputs values --unit years --out bundle
      webparity export sparse.json --preprocessing pre.toml --missing 0 --out out
    """
    from webparity.cli.options.outputs import read_output_request
    from webparity.cli.options.quantization import QuantizationOptions
    from webparity.cli.output.console import get_console, print_line
    from webparity.cli.work.export import export_into, refuse_bad_use, watch_foreign
    from webparity.models.saved_model_folder import is_saved_model

    if not model.is_dir() or is_saved_model(model):
        watch_foreign(model, out, max_seconds, max_memory, max_processes, thorough=precision == "auto")
    quantization = QuantizationOptions(
        precision=precision, calibration=calibration, flips=max_flips, difference=max_difference
    )
    for_own_model = {
        "--preprocessing": preprocessing,
        "--labels": labels,
        "--trust": trust,
        "--missing": missing is not None,
        "--layout": layout is not None,
        "--outputs": output is not None,
        "--threshold": bool(thresholds),
        "--unit": bool(units),
    }
    request = read_output_request(output, thresholds, units)
    refuse_bad_use(model, out, targets, for_own_model, quantization, force=force)
    digest = export_into(
        model,
        out,
        targets=targets,
        quantization=quantization,
        preprocessing=preprocessing,
        labels=labels,
        golden=golden,
        trust=trust,
        missing=missing,
        layout=layout,
        request=request,
        page=page,
        force=force,
    )
    get_console().print(f"Next: webparity verify {out}   or   webparity serve {out}")
    print_line(f"digest {digest}")
