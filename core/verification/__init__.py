"""Data of a verification: the report, the table of tolerances and the span of scores."""

__all__: list[str] = []
