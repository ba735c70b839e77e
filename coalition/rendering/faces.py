"""The faces a PDF is set in: our own Noto, and faces for Chinese, Japanese and Korean where the machine has them.

Which characters a face can show is read from its `cmap` table (OpenType 1.9, formats 4 and 12): so a character without
a face is named before anything is set, and with the line it stands in.
"""

import atexit
import shutil
import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import typst

OUR_FACES = Path(__file__).parent / "fonts"

SERIF, ARABIC, HEBREW = "Noto Serif", "Noto Naskh Arabic", "Noto Serif Hebrew"
OTHER_SCRIPTS = tuple(
    f"Noto Serif {script}"
    for script in (
        "Armenian Bengali Devanagari Ethiopic Georgian Gujarati Gurmukhi Kannada Khmer Lao Malayalam Myanmar Sinhala "
        "Tamil Telugu Thai"
    ).split()
) + tuple(f"Noto Sans {script}" for script in ("CanAborig", "Cherokee", "NKo", "Oriya", "Thaana", "Tifinagh"))
SIGNS = ("Noto Sans Math", "Noto Sans Symbols", "Noto Sans Symbols2")

KNOWN_CJK_FOLDERS = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/noto-cjk"),
    Path("/usr/share/fonts/google-noto-serif-cjk-fonts"),
    Path("/usr/share/fonts/google-noto-cjk"),
    Path("/usr/local/share/fonts/noto"),
    Path("/Library/Fonts"),
)
CJK_NAMES = ("NotoSerifCJK*", "NotoSansCJK*")
FONT_ENDINGS = frozenset({".ttf", ".otf", ".ttc", ".otc"})

CJK_REGIONS = {"ja": "JP", "ko": "KR", "zh": "SC", "zh-hant": "TC", "zh-tw": "TC", "zh-hk": "HK", "zh-mo": "HK"}

ARABIC_SCRIPT = frozenset("ar ckb fa ps sd ug ur".split())
OWN_FACES = {"he": HEBREW, "yi": HEBREW, **dict.fromkeys(ARABIC_SCRIPT, ARABIC)}

INVISIBLE = frozenset(
    chr(code)
    for first, last in (
        (0x0000, 0x0020),
        (0x00A0, 0x00A0),
        (0x00AD, 0x00AD),
        (0x034F, 0x034F),
        (0x061C, 0x061C),
        (0x180B, 0x180F),
        (0x2000, 0x200F),
        (0x2028, 0x202F),
        (0x205F, 0x206F),
        (0x3000, 0x3000),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
    )
    for code in range(first, last + 1)
)
"""Spaces and format characters: they are shown by leaving room or not at all, with any face."""


def cjk_fonts(configured: Sequence[Path] = ()) -> list[Path]:
    """The font files to pass to `make_pdf` for Chinese, Japanese and Korean; [] where there are none.

    `configured` are the files and folders of the installation's setting. Without any the places are tried in which
    systems keep Noto CJK, the serif before the sans.
    """
    if configured:
        return [file for place in configured for file in _fonts_in(place)]
    for names in CJK_NAMES:
        for folder in KNOWN_CJK_FOLDERS:
            found = sorted(path for path in folder.glob(names) if path.suffix.lower() in FONT_ENDINGS)
            upright = [path for path in found if path.stem.endswith(("-Regular", "-Bold", "-VF"))]
            if upright:
                return upright
    return []


def faces(others: tuple[Path, ...]) -> typst.Fonts:
    """Our faces and those in the files `others`, for Typst, and no others of the machine."""
    return _together(tuple(sorted(set(others))))


