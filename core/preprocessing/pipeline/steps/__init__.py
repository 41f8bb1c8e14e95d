"""Steps of a pipeline, one file each: the values of `step` in a preprocessing file."""

__all__: list[str] = []
