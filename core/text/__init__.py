"""Escaping of untrusted text, one module for each output format: terminal, HTML, XML, JSON and CSV."""

__all__: list[str] = []
