"""Options that several recipes offer."""

from __future__ import annotations

from typing import Final

from webparity.train.recipes.recipe import Option

ACTIVATION: Final = Option(
    name="activation", values=("relu", "sigmoid"), default="relu", summary="of the hidden layers; sigmoid came first"
)
OPTIMIZER: Final = Option(name="optimizer", values=("adam", "rmsprop"), default="adam", summary="rmsprop came first")
CLASSES: Final = Option(
    name="classes", values=(2, 3), default=2, summary="normal and pneumonia, or normal, bacterial and viral"
)
