"""The usual calls of torchvision, Pillow and OpenCV."""

from __future__ import annotations

from webparity.preprocessing.preset import make_preset

_SIZE = {"height": 224, "width": 224}

PRESETS = (
    make_preset(
        "imagenet-torchvision",
        "Resize(256), CenterCrop(224), ToTensor(), Normalize(mean, std) on Pillow images",
        [
            {"step": "resize", "method": "bilinear", "like": "torchvision", "shorter": 256},
            {"step": "crop", **_SIZE},
            {"step": "scale", "factor": 1 / 255},
            {"step": "normalize", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
        ],
        "The weights `IMAGENET1K_V2` take Resize(232); many networks of timm take bicubic and another size: give their "
        "config.json as it is.",
    ),
    make_preset(
        "pil-default",
        "Image.open(file).convert('RGB').resize((224, 224)), bicubic, divided by 255",
        [{"step": "resize", "method": "bicubic", "like": "pillow", **_SIZE}, {"step": "scale", "factor": 1 / 255}],
    ),
    make_preset(
        "cv2-gray",
        "cv2.resize(cv2.cvtColor(cv2.imread(file), cv2.COLOR_BGR2GRAY), (224, 224)), divided by 255",
        [
            {"step": "color", "to": "gray"},
            {"step": "resize", "method": "bilinear", "like": "opencv", **_SIZE},
            {"step": "scale", "factor": 1 / 255},
        ],
        "cv2.imread(file, cv2.IMREAD_GRAYSCALE) takes the JPEG's own luma: cv2-imread-grayscale.",
    ),
    make_preset(
        "cv2-imread-grayscale",
        "cv2.resize(cv2.imread(file, cv2.IMREAD_GRAYSCALE), (224, 224)), divided by 255",
        [
            {"step": "color", "to": "luma"},
            {"step": "resize", "method": "bilinear", "like": "opencv", **_SIZE},
            {"step": "scale", "factor": 1 / 255},
        ],
        "Files are decoded to a JPEG's own luma. For gray of RGB pixels, cv2.cvtColor: cv2-gray.",
    ),
)
