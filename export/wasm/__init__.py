"""Programs for the WebAssembly module: compilation of networks, memory plan, file."""

__all__: list[str] = []
