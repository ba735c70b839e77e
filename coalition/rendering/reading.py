"""A text that is read before it is published: by the signer at the door, by the team, in mails and receipts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from coalition.rendering.figures import fill
from coalition.rendering.text import opening_words, to_html, to_plain

if TYPE_CHECKING:
    from markupsafe import Markup

    from coalition.models.version import Text


def reading_text(text: Text) -> str:
    """The whole text in plain words, paragraphs apart by an empty line; figures still stand open."""
    addressees = "\n".join(filter(None, (_addressed(one) for one in _addressees(text))))
    parts = (
        fill(text.title, text.language, None),
        fill(text.deck, text.language, None),
        addressees,
        text.salutation,
        _body_in_plain_words(text.body, text.language),
        text.closing,
        text.disclaimers,
    )
    return "\n\n".join(part.strip() for part in parts if part.strip())


@lru_cache(maxsize=32)
def _body_in_plain_words(body: str, language: str) -> str:
    """Made once for all who are mailed it."""
    return to_plain(body, language)


def reading_title(text: Text) -> str:
    """What lists, pages and mails call a letter: short title, else title, figures open, else the text's first words."""
    named = text.short_title.strip() or text.title.strip()
    return fill(named, text.language, None) if named else opening_words(text.body, language=text.language)


def reading_html(text: Text, *, heading_shift: int = 1, id_prefix: str = "") -> Markup:
    """The body as HTML; the other parts stand in the page's template."""
    return to_html(text.body, text.language, None, heading_shift=heading_shift, id_prefix=id_prefix)


def addressees_of(text: Text, block: str) -> list[str]:
    """The printed addressees of one block, a line each."""
    return [_addressed(one) for one in _addressees(text) if one["block"] == block]


def _addressees(text: Text) -> list[dict[str, str]]:
    return [one.printed(text.language) for one in text.version.addressees]


def _addressed(one: dict[str, str]) -> str:
    name = " ".join(filter(None, (one["style"], one["name"])))
    return ", ".join(filter(None, (name, one["office"])))
