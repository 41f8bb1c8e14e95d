/* resize_image: out, method, more, placing[more]. The decoded image to FLOAT [1, height, width, 1 or 3] in grey
   levels, of sides up to 2048, by a method of core/preprocessing: those that are not rounded to whole levels may be DOUBLE.
   Where `more` is 0, the whole image is mapped onto the output. Where it is 4, the placing is: the fit; the shorter side, for
   that fit; the rounding, and what comes before the resize, as in arrange.h; and the color of what the image does not reach,
   bytes of red, green and blue from the lowest on. Where it is 5, the fit is a factor: float64, its lower half in the place of
   the side, its upper half at the end. */
#include "arrange.h"
#include "byte_rows.h"

enum { OUT, METHOD, MORE, FIT, SIDE, ROUNDING, COLOR, UPPER };

typedef enum { BILINEAR, FILTERED, PILLOW, OPENCV_LINEAR } resize_kind;

static program_code (*const FUNCTIONS[])(const resize_task *t) = {
    resize_bilinear, resize_filtered, resize_like_pillow, resize_linear_like_opencv,
};

/* By method: the kind, what weighs an axis, the flags. */
enum { AXIS_SHIFT = 3, FLAGS_SHIFT = 7 };
#define METHOD_OF(kind, axis, flags) ((kind) | (axis) << AXIS_SHIFT | (flags) << FLAGS_SHIFT)
static const uint16_t METHODS[RESIZE_COUNT] = {
    [RESIZE_BILINEAR] = METHOD_OF(BILINEAR, TRIANGLE_AXIS, 0),
    [RESIZE_PILLOW] = METHOD_OF(PILLOW, TRIANGLE_AXIS, WHOLE),
    [RESIZE_OPENCV_LINEAR] = METHOD_OF(OPENCV_LINEAR, 0, WHOLE | OPENCV_GRAY),
    [RESIZE_AREA] = METHOD_OF(FILTERED, AREA_AXIS, GRAY_FIRST | WHOLE | OPENCV_GRAY),
    [RESIZE_TENSORFLOW] = METHOD_OF(FILTERED, TRIANGLE_AXIS, NARROW | GRAY_FIRST),
    [RESIZE_PILLOW_CUBIC] = METHOD_OF(PILLOW, CUBIC_AXIS, WHOLE),
    [RESIZE_PILLOW_LANCZOS] = METHOD_OF(PILLOW, LANCZOS_AXIS, WHOLE),
    [RESIZE_CUBIC] = METHOD_OF(FILTERED, CUBIC_AXIS, 0),
    [RESIZE_LANCZOS] = METHOD_OF(FILTERED, LANCZOS_AXIS, 0),
    [RESIZE_NEAREST] = METHOD_OF(FILTERED, NEAREST_AXIS, 0),
    [RESIZE_OPENCV_NEAREST] = METHOD_OF(FILTERED, FLOAT64_AXIS, GRAY_FIRST | WHOLE | OPENCV_GRAY),
    [RESIZE_TENSORFLOW_CUBIC] = METHOD_OF(FILTERED, CUBIC_AXIS, NARROW | GRAY_FIRST | TABLE),
    [RESIZE_TENSORFLOW_LANCZOS] = METHOD_OF(FILTERED, LANCZOS_AXIS, NARROW | GRAY_FIRST),
    [RESIZE_TENSORFLOW_TRIANGLE] = METHOD_OF(FILTERED, TRIANGLE_AXIS, GRAY_FIRST),
    [RESIZE_TENSORFLOW_WIDE_CUBIC] = METHOD_OF(FILTERED, CUBIC_AXIS, GRAY_FIRST),
    [RESIZE_TENSORFLOW_WIDE_LANCZOS] = METHOD_OF(FILTERED, LANCZOS_AXIS, GRAY_FIRST),
    [RESIZE_PILLOW_NEAREST] = METHOD_OF(FILTERED, SUM_AXIS, GRAY_FIRST | WHOLE),
    [RESIZE_TENSORFLOW_NEAREST] = METHOD_OF(FILTERED, FLOAT32_AXIS, GRAY_FIRST | WHOLE),
    [RESIZE_OPENCV_CUBIC] = METHOD_OF(FILTERED, OPENCV_CUBIC_AXIS, GRAY_FIRST | WHOLE | OPENCV_GRAY),
    [RESIZE_OPENCV_LANCZOS] = METHOD_OF(FILTERED, OPENCV_LANCZOS_AXIS, GRAY_FIRST | WHOLE | OPENCV_GRAY),
    [RESIZE_COVERAGE] = METHOD_OF(FILTERED, AREA_AXIS, 0),
    [RESIZE_TENSORFLOW_COVERAGE] = METHOD_OF(FILTERED, AREA_AXIS, GRAY_FIRST),
};

