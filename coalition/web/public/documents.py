"""The documents attached to published letters, as files to save: never shown inside our pages."""

from __future__ import annotations

import re
from typing import Final

from flask import Response, abort
from sqlalchemy import select

from coalition.database import db
from coalition.models.attachment import Attachment
from coalition.models.photo import File
from coalition.models.public import PublicLetter
from coalition.web.audience import Audience, audience
from coalition.web.public.door import public

DIGEST: Final = re.compile(r"[0-9a-f]{20}")
HEADERS: Final = {
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@public.get("/documents/<digest>/<name>")
@audience(Audience.PUBLIC)
def document(digest: str, name: str) -> Response:
    """A document of a letter that stands in public today; of any other there is nothing."""
    if not DIGEST.fullmatch(digest) or not name.isascii():
        abort(404)
    published = (
        select(File)
        .join(Attachment, Attachment.file_id == File.id)
        .join(PublicLetter, PublicLetter.letter_id == Attachment.letter_id)
        .where(File.sha256.startswith(digest), Attachment.file_name == name, PublicLetter.retracted_at.is_(None))
        .limit(1)
    )
    found = db.session.scalar(published)
    if found is None:
        abort(404)
    answer = Response(found.content, content_type=found.media_type, headers=HEADERS)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
