"""Fitted scikit-learn estimators, each attribute checked against the others: one family a file, `check` has them all.

Compiled code of scikit-learn follows what it finds in them: an array that is too short is read past its end.
"""

__all__: list[str] = []
