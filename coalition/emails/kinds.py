"""What a mail says: its facts through the templates of its kind, in the recipient's language and direction."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache, partial

import css_inline
from flask import current_app
from flask_babel import force_locale, gettext
from jinja2 import Environment, StrictUndefined

from coalition import languages
from coalition.emails.moulds import Mould, with_gaps
from coalition.emails.subjects import BREAKING_BLANKS, fitted
from coalition.emails.words import (
    ASKING,
    FOR_THE_DESK,
    KINDS,
    NEUTRAL,
    ChangedWords,
    LinkHandedOverWords,
    LinksAgainWords,
    MaskedWords,
    OwnPageWords,
    ReceiptWords,
    RecordedWords,
    SafeInvitationWords,
    SafeLinksWords,
    SafeNoticeWords,
    ToldColleagueWords,
    Words,
)
from coalition.languages.tags import RIGHT_TO_LEFT
from coalition.rendering.redline_text import redline_text
from coalition.rendering.redline_view import redline_view

ENVIRONMENT = "coalition.emails"
MOULDS = "coalition.emails.moulds"
REMEMBERED = 64
"""Moulds kept at a time: each of some tens of kilobytes, one for a kind, a letter, a language and a zone."""
EXCERPT = 8_000
"""Bytes of a letter's text, and of a note before it, shown in HTML; the text part has them whole."""
EXPLAINED, CHANGES, CHANGES_IN_TEXT = 3_000, 7_000, 14_000
"""Bytes for what the coordinator says of a change, for the redline in HTML, and for that in the text part."""
TITLES, NAMES = ("letter_title", "short_title"), ("organisation", "lead", "coalition_name", "inviter_name")
"""Facts that are shortened in a subject that is too long."""
PARAGRAPH = 60
"""Bytes of markup around a paragraph, its style inlined."""

