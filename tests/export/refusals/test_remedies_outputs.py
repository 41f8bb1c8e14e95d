"""The remedies of refusals that concern a model's input and numbers: first the refusal, then its remedy, on one model.

Each way names the words of the remedy that it carries out; the bundle's manifest must then say what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras
import pytest
from keras import layers
from own_onnx import SIDE, make_classifier
from refused_models import GOLDEN, LABELS, SPEC, VALUES, is_refusal_text
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier, OutputCodeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC

from webparity.bundle.read import open_bundle
from webparity.errors import UnsupportedModelError
from webparity.export.exportable import Exportable
from webparity.export.pipeline import write_bundle
from webparity.models import refusals
from webparity.models.baked import Baked, bake
from webparity.models.refusals import ModelRefusal
from webparity.outputs.request import OutputRequest, list_requests
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

LISTED: Final = {name: each for name, each in vars(refusals).items() if isinstance(each, ModelRefusal)}
FLAG: Final = re.compile(r"--outputs ((?:\w+, )*\w+(?: or \w+)?)")
_PHOTO: Final = Preprocessing(height=SIDE, width=SIDE, channels="rgb")


@dataclass(frozen=True, kw_only=True)
class Way:
    """What a remedy says to do.

    Attributes:
        words: of the remedy.
        refused: the model before.
        asked: of --outputs, before.
        change: what is done to the model.
        outputs: of --outputs, afterwards.
        spec: the preprocessing of both.
        kind: what the bundle then says that its numbers are.
    """

    words: str
    refused: Callable[[], Any]
    asked: str | None = None
    change: Callable[[Any], Any] = lambda model: model
    outputs: str | None = None
    spec: Preprocessing = SPEC
    kind: str = "probabilities"


def _build(units: int, activation: str = "linear") -> Callable[[], Any]:
    return lambda: keras.Sequential([keras.Input((4, 5, 1)), layers.Flatten(), layers.Dense(units, activation)])


def _fit(model: Any) -> Callable[[], Any]:
    return lambda: model.fit(VALUES, LABELS)


def _refit(model: Any) -> Callable[[Any], Any]:
    return lambda _: model.fit(VALUES, LABELS)


def _build_parts(kind: str) -> Callable[[], Any]:
    def build() -> Any:
        inputs = keras.Input((4, 5, 1))
        row = layers.Dense(3, "softmax")(layers.Flatten()(inputs))
        match kind:
            case "two inputs":
                age = keras.Input((1,), name="age")
                return keras.Model([inputs, age], layers.Dense(3, "softmax")(layers.Concatenate()([row, age])))
            case "two outputs":
                return keras.Model(inputs, [row, layers.Conv2D(2, 1)(inputs)])
            case "a map":
                return keras.Model(inputs, layers.Conv2D(3, 1)(inputs))
            case _:
                return keras.Model(inputs, layers.Reshape((5, 4))(inputs))

    return build


def _take_the_image_alone(network: Any) -> Any:
    image = network.inputs[0]
    return keras.Model(image, layers.Dense(3, "softmax")(layers.Flatten()(image)))


def _take_the_labels(network: Any) -> Any:
    return keras.Model(network.input, network.outputs[0])


def _end_with(*ends: Any) -> Callable[[Any], Any]:
    return lambda network: keras.Sequential([network, *ends, layers.Dense(3, "softmax")])


def _ask(units: int, activation: str, *words: str, asked: str | None = None, flag: str = "--outputs {}") -> list[Way]:
    """Ways that leave the network as it is, and give `--outputs`."""
    kinds = list_requests()
    return [
        Way(
            words=flag.format(word),
            refused=_build(units, activation),
            asked=asked,
            outputs=word,
            kind=kinds[word].name,
        )
        for word in words
    ]


_LEFT_OUT: Final = "eave --outputs out"
REMEDIES: Final[dict[str, list[Way]]] = {
    "SEVERAL_INPUTS": [
        Way(
            words="takes the image alone",
            refused=_build_parts("two inputs"),
            change=_take_the_image_alone,
        )
    ],
    "NETWORK_OUTPUT": [
        Way(words="Flatten", refused=_build_parts("boxes"), change=_end_with(layers.Flatten())),
        Way(words="a global pool", refused=_build_parts("boxes"), change=_end_with(layers.GlobalAveragePooling1D())),
    ],
    "SEVERAL_OUTPUTS": [
        Way(
            words="keras.Model(model.input, the output of the labels)",
            refused=_build_parts("two outputs"),
            change=_take_the_labels,
        )
    ],
    "MAP": [
        Way(
            words="a global pool and Dense",
            refused=_build_parts("a map"),
            change=_end_with(layers.GlobalAveragePooling2D()),
        )
    ],
    "EMBEDDING": [
        Way(
            words="together with the classifier that reads them",
            refused=_build(512),
            asked="values",
            change=_end_with(),
        )
    ],
    "PROBABILITIES": [
        Way(
            words=word,
            refused=lambda: make_classifier(softmax=False),
            outputs=word,
            spec=_PHOTO,
            kind=list_requests()[word].name,
        )
        for word in ("logits", "multilabel", "scores", "values")
    ],
    "SCORES": _ask(3, "linear", "logits", "multilabel", "values", "scores"),
    "SEVERAL_LABELS": _ask(3, "sigmoid", "multilabel", "values", "scores"),
    "ONE_NUMBER": _ask(1, "linear", "sigmoid", "values", "scores"),
    "LOGITS": [
        Way(words=_LEFT_OUT, refused=_build(3, "softmax"), asked="logits"),
        Way(words=_LEFT_OUT, refused=_build(1, "sigmoid"), asked="logits"),
        *_ask(3, "sigmoid", "multilabel", asked="logits"),
    ],
    "ONE_SIGMOID": _ask(3, "linear", "multilabel", "logits", asked="sigmoid"),
    "INDEPENDENT": [Way(words=_LEFT_OUT, refused=_build(3, "softmax"), asked="multilabel")],
    "PREDICT_PROBA": [Way(words=_LEFT_OUT, refused=_fit(LinearSVC()), asked="probabilities", kind="scores")],
    "NO_SCORES": [Way(words=_LEFT_OUT, refused=_fit(GaussianNB()), asked="scores")],
    "NO_NETWORK": [
        Way(words=_LEFT_OUT, refused=_fit(LogisticRegression()), asked="multilabel"),
        Way(words="probabilities", refused=_fit(LogisticRegression()), asked="values", outputs="probabilities"),
        Way(words="scores", refused=_fit(LogisticRegression()), asked="logits", outputs="scores", kind="scores"),
    ],
    "DECISION": [
        Way(
            words=words,
            refused=_fit(OutputCodeClassifier(LinearSVC(), random_state=0)),
            change=_refit(model),
            kind=kind,
        )
        for words, model, kind in (
            ("LogisticRegression", LogisticRegression(), "probabilities"),
            ("LinearSVC", LinearSVC(), "scores"),
            ("RandomForestClassifier", RandomForestClassifier(2), "probabilities"),
            ("OneVsRestClassifier takes the place", OneVsRestClassifier(LinearSVC()), "scores"),
        )
    ],
}
CASES: Final = [(name, number) for name, ways in REMEDIES.items() for number in range(len(ways))]


def _export(baked: Baked, out: Path) -> None:
    target = "onnx" if baked.kind == "onnx" else "wasm"
    exportable = Exportable(name="n", baked=baked, source=b"", labels=tuple("abcd"[: baked.classes]), golden=GOLDEN)
    write_bundle(exportable, out, target_names=(target,), page=False)


@pytest.mark.parametrize(("name", "number"), CASES, ids=[f"{name} {number}" for name, number in CASES])
def test_the_remedy_of_a_refused_model_ends_in_a_bundle(name: str, number: int, tmp_path: Path) -> None:
    way, refusal = REMEDIES[name][number], LISTED[name]
    assert way.words in refusal.remedy
    model = way.refused()
    with pytest.raises(UnsupportedModelError) as caught:
        _export(bake(model, way.spec, OutputRequest(asked=way.asked)), tmp_path / "refused")
    assert is_refusal_text(str(caught.value), refusal)
    _export(bake(way.change(model), way.spec, OutputRequest(asked=way.outputs)), tmp_path / "bundle")
    assert open_bundle(tmp_path / "bundle").manifest.output.kind == way.kind


def test_every_word_of_outputs_that_a_remedy_names_is_tried() -> None:
    tried = {(name, way.outputs) for name, ways in REMEDIES.items() for way in ways}
    named = {(name, word) for name, refusal in LISTED.items() for word in _find_words(refusal.remedy)}
    # What one number is, no file of several gives.
    assert named - tried == {("PROBABILITIES", "sigmoid")}


def _find_words(remedy: str) -> Iterator[str]:
    for words in FLAG.findall(remedy):
        yield from (word for word in re.findall(r"\w+", words) if word in list_requests())
