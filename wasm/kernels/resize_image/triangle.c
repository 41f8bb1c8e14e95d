/* Integer weights of the triangle filter, the same as core/preprocessing/resizing computes. */
#include "triangle.h"

#include "../../memory.h"

static int32_t divide_down(int32_t x, int32_t divisor) {
    int32_t quotient = x / divisor;
    return x % divisor < 0 ? quotient - 1 : quotient;
}

/* The weights of one segment; pixels at its ends that have none are left out. */
static void fill_segment(triangle_axis *a, uint32_t s, uint32_t divisor) {
    /* All of these stay below 2^25. */
    int32_t in = (int32_t)a->in, out = (int32_t)a->out, reach = 2 * (in > out ? in : out);
    int32_t end = (2 * (int32_t)s + 1) * in, first = divide_down(end - reach + out - 1, 2 * out);
    int32_t begin = first < 0 ? 0 : first, last = first + (int32_t)a->band;
    if (last > in) last = in;
    int32_t *left = a->left + (size_t)s * a->band, *right = a->right + (size_t)s * a->band;
    uint32_t kept = 0, count = 0;
    a->first[s] = (uint32_t)begin;
    for (int32_t p = begin; p < last; p++) {
        int32_t spot = (2 * p + 1) * out, before = end - spot, behind = spot - (end - 2 * in);
        /* A pixel right at a center is counted with the right half. */
        int32_t own_left = s < a->out && before > 0 && before < reach ? reach - before : 0;
        int32_t own_right = s > 0 && behind >= 0 && behind < reach ? reach - behind : 0;
        left[count] = own_left / (int32_t)divisor;
        right[count] = own_right / (int32_t)divisor;
        if (left[count] || right[count]) kept = count + 1;
        else if (kept == 0) {
            a->first[s] = (uint32_t)p + 1;
            continue;
        }
        count++;
    }
    a->count[s] = kept;
    for (uint32_t i = 0; i < kept; i++) {
        if (s < a->out) a->total[s] += (uint32_t)left[i];
        if (s > 0) a->total[s - 1] += (uint32_t)right[i];
    }
}

bool build_triangle(uint32_t in, uint32_t out, uint32_t divisor, triangle_axis *a) {
    uint32_t reach = 2 * (in > out ? in : out);
    a->in = in;
    a->out = out;
    a->band = (reach - in + out - 1) / out;
    size_t segments = (size_t)out + 1, weights = segments * a->band * sizeof(int32_t);
    a->first = allocate(segments * sizeof(uint32_t));
    a->count = allocate(segments * sizeof(uint32_t));
    a->left = allocate(weights);
    a->right = allocate(weights);
    a->total = allocate_zeros(out * sizeof(uint32_t));
    if (!a->first || !a->count || !a->left || !a->right || !a->total) return false;
    for (uint32_t s = 0; s <= out; s++) fill_segment(a, s, divisor);
    return true;
}
