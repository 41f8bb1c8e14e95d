"""Programs of `webparity.wasm`: instructions, the file, how it is run and shown."""

__all__: list[str] = []
