"""Preprocessing as Pillow, OpenCV and TensorFlow do it, to the bit where float32 allows."""

__all__: list[str] = []
