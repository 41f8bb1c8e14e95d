"""Negative controls: each known fault must fail at its own stage, and at no earlier one."""

from __future__ import annotations

import shutil
from dataclasses import replace
from io import BytesIO
from itertools import permutations
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image
from tamper import Weights, copy_bundle, edit_program, edit_weights, export_again, rewrite_manifest, sign_again

from webparity.bundle.read import Bundle, open_bundle
from webparity.decode.contract import decode
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import GoldenFile
from webparity.export.pipeline import write_bundle
from webparity.models.baked import open_reference
from webparity.models.keras.baked import KerasBaked
from webparity.parity import verify
from webparity.parity.failure import RunFailed
from webparity.parity.plan import plan_runs
from webparity.preprocessing import gray
from webparity.preprocessing.graph import normalize, resize_image_in_numpy
from webparity.preprocessing.resizing import triangle
from webparity.preprocessing.spec import Preprocessing
from webparity.taps import Tap
from webparity.tensor_ops.tracers.to_numpy import NumpyOps
from webparity.verification.report import Report

# One runtime for each target: a fault in an artifact shows in all that load it.
RUNTIMES = ["onnxruntime", "tfjs:wasm@node"]


def expect_failure_at(bundle: Bundle, stage: str) -> Report:
    """Expect that every run fails at that stage, while the reference and all files are sound."""
    report = verify(bundle, runtimes=RUNTIMES, require=RUNTIMES)
    assert report.reference.verdict == "pass", report.reference.reason
    assert {run.title: (run.verdict, run.stage) for run in report.runs} == {
        "onnxruntime [onnx-float32]": ("fail", stage),
        "tfjs:wasm@node [tfjs-graph-float32]": ("fail", stage),
    }
    return report


@pytest.fixture
def bundle(demo_bundle: Path, tmp_path: Path) -> Bundle:
    return copy_bundle(demo_bundle, tmp_path / "bundle")


def compute_golden_values(bundle: Bundle) -> NDArray[np.float32]:
    """Preprocessed values of the golden set, float32 [N, h, w, c]."""
    spec = bundle.manifest.preprocessing
    images = [decode((bundle.site / image.file).read_bytes()) for image in bundle.manifest.golden]
    values: Any = [normalize(NumpyOps(), resize_image_in_numpy(image, spec), spec) for image in images]
    return np.stack(values).astype(np.float32)


def find_most_sensitive_weight(bundle: Bundle) -> tuple[NDArray[np.float32], int]:
    """Find the weight with the largest gradient of the golden images' largest scores: its kernel and index."""
    baked: Any = open_reference(bundle)
    variables = [variable for variable in baked.network.trainable_variables if len(variable.shape) > 1]
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(
            tf.reduce_max(baked.predict_features(tf.constant(compute_golden_values(bundle)))["scores"], axis=-1)
        )
    gradients = tape.gradient(total, [variable.value for variable in variables])
    slopes = [np.abs(gradient.numpy()) for gradient in gradients]
    steepest = max(range(len(slopes)), key=lambda index: slopes[index].max())
    kernel: NDArray[np.float32] = variables[steepest].value.numpy()
    return kernel, int(slopes[steepest].argmax())


def find_stored_kernel(weights: Weights, kernel: NDArray[np.float32]) -> tuple[NDArray[Any], float]:
    """Find an artifact's kernel as a view in the kernel's own layout, and its scale factor."""
    for values in (values for values in weights.values() if values.size == kernel.size):
        for order in permutations(range(values.ndim)):
            view = values.transpose(order)
            factor = float(np.abs(view).max() / np.abs(kernel).max())
            if view.shape == kernel.shape and np.allclose(view, kernel * factor, rtol=1e-5, atol=0):
                return view, factor
    raise AssertionError("the kernel is in no weight of the artifact")


def test_the_most_sensitive_weight_moved_by_a_thousandth_fails_at_scores(bundle: Bundle) -> None:
    kernel, position = find_most_sensitive_weight(bundle)

    def move(weights: Weights) -> None:
        view, factor = find_stored_kernel(weights, kernel)
        view[np.unravel_index(position, kernel.shape)] += np.float32(1e-3 * factor)

    expect_failure_at(edit_weights(bundle, move), "scores")


