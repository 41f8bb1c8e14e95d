/* exp, sigmoid, tanh and erf of four float32 at a time: computed in float64 and rounded once, so within 0.51 units in the
   last place. A lane's result depends on this lane alone. NaN gives NaN. */
#ifndef WEBPARITY_MATH_VECTOR_H
#define WEBPARITY_MATH_VECTOR_H

#include <wasm_simd128.h>

/* Functions, not inlined: their constants alone take 200 bytes each. */
v128_t exp4(v128_t x);
v128_t sigmoid4(v128_t x);
v128_t tanh4(v128_t x);
v128_t erf4(v128_t x);

#endif
