"""What a verdict is made of: the report and the table of tolerances."""

__all__: list[str] = []
