"""`tests/shared/program-cases.json`: programs and what becomes of them, for the tests in TypeScript.

`python tests/wasm/support/program_cases.py` writes it again.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from program_files import ProgramParts, Record
from program_seeds import make_program_seeds

from webparity.program.instance import ProgramInstance
from webparity.program.refusal import ProgramRefusal

FILE: Final = Path(__file__).parents[2] / "shared" / "program-cases.json"
_ABOUT: Final = (
    "Programs of every instruction, with the bytes of their inputs and outputs in base64, and programs that are "
    "refused; tests in Python and in TypeScript both read them."
)


def make_program_cases() -> dict[str, Any]:
    """Give what the file holds."""
    random = np.random.default_rng(3)
    image = random.integers(0, 256, (9, 7, 3), np.uint8)
    programs = []
    for name, data in make_program_seeds().items():
        program = ProgramInstance(data)
        inputs = [random.uniform(-2, 2, place.shape).astype(place.dtype) for place in program.inputs]
        programs.append(
            {
                "name": name,
                "base64": _encode(data),
                "inputs": [_encode(array.tobytes()) for array in inputs],
                "outputs": [_encode(array.tobytes()) for array in program.run(inputs, image)],
            }
        )
    return {
        "about": _ABOUT,
        "image": {"width": image.shape[1], "height": image.shape[0], "rgb8": _encode(image.tobytes())},
        "programs": programs,
        "refused": [_refuse(parts.encode()) for parts in _list_broken()],
    }


def _list_broken() -> list[ProgramParts]:
    good = ProgramParts(values=(Record(),), inputs=(0,), outputs=(0,))
    return [
        good.change(wrong={0: 0}),
        good.change(wrong={1: 9}),
        good.change(wrong={3: 7}),
        good.change(memory_bytes=2**30),
        good.change(values=(Record(type=99),)),
        good.change(values=(Record((2**30,)),)),
        good.change(values=(Record(offset=4096),)),
        good.change(inputs=(1,)),
        good.change(inputs=()),
        good.change(instructions=((40000, 0),)),
    ]


def _refuse(data: bytes) -> dict[str, str]:
    try:
        ProgramInstance(data, "p")
    except ProgramRefusal as refused:
        return {"code": refused.code, "message": str(refused), "base64": _encode(data)}
    raise AssertionError("the program was loaded")


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


if __name__ == "__main__":
    FILE.write_text(json.dumps(make_program_cases(), indent=1) + "\n", "utf-8")
