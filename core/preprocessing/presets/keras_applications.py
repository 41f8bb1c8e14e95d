"""`preprocess_input` of keras.applications behind `keras.utils.load_img(file, target_size=…)`, as on Keras' pages."""

from __future__ import annotations

from typing import Any, Final

from webparity.preprocessing.preset import Preset, make_preset

# Keras' three modes (`imagenet_utils.py`), and none: the network holds the scaling itself.
_MODES: Final[dict[str, list[dict[str, Any]]]] = {
    "tf": [{"step": "scale", "factor": 1 / 127.5, "offset": -1.0}],
    "torch": [
        {"step": "scale", "factor": 1 / 255},
        {"step": "normalize", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
    ],
    "caffe": [{"step": "color", "to": "bgr"}, {"step": "normalize", "mean": [103.939, 116.779, 123.68]}],
    "none": [],
}
# Module of keras.applications, or a network of it: its mode and the side of its input.
_NETWORKS: Final = {
    "convnext": ("none", 224),
    "densenet": ("torch", 224),
    **{f"efficientnet-b{n}": ("none", side) for n, side in enumerate((224, 240, 260, 300, 380, 456, 528, 600))},
    **{f"efficientnet_v2-b{n}": ("none", side) for n, side in enumerate((224, 240, 260, 300))},
    "efficientnet_v2-s": ("none", 384),
    "efficientnet_v2-m": ("none", 480),
    "efficientnet_v2-l": ("none", 480),
    "inception_resnet_v2": ("tf", 299),
    "inception_v3": ("tf", 299),
    "mobilenet": ("tf", 224),
    "mobilenet_v2": ("tf", 224),
    "mobilenet_v3": ("none", 224),
    "nasnet-large": ("tf", 331),
    "nasnet-mobile": ("tf", 224),
    "resnet": ("caffe", 224),
    "resnet_v2": ("tf", 224),
    "vgg16": ("caffe", 224),
    "vgg19": ("caffe", 224),
    "xception": ("tf", 299),
}
_NOTES: Final = (
    "load_img is nearest unless told otherwise. Images of image_dataset_from_directory, or of tf.image.resize, are "
    'resized with method = "bilinear", like = "tensorflow".'
)


def _make(network: str, mode: str, side: int) -> Preset:
    module = network.partition("-")[0]
    return make_preset(
        f"keras-{network}",
        f"keras.applications.{module}.preprocess_input(load_img(file, target_size=({side}, {side})))",
        [
            {"step": "resize", "method": "nearest", "like": "pillow", "height": side, "width": side},
            *_MODES[mode],
        ],
        _NOTES,
    )


PRESETS = tuple(_make(network, mode, side) for network, (mode, side) in _NETWORKS.items())
