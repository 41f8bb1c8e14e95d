/* resize_image: out, method, more, placing[more]. The decoded image to FLOAT [1, height, width, 1 or 3] in grey
   levels, of sides up to 2048, by a method of core/preprocessing: those that follow neither Pillow nor OpenCV are not rounded,
   and may be DOUBLE; the others give whole grey levels. Where `more` is 0, the whole image is mapped onto the output. Where it is 4, the
   placing is: the fit; the shorter side, for that fit; the rounding, as in arrange.h; and the color of what the image does not
   reach, bytes of red, green and blue from the lowest on. */
#include "arrange.h"
#include "byte_rows.h"

enum { OUT, METHOD, MORE, FIT, SIDE, ROUNDING, COLOR, COUNT };

typedef enum { BILINEAR, FILTERED, PILLOW, OPENCV_LINEAR, AREA, NEAREST, OPENCV_NEAREST } resize_kind;

static program_code (*const FUNCTIONS[])(const resize_task *t) = {
    resize_bilinear, resize_filtered, resize_like_pillow, resize_linear_like_opencv, resize_area_like_opencv, resize_nearest,
    resize_nearest_like_opencv,
};

/* By method: the kind, a filter's half-width, its flags. */
enum { SUPPORT_SHIFT = 3, FLAGS_SHIFT = 5 };
#define METHOD_OF(kind, support, flags) ((kind) | (support) << SUPPORT_SHIFT | (flags) << FLAGS_SHIFT)
static const uint8_t METHODS[RESIZE_COUNT] = {
    [RESIZE_BILINEAR] = METHOD_OF(BILINEAR, 1, 0),
    [RESIZE_PILLOW] = METHOD_OF(PILLOW, 1, 0),
    [RESIZE_OPENCV_LINEAR] = OPENCV_LINEAR,
    [RESIZE_AREA] = AREA,
    [RESIZE_TENSORFLOW] = METHOD_OF(FILTERED, 1, NARROW | GRAY_FIRST),
    [RESIZE_PILLOW_CUBIC] = METHOD_OF(PILLOW, 2, 0),
    [RESIZE_PILLOW_LANCZOS] = METHOD_OF(PILLOW, 3, 0),
    [RESIZE_CUBIC] = METHOD_OF(FILTERED, 2, 0),
    [RESIZE_LANCZOS] = METHOD_OF(FILTERED, 3, 0),
    [RESIZE_NEAREST] = NEAREST,
    [RESIZE_OPENCV_NEAREST] = OPENCV_NEAREST,
    [RESIZE_TENSORFLOW_CUBIC] = METHOD_OF(FILTERED, 2, NARROW | GRAY_FIRST | TABLE),
    [RESIZE_TENSORFLOW_LANCZOS] = METHOD_OF(FILTERED, 3, NARROW | GRAY_FIRST),
    [RESIZE_TENSORFLOW_TRIANGLE] = METHOD_OF(FILTERED, 1, GRAY_FIRST),
    [RESIZE_TENSORFLOW_WIDE_CUBIC] = METHOD_OF(FILTERED, 2, GRAY_FIRST),
    [RESIZE_TENSORFLOW_WIDE_LANCZOS] = METHOD_OF(FILTERED, 3, GRAY_FIRST),
};

static resize_kind get_kind(uint32_t method) { return METHODS[method] & ((1 << SUPPORT_SHIFT) - 1); }

program_code check_resize_image(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]);
    if (count != (o[MORE] ? COUNT : FIT)) return PROGRAM_OPERAND;
    if (o[METHOD] >= RESIZE_COUNT) return PROGRAM_SHAPE;
    if (out->type != TYPE_FLOAT && (out->type != TYPE_DOUBLE || get_kind(o[METHOD]) > FILTERED)) return PROGRAM_TYPE;
    if (out->rank != 4 || out->dims[0] != 1) return PROGRAM_SHAPE;
    if (o[MORE] && (o[MORE] != COUNT - FIT || o[FIT] >= FIT_COUNT || o[SIDE] - 1 >= MAX_OUT_SIDE)) return PROGRAM_SHAPE;
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
        .support = METHODS[o[METHOD]] >> SUPPORT_SHIFT & 3,
        .flags = METHODS[o[METHOD]] >> FLAGS_SHIFT,
        .depth = out->dims[3],
        .out = out->type == TYPE_FLOAT ? out->data : NULL,
        .wide = out->type == TYPE_DOUBLE ? out->data : NULL,
        .stride = (size_t)out->dims[2] * out->dims[3],
    };
    uint32_t top, left;
    if (!arrange_image(&task, o[MORE] ? o + FIT : NULL, &top, &left)) return PROGRAM_IMAGE;
    if (o[MORE]) {
        for (size_t i = 0; i < out->elements; i++) {
            store_level(&task, i, (double)(o[COLOR] >> i % task.depth * 8 & 255));
        }
        size_t begin = top * task.stride + left * task.depth;
        if (task.wide) task.wide += begin;
        else task.out += begin;
    }
    size_t mark = mark_memory();
    bool same = !o[MORE] && task.in_height == task.y.full && task.in_width == task.x.full;
    resize_kind kind = get_kind(o[METHOD]);
    const luma *rounded = kind == OPENCV_LINEAR || kind == AREA || kind == OPENCV_NEAREST ? &LUMA_OPENCV : &LUMA_601;
    if (kind <= FILTERED && !(task.flags & GRAY_FIRST)) rounded = NULL;
    program_code code = same ? copy_pixels(&task, rounded) : FUNCTIONS[kind](&task);
    release_memory(mark);
    return code;
}
