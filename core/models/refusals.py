"""The list of models that cannot be exported: the rule, the targets concerned, and the remedy.

The guide shows this list, and a test triggers each refusal. Nothing is written before. Damaged or unsafe files are
refused by `webparity.model_safety`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from webparity.errors import UnsupportedModelError


@dataclass(frozen=True, kw_only=True)
class ModelRefusal:
    """A reason why a model is not exported; calling it with a description of the model makes the error.

    Attributes:
        targets: which targets do not take such a model, in words.
        rule: what is expected.
        remedy: a sentence on what the user can do.
    """

    targets: str
    rule: str
    remedy: str

    def __call__(self, received: str) -> UnsupportedModelError:
        """Make the error for a model that breaks the rule."""
        return UnsupportedModelError(f"Expected {self.rule}; received {received}. {self.remedy}")


_EVERY: Final = "every"
_GRAPHS: Final = "onnx, tfjs-graph, wasm"
# scikit-learn's classifiers have a second way to ONNX.
_LOWERED: Final = "tfjs-graph, wasm; onnx unless skl2onnx converts it"
_LAYERS: Final = "tfjs-layers"
_OWN_LAYERS: Final = (
    "Build the network of Keras's own layers, copy the weights into it with set_weights, and save that."
)

CODE: Final = ModelRefusal(targets=_EVERY, rule="a network that holds no code", remedy=_OWN_LAYERS)
FOREIGN_PART: Final = ModelRefusal(targets=_EVERY, rule="a network of Keras's own parts", remedy=_OWN_LAYERS)
NETWORK_INPUT: Final = ModelRefusal(
    targets=_EVERY,
    rule="a network with one input, as its preprocessing gives it",
    remedy="Correct height, width, channels or hog of the preprocessing.",
)
SEVERAL_INPUTS: Final = ModelRefusal(
    targets=_EVERY,
    rule="a network with one input, an image",
    remedy="A page gives it nothing else: build a network that takes the image alone.",
)
NETWORK_OUTPUT: Final = ModelRefusal(
    targets=_EVERY,
    rule="a network with one row of numbers for an image, [N, C]",
    remedy="End it with Flatten or a global pool, and Dense; boxes of detection are not supported.",
)
SEVERAL_OUTPUTS: Final = ModelRefusal(
    targets=_EVERY,
    rule="a network with one output",
    remedy="Export a part of it: keras.Model(model.input, the output of the labels); detection is not supported.",
)
MAP: Final = ModelRefusal(
    targets=_EVERY,
    rule="numbers for the whole image, [N, C]",
    remedy="Maps, as of segmentation, are not supported; of features, end the network with a global pool and Dense.",
)
EMBEDDING: Final = ModelRefusal(
    targets=_EVERY,
    rule="one to 32 values, each with a name",
    remedy="Embeddings are not supported: export the network together with the classifier that reads them.",
)
SERVING: Final = ModelRefusal(
    targets=_EVERY,
    rule="a SavedModel with a serving function of one input and one output",
    remedy="Write it with model.export(folder), or with tf.saved_model.save(model, folder, signatures=…).",
)
ONNX_INPUT: Final = ModelRefusal(
    targets=_EVERY,
    rule="an ONNX file with one input of numbers, as its preprocessing gives it: [N, channels, height, width], "
    "[N, height, width, channels], [N, height, width] or [N, numbers]",
    remedy="Correct height, width and channels of the preprocessing, or export the part of the model that takes one "
    "image.",
)
WHOLE_NUMBERS: Final = ModelRefusal(
    targets=_EVERY,
    rule="pixels from 0 to 255 for an input of whole numbers",
    remedy="Write scale = 1.0 into the preprocessing, and leave out offset, mean and std.",
)
ONNX_OUTPUT: Final = ModelRefusal(
    targets=_EVERY,
    rule="an ONNX file with one row of numbers an image among its outputs, [N, classes]",
    remedy="Export the part of the model that ends in the classes, with that output alone: "
    "onnx.utils.extract_model(…).",
)
OPERATOR_SET: Final = ModelRefusal(
    targets="onnx, wasm",
    rule="an ONNX file whose operators can be converted to the operator sets that runtimes on the web have",
    remedy="Export the model again with opset 17.",
)
ONNX_TO_TFJS: Final = ModelRefusal(
    targets="tfjs-graph",
    rule="a model of Keras, scikit-learn, XGBoost, CatBoost or LightGBM for TF.js",
    remedy="TF.js has no reader of ONNX files: give --target onnx or --target wasm.",
)
FLOAT32: Final = ModelRefusal(
    targets=_EVERY,
    rule="a network that can be built again in float32",
    remedy="Call keras.config.set_dtype_policy('float32'), build the network anew, and copy the weights into it: "
    "new.set_weights(old.get_weights()).",
)
PROBABILITIES: Final = ModelRefusal(
    targets=_EVERY,
    rule="a model that gives probabilities, which sum to 1",
    remedy="Say what its numbers are: give --outputs logits, sigmoid, multilabel, scores or values.",
)
SCORES: Final = ModelRefusal(
    targets=_EVERY,
    rule="a model that gives probabilities, or --outputs that says what its numbers are",
    remedy="Give --outputs logits if one of the labels is right (a softmax is put on), --outputs multilabel if any "
    "number of them is (sigmoids are put on), --outputs values if the numbers are measured, and --outputs scores if "
    "they are none of these.",
)
SEVERAL_LABELS: Final = ModelRefusal(
    targets=_EVERY,
    rule="a model that gives probabilities, which sum to 1, or --outputs that says what its numbers are",
    remedy="Give --outputs multilabel if each is the probability of a label by itself, --outputs values if they are "
    "measured, and --outputs scores if the largest decides.",
)
ONE_NUMBER: Final = ModelRefusal(
    targets=_EVERY,
    rule="a model whose one number is a probability, or --outputs that says what it is",
    remedy="Give --outputs sigmoid if it is a logit (a sigmoid is put on), --outputs values if it is measured, and "
    "--outputs scores if its sign decides.",
)
LOGITS: Final = ModelRefusal(
    targets=_EVERY,
    rule="a network that ends in logits, as --outputs logits or sigmoid says",
    remedy="It gives probabilities already: leave --outputs out; for independent labels give --outputs multilabel.",
)
ONE_SIGMOID: Final = ModelRefusal(
    targets=_EVERY,
    rule="a network of one number, as --outputs sigmoid says",
    remedy="Give --outputs multilabel if each is the logit or the probability of a label by itself, and --outputs "
    "logits if one of the labels is right.",
)
INDEPENDENT: Final = ModelRefusal(
    targets=_EVERY,
    rule="numbers for each label by itself, as --outputs multilabel says",
    remedy="Leave --outputs out: the labels exclude each other.",
)
ONE_SOFTMAX: Final = ModelRefusal(
    targets=_EVERY,
    rule="an output that depends on the image",
    remedy="A softmax of one value is always 1: end the network with Dense(1, activation='sigmoid'), or with "
    "Dense(2, activation='softmax'), and train it again.",
)
NOT_FITTED: Final = ModelRefusal(
    targets=_EVERY,
    rule="a fitted model",
    remedy="Fit it first: model = model.fit(features, labels).",
)
PREDICT_PROBA: Final = ModelRefusal(
    targets=_EVERY,
    rule="a classifier with predict_proba, for --outputs probabilities",
    remedy="Leave --outputs out, which shows its scores; or wrap it in CalibratedClassifierCV(…, ensemble=False) and "
    "fit that; give a VotingClassifier voting='soft'.",
)
DECISION: Final = ModelRefusal(
    targets=_EVERY,
    rule="a classifier with predict_proba or decision_function, or one that votes",
    remedy="Train one that has them, such as LogisticRegression, LinearSVC or RandomForestClassifier; "
    "OneVsRestClassifier takes the place of OutputCodeClassifier.",
)
NO_SCORES: Final = ModelRefusal(
    targets=_EVERY,
    rule="a classifier with decision_function, for --outputs scores",
    remedy="Leave --outputs out, which shows its probabilities.",
)
NO_NETWORK: Final = ModelRefusal(
    targets=_EVERY,
    rule="the numbers that an estimator itself gives",
    remedy="Leave --outputs out, or give --outputs probabilities or scores to a classifier of one label; the others "
    "are for networks, for classifiers of several labels (multilabel) and for regressors (values).",
)
FEATURES: Final = ModelRefusal(
    targets=_EVERY,
    rule="an estimator of as many features as its preprocessing gives",
    remedy="Correct height, width and channels of the preprocessing.",
)
ONE_LABEL: Final = ModelRefusal(
    targets=_EVERY,
    rule="a classifier with one label per image, or with probabilities of labels that are each 0 or 1",
    remedy="Train one classifier for each.",
)
SKLEARN_TYPES: Final = ModelRefusal(
    targets=_EVERY,
    rule="a model of scikit-learn's own types that are safe to read, and of boosters inside",
    remedy="Build it of scikit-learn's own steps and webparity's ImagePreprocessing, without functions of your own; "
    "nearest neighbours need algorithm='brute'.",
)
LIGHTGBM_CLASSES: Final = ModelRefusal(
    targets=_EVERY,
    rule="a LightGBM model of classes or of measured values",
    remedy="Train an LGBMClassifier with binary or multiclass, or an LGBMRegressor.",
)

XGBOOST: Final = ModelRefusal(
    targets=_GRAPHS,
    rule="an XGBClassifier of trees on numbers",
    remedy="Train with booster='gbtree', objective binary:logistic or multi:softprob and one output per tree, "
    "without categories and without dropout of trees.",
)
XGBOOST_MISSING: Final = ModelRefusal(
    targets=_EVERY,
    rule="an XGBoost model of which it is known whether zeros are missing values",
    remedy="Give --missing 0 if it was trained on a sparse matrix or with missing=0, and --missing nan if not; from "
    "Python call webparity.models.estimators.missing_values.set_missing(model, 0.0) or "
    "set_missing(model, float('nan')).",
)
CATBOOST: Final = ModelRefusal(
    targets=_GRAPHS,
    rule="a CatBoostClassifier of trees on numbers",
    remedy="Train with a loss of Logloss, CrossEntropy or MultiClass, without categories and text.",
)
LIGHTGBM: Final = ModelRefusal(
    targets=_GRAPHS,
    rule="an LGBMClassifier of trees on numbers",
    remedy="Train with binary or multiclass, without categories and linear_tree.",
)

NO_SPLIT: Final = ModelRefusal(
    targets=_LOWERED,
    rule="trees that split at least once",
    remedy="Train on data that tell the classes apart.",
)
FALLING_STEP: Final = ModelRefusal(
    targets=_LOWERED,
    rule="steps before trees that keep the order of values",
    remedy="Scale by positive numbers.",
)
MANY_NODES: Final = ModelRefusal(
    targets="tfjs-graph",
    rule="fewer tree nodes and features than float32 can number, 2^24",
    remedy="Train fewer or smaller trees, or give --target onnx.",
)
BOOSTING_START: Final = ModelRefusal(
    targets=_LOWERED,
    rule="gradient boosting that starts from the classes' frequencies or from zero",
    remedy="Leave init out.",
)
CATEGORIES: Final = ModelRefusal(targets=_LOWERED, rule="trees on numbers", remedy="Leave categorical_features out.")
ADABOOST: Final = ModelRefusal(targets=_LOWERED, rule="AdaBoost of decision trees", remedy="Leave estimator out.")
OLD_ADABOOST: Final = ModelRefusal(
    targets=_EVERY,
    rule="AdaBoost as scikit-learn has had it since 1.6, algorithm SAMME",
    remedy="Train it again with the scikit-learn here, or there with algorithm='SAMME'.",
)
KERNEL: Final = ModelRefusal(
    targets=_LOWERED, rule="a kernel of linear, rbf, poly, sigmoid", remedy="Train with one of these."
)
NEIGHBOURS: Final = ModelRefusal(
    targets=_LOWERED,
    rule="nearest neighbours by Euclidean, Manhattan or cosine distance with uniform or distance weights",
    remedy="Train with these; by Manhattan distance on at most 2^24 values in all.",
)
CALIBRATION: Final = ModelRefusal(
    targets=_LOWERED, rule="calibration by sigmoid or isotonic", remedy="Calibrate with method='sigmoid'."
)
STACKING: Final = ModelRefusal(
    targets=_LOWERED, rule="stacked probabilities or decisions", remedy="Take stack_method='auto'."
)
FUNCTION: Final = ModelRefusal(
    targets=_LOWERED,
    rule="a FunctionTransformer of one of NumPy's functions of one number",
    remedy="Take np.log1p, np.sqrt, np.square, np.abs, np.clip or another that the guide lists, or do the step before "
    "the model is given its images.",
)
UNKNOWN: Final = ModelRefusal(
    targets=_LOWERED,
    rule="classifiers and steps that are written as tensor operations",
    remedy="Take those that the guide lists, or convert the model with skl2onnx and export that ONNX file.",
)
SKL2ONNX: Final = ModelRefusal(
    targets="onnx", rule="steps that skl2onnx converts", remedy="Take those that the guide lists."
)

OPERATOR: Final = ModelRefusal(
    targets="wasm",
    rule="a network of operators that programs have",
    remedy="Replace the layer, or give --target onnx.",
)

NO_LAYERS: Final = ModelRefusal(
    targets=_LAYERS, rule="Keras networks", remedy="Export tfjs-graph, which takes classifiers too."
)
LAYER: Final = ModelRefusal(
    targets=_LAYERS,
    rule="a network of layers that TF.js has in the same form",
    remedy="Export tfjs-graph, which takes every network.",
)
