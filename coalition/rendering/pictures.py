"""A photo at the size of print, for files that hold it."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

WIDEST_PHOTO = 1600
"""Pixels: 270 to the inch on the measure of the page."""

TALLEST_PHOTO = 95 / 150
"""Height to width: a taller one is set narrower than the measure, so that the letter begins on its first page."""

LARGEST_LOGO = 600
"""Pixels on its longer side."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG, and whether it is set by its height."""

    content: bytes
    is_tall: bool


def for_print(content: bytes) -> Picture:
    """The picture as plain RGB: whatever profile or orientation it came with is applied."""
    with Image.open(io.BytesIO(content)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((WIDEST_PHOTO, WIDEST_PHOTO))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=88)
    return Picture(out.getvalue(), is_tall=upright.height > upright.width * TALLEST_PHOTO)


def as_png(content: bytes) -> bytes:
    """A logo as PNG with its transparency, for files that do not know WebP."""
    with Image.open(io.BytesIO(content)) as image:
        made = image.convert("RGBA")
    made.thumbnail((LARGEST_LOGO, LARGEST_LOGO))
    out = io.BytesIO()
    made.save(out, "PNG", optimize=True)
    return out.getvalue()
