/* The instructions of programs by number. A number is never used again for something else. */
#ifndef WEBPARITY_OPCODES_H
#define WEBPARITY_OPCODES_H

/* Operands of each: the first line of the file that has its kernel. */
typedef enum {
    OP_RESIZE_IMAGE = 1,
    OP_UNARY = 2,
    OP_BINARY = 3,
    OP_WHERE = 4,
    OP_CAST = 5,
    OP_COPY = 6,
    OP_FILL = 7,
    OP_GATHER = 8,
    OP_REDUCE = 9,
    OP_MATMUL = 10,
    OP_DENSE = 11,
    OP_CONV = 12,
    OP_DEPTHWISE = 13,
    OP_WINOGRAD = 14,
    OP_POOL = 15,
    OP_SOFTMAX = 16,
    OP_TREES = 17,
    OP_SMALLEST = 18,
    OP_TOP_K = 19,
    OP_RESIZE = 20,
    OP_GATHER_ELEMENTS = 21,
    OP_GATHER_ND = 22,
    OP_SCATTER_ELEMENTS = 23,
    OP_SCATTER_ND = 24,
    OP_CUMULATIVE_SUM = 25,
    OP_ONE_HOT = 26,
    OP_ARG = 27,
    OP_CONV_TRANSPOSE = 28,
    OP_NORMALIZE = 29,
    OP_DISTANCES = 30,
    OP_COUPLE_PAIRS = 31,
    OP_ACTIVATION = 32,
    OPCODE_COUNT = 33,
} opcode;

/* What OP_UNARY computes of each element. */
typedef enum {
    UNARY_ABS, UNARY_NEGATE, UNARY_EXP, UNARY_LOG, UNARY_SQRT, UNARY_RECIPROCAL, UNARY_FLOOR, UNARY_CEIL,
    UNARY_ROUND, UNARY_SIGN, UNARY_TANH, UNARY_SIGMOID, UNARY_ERF, UNARY_SIN, UNARY_COS, UNARY_TAN, UNARY_ASIN,
    UNARY_ACOS, UNARY_ATAN, UNARY_SINH, UNARY_COSH, UNARY_ASINH, UNARY_ACOSH, UNARY_ATANH, UNARY_NOT, UNARY_IS_NAN,
    UNARY_SOFTPLUS, UNARY_BIT_NOT, UNARY_COUNT,
} unary_kind;

/* What OP_BINARY computes of two elements; comparisons and logic give BOOL. */
typedef enum {
    BINARY_ADD, BINARY_SUBTRACT, BINARY_MULTIPLY, BINARY_DIVIDE, BINARY_POWER, BINARY_MINIMUM, BINARY_MAXIMUM,
    BINARY_MOD, BINARY_FMOD, BINARY_EQUAL, BINARY_LESS, BINARY_LESS_OR_EQUAL, BINARY_GREATER,
    BINARY_GREATER_OR_EQUAL, BINARY_AND, BINARY_OR, BINARY_XOR, BINARY_BIT_AND, BINARY_BIT_OR, BINARY_BIT_XOR,
    BINARY_SHIFT_LEFT, BINARY_SHIFT_RIGHT, BINARY_LEAKY, BINARY_COUNT, /* leaky: x where x >= 0, else x * y (PRelu) */
} binary_kind;

typedef enum {
    REDUCE_SUM, REDUCE_MEAN, REDUCE_MAX, REDUCE_MIN, REDUCE_PRODUCT, REDUCE_L1, REDUCE_L2, REDUCE_LOG_SUM,
    REDUCE_LOG_SUM_EXP, REDUCE_SUM_SQUARE, REDUCE_COUNT,
} reduce_kind;

typedef enum { POOL_MAX, POOL_AVERAGE, POOL_AVERAGE_WITH_PADDING, POOL_LP, POOL_COUNT } pool_kind;

/* What follows a convolution or a dense layer; each has two numbers, low and high. */
typedef enum {
    ACTIVATION_NONE,
    ACTIVATION_CLIP,         /* to [low, high]: relu is [0, inf], relu6 [0, 6] */
    ACTIVATION_LEAKY,        /* x where x >= 0, else low * x */
    ACTIVATION_SIGMOID,
    ACTIVATION_TANH,
    ACTIVATION_SILU,         /* x * sigmoid(x) */
    ACTIVATION_GELU,         /* x * (1 + erf(x / sqrt 2)) / 2 */
    ACTIVATION_HARD_SIGMOID, /* x * low + high within [0, 1] */
    ACTIVATION_HARD_SWISH,   /* x * (x * low + high within [0, 1]) */
    ACTIVATION_ELU,          /* x where x >= 0, else low * (e^x - 1) */
    ACTIVATION_COUNT,
} activation_kind;

/* What OP_DISTANCES computes. */
typedef enum { DISTANCE_SQUARED, DISTANCE_MANHATTAN, DISTANCE_COUNT } distance_kind;

/* The interpolation of OP_RESIZE_IMAGE: core/preprocessing/resizing. */
typedef enum {
    RESIZE_BILINEAR, RESIZE_PILLOW, RESIZE_OPENCV_LINEAR, RESIZE_AREA, RESIZE_TENSORFLOW, RESIZE_PILLOW_CUBIC,
    RESIZE_PILLOW_LANCZOS, RESIZE_CUBIC, RESIZE_LANCZOS, RESIZE_NEAREST, RESIZE_OPENCV_NEAREST, RESIZE_TENSORFLOW_CUBIC,
    RESIZE_TENSORFLOW_LANCZOS, RESIZE_TENSORFLOW_TRIANGLE, RESIZE_TENSORFLOW_WIDE_CUBIC, RESIZE_TENSORFLOW_WIDE_LANCZOS,
    RESIZE_PILLOW_NEAREST, RESIZE_TENSORFLOW_NEAREST, RESIZE_OPENCV_CUBIC, RESIZE_OPENCV_LANCZOS, RESIZE_COVERAGE,
    RESIZE_TENSORFLOW_COVERAGE, RESIZE_COUNT
} resize_method;
/* How an image of another aspect ratio is mapped onto the output. */
typedef enum { FIT_STRETCH, FIT_COVER, FIT_SHORTER, FIT_CONTAIN, FIT_FACTOR, FIT_COUNT } resize_fit;

#endif
