"""Families of scikit-learn estimators, one file each; every file offers its lowerings as `FAMILY`."""

__all__: list[str] = []
