"""Passes over programs: fusion, packing of weights, removal of what nothing reads."""

__all__: list[str] = []
