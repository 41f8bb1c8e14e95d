"""Numbers of instructions and of what they compute: `wasm/program/opcodes.h`; a test compares them."""

from enum import IntEnum


class Opcode(IntEnum):
    """The instructions of programs."""

    RESIZE_IMAGE = 1
    UNARY = 2
    BINARY = 3
    WHERE = 4
    CAST = 5
    COPY = 6
    FILL = 7
    GATHER = 8
    REDUCE = 9
    MATMUL = 10
    DENSE = 11
    CONV = 12
    DEPTHWISE = 13
    WINOGRAD = 14
    POOL = 15
    SOFTMAX = 16
    TREES = 17
    SMALLEST = 18
    TOP_K = 19
    RESIZE = 20
    GATHER_ELEMENTS = 21
    GATHER_ND = 22
    SCATTER_ELEMENTS = 23
    SCATTER_ND = 24
    CUMULATIVE_SUM = 25
    ONE_HOT = 26
    ARG = 27
    CONV_TRANSPOSE = 28
    NORMALIZE = 29
    DISTANCES = 30
    COUPLE_PAIRS = 31
    ACTIVATION = 32


class Unary(IntEnum):
    """What `Opcode.UNARY` computes of each element."""

    ABS = 0
    NEGATE = 1
    EXP = 2
    LOG = 3
    SQRT = 4
    RECIPROCAL = 5
    FLOOR = 6
    CEIL = 7
    ROUND = 8
    SIGN = 9
    TANH = 10
    SIGMOID = 11
    ERF = 12
    SIN = 13
    COS = 14
    TAN = 15
    ASIN = 16
    ACOS = 17
    ATAN = 18
    SINH = 19
    COSH = 20
    ASINH = 21
    ACOSH = 22
    ATANH = 23
    NOT = 24
    IS_NAN = 25
    SOFTPLUS = 26
    BIT_NOT = 27


class Binary(IntEnum):
    """What `Opcode.BINARY` computes of two elements; comparisons and logic give bool."""

    ADD = 0
    SUBTRACT = 1
    MULTIPLY = 2
    DIVIDE = 3
    POWER = 4
    MINIMUM = 5
    MAXIMUM = 6
    MOD = 7
    FMOD = 8
    EQUAL = 9
    LESS = 10
    LESS_OR_EQUAL = 11
    GREATER = 12
    GREATER_OR_EQUAL = 13
    AND = 14
    OR = 15
    XOR = 16
    BIT_AND = 17
    BIT_OR = 18
    BIT_XOR = 19
    SHIFT_LEFT = 20
    SHIFT_RIGHT = 21
    LEAKY = 22


class Reduce(IntEnum):
    """What `Opcode.REDUCE` computes along an axis."""

    SUM = 0
    MEAN = 1
    MAX = 2
    MIN = 3
    PRODUCT = 4
    L1 = 5
    L2 = 6
    LOG_SUM = 7
    LOG_SUM_EXP = 8
    SUM_SQUARE = 9


class Pool(IntEnum):
    """What `Opcode.POOL` computes of a window."""

    MAX = 0
    AVERAGE = 1
    AVERAGE_WITH_PADDING = 2
    LP = 3


class Activation(IntEnum):
    """What follows a convolution or a dense layer; `low` and `high` are its two numbers."""

    NONE = 0
    CLIP = 1
    LEAKY = 2
    SIGMOID = 3
    TANH = 4
    SILU = 5
    GELU = 6
    HARD_SIGMOID = 7
    HARD_SWISH = 8
    ELU = 9


class Distance(IntEnum):
    """What `Opcode.DISTANCES` computes."""

    SQUARED = 0
    MANHATTAN = 1


class ResizeMethod(IntEnum):
    """The interpolation of `Opcode.RESIZE_IMAGE`."""

    BILINEAR = 0
    PILLOW = 1
    OPENCV_LINEAR = 2
    AREA = 3
    TENSORFLOW = 4
    PILLOW_CUBIC = 5
    PILLOW_LANCZOS = 6
    CUBIC = 7
    LANCZOS = 8
    NEAREST = 9
    OPENCV_NEAREST = 10
    TENSORFLOW_CUBIC = 11
    TENSORFLOW_LANCZOS = 12
    TENSORFLOW_TRIANGLE = 13
    TENSORFLOW_WIDE_CUBIC = 14
    TENSORFLOW_WIDE_LANCZOS = 15
    PILLOW_NEAREST = 16
    TENSORFLOW_NEAREST = 17
    OPENCV_CUBIC = 18
    OPENCV_LANCZOS = 19
    COVERAGE = 20
    TENSORFLOW_COVERAGE = 21


class ResizeFit(IntEnum):
    """How `Opcode.RESIZE_IMAGE` maps an image of another aspect ratio onto the output."""

    STRETCH = 0
    COVER = 1
    SHORTER = 2
    CONTAIN = 3
    FACTOR = 4
