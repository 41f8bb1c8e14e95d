"""Steps before a classifier, one family a file; every file offers its lowerings as `FAMILY`."""

__all__: list[str] = []
