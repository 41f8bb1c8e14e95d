"""What an image file claims and holds, read from its bytes alone: the verdict of the decode contract.

The same rules stand in TypeScript under web/src/runtime/decode: no runtime depends on what its decoder lets pass.
"""

__all__: list[str] = []
