"""Publishing at the desk: what the check found, names mended there and then, the order, the press, and after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from coalition.actions import check, close, draft
from coalition.database import db
from coalition.models.edition import Edition, PublicLine
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.public import PublicLetter
from coalition.rendering import bodies
from tests import builders
from tests.builders import a_letter, an_open_letter
from tests.cast import Cast
from tests.visitor import Page, Visitor
from tests.web.desk.letters import path_of


def closed_letter(cast: Cast, *, name: str | None = None, languages: tuple[str, ...] = ("en",)) -> UUID:
    """Two members signed by name, one with the name withheld."""
    letter_id = an_open_letter(cast, languages=languages)
    builders.signed(letter_id, cast.small_member, name=name)
    builders.signed(letter_id, cast.arabic_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    close.close(letter_id, by=cast.coordinator)
    return letter_id


def reason_fields(page: Page) -> list[str]:
    return sorted(name for name in page.form("/publish").names if name.startswith("reason:"))


def with_reasons(page: Page) -> Page:
    """Pass over whatever was found, look at what will be out, and press."""
    form = page.form("/publish").fill(dict.fromkeys(reason_fields(page), "We looked."))
    return form.submit("Continue").form("/publish").submit("Publish the letter")


def names_in_order() -> list[str]:
    return [line.printed["und"] for line in db.session.scalars(select(PublicLine).order_by(PublicLine.position))]


def test_an_open_letter_is_closed_first(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(path_of(letter_id, "publish"))
    assert "Signing is not closed yet." in page.words
    assert not page.form("/publish").has_button("Publish the letter")
    assert page.form("/publish").has_button("Continue")  # it can be planned, for after signing has closed
    assert page.follow("Go there: Signing is not closed yet.").heading == "Extend or close"


def test_what_stops_stops_also_a_press_that_comes_anyway(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    token = nadia.get(path_of(letter_id, "publish")).form("/publish").fields["csrf_token"][0]
    page = nadia.post(path_of(letter_id, "publish"), {"csrf_token": token, "act": "publish"})
    assert page.status == 422
    assert "Mend what stops the letter first." in page.errors


def test_from_the_board_it_takes_three_clicks(nadia: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = closed_letter(cast)
    letter = a_letter(letter_id)
    letter.leads[0].organisation_id = cast.small_member.organisation_id
    db.session.commit()
    assert check.check(db.session(), a_letter(letter_id)).findings == ()
    board, clicks, ask = nadia.get(path_of(letter_id)), Counter[str](), nadia.request
    monkeypatch.setattr(nadia, "request", lambda how, *rest, **more: (clicks.update([how]), ask(how, *rest, **more))[1])
    page = board.follow("Check and publish")
    assert "The check found nothing to look at again." in page.words
    page = page.form("/publish").submit("Continue").form("/publish").submit("Publish the letter")
    assert "The letter is published." in page.words
    assert clicks.total() == 3


def test_what_was_found_is_mended_or_passed_over_with_a_reason(nadia: Visitor, cast: Cast) -> None:
    letter_id = closed_letter(cast)
    page = nadia.get(path_of(letter_id, "publish"))
    assert "Free Voices Network leads the letter and has not signed" in page.words
    page = page.form("/publish").submit("Continue")
    assert page.status == 422
    assert len(page.errors) == 1
    assert page.errors[0].startswith("Mend this, or say why it is all right: Free Voices Network leads the letter")
    page = with_reasons(page)
    assert page.heading == "Published"
    edition = db.session.scalars(select(Edition)).one()
    assert list(edition.overrides.values()) == ["We looked."]


@pytest.mark.parametrize("press", ["Continue", "Publish the letter"])
def test_a_reason_holds_for_what_was_read_when_it_was_given(nadia: Visitor, cast: Cast, press: str) -> None:
    letter_id = closed_letter(cast)
    builders.replied(letter_id, cast.small_member, words="One question.")
    page = nadia.get(path_of(letter_id, "publish"))
    form = page.form("/publish").fill(dict.fromkeys(reason_fields(page), "We looked."))
    if press != "Continue":
        form = form.submit("Continue").form("/publish")
    builders.replied(letter_id, cast.arabic_member, words="And another.")
    page = form.submit(press)
    assert page.status == 422
    [error] = page.errors
    assert error.startswith("This has changed since you gave the reason: 2 ")
    assert with_reasons(page).heading == "Published"


def test_a_mistyped_name_is_corrected_there_and_then_and_what_was_typed_stays(nadia: Visitor, cast: Cast) -> None:
    letter_id = closed_letter(cast, name="KALINA PRESS CLUB -")
    page = nadia.get(path_of(letter_id, "publish"))
    assert "This name looks mistyped: KALINA PRESS CLUB -" in page.words
    lead = next(name for name in reason_fields(page) if "lead_not_signed" in name)
    field = next(name for name in page.form("/publish").names if name.startswith("printed:odd_name"))
    form = page.form("/publish").fill({lead: "They sign tomorrow.", field: "Kalina Press Club"})
    page = form.submit("Correct the name")
    assert "The name is corrected, and the organisation is told." in page.words
    assert "mistyped" not in page.words
    assert page.form("/publish").fields[lead] == ["They sign tomorrow."]
    kinds = [row.context["kind"] for row in db.session.scalars(select(OutgoingEmail))]
    assert kinds.count("name_corrected") == 1


@pytest.mark.parametrize("typed", ["", "x" * 301, "Kalina \u202ePress"])
def test_a_name_that_cannot_be_printed_is_asked_for_again(nadia: Visitor, cast: Cast, typed: str) -> None:
    letter_id = closed_letter(cast, name="KALINA PRESS CLUB -")
    page = nadia.get(path_of(letter_id, "publish"))
    field = next(name for name in page.form("/publish").names if name.startswith("printed:odd_name"))
    page = page.form("/publish").fill({field: typed}).submit("Correct the name")
    assert page.status == 422
    assert "mistyped" in page.words


def test_a_list_by_hand_is_put_in_order_without_script(nadia: Visitor, cast: Cast) -> None:
    letter_id = closed_letter(cast)
    draft.save_choices(letter_id, {"list_order": "hand"}, by=cast.coordinator)
    page = nadia.get(path_of(letter_id, "publish"))
    places = [name for name in page.form("/publish").fields if name.startswith("place-")]
    assert [page.form("/publish").fields[name] for name in places] == [["1"], ["2"]]
    page = page.form("/publish").fill({places[0]: "2", places[1]: "1"}).submit("Put in this order")
    swapped = [name for name in page.form("/publish").fields if name.startswith("place-")]
    assert swapped == places[::-1]
    page = with_reasons(page)
    assert page.heading == "Published"
    assert names_in_order() == ["Kalina Press Club", "Amman Writers’ House"]


def test_a_name_is_moved_up_by_its_button(nadia: Visitor, cast: Cast) -> None:
    letter_id = closed_letter(cast)
    draft.save_choices(letter_id, {"list_order": "hand"}, by=cast.coordinator)
    form = nadia.get(path_of(letter_id, "publish")).form("/publish")
    places = [name for name in form.fields if name.startswith("place-")]
    page = form.fill(act=places[1].replace("place-", "up-")).submit()
    assert [name for name in page.form("/publish").fields if name.startswith("place-")] == places[::-1]


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 50, "1.5", "٢"])
def test_a_place_that_is_no_number_loses_nobody(nadia: Visitor, cast: Cast, typed: str) -> None:
    letter_id = closed_letter(cast)
    draft.save_choices(letter_id, {"list_order": "hand"}, by=cast.coordinator)
    form = nadia.get(path_of(letter_id, "publish")).form("/publish")
    places = [name for name in form.fields if name.startswith("place-")]
    page = form.fill({places[0]: typed}).submit("Put in this order")
    assert len([name for name in page.form("/publish").fields if name.startswith("place-")]) == 2


def test_after_it_every_language_and_form_is_one_link_away(
    nadia: Visitor, cast: Cast, visitors: Callable[..., Visitor]
) -> None:
    letter_id = closed_letter(cast, languages=("en", "fr"))
    page = with_reasons(nadia.get(path_of(letter_id, "publish")))
    reader = visitors(cookies=False, inspects=False)
    addresses = [href for href in page.links().values() if href.startswith("http://letters.test/letters/")]
    assert len(set(addresses)) == 2 * len(bodies.FORMS)
    for address in addresses:
        answer = reader.get(address)
        assert answer.status == (503 if address.endswith(bodies.SLOW) else 200)
    assert "Kalina Press Club" in reader.get("/letters/free-the-reporters").words


def test_who_withheld_is_a_number_on_the_page_and_never_a_name(nadia: Visitor, cast: Cast) -> None:
    letter_id = closed_letter(cast)
    page = nadia.get(path_of(letter_id, "publish"))
    assert "Names withheld 1" in page.words
    assert "Northern Lights" not in page.text
    assert "Northern Lights" not in with_reasons(page).text


def test_a_name_that_left_since_is_told_as_a_number(nadia: Visitor, cast: Cast) -> None:
    letter_id = closed_letter(cast)
    with_reasons(nadia.get(path_of(letter_id, "publish")))
    builders.withdrawn(letter_id, cast.small_member)
    words = nadia.get(path_of(letter_id, "publish")).words
    assert "Signatories at release 3 Signatories today 2" in words
    assert "Their names are off every page and file we serve." in words


def test_the_press_twice_publishes_once(nadia: Visitor, cast: Cast) -> None:
    letter_id = closed_letter(cast)
    page = nadia.get(path_of(letter_id, "publish"))
    form = page.form("/publish").fill(dict.fromkeys(reason_fields(page), "We looked."))
    press = form.submit("Continue").form("/publish")
    press.submit("Publish the letter")
    assert press.submit("Publish the letter").heading == "Published"
    assert db.session.query(PublicLetter).count() == 1