@pytest.mark.parametrize(("share", "stage"), [(1e-3, "scores"), (2**-23, "bits")])
def test_weights_of_a_program_moved_fail(bundle: Bundle, share: float, stage: str) -> None:
    """By a thousandth at the scores; by their last bit where no tolerance sees it, at the bits."""

    def move(weights: NDArray[np.float32]) -> None:
        weights *= np.float32(1 + share)

    report = verify(edit_program(bundle, move), runtimes=["webparity@python", "webparity@node"])
    assert report.reference.verdict == "pass", report.reference.reason
    assert {run.name: (run.verdict, run.stage) for run in report.runs} == {
        "webparity@python": ("fail", stage),
        "webparity@node": ("fail", stage),
    }


def find_last_layer(bundle: Bundle, weights: Weights) -> list[NDArray[Any]]:
    """Find kernel and bias of the layer with one output per label."""
    found = [values for values in weights.values() if values.ndim and values.shape[-1] == len(bundle.manifest.labels)]
    assert found
    return found


def test_two_classes_swapped_fail_at_scores(bundle: Bundle) -> None:
    def swap(weights: Weights) -> None:
        for values in find_last_layer(bundle, weights):
            values[..., [0, 1]] = values[..., [1, 0]]

    report = expect_failure_at(edit_weights(bundle, swap), "scores")
    for run in report.runs:
        assert run.top1 is not None
        assert run.top1.flips > 0


def test_two_outputs_swapped_fail_at_scores(bundle: Bundle) -> None:
    manifest = bundle.manifest
    for artifact in manifest.artifacts:
        outputs: dict[Tap, str] = artifact.outputs
        outputs["scores"], outputs["probabilities"] = outputs["probabilities"], outputs["scores"]
    expect_failure_at(rewrite_manifest(bundle, manifest), "scores")


def export_same_network(bundle: Bundle) -> Bundle:
    """Export the same network again with wrong preprocessing."""
    baked: Any = open_reference(bundle)
    return export_again(bundle, KerasBaked(baked.network, baked.preprocessing))


def test_the_same_network_exported_again_passes(bundle: Bundle) -> None:
    report = verify(export_same_network(bundle), runtimes=RUNTIMES, require=RUNTIMES)
    report.raise_for_verdict()


