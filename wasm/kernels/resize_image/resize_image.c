/* resize_image: out, method, more, placing[more]. The decoded image to FLOAT [1, height, width, 1 or 3] in grey
   levels, of sides up to 2048, by a method of core/preprocessing: those that follow neither Pillow nor OpenCV are not rounded,
   and may be DOUBLE; the others give whole grey levels. Where `more` is 0, the whole image is mapped onto the output. Where it is 4, the
   placing is: the fit; the shorter side, for that fit; the rounding, as in arrange.h; and the color of what the image does not
   reach, bytes of red, green and blue from the lowest on. */
#include "arrange.h"
#include "byte_rows.h"

enum { OUT, METHOD, MORE, FIT, SIDE, ROUNDING, COLOR, COUNT };

static const struct {
    program_code (*resize)(const resize_task *t);
    const luma *gray; /* of an image of the output's size; NULL: not rounded */
    uint8_t support, flags;
    bool rounds;
} METHODS[RESIZE_COUNT] = {
    [RESIZE_BILINEAR] = {resize_bilinear, NULL, 1},
    [RESIZE_PILLOW] = {resize_like_pillow, &LUMA_601, 1, 0, true},
    [RESIZE_OPENCV_LINEAR] = {resize_linear_like_opencv, &LUMA_OPENCV, 0, 0, true},
    [RESIZE_AREA] = {resize_area_like_opencv, &LUMA_OPENCV, 0, 0, true},
    [RESIZE_TENSORFLOW] = {resize_filtered, &LUMA_601, 1, NARROW | GRAY_FIRST},
    [RESIZE_PILLOW_CUBIC] = {resize_like_pillow, &LUMA_601, 2, 0, true},
    [RESIZE_PILLOW_LANCZOS] = {resize_like_pillow, &LUMA_601, 3, 0, true},
    [RESIZE_CUBIC] = {resize_filtered, NULL, 2},
    [RESIZE_LANCZOS] = {resize_filtered, NULL, 3},
    [RESIZE_NEAREST] = {resize_nearest, &LUMA_601, 0, 0, true},
    [RESIZE_OPENCV_NEAREST] = {resize_nearest_like_opencv, &LUMA_OPENCV, 0, 0, true},
    [RESIZE_TENSORFLOW_CUBIC] = {resize_filtered, &LUMA_601, 2, NARROW | GRAY_FIRST | TABLE},
    [RESIZE_TENSORFLOW_LANCZOS] = {resize_filtered, &LUMA_601, 3, NARROW | GRAY_FIRST},
    [RESIZE_TENSORFLOW_TRIANGLE] = {resize_filtered, &LUMA_601, 1, GRAY_FIRST},
    [RESIZE_TENSORFLOW_WIDE_CUBIC] = {resize_filtered, &LUMA_601, 2, GRAY_FIRST},
    [RESIZE_TENSORFLOW_WIDE_LANCZOS] = {resize_filtered, &LUMA_601, 3, GRAY_FIRST},
};

program_code check_resize_image(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]);
    if (count != (o[MORE] ? COUNT : FIT)) return PROGRAM_OPERAND;
    if (o[METHOD] >= RESIZE_COUNT) return PROGRAM_SHAPE;
    if (out->type != TYPE_FLOAT && (out->type != TYPE_DOUBLE || METHODS[o[METHOD]].rounds)) return PROGRAM_TYPE;
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
        .support = METHODS[o[METHOD]].support,
        .flags = METHODS[o[METHOD]].flags,
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
    program_code code = same ? copy_pixels(&task, METHODS[o[METHOD]].gray) : METHODS[o[METHOD]].resize(&task);
    release_memory(mark);
    return code;
}
