"""A letter in several languages: one governs, a translation may come later or lag behind, and each page says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import amend, check, circulate, draft, translate
from coalition.actions.translate import sides_of
from coalition.database import db
from coalition.emails.letters import make
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import (
    BODY,
    a_letter,
    amended,
    an_open_letter,
    consulted,
    declined,
    invitation_of,
    kept,
    link_path,
    published,
    signed,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from coalition.emails.letters import Mail
    from tests.cast import Cast
    from tests.visitor import Visitor

GOVERNS = "The English text is authoritative."
LAGS = "This translation follows version 1; the English text of version 2 is the one agreed to."


@pytest.fixture
def nadia(visitors: Callable[..., Visitor], cast: Cast) -> Visitor:
    """Nadia at the desk, in a browser of her own."""
    nadia = visitors()
    nadia.sign_in(cast.coordinator)
    return nadia


def with_arabic_later(cast: Cast) -> UUID:
    """A letter sent in English to all, to which an Arabic text was added since."""
    letter_id = an_open_letter(cast)
    draft.add_language(letter_id, "ar", by=cast.coordinator)
    draft.save_text(letter_id, "ar", {"title": "حرروا الصحفيين", "body": BODY}, by=cast.coordinator)
    return letter_id


def mails(kind: str) -> list[Mail]:
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail)).all()
    return [make(db.session(), row) for row in rows if row.context_or_empty.get("kind") == kind]


def test_a_letter_goes_out_before_its_translation(visitor: Visitor, cast: Cast) -> None:
    letter_id = with_arabic_later(cast)
    page = visitor.get(link_path(letter_id, cast.arabic_member))
    assert "حرروا" not in page.words
    assert "They have waited long enough." in page.words
    circulate.show_text(letter_id, "ar", by=cast.coordinator)
    assert "حرروا الصحفيين" in visitor.get(link_path(letter_id, cast.arabic_member)).words


def test_those_who_read_a_language_are_told_once_that_it_was_added(cast: Cast) -> None:
    letter_id = with_arabic_later(cast)
    circulate.show_text(letter_id, "ar", by=cast.coordinator)
    circulate.show_text(letter_id, "ar", by=cast.coordinator)
    told = mails("language_added")
    assert [mail.recipient for mail in told] == [cast.arabic_member.address]
    assert "حرروا الصحفيين" in told[0].subject
    assert "/i/" in told[0].text


def test_whoever_declined_or_was_never_asked_is_not_told(cast: Cast) -> None:
    letter_id = with_arabic_later(cast)
    declined(letter_id, cast.arabic_member)
    circulate.show_text(letter_id, "ar", by=cast.coordinator)
    assert mails("language_added") == []


def test_a_signer_who_withheld_is_told_neutrally(cast: Cast) -> None:
    letter_id = with_arabic_later(cast)
    signed(letter_id, cast.arabic_member, is_withheld=True)
    circulate.show_text(letter_id, "ar", by=cast.coordinator)
    told = mails("language_added")
    assert len(told) == 1
    assert "حرروا" not in told[0].subject + told[0].text
    assert cast.arabic_member.name not in told[0].text


def test_the_language_that_governs_is_named_at_the_door_and_in_previews(
    nadia: Visitor, visitor: Visitor, cast: Cast
) -> None:
    letter_id = an_open_letter(cast, languages=("en", "fr"))
    for words in (
        visitor.get(link_path(letter_id, cast.small_member)).words,
        nadia.get(f"/desk/letters/{letter_id}/preview/en").words,
    ):
        assert GOVERNS in words
    asked = consulted(cast, languages=("en", "fr"))
    assert GOVERNS in visitor.get(link_path(asked, cast.small_member)).words
    only = an_open_letter(cast, title="Another")
    assert "authoritative" not in visitor.get(link_path(only, cast.small_member)).words


def test_a_lagging_language_shows_its_last_text_and_says_so(nadia: Visitor, visitor: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, languages=("en", "de"))
    draft_body = "Wir alle bitten Sie."
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "de", {"body": draft_body}, by=cast.coordinator)
    translate.mark_checked(
        letter_id, "de", by=cast.coordinator, seen=sides_of(a_letter(letter_id).working_version.text("de"))
    )
    amend.drop_version(letter_id, by=cast.coordinator)
    amended(cast, letter_id)
    invitation = invitation_of(letter_id, cast.small_member)
    page = visitor.get(link_path(letter_id, cast.small_member))
    assert LAGS not in page.words
    page = visitor.get(f"/invitation/{invitation.id}?lang=de")
    assert LAGS in page.words
    assert "They have waited long enough." in page.words
    assert "Today." not in page.words
    assert LAGS in nadia.get(f"/desk/letters/{letter_id}/preview/de").words


def test_a_letter_published_with_a_lagging_language_says_so_in_public(visitor: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, languages=("en", "de"))
    signed(letter_id, cast.small_member)
    amended(cast, letter_id)
    kept(letter_id, cast.small_member)
    assert "lagging_translation" in {one.code for one in check.check(db.session(), a_letter(letter_id)).findings}
    published(cast, letter_id)
    slug = a_letter(letter_id).slug
    assert LAGS in visitor.get(f"/letters/{slug}/de").words
    assert GOVERNS in visitor.get(f"/letters/{slug}/de").words
    assert LAGS not in visitor.get(f"/letters/{slug}").words
    assert LAGS in " ".join(visitor.get(f"/letters/{slug}/de.txt").text.split())
