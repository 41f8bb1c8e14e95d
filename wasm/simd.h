/* Whether SIMD paths are built: in WebAssembly, unless WEBPARITY_SCALAR asks for the paths that they must equal. */
#ifndef WEBPARITY_SIMD_H
#define WEBPARITY_SIMD_H

#if defined(__wasm_simd128__) && !defined(WEBPARITY_SCALAR)
#define WEBPARITY_SIMD 1
#include <wasm_simd128.h>
#else
#define WEBPARITY_SIMD 0
#endif

#endif