def test_a_resize_shifted_by_half_a_pixel_fails_at_pixels(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as wrong:
        right = triangle.make_odd_numbers
        wrong.setattr(triangle, "make_odd_numbers", lambda count: right(count) - 1.0)
        tampered = export_same_network(bundle)
    expect_failure_at(tampered, "pixels")


def test_gray_by_rec_709_fails_at_pixels_on_colour_images(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as wrong:
        wrong.setattr(gray, "LUMA_601", (0.2126, 0.7152, 0.0722))
        tampered = export_same_network(bundle)
    report = expect_failure_at(tampered, "pixels")
    assert report.runs[0].pixels is not None
    assert "colour" in str(report.runs[0].pixels.worst)


def build_normalizing_network() -> Any:
    """A network with BatchNorm whose moving statistics are far from any batch's own."""
    keras.utils.set_random_seed(3)
    inputs = keras.Input((8, 8, 1))
    layer = keras.layers.Conv2D(4, 3, activation="relu")(inputs)
    norm = keras.layers.BatchNormalization()
    outputs = keras.layers.Dense(3, activation="softmax")(keras.layers.Flatten()(norm(layer)))
    network = keras.Model(inputs, outputs)
    norm.moving_mean.assign([0.1, -0.2, 0.3, 0.05])
    norm.moving_variance.assign([0.5, 2.0, 1.5, 0.8])
    return network


class TrainingModeModel(KerasBaked):
    """The fault: BatchNorm takes the batch's own statistics (and forgets them, which no converter would accept)."""

    @property
    def inference_model(self) -> KerasBaked:
        return self

    def predict_features(self, values: Any) -> dict[Tap, Any]:
        convolution, norm, dense = (self.network.layers[index] for index in (1, 2, -1))
        layer = convolution(values)
        mean, variance = tf.nn.moments(layer, [0, 1, 2])
        layer = (layer - mean) * tf.math.rsqrt(variance + norm.epsilon) * norm.gamma + norm.beta
        scores = tf.matmul(tf.reshape(layer, (-1, dense.kernel.shape[0])), dense.kernel) + dense.bias
        return {"scores": scores, "probabilities": tf.nn.softmax(scores)}


@pytest.fixture
def normalising_bundle(tmp_path: Path) -> Bundle:
    network = build_normalizing_network()
    network.save(tmp_path / "network.keras")
    golden = []
    for seed in range(4):
        stream = BytesIO()
        pixels = np.random.default_rng(seed).integers(0, 256, (9 + seed, 12, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(stream, "PNG")
        golden.append(GoldenFile(data=stream.getvalue(), suffix=".png", title=f"noise {seed}"))
    exportable = Exportable(
        name="normalising",
        baked=KerasBaked(network, Preprocessing(height=8, width=8)),
        source=(tmp_path / "network.keras").read_bytes(),
        labels=("a", "b", "c"),
        golden=golden,
    )
    write_bundle(exportable, tmp_path / "normalising", page=False)
    return open_bundle(tmp_path / "normalising")


def test_batch_norm_passes_in_inference_mode_and_fails_at_scores_in_training_mode(normalising_bundle: Bundle) -> None:
    verify(normalising_bundle, runtimes=RUNTIMES, require=RUNTIMES).raise_for_verdict()
    baked: Any = open_reference(normalising_bundle)
    expect_failure_at(export_again(normalising_bundle, TrainingModeModel(baked.network, baked.preprocessing)), "scores")


def flip_a_byte(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def damage_weights(bundle: Bundle, target: str) -> str:
    """Flip one byte in the middle of that artifact's largest file and return the file's path in the site."""
    artifact = next(artifact for artifact in bundle.manifest.artifacts if artifact.target == target)
    largest = max(artifact.files, key=lambda file: (bundle.site / file).stat().st_size)
    flip_a_byte(bundle.site / largest)
    return largest


@pytest.mark.parametrize("target", ["onnx", "tfjs-graph"])
def test_a_flipped_byte_fails_at_integrity_where_it_is_loaded_and_only_there(bundle: Bundle, target: str) -> None:
    file = damage_weights(bundle, target)
    report = verify(bundle, runtimes=RUNTIMES)
    assert report.verdict == "fail"
    assert report.integrity.failing == [f"site/{file}"]
    stages = {run.artifact: (run.verdict, run.stage) for run in report.runs}
    assert stages.pop(f"{target}-float32") == ("fail", "integrity")
    assert set(stages.values()) == {("pass", None)}


@pytest.mark.parametrize(
    "name",
    [
        "onnxruntime-node",
        "tfjs:cpu@node",
        "tfjs:wasm@node",
        "onnxruntime-web:wasm@chromium",
        "tfjs:cpu@chromium",
        "tfjs:webgl@chromium",
    ],
)
def test_the_shipped_runtime_itself_refuses_a_flipped_byte(bundle: Bundle, name: str) -> None:
    (planned,) = plan_runs(bundle, runtimes=[name])
    assert planned.artifact is not None
    file = damage_weights(bundle, planned.artifact.target)
    runtime = planned.runtime_class(bundle, planned.artifact, planned.name)
    with pytest.raises(RunFailed) as caught, runtime:
        pass
    assert caught.value.stage == "integrity"
    assert caught.value.files == [file]


def test_a_golden_answer_that_was_altered_fails_the_reference(bundle: Bundle) -> None:
    first, second, *rest = bundle.manifest.golden
    swapped = [second, first]
    mixed = [
        # Its label too, or the manifest contradicts itself and is not opened at all.
        replace(image, scores=other.scores, probabilities=other.probabilities, label=other.label)
        for image, other in zip((first, second), swapped, strict=True)
    ]
    bundle.manifest.golden[:] = [*mixed, *rest]
    report = verify(sign_again(bundle), runtimes=["onnxruntime"])
    assert (report.reference.verdict, report.reference.stage) == ("fail", "scores")
    assert report.runs[0].verdict == "pass"
    assert report.verdict == "fail"


def test_without_source_the_golden_set_still_catches_a_moved_weight(bundle: Bundle) -> None:
    def move(weights: Weights) -> None:
        for values in find_last_layer(bundle, weights):
            values.flat[0] += np.float32(1e-3)

    assert bundle.source is not None
    shutil.rmtree(bundle.source)
    report = expect_failure_at(edit_weights(bundle, move), "scores")
    assert report.reference.stand_in == "golden"
