"""Several labels or values of one estimator each."""

from __future__ import annotations

from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor

from webparity.export.classifiers.features import Features, make_constant_column
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.registry import choose_lowering, is_discontinuous
from webparity.models.estimators.answers.several_labels import find_present
from webparity.tensor_ops.ops import T


class SeparateOutputs(DefaultLowering):
    """`MultiOutputClassifier` and `MultiOutputRegressor`: the outputs of their members side by side."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether a member is discontinuous."""
        return any(map(is_discontinuous, self.estimator.estimators_))

    def label_each(self, features: Features[T]) -> T:
        """Each member's probability of the class 1."""
        ops, columns = features.ops, []
        for member in self.estimator.estimators_:
            present = find_present(member.classes_)
            if len(member.classes_) == 1:
                columns.append(make_constant_column(features, float(present is not None)))
            else:
                both = choose_lowering(member).predict_double_float(features)
                columns.append(ops.take(both, ops.constant(float(present or 0)), 1))
        return ops.concat([ops.reshape(column, (-1, 1)) for column in columns], 1)

    def regress(self, features: Features[T]) -> T:
        """Each member's values."""
        return features.ops.concat([choose_lowering(each).regress(features) for each in self.estimator.estimators_], 1)


FAMILY = Family(
    name="several outputs",
    lowerings={MultiOutputClassifier: SeparateOutputs, MultiOutputRegressor: SeparateOutputs},
)
