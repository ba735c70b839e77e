"""An organisation's own page: behind a link and a code, of that organisation alone, and what can be done there."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import select

from coalition import clock
from coalition.actions import directory, identity
from coalition.database import db
from coalition.emails import letters
from coalition.models.consent import Consent
from coalition.models.contact import Contact
from coalition.models.identity_change import IdentityChange
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.photo import File
from tests import builders
from tests.web.signing.own import at_own_page, delivered, links_in, mails, newest_code, own_link_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast, Member
    from tests.visitor import Page, Visitor


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A published letter that Kalina's organisation signed by name."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.published(cast, letter_id)
    return letter_id


@pytest.fixture
def page(visitor: Visitor, cast: Cast) -> Page:
    """The own page of Kalina's organisation, open."""
    return at_own_page(visitor, cast.small_member.contact_id)


def path_of(member: Member) -> str:
    """The path of a member's own page."""
    return f"/organisation/{member.organisation_id}"


def organisation_of(member: Member) -> Organisation:
    """The member's row as it is now."""
    db.session.rollback()
    return db.session.get_one(Organisation, member.organisation_id)


# -- the way in ----------------------------------------------------------------------------------------------------


def test_the_link_alone_shows_nothing_of_the_organisation(visitor: Visitor, cast: Cast) -> None:
    page = visitor.get(own_link_path(cast.small_member.contact_id))
    assert page.heading == "A code opens this page"
    assert not [word for word in ("Kalina", "Press Club", "pressclub") if word in page.text]
    assert mails("step_up_code") == []


def test_the_cookie_is_for_the_page_alone(visitor: Visitor, cast: Cast) -> None:
    visitor.get(own_link_path(cast.small_member.contact_id))
    (cookie,) = visitor.cookies()
    assert cookie.path == path_of(cast.small_member)
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_a_code_opens_the_page_once_for_half_an_hour(
    visitor: Visitor, visitors: Callable[..., Visitor], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = at_own_page(visitor, cast.small_member.contact_id)
    assert (page.status, page.heading) == (200, "The page of your organisation")
    code = newest_code()
    other = visitors()
    again = other.get(own_link_path(cast.small_member.contact_id)).form("code").submit()
    assert again.form("code").fill(code=code).submit().status == 422
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=31))
    assert visitor.get(page.path).heading == "A code opens this page"


def test_a_wrong_code_opens_nothing(visitor: Visitor, cast: Cast) -> None:
    page = visitor.get(own_link_path(cast.small_member.contact_id)).form("code").submit()
    wrong = page.form("code").fill(code="0000 0000").submit()
    assert wrong.status == 422
    assert visitor.get(path_of(cast.small_member)).heading == "A code opens this page"


def test_looking_changes_nothing(visitor: Visitor, cast: Cast, letter_id: UUID, page: Page) -> None:
    before = _counted()
    base = path_of(cast.small_member)
    for further in ("", f"/letters/{letter_id}", "/entry", "/identity", "/contacts/new", "/public-page", "/held"):
        for ask in (visitor.get, visitor.head):
            assert ask(base + further).status == 200
    assert _counted() == before
    assert page.status == 200


def _counted() -> dict[str, int]:
    db.session.rollback()
    return {
        table.name: len(db.session.execute(select(*table.primary_key.columns)).all())
        for table in db.Model.metadata.sorted_tables
    }


def test_another_organisation_and_none_at_all_look_alike(visitor: Visitor, cast: Cast, letter_id: UUID) -> None:
    at_own_page(visitor, cast.small_member.contact_id)
    answers = set()
    for organisation_id in (cast.arabic_member.organisation_id, uuid4()):
        for further in ("", "/held", f"/letters/{letter_id}", "/contacts/new"):
            page = visitor.get(f"/organisation/{organisation_id}{further}")
            answers.add((page.status, page.content))
    assert len(answers) == 1
    posted = {
        (answer.status, answer.content)
        for organisation_id in (cast.arabic_member.organisation_id, uuid4())
        for answer in [visitor.post(f"/organisation/{organisation_id}/held/erase-me", {"me": "yes"})]
    }
    assert len(posted) == 1
    assert next(iter(posted))[0] == 403


def test_letters_and_people_of_others_look_like_none(visitor: Visitor, cast: Cast, page: Page) -> None:
    other = builders.an_open_letter(cast, cast.arabic_member)
    builders.signed(other, cast.arabic_member)
    base = path_of(cast.small_member)
    alike = {
        visitor.get(base + further).content
        for further in (
            f"/letters/{other}",
            f"/letters/{uuid4()}",
            f"/contacts/{cast.arabic_member.contact_id}",
            f"/contacts/{uuid4()}",
        )
    }
    assert page.status == 200
    assert all(b"There is nothing at this address" in content for content in alike)


