"""The facts of mails about a note that was published beside a letter."""

from __future__ import annotations

from dataclasses import dataclass

from coalition import languages
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue
from coalition.emails.telling import common
from coalition.models.public import PublicLetter
from coalition.rendering.after import kind_words, said_in
from coalition.rendering.edition import printed_letter
from coalition.rendering.text import to_plain


@dataclass(frozen=True, slots=True)
class Noted:
    """A note as a mail tells it, in the recipient's language where it has words in it."""

    kind: str
    day: str
    text: str
    address: str
    """Of the letter's page."""


def noted(case: Case) -> Noted:
    """The note that the mail tells of. Raises NoLongerDue."""
    public = case.session.get(PublicLetter, case.about.id)
    if public is None or public.retracted_at is not None:
        raise NoLongerDue("the letter is not public")
    letter = printed_letter(case.session, public)
    note = next((one for one in letter.after.notes if one.id == case.facts["note"]), None)
    if note is None:
        raise NoLongerDue("the note was taken back")
    language = case.to.language
    tag, said = said_in(note.words, language, letter.authoritative_language)
    return Noted(
        kind=kind_words(note.kind),
        day=languages.date_words(note.dated_on, language),
        text=to_plain(said, tag, letter.figures),
        address=letter.address(language if language in letter.texts else letter.authoritative_language),
    )


def update(case: Case) -> words.UpdateWords:
    """The facts of a mail of the kind `update`. Raises NoLongerDue."""
    note = noted(case)
    return words.UpdateWords(
        **common(case),
        note_kind=note.kind,
        note_day=note.day,
        note_text=note.text,
        published_address=note.address,
        is_withheld=case.facts["is_withheld"],
    )
