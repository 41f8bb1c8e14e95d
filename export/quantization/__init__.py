"""Weights stored in fewer bits: search within bounds on calibration images, and storage in artifacts."""

__all__: list[str] = []
