"""All families of estimators, imported so that they register what they know."""

from __future__ import annotations

from webparity.export.lowering import bayes, linear, meta, neighbours, svm, transformers, trees

__all__ = ["bayes", "linear", "meta", "neighbours", "svm", "transformers", "trees"]