program_code check_resize_image(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]);
    if (o[MORE] > UPPER - MORE || count != FIT + o[MORE]) return PROGRAM_OPERAND;
    if (o[METHOD] >= RESIZE_COUNT) return PROGRAM_SHAPE;
    if (out->type != TYPE_FLOAT && (out->type != TYPE_DOUBLE || METHODS[o[METHOD]] >> FLAGS_SHIFT & WHOLE)) return PROGRAM_TYPE;
    if (out->rank != 4 || out->dims[0] != 1) return PROGRAM_SHAPE;
    if (o[MORE]) {
        bool factor = o[MORE] == UPPER - MORE;
        if (o[MORE] < COLOR - MORE || o[FIT] >= FIT_COUNT || factor != (o[FIT] == FIT_FACTOR)) return PROGRAM_SHAPE;
        if (factor ? !(read_factor(o + FIT) >= 1.0 / 64 && read_factor(o + FIT) <= 64) : o[SIDE] - 1 >= MAX_OUT_SIDE) return PROGRAM_SHAPE;
    }
    for (uint32_t i = 1; i < 3; i++) {
        if (out->dims[i] == 0 || out->dims[i] > MAX_OUT_SIDE) return PROGRAM_SHAPE;
    }
    if (out->dims[3] != 1 && out->dims[3] != 3) return PROGRAM_SHAPE;
    /* What the image itself costs is bounded by the limits of decoding. */
    cost->work = out->elements;
    return PROGRAM_OK;
}

program_code run_resize_image(const program *p, const uint32_t *o, uint32_t count) {
    (void)count;
    const rgb_image *image = p->image;
    if (!image || !image->pixels || image->width == 0 || image->height == 0) return PROGRAM_IMAGE;
    if (image->width > MAX_SIDE || image->height > MAX_SIDE) return PROGRAM_IMAGE;
    const tensor *out = get_value(p, o[OUT]);
    resize_task task = {
        .pixels = image->pixels,
        .in_height = image->height,
        .in_width = image->width,
        .y.length = out->dims[1],
        .x.length = out->dims[2],
        .axis = METHODS[o[METHOD]] >> AXIS_SHIFT & 15,
        .flags = METHODS[o[METHOD]] >> FLAGS_SHIFT,
        .depth = out->dims[3],
        .out = out->type == TYPE_FLOAT ? out->data : NULL,
        .wide = out->type == TYPE_DOUBLE ? out->data : NULL,
        .stride = (size_t)out->dims[2] * out->dims[3],
    };
    uint32_t top, left;
    size_t mark = mark_memory();
    program_code code = PROGRAM_OK;
    if (o[MORE] && o[ROUNDING] & (CROP_FIRST | PAD_FIRST)) code = prepare_image(&task, o + FIT);
    if (code == PROGRAM_OK && !arrange_image(&task, o[MORE] ? o + FIT : NULL, &top, &left)) code = PROGRAM_IMAGE;
    if (code != PROGRAM_OK) {
        release_memory(mark);
        return code;
    }
    /* Where the image decides the output's sides, Pillow's sum is not followed: core/preprocessing/like/nearest. */
    if (o[MORE] && o[FIT] != FIT_STRETCH && task.axis == SUM_AXIS) task.axis = NEAREST_AXIS;
    if (o[MORE]) {
        /* All of it, where the image leaves any of it open. */
        size_t open = task.y.length < out->dims[1] || task.x.length < out->dims[2] ? out->elements : 0;
        for (size_t i = 0; i < open; i++) {
            store_level(&task, i, (double)(o[COLOR] >> i % task.depth * 8 & 255));
        }
        size_t begin = top * task.stride + left * task.depth;
        if (task.wide) task.wide += begin;
        else task.out += begin;
    }
    code = FUNCTIONS[METHODS[o[METHOD]] & 7](&task);
    release_memory(mark);
    return code;
}
