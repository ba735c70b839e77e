"""The outbox at the desk: what became of each mail, in words, to those whom it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from coalition import clock, config
from coalition.actions import deliver
from coalition.actions.bounce import Report, came_back
from coalition.config import Settings
from coalition.database import db, transaction
from coalition.emails import letters, outbox
from coalition.emails.reasons import REASONS
from coalition.models.outgoing_email import STATES, OutgoingEmail
from coalition.web.desk import mail_words
from tests.builders import an_open_letter, invitation_of, signed
from tests.cast import Cast, assemble
from tests.shipped import own_app
from tests.visitor import Page, Visitor


@pytest.fixture
def nadia(visitor: Visitor, cast: Cast) -> Visitor:
    """Nadia, an administrator, at the desk."""
    visitor.sign_in(cast.coordinator)
    return visitor


@pytest.fixture
def omar(visitors: Callable[..., Visitor], cast: Cast) -> Visitor:
    """Omar, a coordinator of another team."""
    visitor = visitors()
    visitor.sign_in(cast.other_coordinator)
    return visitor


def invitations() -> list[OutgoingEmail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.kind_class == "invitation")))


def put(row: OutgoingEmail, state: str, *, code: int | None = None, words: str = "") -> None:
    row_id = row.id
    with transaction() as session:
        found = session.get_one(OutgoingEmail, row_id)
        found.state, found.last_code, found.last_words = state, code, words


def state_of(row_id: object) -> str:
    db.session.rollback()
    return db.session.get_one(OutgoingEmail, row_id).state


def test_counts_and_rows_say_what_became_of_each_mail(nadia: Visitor, cast: Cast) -> None:
    an_open_letter(cast)
    first, second, third = invitations()
    put(first, "refused", code=550, words="5.1.1 no such user")
    put(second, "deferred", words="timed out")
    put(third, "accepted", code=250)
    page = nadia.get("/desk/outbox")
    assert "The server does not know this address." in page.words
    assert "Ask them by another way for the right address" in page.words
    assert "550 5.1.1 no such user" in page.words
    assert "The server could not be reached." in page.words
    assert "Next try:" in page.words
    assert page.links()["1 refused"] == "/desk/outbox?state=refused"
    assert "Amman" in nadia.get("/desk/outbox").words
    assert page.follow("1 refused").words.count("tried again later") == 1  # the figure alone


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_words(nadia: Visitor, cast: Cast, state: str) -> None:
    an_open_letter(cast, cast.small_member)
    (row,) = invitations()
    put(row, state, code=421 if state == "deferred" else None)
    assert nadia.get(f"/desk/outbox?state={state}").status == 200


def test_no_link_and_no_words_of_a_mail_stand_there(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    signed(letter_id, cast.unnamed_member, is_withheld=True)
    page = nadia.get("/desk/outbox")
    for row in db.session.scalars(select(OutgoingEmail)).all():
        mail = letters.make(db.session(), row)
        assert mail.recipient.partition("@")[0] not in page.text.replace(cast.coordinator.email, "")
        for word in mail.text.split():
            assert "/i/" not in word or word not in page.text
    assert "/set-up/" not in page.text
    assert "Not shown: it would tell who answered" in page.words


def press(page: Page, button: str, row_id: object) -> Page:
    """Press the button of one row."""
    form = page.form("state")
    return page.visitor.post("/desk/outbox", {"csrf_token": form.fields["csrf_token"][0], button: str(row_id)})


def test_a_refused_mail_is_tried_again_and_a_waiting_one_stopped(nadia: Visitor, cast: Cast) -> None:
    an_open_letter(cast, cast.small_member, cast.arabic_member)
    first, second = invitations()
    put(first, "refused", code=550)
    first_id, second_id = first.id, second.id
    page = nadia.get("/desk/outbox")
    assert f'name="retry" value="{first_id}"' in page.text
    assert f'name="stop" value="{first_id}"' not in page.text
    page = press(page, "retry", first_id)
    assert "1 mail is tried again now." in page.words
    assert state_of(first_id) == "queued"
    page = press(page, "stop", second_id)
    assert "1 mail is stopped." in page.words
    assert state_of(second_id) == "stopped"
    assert f'value="{second_id}"' not in page.text


def test_several_are_tried_again_at_once_or_all_of_a_list(nadia: Visitor, cast: Cast) -> None:
    an_open_letter(cast)
    first, second, third = [row.id for row in invitations()]
    for row in invitations():
        put(row, "bounced", code=550, words="5.7.1 blocked")
    page = nadia.get("/desk/outbox?state=bounced")
    assert "Their server does not let this mail in" in page.words
    page = page.form("state").fill(mail=[str(first), str(second)]).submit("Try the ticked again now")
    assert "2 mails are tried again now." in page.words
    assert [state_of(one) for one in (first, second, third)] == ["queued", "queued", "bounced"]
    for row in invitations():
        put(row, "refused", code=552)
    page = nadia.get("/desk/outbox?state=refused").form("state").fill(all="yes").submit("Try the ticked again now")
    assert "3 mails are tried again now." in page.words
    assert "Tick mails first, then press." in nadia.get("/desk/outbox").form("state").submit("Stop the ticked").words


def test_a_wrong_address_is_corrected_from_there_and_the_old_mail_is_done_with(nadia: Visitor, cast: Cast) -> None:
    an_open_letter(cast, cast.small_member)
    (row,) = invitations()
    put(row, "bounced", code=550, words="5.1.1 no such user")
    page = nadia.get("/desk/outbox").follow("Correct the address")
    field = next(name for name in page.form("/address").names if name.startswith("address-"))
    page = page.form("/address").fill({field: "kalina@new.example"}).submit()
    assert "The address is corrected." in page.words
    old, new = sorted(invitations(), key=lambda one: one.date)
    assert {old.state, new.state} == {"stopped", "queued"}


def test_what_went_on_meanwhile_is_said(nadia: Visitor, cast: Cast) -> None:
    an_open_letter(cast, cast.small_member)
    (row,) = invitations()
    page = nadia.get("/desk/outbox")
    put(row, "accepted")
    assert "1 mail went on meanwhile" in press(page, "stop", row.id).words
    assert deliver.retry([invitations()[0].id], by=cast.coordinator) == 0


SAID_BY_SERVERS = (
    (550, "5.1.1 unknown user", "The server does not know this address."),
    (550, "User unknown in virtual mailbox table", "The server does not know this address."),
    (452, "4.2.2 over quota", "The mailbox is full."),
    (552, "5.2.2 mailbox full", "The mailbox is full."),
    (554, "5.7.1 rejected as spam", "Their server does not let this mail in"),
    (550, "5.7.26 unauthenticated mail: DMARC", "Their server does not let this mail in"),
    (554, "5.7.1 … Relay access denied", "Our own mail server does not send to other addresses"),
    (535, "5.7.8 authentication failed", "Our own mail server does not let us in."),
    (None, "The mail server could not prove who it is: expired", "Our own mail server does not let us in."),
    (550, "5.4.4 unable to route: host not found", "No mail goes to the part of the address after @"),
    (551, "5.1.6 moved", "The mailbox has moved"),
    (552, "5.3.4 message too big", "larger than their server takes"),
    (None, "5.4.7 delivery time expired", "could not be reached for days"),
    (554, "no", "Their server does not let this mail in"),
    (None, "it could not be made (KeyError)", "The mail could not be made"),
    (None, "The recipient is not one mail address.", "The server does not know this address."),
    (None, "The DKIM key is not an RSA key of 1024 bits or more.", "Our own mail server does not let us in."),
    (500, "what?", "The server refused the mail."),
)


@pytest.mark.only_on("sqlite")
def test_each_answer_of_a_server_is_put_in_plain_words(app: Flask) -> None:
    with app.test_request_context("/"):
        for code, said, reason in SAID_BY_SERVERS:
            found = mail_words.why("refused", code, said)
            assert reason in found.reason, (code, said)
            assert found.to_do
        assert {mail_words.reason_words(one) and mail_words.to_do_words(one) for one in REASONS}


def test_a_greylisted_mail_says_when_it_is_tried_again(nadia: Visitor, cast: Cast) -> None:
    an_open_letter(cast, cast.small_member)
    (row,) = invitations()
    put(row, "deferred", code=450, words="4.2.0 Greylisted, see postgrey")
    page = nadia.get("/desk/outbox")
    assert "Their server asks those it does not know to come again later" in page.words
    assert "Nothing is to be done." in page.words
    assert "Next try: " in page.words


def test_what_came_back_stands_wherever_the_address_does(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    row_id = invitations()[0].id
    with transaction() as session:
        row = session.get_one(OutgoingEmail, row_id)
        row.attempts = 1
        came_back(session, row, Report("", 550, "5.1.1", "no such user"), clock.now())
    organisation_id = invitation_of(letter_id, cast.small_member).organisation_id
    for path in (
        f"/desk/letters/{letter_id}/people",
        f"/desk/letters/{letter_id}?state=bounced",
        f"/desk/letters/{letter_id}/organisations/{organisation_id}",
        f"/desk/directory/{organisation_id}",
    ):
        page = nadia.get(path)
        assert "The server does not know this address." in page.words, path
        assert "550 5.1.1" in page.words, path
        assert "kalina@pressclub.example" in page.words, path
        assert "Ask them by another way for the right address" in page.words, path


def test_a_coordinator_sees_the_mails_of_their_own_letters_alone(omar: Visitor, nadia: Visitor, cast: Cast) -> None:
    an_open_letter(cast, cast.small_member, title="A secret letter")
    (row,) = invitations()
    page = omar.get("/desk/outbox")
    assert "Kalina" not in page.text
    assert "secret" not in page.text
    assert str(row.id) not in page.text
    token = page.forms[0].fields["csrf_token"][0]
    for act in ("retry", "stop"):
        assert omar.post("/desk/outbox", {"csrf_token": token, act: str(row.id)}).status == 404
    assert omar.post("/desk/outbox/release", {"csrf_token": token}).status == 403
    assert "Kalina" in nadia.get("/desk/outbox").words


def test_an_administrator_sees_the_mails_of_other_teams_without_letter_and_organisation(
    nadia: Visitor, cast: Cast
) -> None:
    an_open_letter(replace(cast, coordinator_id=cast.other_coordinator_id), cast.small_member, title="Their letter")
    page = nadia.get("/desk/outbox")
    assert "A letter of another team" in page.words
    assert "Kalina" not in page.text
    assert "Their letter" not in page.text


@pytest.mark.usefixtures("cast")
def test_a_stranger_is_led_to_the_sign_in_page(visitor: Visitor) -> None:
    assert visitor.get("/desk/outbox").heading == "Sign in"


def test_garbage_in_the_address_does_no_harm(nadia: Visitor) -> None:
    assert nadia.get("/desk/outbox?state=%00&page=-1").status == 200
    token = nadia.get("/desk/outbox").forms[0].fields["csrf_token"][0]
    assert nadia.post("/desk/outbox", {"csrf_token": token, "retry": "x"}).status == 404
    assert nadia.post("/desk/outbox", {"csrf_token": token, "state": "?"}).status == 200


# -- without a mail server ---------------------------------------------------------------------------------------------


@pytest.fixture
def held(settings: Settings, database_url: str) -> Iterator[Flask]:
    """The application where no mail server is set up."""
    with own_app(replace(settings, database=database_url, mail_server="")) as application:
        yield application
    config.install(replace(settings, database=database_url))


def visit(app: Flask, cast: Cast, path: str) -> Page:
    visitor = Visitor(app)
    visitor.sign_in(cast.coordinator)
    return visitor.get(path)


def test_without_a_mail_server_every_page_of_the_desk_says_what_is_held(held: Flask) -> None:
    cast = assemble()
    an_open_letter(cast)
    for path in ("/desk/outbox", "/desk/directory", "/desk/team", "/desk/account"):
        page = visit(held, cast, path)
        assert "No mail server is set up. 4 messages are held; nothing left this machine." in page.words
    assert {row.state for row in db.session.scalars(select(OutgoingEmail))} == {"held"}
    assert outbox.drain() == 0
    with pytest.raises(deliver.NoMailServer):
        deliver.release_held(by=cast.coordinator)


def test_once_there_is_a_mail_server_the_held_ones_are_let_go(held: Flask) -> None:
    cast = assemble()
    an_open_letter(cast)
    config.install(replace(config.settings(), mail_server="127.0.0.1"))
    page = visit(held, cast, "/desk/outbox")
    assert "4 messages are held from the time without a mail server." in page.words
    page = page.form("release").submit()
    assert "4 held messages go out now." in page.words
    assert {row.state for row in db.session.scalars(select(OutgoingEmail))} == {"queued"}
