"""The decode contract: an image file's bytes enter, RGB8 pixels or a refusal leave; `webparity.wasm` decodes."""

__all__: list[str] = []
