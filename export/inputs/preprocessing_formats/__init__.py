"""Preprocessing read from files: TOML, and configurations of Hugging Face and timm."""

__all__: list[str] = []