ABOUT_AN_ANSWER = frozenset({"receipt", "told_colleague", "name_corrected"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words. A neutral one must also travel under `neutral_sender_name` and without a name at Reply-To."""

    subject: str
    text: str
    html: str
    is_neutral: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning of a text, by whole paragraphs."""

    paragraphs: tuple[str, ...]
    is_whole: bool


def render_kind(kind: str, language: str, words: Words) -> Rendered:
    """The mail of a kind (a key of KINDS) with its facts, in `language` or else English.

    What touches a withheld signature comes out as a safe notice, whatever was asked for (SAFETY §3).
    """
    if type(words) is not KINDS[kind]:
        raise TypeError(f"A mail of kind {kind} is made from {KINDS[kind].__name__}.")
    if touches_withheld(words):
        kind, words = safely(kind, words)
    return _filled(kind, languages.interface_language(language), words)


def _filled(kind: str, language: str, words: Words) -> Rendered:
    """The mail by the mould of its kind, language and letter, or by the templates themselves where one does not fit."""
    common, own = with_gaps(words)
    mould = _moulds()(kind, language, common)
    if not mould.takes(own):
        return rendered_alone(kind, language, words)
    return _fitted(Rendered(*mould.filled(own), is_neutral=kind in NEUTRAL), words)


def _moulds() -> Callable[[str, str, Words], Mould]:
    """What makes moulds for the present app, and remembers the last ones."""
    made: Callable[[str, str, Words], Mould] | None = current_app.extensions.get(MOULDS)
    if made is None:
        made = current_app.extensions[MOULDS] = lru_cache(maxsize=REMEMBERED)(_mould)
    return made


def _mould(kind: str, language: str, common: Words) -> Mould:
    mail = from_templates(kind, language, common)
    return Mould.of(mail.subject, mail.text, mail.html)


def rendered_alone(kind: str, language: str, words: Words) -> Rendered:
    """The mail straight from its templates, in a language that we speak."""
    return _fitted(from_templates(kind, language, words), words)


def from_templates(kind: str, language: str, words: Words) -> Rendered:
    """The same with a subject as long as it came."""
    with force_locale(language):
        return _rendered(kind, language, words)


def _fitted(mail: Rendered, words: Words) -> Rendered:
    """The mail with a subject that a phone shows whole."""
    titles, names = ([str(getattr(words, fact, "")) for fact in facts] for facts in (TITLES, NAMES))
    return replace(mail, subject=fitted(mail.subject, titles=titles, names=names))


def safely(kind: str, words: Words, *, deadline_utc: str = "") -> tuple[str, Words]:
    """The kind and the facts to render instead for a contact with safe mail; `deadline_utc` in words, or empty."""
    if kind in FOR_THE_DESK | NEUTRAL:
        return kind, words
    way_out: str = getattr(words, "mute_link", "")
    if kind in ASKING and not getattr(words, "has_signed", False):
        link: str = getattr(words, "link", "")
        until = getattr(words, "reply_utc", "") or deadline_utc
        asks_comments = kind == "consultation"
        return "safe_invitation", SafeInvitationWords(
            link=link, deadline_utc=until, asks_comments=asks_comments, mute_link=way_out
        )
    if isinstance(words, LinksAgainWords):
        return "safe_links", SafeLinksWords(links=tuple(one.link for one in (*words.letters, *words.pages)))
    return "safe_notice", replace(_safe_notice(kind, words), mute_link=way_out)


def _safe_notice(kind: str, words: Words) -> SafeNoticeWords:
    """Any other news, with the link for those who have none yet."""
    if isinstance(words, OwnPageWords):
        return SafeNoticeWords(has_answer=False, link=words.link)
    if isinstance(words, RecordedWords | LinkHandedOverWords):
        return SafeNoticeWords(has_answer=kind == "recorded", link=words.link)
    if isinstance(words, ToldColleagueWords | MaskedWords) and words.is_first:
        return SafeNoticeWords(link=words.link)
    return SafeNoticeWords(has_answer=kind in ABOUT_AN_ANSWER)


def neutral_sender_name(language: str) -> str:
    """Who a safe mail seems to come from."""
    with force_locale(languages.interface_language(language)):
        return str(gettext("Messages"))


def touches_withheld(words: Words) -> bool:
    """Whether these facts come out as a neutral mail, whoever gets it."""
    is_marked = bool(getattr(words, "is_withheld", False))
    return is_marked or (isinstance(words, ReceiptWords | ToldColleagueWords) and words.act == "withheld")


def _rendered(kind: str, language: str, words: Words) -> Rendered:
    environment = _environment()
    direction = languages.direction(language)
    facts: dict[str, object] = {field.name: getattr(words, field.name) for field in fields(words)}
    facts |= {
        "language": language,
        "direction": direction,
        "isolated": _isolating(direction),
        "listed": partial(_listed, language=language, isolated=_isolating(direction)),
        "number": partial(languages.number, language=language),
        "text_direction": languages.direction(str(facts.get("text_language") or language)),
        "excerpt": excerpt(str(facts.get("text_plain", "")), EXCERPT - len(str(facts.get("note", "")).encode())),
    }
    if isinstance(words, ChangedWords):
        facts |= _of_the_change(words, language)
    subject = BREAKING_BLANKS.sub(" ", environment.get_template(f"emails/{kind}/subject.txt").render(facts)).strip()
    text = environment.get_template(f"emails/{kind}/body.txt").render(facts)
    html = environment.get_template(f"emails/{kind}/body.html").render(facts | {"subject": subject})
    return Rendered(subject, tidy(text), _inlined(environment, html), is_neutral=kind in NEUTRAL)


def _of_the_change(words: ChangedWords, language: str) -> dict[str, object]:
    """The redline in both forms, and the coordinator's words as far as HTML has room for them."""
    between = (words.redline, words.redline_language, language)
    return {
        "changes": redline_view(*between, room=CHANGES),
        "changes_plain": redline_text(*between, room=CHANGES_IN_TEXT, link=words.link),
        "explained": excerpt("\n\n".join(words.explanations), EXPLAINED),
    }


def _environment() -> Environment:
    """The app's templates, strict about missing facts, without the helpers that need a request."""
    made: Environment | None = current_app.extensions.get(ENVIRONMENT)
    if made is None:
        made = current_app.jinja_env.overlay(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        current_app.extensions[ENVIRONMENT] = made
    return made


def _isolating(direction: str) -> Callable[[str], str]:
    """What puts a name from data between isolates: always in a right-to-left mail, else where it could disturb."""

    def isolated(name: str) -> str:
        is_safe = direction == "ltr" and not any(
            unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in name
        )
        return name if is_safe else languages.isolate(name)

    return isolated


def _listed(names: Iterable[str], *, language: str, isolated: Callable[[str], str]) -> str:
    """Names in a row, which runs as the mail does: HTML takes the direction of a `bdi` from its first strong letter."""
    row = languages.join([isolated(name) for name in names], language)
    is_right_to_left = languages.direction(language) == "rtl"
    first = next((kind for kind in map(unicodedata.bidirectional, row) if kind in {"L", *RIGHT_TO_LEFT}), "")
    if not first or (first in RIGHT_TO_LEFT) == is_right_to_left:
        return row
    return ("\u200f" if is_right_to_left else "\u200e") + row


def excerpt(text: str, limit: int) -> Excerpt:
    """The paragraphs of `text` that fit into `limit` bytes of UTF-8."""
    paragraphs = [paragraph.strip("\n") for paragraph in text.split("\n\n") if paragraph.strip()]
    shown: list[str] = []
    for paragraph in paragraphs:
        limit -= len(paragraph.encode()) + PARAGRAPH
        if limit < 0:
            break
        shown.append(paragraph)
    return Excerpt(tuple(shown), is_whole=len(shown) == len(paragraphs))


def tidy(text: str) -> str:
    """Text as it is mailed: no blanks at the end of a line, never two empty lines running, one line end at the end."""
    lines: list[str] = []
    for line in map(str.rstrip, text.strip().split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"


def _inlined(environment: Environment, html: str) -> str:
    inliner = _inliner(environment.get_template("emails/mail.css").render())
    lines = (line.strip() for line in inliner.inline(html).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


@lru_cache(maxsize=4)
def _inliner(css: str) -> css_inline.CSSInliner:
    return css_inline.CSSInliner(extra_css=css, keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)
