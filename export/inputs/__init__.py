"""Inputs of an export: model, preprocessing, labels and golden images, checked before anything is written."""

__all__: list[str] = []
