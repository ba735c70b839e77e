"""What is sent with a form is text in UTF-8, or is refused in words (SAFETY §4).

Werkzeug writes � for bytes that it can not read, or leaves the whole form out: either would be recorded as if somebody
had typed it.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import unquote_to_bytes

from flask import Request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.sansio.multipart import Data, Epilogue, Field, MultipartDecoder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from werkzeug.datastructures import MultiDict

IN_ONE_LINE: Final = "application/x-www-form-urlencoded"
IN_PARTS: Final = "multipart/form-data"
FORMS: Final = {IN_ONE_LINE, IN_PARTS}
UNREADABLE: Final = "\ufffd"
Parsed: TypeAlias = "tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]"


class NotText(BadRequest):
    """Bytes in a form that are not UTF-8. Nobody knows which characters they were meant to be."""

    @property
    def explanation(self) -> str:
        """What to do about it."""
        words: str = _(
            "Some characters in the form could not be read: they were not sent as UTF-8. Nothing was recorded. "
            "Go back, load the page again, then type or paste the text once more."
        )
        return words


class TextForms(FormDataParser):
    """Reads forms; raises NotText for one that holds other bytes than UTF-8 outside its files."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Parsed:
        """As the library does, from a body that stands in memory anyway (`slow_bodies`)."""
        if mimetype not in FORMS:
            return super().parse(stream, mimetype, content_length, options)
        whole = stream.read()
        if mimetype == IN_ONE_LINE and self.max_form_parts is not None and whole.count(b"&") >= self.max_form_parts:
            raise RequestEntityTooLarge  # the library counts the parts of the other kind alone
        parsed = super().parse(BytesIO(whole), mimetype, content_length, options)
        try:
            self._ensure_not_too_long(parsed)
            _ensure_text(whole, parsed, mimetype, options or {})
        except (NotText, RequestEntityTooLarge):
            for file in (one for files in parsed[2].listvalues() for one in files):
                file.close()
            raise
        return parsed

    def _ensure_not_too_long(self, parsed: Parsed) -> None:
        """All words together: the library bounds each part of one kind of form, and nothing of the other."""
        words = sum(len(value.encode()) for values in parsed[1].listvalues() for value in values)
        if self.max_form_memory_size is not None and words > self.max_form_memory_size:
            raise RequestEntityTooLarge


class SentRequest(Request):
    """A request whose form is text."""

    form_data_parser_class = TextForms


def _ensure_text(whole: bytes, parsed: Parsed, mimetype: str, options: dict[str, str]) -> None:
    if not all(_is_text(value) for value in _to_judge(whole, parsed, mimetype, options)):
        raise NotText


def _to_judge(whole: bytes, parsed: Parsed, mimetype: str, options: dict[str, str]) -> Iterable[bytes]:
    """The bytes of which it has to be known whether they are text."""
    if mimetype == IN_ONE_LINE:
        return (unquote_to_bytes(whole.replace(b"+", b" ")),)
    # In parts the library wrote �, unless somebody typed it: the bytes say which.
    is_doubtful = any(UNREADABLE in value for values in parsed[1].listvalues() for value in values)
    return _fields(whole, options["boundary"]) if is_doubtful else ()


def _is_text(sent: bytes) -> bool:
    try:
        sent.decode()
    except UnicodeDecodeError:
        return False
    return True


def _fields(whole: bytes, boundary: str) -> Iterator[bytes]:
    """The values of a form in parts, as bytes, without its files."""
    decoder = MultipartDecoder(boundary.encode("ascii"))
    decoder.receive_data(whole)
    decoder.receive_data(None)
    value, is_field = b"", False
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Data):
            value += event.data
            if is_field and not event.more_data:
                yield value
        else:
            value, is_field = b"", isinstance(event, Field)
