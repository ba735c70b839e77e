"""One copy for each addressee: how it is addressed, and the files, for the team alone.

They are made when somebody takes them, and kept nowhere: a postal address rests in the vault and in no file of ours.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import clock, config, languages
from coalition.actions import copies, proof
from coalition.actions.copies import LINES_LIMIT, SALUTATION_LIMIT, AddresseesChanged, CopyWords, copy_words
from coalition.database import db
from coalition.models.public import PublicLetter
from coalition.rendering import faces, pdf
from coalition.rendering.copy_for import copy_for
from coalition.rendering.docx import to_docx
from coalition.rendering.edition import printed_letter
from coalition.rendering.file_links import MEDIA_TYPES
from coalition.rendering.pdf import MissingGlyphs
from coalition.rendering.printed import PrintedLetter
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, path_of, show, the_letter
from coalition.web.desk.typed import Typed


@desk.get("/letters/<uuid:letter_id>/copies")
@audience(Audience.TEAM)
def copies_for_addressees(letter_id: UUID) -> ResponseReturnValue:
    """Each addressee with its words and its files."""
    kept: dict[str, str] = {}
    for place, one in enumerate(the_letter().version.addressees):
        words = copy_words(one)
        kept[f"lines-{place}"] = words.lines
        kept |= {f"salutation-{place}-{tag}": said for tag, said in words.salutations.items()}
    return _page(Typed.stored(kept))


@desk.post("/letters/<uuid:letter_id>/copies")
@audience(Audience.TEAM)
def describe_copies(letter_id: UUID) -> ResponseReturnValue:
    """Keep postal addresses and salutations."""
    typed = Typed(request.form)
    words = [_words(typed, place) for place in range(len(the_letter().version.addressees))]
    if not typed.is_good:
        return _page(typed, status=422)
    try:
        copies.describe_copies(letter_id, words, by=account())
    except AddresseesChanged:
        typed.wrong("", _("The addressees changed meanwhile. Look at them again."))
        return _page(typed, status=409)
    flash(_("Saved. The files below have it."))
    return lead_to(letter_id, "copies")


@desk.get("/letters/<uuid:letter_id>/copies/<int:place>/<language>.<any(pdf, docx):kind>")
@audience(Audience.TEAM)
def copy_file(letter_id: UUID, place: int, language: str, kind: str) -> ResponseReturnValue:
    """The file for one addressee in one language. Its name says neither whom it is for nor what of."""
    letter, printed = the_letter(), _printed()
    addressees = letter.version.addressees
    if language not in printed.texts or place >= min(len(addressees), len(printed.addressees)):
        abort(404)
    words = copy_words(addressees[place])
    salutation = words.salutations.get(language, "")
    own = copy_for(printed, place, language, lines=words.lines, salutation=salutation)
    try:
        content = _pdf(own, language) if kind == "pdf" else to_docx(own, language)
    except MissingGlyphs as missing:
        shown = [{"character": one.character, "line": one.lines[0] if one.lines else ""} for one in missing.characters]
        return show("desk/missing_glyphs.html", status=409, characters=shown)
    answer = Response(content, content_type=MEDIA_TYPES[f".{kind}"])
    name = f"letter-{letter.id.hex[:8]}-{place + 1}-{language}.{kind}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _pdf(printed: PrintedLetter, language: str) -> bytes:
    return pdf.make_pdf(printed, language, fonts=faces.cjk_fonts(config.settings().font_folders)).content


def _printed() -> PrintedLetter:
    """What readers see today; before publication the proof, which says that it is one."""
    letter, session = the_letter(), db.session()
    public = session.get(PublicLetter, letter.id)
    return printed_letter(session, public) if public else proof.proof(session, letter, now=clock.now())


def _words(typed: Typed, place: int) -> CopyWords:
    return CopyWords(
        lines=typed.prose(f"lines-{place}", limit=LINES_LIMIT),
        salutations={
            tag: typed.line(f"salutation-{place}-{tag}", limit=SALUTATION_LIMIT)
            for tag in proof.text_languages(the_letter())
        },
    )


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    letter = the_letter()
    tags = sorted(proof.text_languages(letter), key=lambda tag: tag != letter.authoritative_language)
    return show(
        "desk/copies.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        rows=[
            _row(place, one.printed(letter.authoritative_language), tags)
            for place, one in enumerate(letter.version.addressees)
        ],
        tags=[(tag, languages.name(tag, desk_language())) for tag in tags],
    )


def _row(place: int, printed: dict[str, str], tags: list[str]) -> dict[str, Any]:
    """An addressee: who it is, and the addresses of its files."""
    who = " ".join(filter(None, (printed["style"], printed["name"]))) or printed["office"]
    texts = [
        {
            "language": languages.name(tag, desk_language()),
            "files": [
                {"path": path_of(the_letter().id, "copies", str(place), f"{tag}.{kind}"), "words": kind.upper()}
                for kind in ("pdf", "docx")
            ],
        }
        for tag in tags
    ]
    return {"place": place, "who": who, "is_copied": printed["block"] == "cc", "texts": texts}
