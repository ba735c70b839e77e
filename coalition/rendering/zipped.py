"""Files that are zip archives (DOCX, XLSX), made so that equal contents give equal bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def dated(content: bytes, moment: datetime, *, instead: Mapping[str, bytes] | None = None) -> bytes:
    """The archive with every entry dated `moment` (UTC, to two seconds: ZIP knows no finer), the order kept.

    `instead` gives entries, by name, other contents.
    """
    at = moment.astimezone(UTC).timetuple()[:6]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(out, "w") as archive:
        for entry in made.infolist():
            fresh = zipfile.ZipInfo(entry.filename, at)
            fresh.compress_type = zipfile.ZIP_DEFLATED
            fresh.create_system = 0  # the same whatever machine made it
            archive.writestr(fresh, (instead or {}).get(entry.filename) or made.read(entry))
    return out.getvalue()