@pytest.mark.parametrize("how", ["ended", "moved"])
def test_a_contact_who_left_or_moved_loses_link_and_page_at_once(visitor: Visitor, cast: Cast, how: str) -> None:
    link = own_link_path(cast.small_member.contact_id)
    page = at_own_page(visitor, cast.small_member.contact_id)
    if how == "ended":
        directory.end_contact(cast.small_member.contact_id, by=cast.coordinator)
    else:
        entry = directory.ContactEntry(address="new@pressclub.example")
        directory.edit_contact(cast.small_member.contact_id, entry, by=cast.coordinator)
    assert visitor.get(link).status == 410
    sent = page.form("right").submit()
    assert sent.status in {403, 410}
    assert "Kalina" not in visitor.get(page.path).text
    assert organisation_of(cast.small_member).asked_if_right_at is None


@pytest.mark.usefixtures("cast")
def test_a_link_to_the_page_that_is_not_ours_gets_the_page_of_all_such_links(visitor: Visitor) -> None:
    assert visitor.get("/o/abc.def").content == visitor.get("/i/abc.def").content


def test_what_was_typed_waits_for_the_code(
    visitor: Visitor, cast: Cast, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = visitor.get(path_of(cast.small_member) + "/entry")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=31))
    asked = entry.form("acronym").fill(acronym="KPC").submit()
    assert asked.heading == "A code opens this page"
    assert organisation_of(cast.small_member).acronym == ""
    saved = asked.form("code").fill(code=newest_code()).submit()
    assert "Saved." in saved.words
    assert organisation_of(cast.small_member).acronym == "KPC"
    assert page.status == 200


def test_a_form_of_another_session_comes_back_and_records_nothing(visitor: Visitor, cast: Cast, page: Page) -> None:
    sent = visitor.post(path_of(cast.small_member) + "/entry", {"acronym": "KPC", "form_token": "forged"})
    assert (sent.status, sent.heading) == (409, "Send it once more")
    assert organisation_of(cast.small_member).acronym == ""
    assert "Saved." in sent.form("acronym").submit().words
    assert page.status == 200


