"""Keras' ways to read images, without a network's `preprocess_input`."""

from __future__ import annotations

from webparity.preprocessing.preset import make_preset

_SIZE = {"height": 256, "width": 256}

PRESETS = (
    make_preset(
        "keras-load_img",
        "keras.utils.load_img(file, target_size=(256, 256)): Pillow's nearest; grey levels 0 to 255",
        [{"step": "resize", "method": "nearest", "like": "pillow", **_SIZE}],
        'With interpolation="bilinear", "bicubic" or "lanczos", change `method`. With color_mode="grayscale", put a '
        'step "color" with to = "gray" first. Where the array was divided by 255, add the step "scale".',
    ),
    make_preset(
        "keras-image_dataset_from_directory",
        "keras.utils.image_dataset_from_directory(folder): bilinear, not antialiased; grey levels 0 to 255",
        [{"step": "resize", "method": "bilinear", "like": "keras", "fit": "stretch", **_SIZE}],
        'With crop_to_aspect_ratio=True, fit = "cover"; with pad_to_aspect_ratio=True, fit = "contain". With '
        'color_mode="grayscale", put a step "color" with to = "luma" first. A Rescaling layer within the model '
        "stays there.",
    ),
    make_preset(
        "keras-ImageDataGenerator",
        "ImageDataGenerator(rescale=1/255).flow_from_directory(folder): Pillow's nearest; 0 to 1",
        [{"step": "resize", "method": "nearest", "like": "pillow", **_SIZE}, {"step": "scale", "factor": 1 / 255}],
        'With flow_from_directory(…, interpolation=…), change `method`. Without rescale, remove the step "scale". With '
        'samplewise_center and samplewise_std_normalization, add the step "standardize" with like = "keras".',
    ),
)
