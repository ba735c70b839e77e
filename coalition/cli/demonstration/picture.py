"""A calm picture for the demonstration's letter: hills, a low sun, a river. Drawn here, so it is nobody else's."""

from __future__ import annotations

import io
import math
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFilter, ImageOps

SIZE = (1600, 900)
FINER = 2
"""Drawn twice as large and made smaller: soft edges."""
HORIZON = 0.56
SKY = ("#3f5f80", "#d8a48f", "#f6e3bd")
HILLS = ("#a9a3b5", "#8390a6", "#5f7690", "#3d566d")
MEADOWS = ("#6b7f80", "#2c4447")
BANK = "#22363a"
WATER = "#f0d3a8"


def landscape() -> bytes:
    """The picture as a JPEG without metadata; the same pixels each time."""
    width, height = (side * FINER for side in SIZE)
    picture = _sky(width, height)
    _sun(picture)
    horizon = int(height * HORIZON)
    for number, colour in enumerate(HILLS):
        _ridge(picture, horizon - 210 * FINER + number * 62 * FINER, number, colour)
    _river(picture, horizon + 10 * FINER)
    return _encoded(picture.resize(SIZE, Image.Resampling.LANCZOS))


def _sky(width: int, height: int) -> Image.Image:
    dark, middle, light = SKY
    shades = Image.linear_gradient("L").resize((width, height))
    return ImageOps.colorize(shades, black=dark, mid=middle, white=light, midpoint=105)


def _sun(picture: Image.Image) -> None:
    x, y = int(picture.width * 0.66), int(picture.height * 0.37)
    for radius, strength, softness in ((250, 110, 560), (58, 235, 4)):
        glow = Image.new("L", picture.size)
        around = (x - radius * FINER, y - radius * FINER, x + radius * FINER, y + radius * FINER)
        ImageDraw.Draw(glow).ellipse(around, fill=strength)
        small = glow.resize((picture.width // 4, picture.height // 4)).filter(
            ImageFilter.GaussianBlur(softness // 4 or 1)
        )
        picture.paste("#fff4d6", mask=small.resize(picture.size))


def _ridge(picture: Image.Image, top: int, number: int, colour: str) -> None:
    """A line of hills: three waves, each row of hills with its own."""
    step = 8 * FINER
    crest = [
        (x, top + sum(_wave(x, number, octave) for octave in (1, 2, 3))) for x in range(0, picture.width + step, step)
    ]
    ImageDraw.Draw(picture).polygon([(0, picture.height), *crest, (picture.width, picture.height)], fill=colour)


def _wave(x: int, number: int, octave: int) -> float:
    length = 1100 * FINER / (octave**1.4 * (1 + number * 0.22))
    return float(math.sin(x / length * math.tau + number * 2.1 + octave) * 46 * FINER / octave**1.2)


def _river(picture: Image.Image, top: int) -> None:
    """Meadows on both banks, and between them water that comes towards us in two bends."""
    draw = ImageDraw.Draw(picture)
    depth = picture.height - top
    for y in range(top, picture.height):
        draw.line((0, y, picture.width, y), fill=_mixed(*MEADOWS, ((y - top) / depth) ** 0.5))
    banks = [_banks(picture.width, top, depth, share / 120) for share in range(121)]
    for (left, right, near), (next_left, next_right, next_near) in pairwise(banks):
        share = (near - top) / depth
        draw.polygon(
            [(left, near), (right, near), (next_right, next_near), (next_left, next_near)],
            fill=_mixed(WATER, SKY[0], share * 0.75),
        )
    _ridge(picture, int(picture.height * 0.985), 1, BANK)


def _banks(width: int, top: int, depth: int, share: float) -> tuple[float, float, float]:
    """The left and the right bank at a share of the way from the horizon to us."""
    middle = width * (0.6 - 0.16 * share + 0.07 * math.sin(share * 5.2) * (0.25 + share))
    half = width * (0.006 + 0.2 * share**1.9)
    return middle - half, middle + half, top + depth * share**1.25


def _mixed(one: str, other: str, share: float) -> tuple[int, ...]:
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return tuple(round(first + (second - first) * share) for first, second in pairs)


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return out.getvalue()
