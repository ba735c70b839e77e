"""Whether a picture file holds its picture and nothing else, so that it can be kept to the byte.

Only the parts of a file that a decoder needs are known here: with one part more, or a byte after the end, it is not
bare.
"""

from __future__ import annotations

import io
import struct

from PIL import Image

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_WEBP_CHUNKS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
# Quantisation and Huffman tables, frames (baseline, extended, progressive), restart interval.
_JPEG_SEGMENTS = frozenset({0xDB, 0xC4, 0xC0, 0xC1, 0xC2, 0xDD})
_JFIF, _SCAN, _END = 0xE0, 0xDA, 0xD9
_JFIF_LENGTH = 16
"""A JFIF segment without a small second picture."""


def is_bare(content: bytes, media_type: str) -> bool:
    """Whether the file of that type has no metadata, no second picture and nothing after its end."""
    readers = {"image/jpeg": _is_bare_jpeg, "image/png": _is_bare_png, "image/webp": _is_bare_webp}
    try:
        return media_type in readers and readers[media_type](content)
    except (IndexError, struct.error):
        return False


def dimensions(content: bytes) -> tuple[int, int]:
    """Width and height of a picture that is known to be one."""
    with Image.open(io.BytesIO(content)) as image:
        return image.size


def _is_bare_jpeg(content: bytes) -> bool:
    if content[:2] != b"\xff\xd8":
        return False
    at = 2
    while content[at] == 0xFF:
        kind = content[at + 1]
        if kind == _END:
            return at + 2 == len(content)
        length: int = struct.unpack_from(">H", content, at + 2)[0]
        is_plain_jfif = kind == _JFIF and length == _JFIF_LENGTH and content[at + 4 : at + 9] == b"JFIF\0"
        if kind not in _JPEG_SEGMENTS and kind != _SCAN and not is_plain_jfif:
            return False
        at += 2 + length
        if kind == _SCAN:
            at = _after_scan(content, at)
    return False


def _after_scan(content: bytes, at: int) -> int:
    """The next marker after compressed data: not a stuffed byte, not a restart."""
    while True:
        at = content.index(b"\xff", at) if b"\xff" in content[at:] else len(content)
        following = content[at + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7:
            return at
        at += 2


def _is_bare_png(content: bytes) -> bool:
    if not content.startswith(_PNG):
        return False
    at = len(_PNG)
    while True:
        length: int
        length, name = struct.unpack_from(">I4s", content, at)
        if name not in _PNG_CHUNKS:
            return False
        at += 12 + length
        if name == b"IEND":
            return length == 0 and at == len(content)


def _is_bare_webp(content: bytes) -> bool:
    head, size, kind = struct.unpack_from("<4sI4s", content, 0)
    if head != b"RIFF" or kind != b"WEBP" or size + 8 != len(content):
        return False
    at = 12
    while at < len(content):
        name, length = struct.unpack_from("<4sI", content, at)
        if name not in _WEBP_CHUNKS:
            return False
        at += 8 + length + length % 2
    return at == len(content)
