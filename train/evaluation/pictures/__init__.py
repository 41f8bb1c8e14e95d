"""Pictures of an evaluation, one module each, as SVG."""

__all__: list[str] = []
