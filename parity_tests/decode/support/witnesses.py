"""Decoders that others wrote, whose pixels are compared with ours: Pillow, OpenCV, and Chromium's own."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from pillow_witness import decode_jpeg_with_pillow, decode_with_pillow
from png_files import put_over_white

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from playwright.sync_api import Page

# Through WebGL, for a 2D canvas multiplies colours by alpha and loses bits.
_READ_BITMAP: Final = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes]), { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  } catch {
    return null;
  }
  const { width, height } = bitmap;
  const gl = (window.gl ??= new OffscreenCanvas(1, 1).getContext('webgl2'));
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  const rgba = new Uint8Array(width * height * 4);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, rgba);
  gl.deleteFramebuffer(framebuffer);
  gl.deleteTexture(texture);
  const blob = new Blob([rgba]);
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
  return { width, height, rgba: url.split(',')[1] };
}"""


def decode_in_pillow(path: Path) -> NDArray[np.uint8] | None:
    """Decode a file with Pillow, over white."""
    data = path.read_bytes()
    if not data.startswith(b"\xff\xd8"):
        return decode_with_pillow(data)
    try:
        return decode_jpeg_with_pillow(data)
    except (OSError, ValueError, SyntaxError):
        return None


def decode_in_opencv(path: Path) -> NDArray[np.uint8] | None:
    """Decode a file with OpenCV, over white."""
    data = np.frombuffer(path.read_bytes(), np.uint8)
    flags = cv2.IMREAD_COLOR if path.read_bytes().startswith(b"\xff\xd8") else cv2.IMREAD_UNCHANGED
    try:
        image = cv2.imdecode(data, flags)
    except cv2.error:
        return None
    if image is None:
        return None
    if image.dtype == np.uint16:
        image = (image >> 8).astype(np.uint8)
    if image.ndim == 2:
        return np.repeat(image[..., None], 3, 2)
    if image.shape[2] == 4:
        return put_over_white(image[..., 2::-1], image[..., 3:])
    return np.ascontiguousarray(image[..., ::-1])


def decode_in_chromium(page: Page, path: Path) -> NDArray[np.uint8] | None:
    """Decode a file with Chromium's `createImageBitmap`, over white."""
    found: dict[str, Any] | None = page.evaluate(_READ_BITMAP, base64.b64encode(path.read_bytes()).decode())
    if found is None:
        return None
    rgba = np.frombuffer(base64.b64decode(found["rgba"]), np.uint8).reshape(found["height"], found["width"], 4)
    return put_over_white(rgba[..., :3], rgba[..., 3:])
