# ruff: noqa: E501 -- what other programs write stands here as they write it

"""Files as word processors write them, made by hand, so that each test shows the XML it is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_ODF = " ".join(
    f'xmlns:{short}="{_OASIS}:{name}:1.0"'
    for short, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
        "manifest": "manifest",
    }.items()
) + (' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"')


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of those parts, packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def p(inside: str, properties: str = "") -> str:
    """A paragraph of Word; plain words are put into a run."""
    inside = inside if inside.startswith("<") or not inside else run(inside)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inside}</w:p>"


def run(words: str, properties: str = "") -> str:
    """A run of Word."""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{words}</w:t></w:r>'


def item(words: str, list_id: int, level: int = 0) -> str:
    """A paragraph in a list of Word."""
    return p(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')


def numbering(*lists: list[tuple[str, str]]) -> str:
    """Numbering definitions: for each list its levels as (way of counting, pattern). The first list has the id 1."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{at}">'
        + "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{way}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
            for level, (way, pattern) in enumerate(levels)
        )
        + "</w:abstractNum>"
        for at, levels in enumerate(lists)
    )
    nums = "".join(f'<w:num w:numId="{at + 1}"><w:abstractNumId w:val="{at}"/></w:num>' for at in range(len(lists)))
    return f"<w:numbering {_W}>{abstract}{nums}</w:numbering>"


def docx(body: str, *, links: dict[str, str] | None = None, **parts: str) -> bytes:
    """A DOCX with that body. `parts`: the inside of "footnotes", "comments" …, or whole "numbering"; `links` by id."""
    names = {name: f"{name}.xml" for name in parts}
    whole = {
        name: inside if inside.startswith("<w:numbering") else f"<w:{name} {_W} {_R}>{inside}</w:{name}>"
        for name, inside in parts.items()
    }
    relations = "".join(
        f'<Relationship Id="rel{at}" Type="{_TYPES}/{kind}" Target="{names[kind]}"/>' for at, kind in enumerate(names)
    ) + "".join(
        f'<Relationship Id="{at}" Type="{_TYPES}/hyperlink" Target="{target}" TargetMode="External"/>'
        for at, target in (links or {}).items()
    )
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": f'<Relationships {_RELATIONS}><Relationship Id="r" Type="{_TYPES}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
            "word/document.xml": f"<w:document {_W} {_R} {_MORE}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f"<Relationships {_RELATIONS}>{relations}</Relationships>",
            **{f"word/{names[name]}": inside for name, inside in whole.items()},
        }
    )


def odt(body: str, *, styles: str = "", named: str = "", manifest: str = "") -> bytes:
    """An ODT with that body, automatic styles and named styles."""
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": f"<manifest:manifest {_ODF}>{manifest}</manifest:manifest>",
            "content.xml": f"<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {_ODF}><office:styles>{named}</office:styles>"
            "</office:document-styles>",
        }
    )
