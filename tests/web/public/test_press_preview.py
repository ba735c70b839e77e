"""The press preview: read until its time, with the list only where that was chosen, the embargo on top of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import time_machine

from coalition import clock, tokens
from coalition.actions import call, circulate, draft, press
from coalition.actions.press import ExpiresWrongly
from coalition.database import db, transaction
from coalition.models.letter import LetterLead
from coalition.models.link import Link
from tests import builders
from tests.builders import a_letter, an_open_letter
from tests.web.desk.letters import path_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast
    from tests.visitor import Visitor

DAY = timedelta(days=1)


@pytest.fixture
def journalist(visitors: Callable[..., Visitor]) -> Visitor:
    return visitors(cookies=False)


def previewed(cast: Cast, letter_id: UUID, *, shows_list: bool = False) -> tuple[str, UUID]:
    """The path of a preview that works for two days, and its link."""
    until = clock.now() + 2 * DAY
    link_id = press.make_press_link(letter_id, expires_at=until, shows_list=shows_list, by=cast.coordinator)
    db.session.rollback()
    return f"/p/{db.session.get_one(Link, link_id).token(tokens.ours())}", link_id


def embargoed(cast: Cast, letter_id: UUID) -> datetime:
    letter, until = a_letter(letter_id), clock.now() + DAY
    dates = draft.Dates(deadline_at=letter.deadline_at, zone="Europe/Paris", embargo_until_at=until)
    draft.save_dates(letter_id, dates, by=cast.coordinator)
    return until


def signed_letter(cast: Cast) -> UUID:
    letter_id = an_open_letter(cast, languages=("en", "ar"))
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    return letter_id


def test_it_shows_the_letter_and_the_embargo_and_nobody_who_signed(journalist: Visitor, cast: Cast) -> None:
    letter_id = signed_letter(cast)
    embargoed(cast, letter_id)
    path, _link_id = previewed(cast, letter_id)
    page = journalist.get(path)
    assert page.heading == "Free the reporters"
    assert page.words.count("Under embargo until") == 1
    assert "(Europe/Paris)" in page.words
    assert "(UTC)" in page.words
    assert "Kalina Press Club" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert journalist.get(f"{path}?lang=ar").tree.get("dir") == "rtl"


def test_with_its_list_it_names_those_who_may_be_named(journalist: Visitor, cast: Cast) -> None:
    path, _link_id = previewed(cast, signed_letter(cast), shows_list=True)
    page = journalist.get(path)
    assert "Kalina Press Club" in page.words
    assert "Northern Lights" not in page.text


def test_a_lead_that_withheld_its_name_is_not_named_as_lead(journalist: Visitor, cast: Cast) -> None:
    letter_id = signed_letter(cast)
    with transaction() as session:
        for place, member in enumerate((cast.small_member, cast.unnamed_member), start=1):
            lead = LetterLead(letter_id=letter_id, organisation_id=member.organisation_id, position=place)
            session.add(lead)
    call.make_call(letter_id, by=cast.coordinator)
    link = call.call_of(db.session(), letter_id)
    assert link is not None
    for path in (previewed(cast, letter_id)[0], f"/call/{link.token(tokens.ours())}"):
        page = journalist.get(path)
        assert "Kalina Press Club" in page.words
        assert "Northern Lights" not in page.text


def test_after_its_time_or_once_ended_it_names_no_letter(journalist: Visitor, cast: Cast) -> None:
    letter_id = signed_letter(cast)
    path, link_id = previewed(cast, letter_id)
    with time_machine.travel(clock.now() + 2 * DAY, tick=False):
        late = journalist.get(path)
    press.end_press_link(letter_id, link_id, by=cast.coordinator)
    ended = journalist.get(path)
    other, _link_id = previewed(cast, letter_id)
    circulate.cancel(letter_id, by=cast.coordinator)
    for page in (late, ended, journalist.get(other)):
        assert (page.status, page.heading) == (410, "This preview has ended")
        assert "Free the reporters" not in page.text


def test_an_unknown_address_gets_the_one_page(journalist: Visitor, cast: Cast) -> None:
    path, _link_id = previewed(cast, signed_letter(cast))
    pages = [journalist.get(one) for one in ("/p/nothing", f"{path[:-3]}", f"/call/{path.removeprefix('/p/')}")]
    assert {(page.status, page.text) for page in pages} == {(404, pages[0].text)}


def test_once_published_it_leads_to_the_letter(journalist: Visitor, cast: Cast) -> None:
    letter_id = signed_letter(cast)
    path, _link_id = previewed(cast, letter_id)
    builders.published(cast, letter_id)
    assert journalist.get(path, follow=False).headers["Location"].endswith("/letters/free-the-reporters")


def test_it_is_never_made_for_ever(cast: Cast) -> None:
    letter_id = signed_letter(cast)
    for until in (clock.now(), clock.now() + 61 * DAY):
        with pytest.raises(ExpiresWrongly):
            press.make_press_link(letter_id, expires_at=until, shows_list=False, by=cast.coordinator)


def test_at_the_desk_it_is_made_and_ended(visitor: Visitor, journalist: Visitor, cast: Cast) -> None:
    letter_id, nadia = signed_letter(cast), visitor
    nadia.sign_in(cast.coordinator)
    page = nadia.get(path_of(letter_id, "press-preview"))
    long_ago = {"expires_date": "2020-01-01", "expires_time": "18:00", "shows_list": "yes"}
    page = page.form("/press-preview").fill(long_ago).submit()
    assert (page.status, page.errors) == (422, ["Choose a time from now on, within 60 days."])
    form = page.form("/press-preview")
    assert form.fields["shows_list"] == ["yes"]
    page = form.fill({"expires_date": f"{clock.now() + 2 * DAY:%Y-%m-%d}"}).submit("Make the address")
    path = page.tree.find(".//*[@id='address-1']").get("value").removeprefix("http://letters.test")  # type: ignore[union-attr]  # it is there
    assert "Kalina Press Club" in journalist.get(path).words
    nadia.get(path_of(letter_id, "press-preview")).form("/press-preview").submit("End this preview")
    assert journalist.get(path).status == 410
