"""A QR code (ISO/IEC 18004) that leads to an address, as a drawing."""

from __future__ import annotations

import io

import segno


def qr_svg(address: str) -> str:
    """The code as SVG with its quiet zone; it is read with a seventh of it lost."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=4, xmldecl=False, nl=False, dark="#1b1b1a")
    return out.getvalue().decode()


def qr_inline(address: str) -> str:
    """The code as an element of a page, black on white in every theme: it is read from a screen."""
    return str(
        segno.make(address, error="m", micro=False).svg_inline(
            border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
        )
    )
