"""Checks that the attributes of fitted scikit-learn estimators fit each other; one family of estimators a file.

scikit-learn's compiled code does not check bounds: an array that is too short is read past its end.
"""

__all__: list[str] = []
