"""A photo is made anew: upright, bounded, without what the camera wrote beside it; what is no photo is refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from coalition.intake.photos import (
    LONGEST_SIDE,
    CleanPhoto,
    DrawingRefused,
    NotAPhoto,
    PhotoRefused,
    PhotoTooLarge,
    clean_photo,
)

GPS, ORIENTATION = 0x8825, 0x0112


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def opened(photo: CleanPhoto) -> Image.Image:
    image = Image.open(io.BytesIO(photo.content))
    image.load()
    return image


def with_place() -> bytes:
    """A picture as a telephone makes it: turned, with its place and its owner."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x013B] = "Kalina Ivanova"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (48.0, 51.0, 24.0)
    return picture(exif=exif.tobytes(), comment=b"taken at home")


def test_the_place_and_the_owner_are_gone_and_the_picture_stands_upright() -> None:
    dirty = with_place()
    assert b"Kalina" in dirty
    clean = clean_photo(dirty)
    assert (clean.width, clean.height) == (40, 60)
    assert not opened(clean).getexif()
    assert b"Kalina" not in clean.content
    assert b"taken at home" not in clean.content
    assert b"Exif" not in clean.content


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_three_formats_are_taken_and_kept(kind: str, media_type: str) -> None:
    clean = clean_photo(picture(kind))
    assert (clean.media_type, opened(clean).format) == (media_type, kind)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    assert clean_photo(picture("PNG", mode=mode)).media_type == "image/png"


def test_a_printers_jpeg_becomes_one_for_screens() -> None:
    assert opened(clean_photo(picture("JPEG", mode="CMYK"))).mode == "RGB"


def test_what_stands_in_a_png_beside_its_picture_is_gone() -> None:
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 -- for this test alone

    words = PngInfo()
    words.add_text("Author", "Kalina Ivanova", zip=False)
    assert b"Kalina" not in clean_photo(picture("PNG", pnginfo=words)).content


def test_a_wide_picture_is_bounded() -> None:
    clean = clean_photo(picture(size=(4000, 1000)))
    assert (clean.width, clean.height) == (LONGEST_SIDE, LONGEST_SIDE // 4)


def test_more_pixels_than_can_be_worked_on_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(PhotoTooLarge):
        clean_photo(bomb(20_000, 20_000))
    with pytest.raises(PhotoTooLarge):
        clean_photo(bomb(10_000, 10_000))


@pytest.mark.parametrize(
    "drawing", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<?xml version='1.0'?><svg/>", b"\xef\xbb\xbf <SVG/>"]
)
def test_a_drawing_is_refused(drawing: bytes) -> None:
    with pytest.raises(DrawingRefused):
        clean_photo(drawing)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"\xff\xd8\xff\xe0" + b"\x00" * 100,
        picture()[:300],
        picture("GIF", mode="P"),
        picture("TIFF"),
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 200,
        b"RIFF\x10\x00\x00\x00WEBPVP8 \xff\xff\xff\xff",
    ],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhoto):
        clean_photo(content)


def test_no_cut_of_a_photo_is_a_fault() -> None:
    whole = with_place()
    for end in range(0, len(whole), 7):
        try:
            clean_photo(whole[:end])
        except PhotoRefused:
            continue


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is enormous."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\x00" * 1000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
