"""Preprocessing: what is done to an image before the network sees it, written once for every runtime."""

__all__: list[str] = []
