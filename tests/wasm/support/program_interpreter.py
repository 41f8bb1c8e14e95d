"""Programs in NumPy: what each instruction means, one after the other, without the module."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.preprocessing.graph import resize_image_in_numpy
from webparity.preprocessing.spec import Preprocessing
from webparity.program.graph import Instruction, ProgramGraph, Value
from webparity.program.opcodes import Binary, Distance, Opcode, Reduce, ResizeMethod, Unary

Array = NDArray[Any]
Operands = Sequence[Array]

_BINARY: Final[dict[int, Callable[[Any, Any], Any]]] = {
    Binary.ADD: np.add,
    Binary.SUBTRACT: np.subtract,
    Binary.MULTIPLY: np.multiply,
    Binary.DIVIDE: np.divide,
    Binary.POWER: np.power,
    Binary.MINIMUM: np.minimum,
    Binary.MAXIMUM: np.maximum,
    Binary.EQUAL: np.equal,
    Binary.LESS: np.less,
    Binary.LESS_OR_EQUAL: np.less_equal,
    Binary.GREATER: np.greater,
    Binary.GREATER_OR_EQUAL: np.greater_equal,
    Binary.AND: np.logical_and,
    Binary.OR: np.logical_or,
    Binary.XOR: np.logical_xor,
}
_UNARY: Final[dict[int, Callable[[Any], Any]]] = {
    Unary.ABS: np.abs,
    Unary.NEGATE: np.negative,
    Unary.EXP: np.exp,
    Unary.LOG: np.log,
    Unary.SQRT: np.sqrt,
    Unary.RECIPROCAL: np.reciprocal,
    Unary.FLOOR: np.floor,
    Unary.CEIL: np.ceil,
    Unary.ROUND: np.rint,
    Unary.SIGN: np.sign,
    Unary.TANH: np.tanh,
    Unary.SIGMOID: lambda x: 1 / (1 + np.exp(-x)),
    Unary.NOT: np.logical_not,
}
_REDUCE: Final[dict[int, Callable[..., Any]]] = {
    Reduce.SUM: np.sum,
    Reduce.MEAN: np.mean,
    Reduce.MAX: np.max,
    Reduce.MIN: np.min,
    Reduce.PRODUCT: np.prod,
}
RESIZES: Final[dict[ResizeMethod, dict[str, Any]]] = {
    ResizeMethod.BILINEAR: {},
    ResizeMethod.PILLOW: {"like": "pillow"},
    ResizeMethod.OPENCV_LINEAR: {"like": "opencv"},
    ResizeMethod.AREA: {"like": "opencv", "resize": "area"},
    ResizeMethod.TENSORFLOW: {"like": "tensorflow"},
    ResizeMethod.PILLOW_CUBIC: {"like": "pillow", "resize": "bicubic"},
    ResizeMethod.PILLOW_LANCZOS: {"like": "pillow", "resize": "lanczos"},
    ResizeMethod.CUBIC: {"resize": "bicubic"},
    ResizeMethod.LANCZOS: {"resize": "lanczos"},
    ResizeMethod.NEAREST: {"resize": "nearest"},
    ResizeMethod.OPENCV_NEAREST: {"like": "opencv", "resize": "nearest"},
    ResizeMethod.TENSORFLOW_CUBIC: {"like": "tensorflow", "resize": "bicubic"},
    ResizeMethod.TENSORFLOW_LANCZOS: {"like": "tensorflow", "resize": "lanczos"},
    ResizeMethod.TENSORFLOW_TRIANGLE: {"like": "tensorflow", "antialias": True},
    ResizeMethod.TENSORFLOW_WIDE_CUBIC: {"like": "tensorflow", "resize": "bicubic", "antialias": True},
    ResizeMethod.TENSORFLOW_WIDE_LANCZOS: {"like": "tensorflow", "resize": "lanczos", "antialias": True},
    ResizeMethod.PILLOW_NEAREST: {"like": "pillow", "resize": "nearest"},
    ResizeMethod.TENSORFLOW_NEAREST: {"like": "tensorflow", "resize": "nearest"},
    ResizeMethod.OPENCV_CUBIC: {"like": "opencv", "resize": "bicubic"},
    ResizeMethod.OPENCV_LANCZOS: {"like": "opencv", "resize": "lanczos"},
    ResizeMethod.COVERAGE: {"resize": "area"},
    ResizeMethod.TENSORFLOW_COVERAGE: {"like": "tensorflow", "resize": "area"},
}


def make_resize_spec(method: ResizeMethod, height: int, width: int, depth: int) -> Preprocessing:
    """The preprocessing whose resize a method is."""
    options = dict(RESIZES[method])
    resize = {"step": "resize", "method": options.pop("resize", "bilinear"), **options}
    gray: Any = [{"step": "color", "to": "gray"}] if depth == 1 else []
    return Preprocessing(steps=[*gray, {**resize, "height": height, "width": width}])


def interpret(graph: ProgramGraph, image: Array | None = None, inputs: Operands = ()) -> list[Array]:
    """Run a program on a decoded image, uint8 [H, W, 3], and on its inputs; the outputs in their order."""
    known: dict[Value, Array] = dict(zip(graph.inputs, inputs, strict=True))
    with np.errstate(all="ignore"):
        for instruction in [*graph.prologue, *graph.instructions]:
            _run(instruction, image, known)
    return [_read(known, value) for value in graph.outputs]


def _read(known: dict[Value, Array], value: Value) -> Array:
    return known[value] if value.constant is None else value.constant


def _run(instruction: Instruction, image: Array | None, known: dict[Value, Array]) -> None:
    out, numbers = instruction.outputs[0], list(instruction.numbers)
    operands = [_read(known, value) for value in instruction.inputs if value is not None]
    if instruction.opcode is Opcode.COPY:
        # Parts of a value may be written one after the other.
        target = known.setdefault(out, np.zeros(out.shape, out.dtype))
        _copy(target.reshape(-1), operands[0].reshape(-1), [int(n) for n in numbers])
        return
    result = _resize(out, numbers, image) if instruction.opcode is Opcode.RESIZE_IMAGE else None
    if result is None:
        result = KERNELS[instruction.opcode](out, operands, numbers)
    assert np.size(result) == out.size, instruction
    known[out] = np.asarray(result).astype(out.dtype).reshape(out.shape)


def _copy(target: Array, source: Array, numbers: list[int]) -> None:
    rank = numbers[0]
    dims, steps, targets = (np.array(numbers[1 + part * rank : 1 + (part + 1) * rank], int) for part in range(3))
    places = np.indices(tuple(dims)).reshape(rank, -1)
    source_offset, target_offset = numbers[-2:]
    target[target_offset + targets @ places] = source[source_offset + steps @ places]


def _resize(out: Value, numbers: list[Any], image: Array | None) -> Array:
    assert image is not None
    _, height, width, depth = out.shape
    return resize_image_in_numpy(image, make_resize_spec(ResizeMethod(numbers[0]), height, width, depth))


def _matmul(_out: Value, operands: Operands, numbers: list[Any]) -> Array:
    (b0, b1, m, k, n), alpha = numbers[:5], numbers[-1]
    x, y = (
        np.lib.stride_tricks.as_strided(each.reshape(-1), dims, [step * each.itemsize for step in steps])
        for each, dims, steps in zip(
            map(np.ascontiguousarray, operands),
            ((b0, b1, m, k), (b0, b1, k, n)),
            (numbers[8:12], numbers[12:16]),
            strict=True,
        )
    )
    return np.asarray(np.matmul(x.astype(np.float64), y.astype(np.float64)) * alpha)


def _gather(_out: Value, operands: Operands, numbers: list[Any]) -> Array:
    return np.take(operands[0].reshape(numbers), operands[1].reshape(-1), 1)


def _reduce(_out: Value, operands: Operands, numbers: list[Any]) -> Array:
    x = operands[0].reshape(numbers[1:])
    wide = x.astype(np.float64) if x.dtype == np.float32 else x
    return np.asarray(_REDUCE[numbers[0]](wide, axis=1))


def _softmax(_out: Value, operands: Operands, numbers: list[Any]) -> Array:
    x = operands[0].reshape(-1, numbers[0]).astype(np.float64)
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(np.log(shares) if numbers[1] else shares)


def _find_smallest(_out: Value, operands: Operands, numbers: list[Any]) -> Array:
    count, length = numbers
    return np.argsort(operands[0].reshape(-1, length), axis=1, kind="stable")[:, :count]


def _sum_leaves(_out: Value, operands: Operands, _numbers: list[Any]) -> Array:
    x, thresholds, features, after, roots, starts, targets, values, base = operands
    sums = base.copy()
    for root in roots:
        node = int(root)
        while after[node] >= 0:
            node = node + 1 if x.reshape(-1)[features[node]] <= thresholds[node] else int(after[node])
        for entry in range(starts[~after[node]], starts[~after[node] + 1]):
            sums[targets[entry]] += values[entry]
    return sums


def _measure(_out: Value, operands: Operands, numbers: list[Any]) -> Array:
    x = operands[0].reshape(-1).astype(np.float64)
    points = operands[1].reshape(-1, len(x)).astype(np.float64)
    return np.asarray(np.sum((x - points) ** 2 if numbers[0] == Distance.SQUARED else np.abs(x - points), axis=1))


def _couple_pairs(out: Value, operands: Operands, _numbers: list[Any]) -> Array:
    """Minimize a quadratic form class by class, until it is near enough to the optimum, as LIBSVM does."""
    classes = out.size
    wins = np.zeros((classes, classes))
    wins[np.triu_indices(classes, 1)] = np.clip(operands[0].reshape(-1), 1e-7, 1 - 1e-7)
    wins += np.tril(1 - wins.T, -1)
    form = -wins * wins.T + np.diag(np.sum(wins.T**2, axis=1))
    shares = np.full(classes, 1 / classes)
    while np.abs(form @ shares - shares @ form @ shares).max() >= 0.005 / classes:
        for own in range(classes):
            shares[own] += (shares @ form @ shares - form[own] @ shares) / form[own, own]
            shares /= shares.sum()
    return shares


# By opcode: from the value that is written, the values that are read and the numbers, to the elements.
KERNELS: Final[dict[Opcode, Callable[[Value, Operands, list[Any]], Any]]] = {
    Opcode.UNARY: lambda _, operands, numbers: _UNARY[numbers[0]](operands[0]),
    Opcode.BINARY: lambda _, operands, numbers: _BINARY[numbers[0]](*operands),
    Opcode.WHERE: lambda _, operands, __: np.where(*operands),
    Opcode.CAST: lambda out, operands, _: operands[0].astype(out.dtype),
    Opcode.GATHER: _gather,
    Opcode.REDUCE: _reduce,
    Opcode.MATMUL: _matmul,
    Opcode.SOFTMAX: _softmax,
    Opcode.TREES: _sum_leaves,
    Opcode.DISTANCES: _measure,
    Opcode.COUPLE_PAIRS: _couple_pairs,
    Opcode.SMALLEST: _find_smallest,
}
