"""Coming back: correct the printed name, withhold it, withdraw; before and after publication, by whom it may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from coalition.actions import circulate, rebuild
from coalition.actions.acts import standing_signature
from coalition.actions.check import check
from coalition.database import db
from coalition.models.letter import Tally
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.public import PublicBody
from coalition.models.signature import Signature
from tests import builders
from tests.cast import Cast
from tests.visitor import Page, Visitor


@pytest.fixture
def letter_id(cast: Cast) -> Any:
    """An open letter that Kalina has signed; her colleague Kofi is invited too."""
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    builders.signed(letter_id, cast.small_member)
    return letter_id


@pytest.fixture
def page(letter_id: Any, visitor: Visitor, cast: Cast) -> Page:
    """What Kalina sees when she comes back."""
    return visitor.get(builders.link_path(letter_id, cast.small_member))


def signature_of(letter_id: Any, cast: Cast) -> Signature | None:
    """Kalina's standing signature."""
    return standing_signature(db.session(), letter_id, cast.small_member.organisation_id)


def mails() -> list[dict[str, Any]]:
    """What is told of each mail in the outbox."""
    rows = db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.next_at)).all()
    return [{**row.context_or_empty, "recipient": row.recipient} for row in rows]


def public_words() -> str:
    """Everything that readers can get."""
    rebuild.rebuild()
    found = db.session.scalars(select(PublicBody.content).where(PublicBody.encoding == "")).all()
    return "\n".join(content.decode(errors="replace") for content in found)


def test_the_page_says_that_it_is_signed_and_what_can_be_done(page: Page) -> None:
    assert "You signed for Kalina Press Club on" in page.words
    assert not [form for form in page.forms if form.ends_with("/sign")]
    for words in ("See the receipt", "Correct the printed name", "Withhold the name", "Withdraw the signature"):
        assert words in page.links()


@pytest.mark.parametrize("link", ["Correct the printed name", "Withhold the name", "Withdraw the signature"])
def test_a_form_sent_as_it_came_changes_nothing(page: Page, letter_id: Any, cast: Cast, link: str) -> None:
    before = len(mails())
    answer = page.follow(link).form(1).submit()
    assert (answer.status, len(answer.errors)) == (422, 1)
    signature = signature_of(letter_id, cast)
    assert signature is not None
    assert (signature.visibility, signature.printed_names["und"]) == ("named", "Kalina Press Club")
    assert (len(signature.consents), len(mails())) == (1, before)


def test_the_printed_name_is_corrected(page: Page, letter_id: Any, cast: Cast) -> None:
    form = page.follow("Correct the printed name").form("printed-name")
    receipt = form.fill(name_und="Kalina Press-Club", name_ar="نادي كالينا", confirm="yes").submit()
    assert receipt.heading == "The printed name is changed"
    assert "Kalina Press-Club" in receipt.words
    signature = signature_of(letter_id, cast)
    assert signature is not None
    assert signature.printed_names == {"und": "Kalina Press-Club", "ar": "نادي كالينا"}
    assert [consent.act for consent in signature.consents] == ["sign", "printed_name"]


def test_the_same_name_again_is_no_change(page: Page) -> None:
    answer = page.follow("Correct the printed name").form("printed-name").fill(confirm="yes").submit()
    assert (answer.status, answer.errors) == (422, ["The name is the same as before. Nothing was changed."])


@pytest.mark.parametrize("name", ["", "x" * 301, "Kal\u2066ina", "Kal\x07ina"])
def test_a_name_that_can_not_be_printed_comes_back(page: Page, letter_id: Any, cast: Cast, name: str) -> None:
    form = page.follow("Correct the printed name").form("printed-name")
    answer = form.fill(name_und=name, name_ar="نادي كالينا", confirm="yes").submit()
    assert (answer.status, len(answer.errors)) == (422, 1)
    assert answer.form("printed-name").fields["name_ar"] == ["نادي كالينا"]
    signature = signature_of(letter_id, cast)
    assert signature is not None
    assert signature.printed_names["und"] == "Kalina Press Club"


