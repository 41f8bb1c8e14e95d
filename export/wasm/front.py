"""The front of a program: from the decoded image to the tap `pixels` and to the values that a model takes."""

from __future__ import annotations

from typing import Final, NamedTuple

from webparity.errors import ExportError
from webparity.preprocessing.fits.stretch import select_whole_image
from webparity.preprocessing.graph import normalize, normalize_in_double_float
from webparity.preprocessing.interpolations.bilinear import resize_antialiased
from webparity.preprocessing.like.opencv import resize_area_like_opencv, resize_linear_like_opencv
from webparity.preprocessing.like.pillow import resize_like_pillow
from webparity.preprocessing.like.tensorflow import resize_like_tensorflow
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.methods import ResizeFunction
from webparity.preprocessing.spec import Preprocessing
from webparity.program.graph import ProgramGraph, Value
from webparity.program.opcodes import Opcode, ResizeMethod
from webparity.tensor_ops.tracers.to_program import ProgramOps

# What the instruction computes as one piece; it knows no other.
_METHODS: Final[dict[ResizeFunction, ResizeMethod]] = {
    resize_antialiased: ResizeMethod.BILINEAR,
    resize_like_pillow: ResizeMethod.PILLOW,
    resize_linear_like_opencv: ResizeMethod.OPENCV_LINEAR,
    resize_area_like_opencv: ResizeMethod.AREA,
    resize_like_tensorflow: ResizeMethod.TENSORFLOW,
}
_UNROUNDED: Final = frozenset({ResizeMethod.BILINEAR, ResizeMethod.TENSORFLOW})
_STRETCH: Final = 0


class Front(NamedTuple):
    """A program under construction.

    Attributes:
        graph: its instructions so far.
        pixels: float32 [1, height, width, depth], in grey levels.
        values: float32 [1, *values_shape], the input of a model.
    """

    graph: ProgramGraph
    pixels: Value
    values: Value


def find_front_refusal(spec: Preprocessing) -> str | None:
    """Explain why preprocessing has no form in programs; None if it has."""
    function = INTERPOLATIONS[spec.resize].resize[spec.like]
    if function in _METHODS and FITS[spec.fit].select is select_whole_image:
        return None
    return (
        f"Expected a resize that the module has; received resize={spec.resize!r}, like={spec.like!r}, fit={spec.fit!r} "
        "of another package. Export onnx or tfjs-graph: --target onnx."
    )


def trace_front(spec: Preprocessing, *, in_float64: bool = False, unrounded: bool = False) -> Front:
    """Trace the preprocessing.

    Args:
        spec: the preprocessing.
        in_float64: normalize in float64 and round once, as scikit-learn's transformer does: for classifiers. HOG, and
            the input of networks, is computed in float32.
        unrounded: with `in_float64`, take the pixels before they are rounded to the float32 of the tap: some
            classifiers tell them apart.

    Raises:
        ExportError: an interpolation or a fit that the module does not have.
    """
    if refusal := find_front_refusal(spec):
        raise ExportError(refusal)
    ops = ProgramOps(ProgramGraph())
    method = _METHODS[INTERPOLATIONS[spec.resize].resize[spec.like]]
    shape = (1, spec.height, spec.width, spec.depth)
    wide = in_float64 and unrounded and spec.hog is None and method in _UNROUNDED
    resized = ops.wrap(
        ops.emit(Opcode.RESIZE_IMAGE, [], shape, "float64" if wide else "float32", int(method), _STRETCH)
    )
    pixels = ops.to_float32(resized)
    pixels.value.name = "pixels"
    normalise = normalize_in_double_float if in_float64 else normalize
    values = ops.reshape(normalise(ops, resized, spec), (1, *spec.values_shape))
    return Front(ops.graph, pixels.value, values.value)