def families(language: str, others: Iterable[Path]) -> list[str | dict[str, str]]:
    """The families for a text in `language`, in the order in which each character looks for a face.

    `others` are font files beside our own. Faces of the language's own script come first. In Chinese, Japanese and
    Korean Latin letters are ours, which have every accent: only the signs that these scripts share come from their own.
    """
    added = set(faces(tuple(others)).families()) - set(faces(()).families())
    tag = language.lower()
    primary = tag.split("-", maxsplit=1)[0]
    region = CJK_REGIONS.get(tag) or CJK_REGIONS.get(primary)
    foreign = sorted(
        added, key=lambda family: (not family.endswith(f" {region or 'SC'}"), "Serif" not in family, family)
    )
    ours = [SERIF, ARABIC, HEBREW, *OTHER_SCRIPTS]
    own = foreign if region else [OWN_FACES.get(primary, SERIF)]
    latin = [{"name": SERIF, "covers": "latin-in-cjk"}] if region else []
    return [*latin, *dict.fromkeys([*own, *ours, *foreign, *SIGNS])]


def missing_from(characters: Iterable[str], others: Iterable[Path]) -> set[str]:
    """Which of these characters no face can show, ours or those in the files `others`."""
    wanted = {character for character in characters if character not in INVISIBLE}
    for path in (*sorted(OUR_FACES.glob("*.ttf")), *others):
        if not wanted:
            break
        shown = _coverage(path)
        wanted = {character for character in wanted if ord(character) not in shown}
    return wanted


def _fonts_in(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(path for path in place.iterdir() if path.suffix.lower() in FONT_ENDINGS)
    return [place] if place.is_file() else []


@lru_cache(maxsize=8)
def _together(others: tuple[Path, ...]) -> typst.Fonts:
    """Typst takes folders: single files are linked into one that lives as long as the process."""
    folders = [str(OUR_FACES)]
    if others:
        folder = Path(tempfile.mkdtemp(prefix="coalition-faces-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        for place, path in enumerate(others):
            (folder / f"{place}-{path.name}").symlink_to(path.resolve())
        folders.append(str(folder))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@lru_cache(maxsize=128)
def _coverage(path: Path) -> frozenset[int]:
    """The code points a font file can show. Of a collection the first face counts: its faces share their characters."""
    with path.open("rb") as file:
        start = file.read(16)
        offset = struct.unpack(">I", start[12:16])[0] if start[:4] == b"ttcf" else 0
        file.seek(offset)
        tables = struct.unpack(">4sHHHH", file.read(12))[1]
        directory = [struct.unpack(">4sIII", file.read(16)) for _ in range(tables)]
        at, length = next((at, length) for tag, _sum, at, length in directory if tag == b"cmap")
        file.seek(at)
        return frozenset(_code_points(file.read(length)))


def _code_points(cmap: bytes) -> Iterator[int]:
    (count,) = struct.unpack_from(">H", cmap, 2)
    offsets = {struct.unpack_from(">HHI", cmap, 4 + 8 * place)[2] for place in range(count)}
    for offset in offsets:
        (form,) = struct.unpack_from(">H", cmap, offset)
        if form == 4:
            yield from _segments(cmap, offset)
        elif form == 12:
            (groups,) = struct.unpack_from(">I", cmap, offset + 12)
            for place in range(groups):
                first, last, _glyph = struct.unpack_from(">III", cmap, offset + 16 + 12 * place)
                yield from range(first, last + 1)


def _segments(cmap: bytes, offset: int) -> Iterator[int]:
    """Format 4: segments of code points, each with a shift or a list of glyphs; glyph 0 is none."""
    count = struct.unpack_from(">H", cmap, offset + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", cmap, offset + 14)
    starts = struct.unpack_from(f">{count}H", cmap, offset + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", cmap, offset + 16 + 4 * count)
    lists_at = offset + 16 + 6 * count
    lists = struct.unpack_from(f">{count}H", cmap, lists_at)
    for place, (first, last, delta, listed) in enumerate(zip(starts, ends, deltas, lists, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            if not listed:
                glyph = (code + delta) & 0xFFFF
            else:
                (glyph,) = struct.unpack_from(">H", cmap, lists_at + 2 * place + listed + 2 * (code - first))
            if glyph:
                yield code