def test_the_name_is_withheld(page: Page, letter_id: Any, cast: Cast) -> None:
    receipt = page.follow("Withhold the name").form("visibility").fill(visibility="withheld").submit()
    assert receipt.heading == "The name is withheld"
    assert "None: the name is withheld" in receipt.words
    signature = signature_of(letter_id, cast)
    assert signature is not None
    assert signature.visibility == "withheld"
    again = page.visitor.get(page.path)
    assert "The name is withheld." in again.words
    explained = again.follow("Publish the name after all")
    assert "The coordinators cannot publish the name: only you can." in explained.words
    assert "Leave Kalina Press Club out of every number" in explained.words


def test_a_form_to_withhold_sent_twice_withholds_once(page: Page, letter_id: Any) -> None:
    form = page.follow("Withhold the name").form("visibility").fill(visibility="withheld")
    assert [form.submit().heading for _ in range(2)] == ["The name is withheld"] * 2
    assert db.session.get_one(Tally, letter_id).withheld == 1


def test_the_signature_is_withdrawn_and_given_again(page: Page, letter_id: Any, cast: Cast) -> None:
    asked = page.follow("Withdraw the signature")
    assert "no reader learns that there was a signature" in asked.words
    receipt = asked.form("withdraw").fill(confirm="yes").submit()
    assert receipt.heading == "The signature is withdrawn"
    assert signature_of(letter_id, cast) is None
    again = page.visitor.get(page.path)
    assert "You withdrew the signature of Kalina Press Club on" in again.words
    form = again.form("sign").fill(visibility="named", role="Director", authority="yes")
    assert form.submit().heading == "You have signed"
    assert signature_of(letter_id, cast) is not None
    assert db.session.get_one(Tally, letter_id).signed == 1


def test_a_change_of_what_stands_no_longer_shows_how_it_stands(page: Page) -> None:
    first = page.follow("Withdraw the signature").form("withdraw").fill(confirm="yes")
    late = page.follow("Withhold the name").form("visibility").fill(visibility="withheld")
    first.submit()
    answer = late.submit()
    assert (answer.status, "There is no signature" in answer.words) == (409, True)
    assert "You withdrew the signature" in answer.words


def test_a_colleague_changes_it_in_their_own_name(letter_id: Any, visitors: Callable[..., Visitor], cast: Cast) -> None:
    invitation = builders.invitation_to(letter_id, cast.colleague_contact_id)
    kofi = visitors().get(builders.link_path_of(invitation))
    assert "Kalina Ivanova signed for Kalina Press Club on" in kofi.words
    receipt = kofi.follow("Withdraw the signature").form("withdraw").fill(confirm="yes").submit()
    assert "You withdrew the signature of Kalina Press Club on" in receipt.words
    kalina = visitors().get(builders.link_path(letter_id, cast.small_member))
    assert "Kofi Mensah withdrew the signature of Kalina Press Club on" in kalina.words
    told = [mail for mail in mails() if mail.get("act") == "withdrawn"]
    assert {mail["person"] for mail in told} == {"Kofi Mensah"}
    assert len(told) == 2


def test_a_mail_about_a_withheld_name_says_only_that_there_is_an_answer(page: Page) -> None:
    page.follow("Withhold the name").form("visibility").fill(visibility="withheld").submit()
    [mail] = [mail for mail in mails() if mail.get("act") == "visibility_changed"]
    assert mail["is_withheld"] is True


def test_after_publication_a_name_is_withheld_from_every_public_page(page: Page, letter_id: Any, cast: Cast) -> None:
    builders.published(cast, letter_id)
    assert "Kalina Press Club" in public_words()
    asked = page.visitor.get(page.path).follow("Withhold the name")
    assert "Copies and archives elsewhere may keep your name." in asked.words
    asked.form("visibility").fill(visibility="withheld").submit()
    assert "Kalina Press Club" not in public_words()


