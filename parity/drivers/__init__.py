"""Processes and pages that run the shipped TypeScript runtime."""

__all__: list[str] = []
