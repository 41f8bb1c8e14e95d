"""HOG: histograms of oriented gradients in the place of the pixels."""

from __future__ import annotations

from webparity.errors import UsageError
from webparity.preprocessing.hog.descriptor import compute_hog_features
from webparity.preprocessing.hog.settings import MAX_HOG_SIDE, MAX_ORIENTATIONS, NORMALISATIONS, Hog
from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.tensor_ops.ops import Ops, T


def make_hog(options: Options) -> Hog:
    """Make the settings of a step."""
    return Hog(**{name: value for name, value in options.items() if name != "scale"})


def compute_hog(ops: Ops[T], values: T, options: Options, shape: Shape) -> T:
    """Compute features [N, features] of gray values [N, *shape]."""
    return compute_hog_features(ops, values, (shape.height, shape.width), make_hog(options), options["scale"])


def _reshape(options: Options, shape: Shape) -> Shape:
    hog = make_hog(options)
    blocks = hog.count_blocks(shape.height), hog.count_blocks(shape.width)
    if shape.depth != 1 or min(blocks) < 1:
        side = hog.pixels_per_cell * hog.cells_per_block
        raise UsageError(
            f"Expected gray pixels, at least {side} x {side}, one HOG block, before the step 'hog'; received "
            f'{shape.height} x {shape.width} of {shape.depth} channels. Add color.to = "gray", take smaller cells or a '
            "larger image."
        )
    return Shape(1, 1, blocks[0] * blocks[1] * hog.block_features)


STEP = StepKind(
    name="hog",
    description="histograms of oriented gradients of gray pixels, as skimage.feature.hog; the last step",
    stage="values",
    keys={
        "orientations": Key(
            kind="integer", least=1, most=MAX_ORIENTATIONS, required=True, description="bins over 0 to 180 degrees"
        ),
        "pixels_per_cell": Key(kind="integer", least=1, most=MAX_HOG_SIDE, required=True, description="side of a cell"),
        "cells_per_block": Key(
            kind="integer", least=1, most=MAX_HOG_SIDE, required=True, description="side of a block"
        ),
        "normalisation": Key(
            kind="choice", choices=NORMALISATIONS, default="L2-Hys", description="skimage's block_norm"
        ),
        "scale": Key(kind="number", default=1 / 255, least=1e-6, description="factor on grey levels before it"),
    },
    apply=compute_hog,
    reshape=_reshape,
)
