/* resize_image: out, method, fit. The decoded image to FLOAT [1, height, width, 1 or 3] in grey levels, of sides up to
   512, by a method of core/preprocessing: BILINEAR and TENSORFLOW are not rounded, and may be DOUBLE; the others give whole
   grey levels. The fit is 0: the whole image is stretched. Rows are read one after the other while they are bytes. */
#include "byte_rows.h"

enum { OUT, METHOD, FIT, COUNT };

static const struct {
    program_code (*resize)(const resize_task *t);
    const luma *gray; /* NULL: not rounded */
} METHODS[RESIZE_COUNT] = {
    [RESIZE_BILINEAR] = {resize_bilinear, NULL},
    [RESIZE_PILLOW] = {resize_like_pillow, &LUMA_601},
    [RESIZE_OPENCV_LINEAR] = {resize_linear_like_opencv, &LUMA_OPENCV},
    [RESIZE_AREA] = {resize_area_like_opencv, &LUMA_OPENCV},
    [RESIZE_TENSORFLOW] = {resize_like_tensorflow, &LUMA_601},
};

program_code check_resize_image(const program *p, const uint32_t *o, uint32_t count, instruction_cost *cost) {
    const tensor *out = get_value(p, o[OUT]);
    if (count != COUNT) return PROGRAM_OPERAND;
    bool rounds = o[METHOD] != RESIZE_BILINEAR && o[METHOD] != RESIZE_TENSORFLOW;
    if (out->type != TYPE_FLOAT && (out->type != TYPE_DOUBLE || rounds)) return PROGRAM_TYPE;
    if (out->rank != 4 || out->dims[0] != 1 || o[METHOD] >= RESIZE_COUNT || o[FIT] != 0) return PROGRAM_SHAPE;
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
        .out_height = out->dims[1],
        .out_width = out->dims[2],
        .depth = out->dims[3],
        .out = out->type == TYPE_FLOAT ? out->data : NULL,
        .wide = out->type == TYPE_DOUBLE ? out->data : NULL,
    };
    size_t mark = mark_memory();
    bool same = task.in_height == task.out_height && task.in_width == task.out_width;
    program_code code = same ? copy_pixels(&task, METHODS[o[METHOD]].gray) : METHODS[o[METHOD]].resize(&task);
    release_memory(mark);
    return code;
}
