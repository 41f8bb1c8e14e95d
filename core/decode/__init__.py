"""The decode contract: detection, completeness check and refusal of image files, from their bytes alone.

TypeScript implements the same rules in web/src/runtime/decode, so that no runtime depends on what its decoder accepts.
"""

__all__: list[str] = []
