"""`preprocessor_config.json` of Hugging Face's image processors, read as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from webparity.errors import UsageError
from webparity.export.inputs.preprocessing_formats.config_values import read_method, read_size, read_statistics
from webparity.preprocessing.spec import Preprocessing
from webparity.preprocessing.validation import format_value, require_integer, require_number

# A `size` that is one number is the shorter side for these; for others it is both sides.
_BY_SHORTER_SIDE: Final = ("CLIP", "ConvNext", "LeViT", "Levit", "MobileNet", "PoolFormer", "EfficientFormer", "ResNet")
_CONVNEXT_LIMIT: Final = 384
# Keys that change pixels and have no form here.
_REFUSED: Final = ("do_pad", "do_thumbnail", "do_align_long_axis", "do_flip_channel_order", "do_reduce_labels")


def is_hugging_face(config: Mapping[str, Any]) -> bool:
    """Whether a JSON object is an image processor's configuration."""
    return any(key in config for key in ("image_processor_type", "feature_extractor_type", "do_resize", "do_normalize"))


def read_hugging_face(config: Mapping[str, Any]) -> Preprocessing:
    """Read a configuration to the pipeline of its processor: resize, center crop, rescale, normalize.

    Raises:
        UsageError: a key that has no form here; the message names it.
    """
    for key in _REFUSED:
        if config.get(key) and key != "do_reduce_labels":
            raise UsageError(
                f"Expected `{key}` to be false; received {format_value(config[key])}. Write a preprocessing file of "
                "your own: --init-preprocessing."
            )
    steps: list[dict[str, Any]] = [*_read_resize(config)]
    if config.get("do_rescale", "rescale_factor" in config or config.get("do_normalize", False)):
        steps.append(
            {"step": "scale", "factor": require_number("rescale_factor", config.get("rescale_factor", 1 / 255))}
        )
    if config.get("do_normalize", False):
        steps.append(read_statistics(config, "image_mean", "image_std"))
    return Preprocessing(steps=steps)  # type: ignore[arg-type]  # tables become steps


def _read_resize(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    kind = str(config.get("image_processor_type", config.get("feature_extractor_type", "")))
    given = config.get("size")
    size = read_size("size", given)
    by_shorter_side = isinstance(given, int) and any(name in kind for name in _BY_SHORTER_SIDE)
    if by_shorter_side:
        size = {"shorter": size["height"]}
    resize = {"step": "resize", "method": read_method("resample", config.get("resample", 2)), "like": "pillow"}
    crop: dict[str, Any] | None = None
    if config.get("do_center_crop", False):
        cut = config.get("crop_size", given)
        crop = {"step": "crop", "like": "huggingface", **_require_both("crop_size", read_size("crop_size", cut))}
    if "ConvNext" in kind and "shorter" in size:
        side = size["shorter"]
        if side < _CONVNEXT_LIMIT:
            size = {"shorter": int(side / require_number("crop_pct", config.get("crop_pct", 224 / 256)))}
            crop = {"step": "crop", "like": "huggingface", "height": side, "width": side}
        else:
            size = {"height": side, "width": side}
    if not config.get("do_resize", True):
        raise UsageError(
            "Expected `do_resize` to be true, since images have any size; received false. Write a preprocessing file "
            "of your own: --init-preprocessing."
        )
    return [{**resize, **size}, *([crop] if crop else [])]


def _require_both(key: str, size: dict[str, int]) -> dict[str, int]:
    side = size.get("shorter")
    return size if side is None else dict.fromkeys(("height", "width"), require_integer(key, side))
