"""All families of estimators, imported so that they register what they know."""

from __future__ import annotations

from webparity.export.classifiers import bayes, linear, meta, neighbours, svm, transformers
from webparity.export.classifiers import tree_ensembles as trees

__all__ = ["bayes", "linear", "meta", "neighbours", "svm", "transformers", "trees"]
