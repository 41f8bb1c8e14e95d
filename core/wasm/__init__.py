"""Host of `webparity.wasm`, the module that every runtime runs: compiled once and cached, one instance a thread."""

__all__: list[str] = []