def test_the_receipt_leads_to_the_page_by_a_mail_to_the_known_address(
    visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    builders.signed(letter_id, cast.small_member)
    delivered(monkeypatch)
    receipt = visitor.get(visitor.get(builders.link_path(letter_id, cast.small_member)).path + "/receipt")
    about = receipt.follow("Everything your organisation signed, and its details")
    done = about.form("own-page").fill(wanted="yes").submit()
    assert "The link is on its way to your address." in done.words
    (mail,) = delivered(monkeypatch)
    assert mail.recipient == cast.small_member.address
    assert visitor.get(links_in(mail.text, "/o/")[0]).heading == "A code opens this page"
    for _ in range(2):
        about.form("own-page").fill(wanted="yes").submit()
    assert about.form("own-page").fill(wanted="yes").submit().status == 429


# -- what it signed ------------------------------------------------------------------------------------------------


def test_it_sees_everything_it_signed_and_nothing_of_others(
    visitor: Visitor, cast: Cast, letter_id: UUID, page: Page
) -> None:
    assert "Signed, published with the name." in page.words
    letter = visitor.get(f"{path_of(cast.small_member)}/letters/{letter_id}")
    assert "Kalina Ivanova, Director" in letter.words
    assert "The text as signed, version 1" in letter.words
    assert "Amman" not in letter.words
    proof = json.loads(letter.form("ledger").submit(button="JSON").content)
    assert [one["organisation"] for one in proof["signatures"]] == ["Kalina Press Club"]
    assert b"ask you to act" in letter.form("text").submit().content


def test_a_withheld_signature_is_shown_only_behind_the_code(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.unnamed_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    page = at_own_page(visitor, cast.unnamed_member.contact_id)
    letter = visitor.get(f"{page.path}/letters/{letter_id}")
    assert (letter.status, letter.heading) == (200, "Free the reporters")


def test_it_withdraws_years_later_and_the_name_leaves_at_once(
    visitor: Visitor, cast: Cast, letter_id: UUID, page: Page
) -> None:
    letter = visitor.get(f"{path_of(cast.small_member)}/letters/{letter_id}")
    untouched = letter.form("withdraw").submit()
    assert (untouched.status, len(untouched.errors)) == (422, 1)
    form = letter.form("withdraw").fill(withdraw="yes")
    assert "The signature is withdrawn." in form.submit().words
    assert form.submit().status in {200, 409}
    db.session.rollback()
    acts = db.session.scalars(select(Consent).where(Consent.how == "own_page")).all()
    assert [one.act for one in acts] == ["withdraw"]
    slug = builders.a_letter(letter_id).slug
    assert "Kalina" not in visitor.get(f"/letters/{slug}").text
    assert [mail["act"] for mail in mails("receipt") if mail["act"] == "withdrawn"] == ["withdrawn"]
    assert page.status == 200


def test_it_withholds_the_name_of_one_letter(visitor: Visitor, cast: Cast, letter_id: UUID, page: Page) -> None:
    letter = visitor.get(f"{path_of(cast.small_member)}/letters/{letter_id}")
    assert "The name is withheld." in letter.form("withhold").fill(withhold="withheld").submit().words
    assert "Kalina" not in visitor.get(f"/letters/{builders.a_letter(letter_id).slug}").text
    assert page.status == 200


def test_one_tick_hides_the_name_everywhere(visitor: Visitor, letter_id: UUID, page: Page) -> None:
    assert page.form("hide").submit().status == 422
    hidden = page.form("hide").fill(confirm="yes").submit()
    assert "The name has left every list that we publish." in hidden.words
    assert "Signed, taken off the published list" in hidden.words
    assert "Kalina" not in visitor.get(f"/letters/{builders.a_letter(letter_id).slug}").text


# -- its entry -----------------------------------------------------------------------------------------------------


def test_a_change_of_name_waits_for_a_coordinator_and_the_former_name_stays_an_alias(
    visitor: Visitor, cast: Cast, page: Page
) -> None:
    form = visitor.get(path_of(cast.small_member) + "/identity").form("name_und")
    assert form.submit().status == 422
    asked = form.fill(name_und="Kalina Press and Radio Club", why="We merged.").submit()
    form.submit()
    assert "What waits for a coordinator" in asked.words
    assert organisation_of(cast.small_member).name == "Kalina Press Club"
    (change,) = db.session.scalars(select(IdentityChange)).all()
    waiting = [
        one
        for one in db.session.scalars(select(OutgoingEmail))
        if one.context_or_empty.get("kind") == "changes_waiting"
    ]
    assert len(waiting) == 2  # Nadia and Omar, who may both decide
    said = letters.make(db.session(), waiting[0])
    assert "1 change of a name, country, website or kind waits" in said.text
    assert "Kalina" not in said.subject + said.text
    identity.decide(change.id, is_accepted=True, by=cast.coordinator, reply="Good.")
    organisation = organisation_of(cast.small_member)
    assert (organisation.name, organisation.aliases) == ("Kalina Press and Radio Club", ["Kalina Press Club"])
    told = mails("identity_decided")
    assert {one["recipient"] for one in told} == {
        f"contact:{one.hex}" for one in (cast.small_member.contact_id, cast.colleague_contact_id)
    }
    with pytest.raises(identity.DecidedMeanwhile):
        identity.decide(change.id, is_accepted=False, by=cast.coordinator)
    assert page.status == 200


def test_a_logo_is_made_anew_and_taken_away_with_its_bytes(visitor: Visitor, cast: Cast, page: Page) -> None:
    entry = visitor.get(path_of(cast.small_member) + "/entry")
    refused = entry.form("logo").fill(picture=(b"<svg xmlns='x'/>", "logo.svg")).submit()
    assert (refused.status, len(refused.errors)) == (422, 1)
    saved = entry.form("logo").fill(picture=(_png(), "logo.png")).submit()
    assert "Saved." in saved.words
    assert visitor.get(path_of(cast.small_member) + "/logo").answer.mimetype == "image/png"
    saved.form("remove").submit()
    db.session.rollback()
    assert db.session.scalars(select(File)).all() == []
    assert page.status == 200


def _png() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (3, 2), "navy").save(kept, "PNG")
    return kept.getvalue()


# -- its contacts --------------------------------------------------------------------------------------------------


def a_contact(name: str, address: str) -> dict[str, Any]:
    """The fields of a contact's form."""
    return {"name": name, "address": address, "language": "en", "zone": "UTC"}


def test_a_contact_is_added_and_the_others_are_told(visitor: Visitor, cast: Cast, page: Page) -> None:
    form = visitor.get(path_of(cast.small_member) + "/contacts/new").form("address")
    added = form.fill(**a_contact("Vesela Petrova", "vesela@pressclub.example")).submit()
    assert "Vesela Petrova" in added.words
    assert form.submit().status == 422
    told = mails("contacts_changed")
    assert [(one["change"], one["person"], one["colleague"]) for one in told] == [
        ("added", "Kalina Ivanova", "Vesela Petrova")
    ] * 2
    assert page.status == 200


def test_a_changed_address_is_told_to_the_former_one_and_ends_its_links(
    visitor: Visitor, cast: Cast, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = own_link_path(cast.colleague_contact_id)
    form = visitor.get(f"{path_of(cast.small_member)}/contacts/{cast.colleague_contact_id}").form("address")
    delivered(monkeypatch)
    form.fill(address="kofi@elsewhere.example").submit()
    sent = {mail.recipient: mail for mail in delivered(monkeypatch)}
    assert set(sent) == {"kofi@pressclub.example", "kofi@elsewhere.example"}
    assert links_in(sent["kofi@pressclub.example"].text, "/o/") == []
    assert visitor.get(link).status == 410
    assert page.status == 200


def test_who_changes_their_own_address_gets_the_new_link_there(
    visitor: Visitor, cast: Cast, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = visitor.get(f"{path_of(cast.small_member)}/contacts/{cast.small_member.contact_id}").form("address")
    delivered(monkeypatch)
    assert form.fill(address="kalina@elsewhere.example").submit().heading == "Your address is changed"
    sent = {mail.recipient: mail for mail in delivered(monkeypatch)}
    assert set(sent) == {"kalina@pressclub.example", "kalina@elsewhere.example", "kofi@pressclub.example"}
    assert visitor.get(page.path).status == 410
    (new,) = links_in(sent["kalina@elsewhere.example"].text, "/o/")
    assert visitor.get(new).heading == "A code opens this page"


def test_a_colleague_is_ended_and_the_last_contact_can_not_be(
    visitor: Visitor, cast: Cast, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = path_of(cast.small_member)
    delivered(monkeypatch)
    form = visitor.get(f"{base}/contacts/{cast.colleague_contact_id}").form("end")
    assert form.submit().status == 422
    form.fill(confirm="yes").submit()
    assert [mail.recipient for mail in delivered(monkeypatch)] == ["kofi@pressclub.example"]
    own = visitor.get(f"{base}/contacts/{cast.small_member.contact_id}").form("end")
    refused = own.fill(confirm="yes").submit()
    assert refused.status == 409
    db.session.rollback()
    assert cast.small_member.contact.ended_at is None
    assert page.status == 200


# -- what is held --------------------------------------------------------------------------------------------------


def test_everything_held_can_be_taken_along(visitor: Visitor, cast: Cast, letter_id: UUID, page: Page) -> None:
    held = visitor.get(path_of(cast.small_member) + "/held")
    facts = json.loads(held.form("download").submit().content)
    assert facts["person"]["details"]["address"] == "kalina@pressclub.example"
    assert [one["act"] for one in facts["person"]["acts"]] == ["sign"]
    assert facts["organisation"]["signatures"][0]["visibility"] == "named"
    assert "Kofi" not in json.dumps(facts)
    assert "Amman" not in json.dumps(facts)
    assert (page.status, builders.a_letter(letter_id).stage) == (200, "closed")


def test_who_is_erased_is_gone_but_for_what_a_signature_needs(
    visitor: Visitor, cast: Cast, letter_id: UUID, page: Page
) -> None:
    invited = builders.link_path(letter_id, cast.small_member)
    held = visitor.get(path_of(cast.small_member) + "/held")
    assert held.form("erase-me").submit().status == 422
    assert held.form("erase-me").fill(me="yes").submit().heading == "You have left"
    db.session.rollback()
    gone = db.session.get_one(Contact, cast.small_member.contact_id)
    assert (gone.name, gone.address, gone.telephone, gone.other_channel, gone.address_index) == (None,) * 5
    assert gone.erased_at is not None
    assert visitor.get(invited).status == 410
    assert "Kalina" in visitor.get(f"/letters/{builders.a_letter(letter_id).slug}").text
    assert [one["change"] for one in mails("contacts_changed")] == ["erased"]
    assert page.status == 200


def test_the_desk_shows_a_letter_whose_contact_was_erased(
    visitor: Visitor, visitors: Callable[..., Visitor], cast: Cast, letter_id: UUID, page: Page
) -> None:
    visitor.get(path_of(cast.small_member) + "/held").form("erase-me").fill(me="yes").submit()
    nadia = visitors()
    nadia.sign_in(cast.coordinator)
    for path in (f"/desk/letters/{letter_id}", f"/desk/letters/{letter_id}/people", "/desk/directory", "/desk/outbox"):
        assert nadia.get(path).status == 200
    assert nadia.get(f"/desk/directory/{cast.small_member.organisation_id}").status == 200
    assert page.status == 200


def test_an_entry_is_erased_by_a_coordinator_and_its_people_are_told(
    visitor: Visitor, cast: Cast, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = visitor.get(path_of(cast.small_member) + "/held").form("erase-entry").fill(entry="yes").submit()
    assert "A coordinator decides" in asked.words
    delivered(monkeypatch)
    (change,) = db.session.scalars(select(IdentityChange)).all()
    identity.decide(change.id, is_accepted=True, by=cast.coordinator)
    assert {mail.recipient for mail in delivered(monkeypatch)} == {"kalina@pressclub.example", "kofi@pressclub.example"}
    organisation = organisation_of(cast.small_member)
    assert organisation.erased_at is not None
    assert {one.address for one in organisation.contacts} == {None}
    assert "Kalina" not in visitor.get(page.path).text
