"""Views of a report: HTML, JUnit, a terminal's table; and writing them to disk."""

__all__: list[str] = []
