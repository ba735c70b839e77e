"""The facts of mails that follow an answer, a comment, or the end of a letter."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import force_locale, gettext, ngettext
from sqlalchemy import func, select

from coalition import config, languages
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue
from coalition.emails.telling import common, invited, lines_of_deadline, moment_in_words, text_as_signed
from coalition.models.comment import Comment
from coalition.models.edition import Edition
from coalition.models.invitation import Invitation
from coalition.models.public import PublicLetter
from coalition.rendering.edition import printed_letter
from coalition.rendering.printed import PrintedLetter, PrintedText
from coalition.rendering.reading import reading_title
from coalition.rendering.words import filled, heading


def receipt(case: Case) -> words.ReceiptWords:
    """The facts of a mail of the kind `receipt`. Raises NoLongerDue."""
    facts = case.facts
    return words.ReceiptWords(
        **common(case),
        act=facts["act"],
        person=facts["person"],
        role=facts["role"] or gettext("contact person"),
        recorded_at=moment_in_words(case, facts["at"]),
        printed_name=facts["printed_name"],
        changeable_until=lines_of_deadline(case) if case.about.stage == "open" else (),
        text_plain=text_as_signed(case) if facts["act"] in {"signed", "kept", "name_changed"} else "",
        handed_over=facts.get("handed_over", False),
        is_withheld=facts["is_withheld"],
        expected_by=day_in_words(case, facts["expected_on"]) if "expected_on" in facts else "",
    )


def told_colleague(case: Case) -> words.ToldColleagueWords:
    """The facts of a mail of the kind `told_colleague`. Raises NoLongerDue."""
    facts = case.facts
    return words.ToldColleagueWords(
        **common(case),
        act=facts["act"],
        colleague=facts["person"],
        role=facts["role"] or gettext("contact person"),
        recorded_at=moment_in_words(case, facts["at"]),
        printed_name=facts["printed_name"],
        handed_over=facts.get("handed_over", False),
        beforehand=facts.get("beforehand", False),
        is_withheld=facts["is_withheld"],
        is_first=facts.get("is_first", False),
    )


def dispute_settled(case: Case) -> words.DisputeSettledWords:
    """The facts of a mail of the kind `dispute_settled`. Raises NoLongerDue."""
    facts = case.facts
    return words.DisputeSettledWords(
        **common(case), how=facts["how"], reason=facts["reason"], is_withheld=facts["is_withheld"]
    )


def not_expected(case: Case) -> words.NotExpectedWords:
    """The facts of a mail of the kind `not_expected`. Raises NoLongerDue."""
    letter = case.about
    query = select(func.count()).where(Invitation.letter_id == letter.id, Invitation.muted_at.is_not(None))
    number = case.session.scalar(query) or 0
    if not number:
        raise NoLongerDue("they want the mails after all")
    return words.NotExpectedWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        letter_title=reading_title(letter.text(case.to.language)),
        people=number,
        link=f"{config.settings().root}/desk/letters/{letter.id}",
    )


def day_in_words(case: Case, iso: str) -> str:
    """A day in the recipient's language."""
    return languages.date_words(date.fromisoformat(iso), case.to.language)


def closed(case: Case) -> words.ClosedWords:
    """The facts of a mail of the kind `closed`. Raises NoLongerDue."""
    facts = case.facts
    return words.ClosedWords(
        **common(case),
        printed_name=facts["printed_name"],
        closed_at=moment_in_words(case, facts["at"]),
        is_withheld=facts["is_withheld"],
    )


def published(case: Case) -> words.PublishedWords:
    """The facts of a mail of the kind `published`. Raises NoLongerDue."""
    public = case.session.get(PublicLetter, case.about.id)
    if public is None:
        raise NoLongerDue("the letter is not public")
    edition = case.session.get_one(Edition, public.edition_id)
    letter = printed_letter(case.session, public)
    language = case.to.language if case.to.language in letter.texts else letter.authoritative_language
    text = filled(letter, language)
    titles = {"letter_title": text.title or heading(letter, text), "short_title": text.short_title or text.title}
    return words.PublishedWords(
        **(common(case) | {name: title for name, title in titles.items() if title}),
        published_address=letter.address(language),
        signatories=edition.figures["signatories"],
        share_words=share_words(letter, text),
        pdf_address=letter.address(language, ".pdf"),
        card_address=letter.address(language, "/card.png"),
        printed_name=case.facts["printed_name"],
        is_withheld=case.facts["is_withheld"],
    )


def share_words(letter: PrintedLetter, text: PrintedText) -> str:
    """A sentence to paste elsewhere, in the text's language and with its figures; it names nobody."""
    title, count = text.title or heading(letter, text), letter.figures.organisations
    with force_locale(languages.interface_language(text.language)):
        if not count:
            return title
        number = languages.number(count, text.language)
        said: str = ngettext(
            "%(title)s – a joint call of %(number)s organisation",
            "%(title)s – a joint call of %(number)s organisations",
            count,
            title=title,
            number=number,
        )
        return said


def name_corrected(case: Case) -> words.NameCorrectedWords:
    """The facts of a mail of the kind `name_corrected`. Raises NoLongerDue."""
    return words.NameCorrectedWords(
        **common(case),
        former_name=case.facts["before"],
        printed_name=case.facts["printed_name"],
        is_withheld=case.facts["is_withheld"],
    )


def cancelled(case: Case) -> words.CancelledWords:
    """The facts of a mail of the kind `cancelled`. Raises NoLongerDue."""
    return words.CancelledWords(
        **common(case), has_signed=case.facts["has_signed"], is_withheld=case.facts["is_withheld"]
    )


def comment_answered(case: Case) -> words.CommentAnsweredWords:
    """The facts of a mail of the kind `comment_answered`. Raises NoLongerDue."""
    invited(case)
    comment = case.session.get(Comment, UUID(case.facts["comment"]))
    if comment is None or comment.taken_back_at:
        raise NoLongerDue("the comment was taken back")
    return words.CommentAnsweredWords(
        **common(case),
        outcome=case.facts["outcome"],
        quote=_clipped(comment.quote, 2_000),
        said=_clipped("\n\n".join(filter(None, (comment.words, comment.wording))), 3_000),
        reply=_clipped(case.facts["reply"], 5_000),
        wording=_clipped(case.facts["wording"], 3_000),
    )


def _clipped(text: str, limit: int) -> str:
    """The beginning of words that fits into `limit` bytes of UTF-8, by whole words; the rest stands behind the link."""
    whole = text.encode()
    if len(whole) <= limit:
        return text
    return whole[:limit].decode(errors="ignore").rsplit(None, 1)[0] + " …"


def comment_received(case: Case) -> words.CommentReceivedWords:
    """The facts of a mail of the kind `comment_received`. Raises NoLongerDue."""
    letter = case.about
    query = select(func.count()).where(
        Comment.letter_id == letter.id, Comment.outcome.is_(None), Comment.taken_back_at.is_(None)
    )
    number = case.session.scalar(query) or 0
    if not number:
        raise NoLongerDue("every comment is answered")
    return words.CommentReceivedWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        letter_title=reading_title(letter.text(case.to.language)),
        comments=number,
        link=f"{config.settings().root}/desk/letters/{letter.id}/comments",
    )
