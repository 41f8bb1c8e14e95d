"""Equalize: histogram equalization of gray pixels, as OpenCV or as Pillow."""

from __future__ import annotations

from webparity.errors import UsageError
from webparity.preprocessing.histograms import accumulate, count_levels, map_levels, to_whole_levels
from webparity.preprocessing.integers import clamp, divide, split_bits
from webparity.preprocessing.like.fixed_point import round_half_even
from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.tensor_ops.ops import Ops, T


def equalize(ops: Ops[T], pixels: T, options: Options, shape: Shape) -> T:
    """Equalize whole grey levels [N, *shape]."""
    count = shape.height * shape.width
    levels = ops.reshape(to_whole_levels(ops, pixels), (-1, count))
    counts = count_levels(ops, levels, count)
    tables = (_make_opencv_tables if options["like"] == "opencv" else _make_pillow_tables)(ops, levels, counts, count)
    images = ops.reshape(ops.arange(ops.size(pixels, 0)), (-1, 1)) * 256.0
    return ops.reshape(map_levels(ops, tables, ops.reshape(levels + images, (-1,))), (-1, *shape))


def _make_opencv_tables(ops: Ops[T], levels: T, counts: T, count: int) -> T:
    """Make the tables of `cv2.equalizeHist`: (sum - least) * 255 / (count - least), `least` of the lowest level."""
    lowest = 0.0 - ops.max(0.0 - levels, -1)
    least = ops.sum(counts * _is_level(ops, lowest), -1)
    rest = ops.constant(float(count)) - least
    flat = ops.greater_equal(ops.constant(0.0), rest)
    above = ops.maximum(accumulate(ops, counts) - least, ops.constant(0.0))
    scaled = ops.to_double_float(above) * ops.double_float_constant(255.0) / ops.to_double_float(rest + flat)
    table = round_half_even(ops, scaled)
    # An image of one level stays.
    return table + (lowest - table) * flat


def _make_pillow_tables(ops: Ops[T], levels: T, counts: T, count: int) -> T:
    """Make the tables of `ImageOps.equalize`: (step // 2 + sum before) // step, step (count - highest) // 255."""
    highest = ops.max(levels, -1)
    most = ops.sum(counts * _is_level(ops, highest), -1)
    step, _ = divide(ops, ops.constant(float(count)) - most, ops.constant(255.0))
    unchanged = ops.greater_equal(ops.constant(0.5), step)
    before = accumulate(ops, counts) - counts
    table, _ = divide(ops, before + split_bits(ops, step, 1)[0], step + unchanged)
    own = ops.reshape(ops.arange(ops.constant(256.0)), (1, -1))
    table = clamp(ops, table, ops.constant(255.0))
    return table + (own - table) * unchanged


def _is_level(ops: Ops[T], level: T) -> T:
    apart = ops.abs(ops.reshape(ops.arange(ops.constant(256.0)), (1, -1)) - level)
    return 1.0 - ops.minimum(apart, ops.constant(1.0))


def _reshape(_: Options, shape: Shape) -> Shape:
    if shape.depth != 1:
        raise UsageError(
            f"Expected gray before the step 'equalize'; received {shape.depth} channels. Add color.to = \"gray\"."
        )
    return shape


STEP = StepKind(
    name="equalize",
    description="histogram equalization of gray pixels",
    stage="levels",
    keys={
        "like": Key(
            kind="choice",
            choices=("opencv", "pillow"),
            default="opencv",
            description="cv2.equalizeHist, or ImageOps.equalize",
        )
    },
    apply=equalize,
    reshape=_reshape,
)
