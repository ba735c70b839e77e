"""An embargo: in public the letter leaves no trace, at no address and in no form; at the doors every page says it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from coalition import clock, languages, tokens
from coalition.actions import call, close, draft, proof, release
from coalition.actions.rebuild import rebuild
from coalition.database import db
from coalition.models.public import PublicBody
from coalition.rendering import bodies, plain
from coalition.web.audience import Audience, declared
from tests import builders
from tests.builders import a_letter, an_open_letter, link_path
from tests.web.desk.letters import path_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.cast import Cast
    from tests.visitor import Visitor

CANARY = "Zanzibarquokka"
NEVER = "a-letter-that-never-was-there"
PLACE = re.compile(r"<(?:[^:<>]+:)?([a-z_]+)>")
ENDINGS = ("", ".pdf", ".docx", ".txt", ".md", ".json", ".csv", ".xlsx", ".bib")
FURTHER = (
    "", "/fr", "/ar", "/signatories", "/editions/1", "/updates", "/verify", "/ask", "/list", "/embed", "/manifest.json",
    "/card.png", "/cite", "/1", "/en/editions/1",
)  # fmt: skip
BY_TOKEN = frozenset({"token", "row", "mark"})


@pytest.fixture
def embargoed(cast: Cast) -> UUID:
    """A closed letter under embargo for a day, in two languages, whose release at its end is planned."""
    letter_id = an_open_letter(cast, title=CANARY, languages=("en", "fr"))
    builders.signed(letter_id, cast.small_member)
    close.close(letter_id, by=cast.coordinator)
    under_embargo(cast, letter_id)
    return letter_id


def under_embargo(cast: Cast, letter_id: UUID) -> None:
    letter, until = a_letter(letter_id), clock.now() + timedelta(days=1)
    dates = draft.Dates(deadline_at=letter.deadline_at, zone="Europe/Paris", embargo_until_at=until)
    draft.save_dates(letter_id, dates, by=cast.coordinator)


def addresses(app: Flask, slug: str) -> list[str]:
    """Every public address that a letter of this slug could have, and what asks for it."""
    found = [f"/letters/{slug}{further}{ending}" for further in FURTHER for ending in ENDINGS]
    return [*dict.fromkeys([*found, *by_the_url_map(app, slug)])]


def by_the_url_map(app: Flask, slug: str) -> list[str]:
    """Those of them that have a rule of their own, the search and oEmbed among them."""
    found = []
    for rule in app.url_map.iter_rules():
        names = set(PLACE.findall(rule.rule))
        is_read = "GET" in (rule.methods or ()) and declared(app, rule.endpoint) is Audience.PUBLIC
        if is_read and "slug" in names:
            values = {"slug": slug, "language": "fr", "number": "1", "edition": "1", "tag": "fr", "rest": slug}
            found.append(PLACE.sub(lambda place, values=values: values.get(place[1], "1"), rule.rule))  # type: ignore[misc]  # a dict of strings
    return [*found, f"/oembed?url=http://letters.test/letters/{slug}&format=json", f"/?q={slug}"]


def test_every_address_answers_as_for_a_letter_that_never_was_there(
    app: Flask, embargoed: UUID, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    release.plan(
        embargoed, a_letter(embargoed).embargo_until_at or clock.now(), by=cast.coordinator,
        overrides={f"lead_not_signed:{cast.coordinator.organisation_id.hex}": "seen"},
    )  # fmt: skip
    slug, reader = a_letter(embargoed).slug, visitors(cookies=False, inspects=False)
    assert CANARY.lower() in slug
    for own, never in zip(addresses(app, slug), addresses(app, NEVER), strict=True):
        answers = [reader.get(address, follow=False) for address in (own, never)]
        assert answers[0].status == answers[1].status, own
        assert answers[0].text.replace(slug, NEVER) == answers[1].text, own
        if own.startswith("/letters/"):
            assert answers[0].status in {404, 405}, own
            assert answers[0].text == answers[1].text, own
        assert sorted(answers[0].headers.keys()) == sorted(answers[1].headers.keys()), own


def test_nothing_that_the_site_says_of_itself_tells_of_it(embargoed: UUID) -> None:
    rebuild()
    db.session.rollback()
    assert [one for one in bodies.answers(db.session()) if one.letter_id == embargoed] == []
    stored = db.session.query(PublicBody).all()
    assert stored
    assert [one.path for one in stored if CANARY.encode() in one.content or embargoed.hex.encode() in one.content] == []


def test_every_page_of_the_signing_door_says_it(cast: Cast, visitor: Visitor) -> None:
    letter_id = an_open_letter(cast)
    under_embargo(cast, letter_id)
    page = visitor.get(link_path(letter_id, cast.small_member))
    for words in ("Under embargo until", "(Europe/Paris)", "(UTC)"):
        assert words in page.words
    for further in ("decline", "withdraw", "more-time", "pass-on"):
        assert "Under embargo until" in visitor.get(f"{page.path}/{further}").words
    call.make_call(letter_id, by=cast.coordinator)
    link = call.call_of(db.session(), letter_id)
    assert link is not None
    assert visitor.get(f"/call/{link.token(tokens.ours())}").words.count("Under embargo until") == 1


def test_previews_and_files_say_it(cast: Cast, visitor: Visitor, embargoed: UUID) -> None:
    visitor.sign_in(cast.coordinator)
    assert "Under embargo until" in visitor.get(path_of(embargoed, "preview", "en")).words
    printed = proof.proof(db.session(), a_letter(embargoed), now=clock.now())
    until = printed.files.embargo_until
    assert until is not None
    said = languages.embargo_moment(until, "Europe/Paris", "en")
    assert f"Under embargo until {said}." in " ".join(plain.plain_text(printed, "en").split())
    after = proof.proof(db.session(), a_letter(embargoed), now=until)
    assert after.files.embargo_until is None