def test_after_publication_a_signature_is_withdrawn_from_every_public_page(
    page: Page, letter_id: Any, cast: Cast
) -> None:
    builders.published(cast, letter_id)
    asked = page.visitor.get(page.path).follow("Withdraw the signature")
    assert "Copies and archives elsewhere may keep your name." in asked.words
    assert "you cannot sign again from here" in asked.words
    receipt = asked.form("withdraw").fill(confirm="yes").submit()
    assert receipt.heading == "The signature is withdrawn"
    assert "Kalina Press Club" not in public_words()


def test_after_publication_the_page_says_who_corrects_a_printed_name(page: Page, letter_id: Any, cast: Cast) -> None:
    before = page.follow("Correct the printed name")
    builders.published(cast, letter_id)
    late = before.form("printed-name").fill(name_und="Another", confirm="yes").submit()
    asked = page.visitor.get(page.path).follow("Correct the printed name")
    for answer in (late, asked):
        assert "The coordinators correct it in the next edition. Write to Nadia Rahimi" in answer.words
        assert not [form for form in answer.forms if form.ends_with("/printed-name")]
    assert late.status == 409


def test_a_published_letter_is_one_link_away(page: Page, letter_id: Any, cast: Cast) -> None:
    builders.published(cast, letter_id)
    rebuild.rebuild()
    public = page.visitor.get(page.path).follow("Read the letter as it was published")
    assert (public.status, public.heading) == (200, "Free the reporters")


def test_a_colleague_says_that_this_was_not_us_and_the_name_leaves_every_list(
    letter_id: Any, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    builders.published(cast, letter_id)
    assert "Kalina Press Club" in public_words()
    kofi = visitors().get(builders.link_path_of(builders.invitation_to(letter_id, cast.colleague_contact_id)))
    asked = kofi.follow("This was not us")
    assert asked.form("not-us").submit().status == 422
    assert "Kalina Press Club" in public_words()
    form = asked.form("not-us").fill(confirm="yes")
    assert [form.submit().heading for _ in range(2)] == ["The signature is disputed"] * 2
    assert "Kalina Press Club" not in public_words()
    assert db.session.get_one(Tally, letter_id).signed == 0
    kalina = visitors().get(builders.link_path(letter_id, cast.small_member))
    assert "This signature is disputed" in kalina.words
    assert "Withhold the name" not in kalina.links()
    kalina.follow("Withdraw the signature").form("withdraw").fill(confirm="yes").submit()
    assert db.session.get_one(Tally, letter_id).signed == 0
    assert signature_of(letter_id, cast) is None


def test_a_disputed_signature_is_pointed_out_before_publication_and_not_printed(
    page: Page, letter_id: Any, cast: Cast, visitors: Callable[..., Visitor]
) -> None:
    page.follow("This was not us").form("not-us").fill(confirm="yes").submit()
    found = check(db.session(), builders.a_letter(letter_id))
    assert "disputed" in {finding.code for finding in found.findings}
    nadia = visitors()
    nadia.sign_in(cast.coordinator)
    assert "1 signature is disputed" in nadia.get("/desk").words
    builders.published(cast, letter_id)
    assert "Kalina Press Club" not in public_words()


def test_a_disputed_signature_is_settled_by_signing_again(page: Page, letter_id: Any, cast: Cast) -> None:
    receipt = page.follow("This was not us").form("not-us").fill(confirm="yes").submit()
    receipt.follow("Withdraw the signature").form("withdraw").fill(confirm="yes").submit()
    form = page.visitor.get(page.path).form("sign")
    assert form.fill(visibility="named", role="Director", authority="yes").submit().heading == "You have signed"
    assert db.session.get_one(Tally, letter_id).signed == 1
    builders.published(cast, letter_id)
    assert "Kalina Press Club" in public_words()
