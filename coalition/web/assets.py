"""The style sheets and scripts of ours: addressed by their content, so that they are fetched once and kept for ever."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import brotli

if TYPE_CHECKING:
    from flask import Flask

FOLDER = Path(__file__).parent.parent / "static"
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@cache
def static_path(name: str) -> str:
    """The public path of a static file, its hash in it: "public.css" gives "/static/public.0a1b2c3d4e.css"."""
    file = FOLDER / name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:10]
    return f"/static/{file.stem}.{digest}{file.suffix}"


@cache
def all_files() -> dict[str, tuple[str, dict[str, bytes]]]:
    """Every static file by its path: media type, and the bytes by encoding."""
    files = {}
    for file in sorted(FOLDER.iterdir()):
        if file.suffix in MEDIA_TYPES:
            content = file.read_bytes()
            encoded = {"": content, "br": brotli.compress(content), "gzip": gzip.compress(content, mtime=0)}
            files[static_path(file.name)] = (MEDIA_TYPES[file.suffix], encoded)
    return files


def init_app(app: Flask) -> None:
    """Let templates name a static file by `static_path("public.css")`."""
    app.jinja_env.globals["static_path"] = static_path
