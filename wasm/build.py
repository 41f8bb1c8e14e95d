"""Build of the WebAssembly module, and of the same C as a native program for tests, with ziglang's clang.

`python wasm/build.py webparity.wasm` builds the module,
`python wasm/build.py --native webparity-native` the program for fuzzing, with sanitizers.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TARGET = ["-target", "wasm32-freestanding", "-mcpu=generic+simd128+bulk_memory"]
# A product and a sum are two roundings, on every machine.
ROUNDING = "-ffp-contract=off"
# Memory of a program holds elements of several types in turn, and their bits are looked at.
ALIASING = "-fno-strict-aliasing"
WASM = [
    # Fields that the table of instructions leaves out are zero.
    *["-std=c11", "-Wall", "-Wextra", "-Wno-missing-field-initializers", "-Werror", *TARGET, "-O3", ROUNDING, ALIASING],
    # What is worth vectors is written with vectors; clang's own would cost 5 kB of brotli and save no time.
    *["-fno-vectorize", "-fno-slp-vectorize", "-mllvm", "-inline-threshold=20"],
]
ROLLED = "-fno-unroll-loops"
# The inverse DCT's loops of two rounds: 150 bytes, and a sixth of a JPEG's time.
UNROLLED = "decode/jpeg/idct.c"
# What runs once a program, once an image or once an output pixel is built for size.
SMALL = frozenset(
    [f"program/{name}.c" for name in ("check_code", "values")]
    + ["kernels/reduction/keys.c", "kernels/windows/window.c"]
    + [
        f"kernels/resize_image/{name}.c"
        for name in ("arrange", "filter_axis", "neighbours", "resize_image", "triangle")
    ]
)
# What runs once a file, or plans an instruction: clang's own smallest, which ziglang's driver does not pass on.
SMALLEST = frozenset(
    [f"decode/{name}.c" for name in ("decode", "bmp/header", "gif/frame", "png/chunks", "webp/container")]
    + ["decode/webp/lossy/frame_header.c", "kernels/products/matmul.c", "kernels/windows/plan.c", "program/load.c"]
)
# The linker itself: clang's driver does not know the option for addresses in as few bytes as they need, 500 of brotli.
LINKER = [sys.executable, "-m", "ziglang", "wasm-ld"]
LINK = ["-O3", "-s", "--no-entry", "-z", "stack-size=65536", "--gc-sections", "--compress-relocations"]
FOLDERS = ("decode", "program", "kernels")
# The module's compiler gives the warnings; another one's would only differ.
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
NATIVE = [
    *["-std=c11", "-w", "-Werror=implicit-function-declaration", "-O0", "-g", ROUNDING, ALIASING, *SANITIZERS],
    # `native/wasm_simd128.h` gives the intrinsics in plain C: the sanitizers see the paths that the module runs.
    *["-D__wasm_simd128__", "-Inative"],
]


# What the decoder alone lacks of programs: a call of it traps.
UNRESOLVED = "--unresolved-symbols=ignore-all"


def find_sources(native: bool, folders: Sequence[str] = FOLDERS) -> list[str]:
    """The C files of the build, relative to this folder, in an order that no file system changes."""
    files = [*FOLDER.glob("*.c"), *(file for folder in folders for file in FOLDER.glob(f"{folder}/**/*.c"))]
    if native:
        files += FOLDER.glob("native/*.c")
    return sorted(file.relative_to(FOLDER).as_posix() for file in files)


def find_compiler(native: bool) -> list[str]:
    """Ziglang's clang for the module; natively the machine's compiler, which has the sanitizers' libraries."""
    if native:
        return [os.environ.get("CC") or shutil.which("clang") or shutil.which("gcc") or "cc"]
    return [sys.executable, "-m", "ziglang", "cc"]


def build(
    output: Path, *, native: bool = False, scalar: bool = False, decoder: bool = False, more_sources: Sequence[str] = ()
) -> None:
    """Compile and link all sources to `output`.

    Args:
        output: The file to write.
        native: Build the program of `native/` with address and undefined-behaviour sanitizers.
        scalar: Leave out the SIMD paths, which must give the same integers.
        decoder: Build the decoder alone, without programs; to measure what it weighs.
        more_sources: C files that belong to no folder of the module.

    """
    defines = ["-DWEBPARITY_SCALAR"] if scalar else []
    sources = [*find_sources(native, FOLDERS[:1] if decoder else FOLDERS), *more_sources]
    output = output.resolve()
    output.parent.mkdir(parents=True, exist_ok=True)
    compiler = find_compiler(native)
    flags = NATIVE if native else WASM
    link = [*compiler, *SANITIZERS] if native else [*LINKER, *LINK, *([UNRESOLVED] if decoder else [])]
    # The native program's floor, ceil, rint and sqrt are the C library's, which are exact.
    libraries = ["-lm"] if native else []

    def compile_source(source: str, compiled: str) -> None:
        loops = [] if native or source == UNROLLED else [ROLLED]
        if not native and source in SMALL:
            loops.append("-Os")
        if not native and source in SMALLEST:
            loops += ["-Os", "-Xclang", "-Oz"]
        # Relative names and a fixed folder: no path of this machine enters the file.
        subprocess.run([*compiler, *flags, *loops, *defines, "-c", source, "-o", compiled], cwd=FOLDER, check=True)

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as threads:
        objects = [f"{folder}/{index}.o" for index in range(len(sources))]
        list(threads.map(compile_source, sources, objects))
        subprocess.run([*link, *objects, *libraries, "-o", str(output)], cwd=FOLDER, check=True)


def describe_size(file: Path) -> str:
    """Bytes of a file, and of its brotli form where that package is installed."""
    data = file.read_bytes()
    try:
        import brotli
    except ImportError:
        return f"{len(data)} bytes"
    return f"{len(data)} bytes, {len(brotli.compress(data, quality=11))} with brotli"


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("output", type=Path, help="the file to write")
    parser.add_argument("--native", action="store_true", help="build the native program with sanitizers")
    parser.add_argument("--scalar", action="store_true", help="leave out the SIMD paths")
    parser.add_argument("--decoder", action="store_true", help="build the decoder alone, to measure its size")
    parser.add_argument("--source", action="append", default=[], help="a further C file (repeatable)")
    options = parser.parse_args()
    build(
        options.output,
        native=options.native,
        scalar=options.scalar,
        decoder=options.decoder,
        more_sources=options.source,
    )
    size = "built" if options.native else describe_size(options.output)
    print(f"{options.output}: {size}")  # noqa: T201 - the result of a script


if __name__ == "__main__":
    main()
