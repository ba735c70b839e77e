"""A photo as it is uploaded: decoded, bounded, made anew without anything that was not its picture.

What a camera or a telephone writes beside the picture (the place, the owner, the time, a small second picture) never
reaches our database. SVG is refused: it is a program, not a picture.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
LONGEST_SIDE = 2400
"""Pixels kept: twice what the widest page or the print of a page shows."""
MOST_PIXELS = 80_000_000
"""More is refused before it is decoded: a small file can hold a picture that no memory does."""

_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, struct.error)
"""What decoders raise on bytes that are no picture."""


class PhotoRefused(ValueError):
    """The file cannot be used as a photo."""


class NotAPhoto(PhotoRefused):
    """No picture in JPEG, PNG or WebP, or one that is cut off."""


class DrawingRefused(PhotoRefused):
    """An SVG: it can carry scripts and load other files."""


class PhotoTooLarge(PhotoRefused):
    """More pixels than can be worked on; `width` and `height` are what it says it has."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(f"{width} × {height}")
        self.width, self.height = width, height


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A picture and nothing else: upright, within LONGEST_SIDE, in sRGB."""

    content: bytes
    media_type: str
    width: int
    height: int


def clean_photo(content: bytes) -> CleanPhoto:
    """The picture in an uploaded file, made anew. Raises a PhotoRefused."""
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in start:
        raise DrawingRefused
    try:
        with Image.open(io.BytesIO(content), formats=tuple(FORMATS)) as image:
            kind = str(image.format)
            if image.width * image.height > MOST_PIXELS:
                raise PhotoTooLarge(image.width, image.height)
            picture = _upright(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoTooLarge(0, 0) from error
    except PhotoRefused:
        raise
    except _BROKEN as error:
        raise NotAPhoto from error
    return CleanPhoto(_encoded(picture, kind), FORMATS[kind], picture.width, picture.height)


def _upright(image: Image.Image) -> Image.Image:
    """The first frame, bounded, turned as the camera was held, in sRGB."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    has_alpha = "A" in turned.getbands() or "transparency" in turned.info
    picture = _in_srgb(turned, profile).convert("RGBA" if has_alpha else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return picture


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as the camera's own profile means them; a profile that cannot be read is left aside."""
    if not profile or image.mode not in {"RGB", "CMYK", "L"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return made if made is not None else image


def _encoded(picture: Image.Image, kind: str) -> bytes:
    """New bytes from the pixels alone."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    if kind == "JPEG":
        bare.convert("RGB").save(out, "JPEG", quality=85, optimize=True, progressive=True)
    elif kind == "WEBP":
        bare.save(out, "WEBP", quality=85)
    else:
        bare.save(out, "PNG", optimize=True)
    return out.getvalue()
