"""The second step at the desk: who is asked for it, what counts as one, what nobody gets around."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from passlib.totp import TOTP
from sqlalchemy import func, select, update
from webauthn.helpers import bytes_to_base64url

from coalition import clock, config, install
from coalition.actions import enter, passkeys, second_step, sessions, team
from coalition.actions.second_step import LastOne, Owed, PasskeyRefused, TooOften, WrongCode
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.models import app_code
from coalition.models.account import Account
from coalition.models.desk_session import DeskSession
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from coalition.models.second_step import Passkey, RecoveryCode
from coalition.web import entrance
from tests import builders
from tests.cast import PASSWORD, Cast
from tests.software_key import SoftwareKey
from tests.stepping_up import make_sensitive
from tests.visitor import Page, Visitor

SITE = "https://letters.test"
SECRET = app_code.new_secret()
Visitors = Callable[..., Visitor]


@pytest.fixture
def required(app: Flask) -> None:  # noqa: ARG001 -- its settings are in force
    """Administrators and teams of sensitive letters need a second step."""
    install(replace(config.settings(), second_step="required"))


@pytest.fixture
def secure(app: Flask) -> None:  # noqa: ARG001 -- its settings are in force
    """The desk has https and a name: browsers make passkeys for it."""
    install(replace(config.settings(), public_address=SITE))


def code_now(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows, or showed so many half minutes from now."""
    return str(TOTP(key=secret).generate(time=clock.now() + timedelta(seconds=30 * steps)).token)


def a_session(account_id: UUID) -> UUID:
    """A browser in which the password was given."""
    return sessions.begin(account_id, token=uuid4().hex, by="password", device="")


def with_app(account_id: UUID) -> list[str]:
    """Set an app up for an account an hour ago; gives the recovery codes."""
    with time_machine.travel(clock.now() - timedelta(hours=1), tick=False):
        return second_step.add_app(account_id, secret=SECRET, code=code_now(), session_id=a_session(account_id))


def a_passkey(account_id: UUID) -> UUID:
    """One that nobody has; its id."""
    with transaction() as session:
        key = Passkey(account_id=account_id, name="", credential_id=b"1", public_key=b"2", made_at=clock.now())
        session.add(key)
        return key.id


def sign_in(visitor: Visitor, account: Account) -> Page:
    """By the sign-in page."""
    return (
        visitor.get("/desk/sign-in").form("/sign-in").fill(address=account.email, password=PASSWORD).submit("Sign in")
    )


def given(session_id: UUID) -> str:
    """How the second step was given in a session."""
    db.session.rollback()
    return db.session.get_one(DeskSession, session_id).second_step


def told(account_id: UUID) -> list[str]:
    """What the mails about second steps to an account say, the first first."""
    db.session.rollback()
    rows = db.session.scalars(
        select(OutgoingEmail)
        .where(OutgoingEmail.recipient == f"account:{account_id.hex}")
        .order_by(OutgoingEmail.date, OutgoingEmail.next_at, OutgoingEmail.id)
    )
    return [row.context["change"] for row in rows if row.context["kind"] == "second_step_changed"]


# -- who is asked for it ----------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("required")
def test_an_administrator_without_one_sees_its_page_and_the_way_out_and_nothing_else(
    visitor: Visitor, cast: Cast
) -> None:
    page = sign_in(visitor, cast.coordinator)
    assert page.path == "/desk/account/second-step"
    assert "this is all you see of the desk" in page.words
    for path in ("/desk", "/desk/account", "/desk/directory", "/desk/team", "/desk/outbox", "/desk/second-step"):
        assert visitor.get(path).path == "/desk/account/second-step", path
    assert "Directory" not in page.words
    assert visitor.get("/desk").form("sign-out").submit().path.startswith("/desk/sign-in")


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("required")
def test_a_form_that_was_open_comes_back_when_a_second_step_is_asked_for(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.coordinator)
    page = visitor.get("/desk/account/second-step")
    sent = visitor.post(
        "/desk/account",
        {"name": "Nadia R.", "language": "en", "zone": "UTC", "csrf_token": page.form("sign-out").fields["csrf_token"]},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert (sent.status, "A second step is asked for first" in sent.words) == (400, True)
    assert "Nadia R." in sent.text
    assert cast.coordinator.name == "Nadia Rahimi"


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("required")
def test_an_administrator_sets_up_an_app_and_is_in(visitor: Visitor, cast: Cast) -> None:
    sign_in(visitor, cast.coordinator)
    page = visitor.get("/desk/account/second-step").follow("Set up an app")
    assert "<svg" in page.text
    secret = shown_secret(page)
    wrong = page.form("app").fill(code="000000").submit()
    assert (wrong.status, secret in wrong.words.replace(" ", "")) == (422, True)
    done = wrong.form("app").fill(code=code_now(secret)).submit()
    assert len(re.findall(r"\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b", done.words)) == 10
    assert visitor.get("/desk").path == "/desk"
    assert told(cast.coordinator_id) == ["app added"]


@pytest.mark.usefixtures("required")
def test_the_team_of_a_letter_is_asked_at_its_next_request_when_it_becomes_sensitive(omar: Visitor, cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="To help")
    assert omar.get("/desk").path == "/desk"
    make_sensitive(letter_id)
    assert omar.get("/desk").path == "/desk/account/second-step"
    team.leave_team(letter_id, cast.other_coordinator_id, by=cast.other_coordinator)
    assert omar.get("/desk").path == "/desk"


@pytest.mark.only_on("sqlite")
def test_where_it_is_offered_nobody_must_have_one(nadia: Visitor) -> None:
    assert nadia.get("/desk").path == "/desk"
    assert "makes that safer" in nadia.get("/desk/account").words


def test_the_demonstration_offers_it_and_other_houses_need_it() -> None:
    demo = config.Settings(demo=True, public_address="http://127.0.0.1:8000")
    assert not demo.requires_second_step
    assert config.Settings(public_address="https://letters.example").requires_second_step
    with pytest.raises(config.SettingsWrong, match="required or offered"):
        config.Settings(second_step="never")


# -- giving it --------------------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
def test_neither_a_mailed_code_nor_a_set_up_link_nor_a_password_replaces_it(visitors: Visitors, cast: Cast) -> None:
    with_app(cast.coordinator_id)
    with time_machine.travel(clock.now(), tick=False):
        for way in ("password", "code", "link"):
            visitor = visitors()
            _come_by(visitor, cast.coordinator, way)
            for path in ("/desk", "/desk/account", "/desk/account/second-step", "/desk/prove", "/desk/directory"):
                assert visitor.get(path).path.startswith("/desk/second-step"), (way, path)
            page = visitor.get("/desk/directory").form("second-step").fill(code=code_now()).submit()
            assert page.path == "/desk/directory" if way == "password" else page.status == 422  # it worked once


def _come_by(visitor: Visitor, account: Account, way: str) -> None:
    come_in = entrance.come_in
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entrance, "come_in", lambda who, **_by: come_in(who, by=way))
        visitor.sign_in(account)


def test_the_code_of_each_half_minute_works_once_and_none_before_it(cast: Cast) -> None:
    with_app(cast.coordinator_id)
    with time_machine.travel(clock.now().replace(second=10), tick=False):
        late, now = code_now(steps=-1), code_now()
        second_step.give_code(cast.coordinator_id, now, session_id=a_session(cast.coordinator_id))
        for used in (now, late):
            with pytest.raises(WrongCode):
                second_step.give_code(cast.coordinator_id, used, session_id=a_session(cast.coordinator_id))


@pytest.mark.only_on("sqlite")
def test_a_clock_may_be_half_a_minute_off_and_not_more(cast: Cast) -> None:
    with_app(cast.coordinator_id)
    here = a_session(cast.coordinator_id)
    with time_machine.travel(clock.now().replace(second=10), tick=False):
        for steps in (-2, 2):
            with pytest.raises(WrongCode):
                second_step.give_code(cast.coordinator_id, code_now(steps=steps), session_id=here)
        assert given(here) == ""
        assert second_step.give_code(cast.coordinator_id, code_now(steps=1), session_id=here) == "app"
        assert given(here) == "app"


def test_a_step_given_in_one_browser_is_not_given_in_another(cast: Cast) -> None:
    codes = with_app(cast.coordinator_id)
    here, there, elsewhere = (a_session(cast.coordinator_id) for _ in range(3))
    second_step.give_code(cast.coordinator_id, code_now(), session_id=here)
    second_step.give_code(cast.coordinator_id, codes[0], session_id=there)
    assert [given(one) for one in (here, there, elsewhere)] == ["app", "recovery", ""]


@pytest.mark.only_on("sqlite")
def test_digits_of_any_script_and_in_groups_are_a_code(cast: Cast) -> None:
    with_app(cast.coordinator_id)
    code = code_now()
    typed = "".join("٠١٢٣٤٥٦٧٨٩"[int(digit)] for digit in code)
    assert second_step.give_code(
        cast.coordinator_id, f" {typed[:3]} {typed[3:]}", session_id=a_session(cast.coordinator_id)
    )


def test_whoever_guesses_is_stopped_and_told_of_and_does_not_keep_the_owner_out(cast: Cast) -> None:
    codes = with_app(cast.coordinator_id)
    account_id, theirs = cast.coordinator_id, a_session(cast.coordinator_id)
    with time_machine.travel(clock.now().replace(minute=1, second=10), tick=False) as travel:
        for _ in range(second_step.TRIES):
            with pytest.raises(WrongCode):
                second_step.give_code(account_id, _wrong(), session_id=theirs)
        for _ in range(2):
            with pytest.raises(TooOften):
                second_step.give_code(account_id, code_now(), session_id=theirs)
        mine = a_session(account_id)
        assert second_step.give_code(account_id, code_now(), session_id=mine, browser="known") == "app"
        assert second_step.give_code(account_id, codes[0], session_id=theirs) == "recovery"
        travel.shift(second_step.TRIES_EVERY)
        assert second_step.give_code(account_id, code_now(), session_id=theirs) == "app"
    assert told(account_id).count("tried") == 1


def _wrong() -> str:
    near = {code_now(steps=steps) for steps in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


@pytest.mark.only_on("sqlite")
def test_a_browser_that_gave_the_step_has_tries_of_its_own(visitors: Visitors, cast: Cast) -> None:
    with_app(cast.coordinator_id)
    mine, theirs = visitors(), visitors()
    with time_machine.travel(clock.now().replace(minute=1, second=10), tick=False) as travel:
        sign_in(mine, cast.coordinator).form("second-step").fill(code=code_now()).submit()
        mine.get("/desk").form("sign-out").submit()
        travel.shift(timedelta(seconds=30))
        page = sign_in(theirs, cast.coordinator)
        for _ in range(second_step.TRIES + 1):
            page = page.form("second-step").fill(code=_wrong()).submit()
        assert (page.status, "Too many wrong codes" in page.words) == (429, True)
        third = visitors()
        page = sign_in(third, cast.coordinator)
        assert page.form("second-step").fill(code=code_now()).submit().status == 429  # all new ones are counted as one
        (had,) = (cookie for cookie in third.cookies() if cookie.key == "known")
        third.client.set_cookie("known-step", had.value, domain=had.domain, path=had.path)
        assert page.form("second-step").fill(code=code_now()).submit().status == 429  # a password brings no such mark
        assert sign_in(mine, cast.coordinator).form("second-step").fill(code=code_now()).submit().path == "/desk"


@pytest.mark.only_on("sqlite")
def test_a_password_alone_gives_no_browser_tries_of_its_own(visitor: Visitor, cast: Cast) -> None:
    with_app(cast.coordinator_id)
    sign_in(visitor, cast.coordinator)
    assert {cookie.key for cookie in visitor.cookies()} >= {"known"}
    assert "known-step" not in {cookie.key for cookie in visitor.cookies()}


# -- recovery codes ---------------------------------------------------------------------------------------------------


def test_a_recovery_code_works_once_however_it_is_typed_and_is_told(cast: Cast) -> None:
    codes = with_app(cast.coordinator_id)
    here = a_session(cast.coordinator_id)
    assert second_step.give_code(cast.coordinator_id, codes[3].upper().replace("-", " "), session_id=here) == "recovery"
    assert given(here) == "recovery"
    with pytest.raises(WrongCode):
        second_step.give_code(cast.coordinator_id, codes[3], session_id=a_session(cast.coordinator_id))
    assert told(cast.coordinator_id) == ["app added", "code used"]


def test_new_codes_replace_the_old_and_belong_to_one_account(cast: Cast) -> None:
    old, others = with_app(cast.coordinator_id), with_app(cast.other_coordinator_id)
    new = second_step.make_codes(cast.coordinator_id)
    for code in (old[0], others[0], "", "-"):
        with pytest.raises(WrongCode):
            second_step.give_code(cast.coordinator_id, code, session_id=a_session(cast.coordinator_id))
    second_step.give_code(cast.coordinator_id, new[0], session_id=a_session(cast.coordinator_id))


@pytest.mark.only_on("sqlite")
def test_the_database_keeps_no_recovery_code_and_no_secret_that_can_be_read(cast: Cast) -> None:
    codes = with_app(cast.coordinator_id)
    account = cast.coordinator
    kept = b"".join(db.session.scalars(select(RecoveryCode.code_index)).all())
    kept += (account._totp_secret or b"") + (account._recovery_key or b"")
    assert SECRET.encode() not in kept
    assert not any(code.replace("-", "").encode() in kept for code in codes)
    assert len(kept) >= 10 * 32
    assert account.totp_secret == SECRET


@pytest.mark.only_on("sqlite")
def test_few_codes_left_are_said_on_the_page_of_the_account(nadia: Visitor, cast: Cast) -> None:
    codes = with_app(cast.coordinator_id)
    for code in codes[:7]:
        second_step.give_code(cast.coordinator_id, code, session_id=a_session(cast.coordinator_id))
    page = nadia.get("/desk").form("second-step").fill(code=code_now()).submit()
    assert "3 recovery codes are left" in page.visitor.get("/desk/account").words


@pytest.mark.only_on("sqlite")
def test_codes_are_made_anew_and_shown_in_one_answer(nadia: Visitor, cast: Cast) -> None:
    with_app(cast.coordinator_id)
    nadia.get("/desk").form("second-step").fill(code=code_now()).submit()
    page = nadia.get("/desk/account/second-step").follow("Make new recovery codes").form("codes").submit("Make new")
    codes = re.findall(r"\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b", page.words)
    assert len(set(codes)) == 10
    assert all(code in page.text.partition("data:text/plain")[2] for code in codes)
    assert "Recovery codes of nadia@freevoices.example for Free Voices Network" in page.words  # also on paper
    assert codes[0] not in nadia.get("/desk/account/second-step").words
    assert told(cast.coordinator_id)[-1] == "codes made"


# -- adding and removing ----------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
def test_changing_it_asks_for_a_fresh_proof(nadia: Visitor, cast: Cast) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        pages = ["app", "passkey", "app/remove", "codes", "passkey/00000000-0000-0000-0000-000000000000/remove"]
        for path in [f"/desk/account/second-step/{one}" for one in pages]:
            assert nadia.get(path).path.startswith("/desk/prove"), path
            token = nadia.get("/desk/prove").form("/prove").fields["csrf_token"]
            assert nadia.post(path, {"csrf_token": token}).path.startswith("/desk/prove"), path
        asked = nadia.get("/desk/account/second-step/app")
        wrong = asked.form("/prove").fill(password="not this one at all").submit()
        assert (wrong.status, "This is not your present password" in wrong.words) == (422, True)
        assert wrong.form("/prove").fill(password=PASSWORD).submit().path == "/desk/account/second-step/app"
        assert not cast.coordinator.has_app


@pytest.mark.only_on("sqlite")
def test_a_mailed_code_is_no_proof(visitor: Visitor, cast: Cast) -> None:
    _come_by(visitor, cast.coordinator, "code")
    assert visitor.get("/desk/account/second-step/app").path.startswith("/desk/prove")


@pytest.mark.only_on("sqlite")
def test_a_page_that_is_loaded_again_offers_the_secret_that_the_telephone_has_read(nadia: Visitor, cast: Cast) -> None:
    path = "/desk/account/second-step/app"
    first = nadia.get(path)
    secret, now = shown_secret(first), clock.now()
    with time_machine.travel(now + timedelta(minutes=11), tick=False):  # the proof is over before the code is typed
        asked = first.form("app").fill(code=code_now(secret)).submit()
        assert asked.path.startswith("/desk/prove")
        page = asked.form("/prove").fill(password=PASSWORD).submit()
        assert shown_secret(page) == secret
        page.form("app").fill(code=code_now(secret)).submit()
        assert cast.coordinator.totp_secret == secret
        another = shown_secret(nadia.get(path))
        assert another != secret
    with time_machine.travel(now + timedelta(minutes=72), tick=False):
        page = nadia.get(path).form("/prove").fill(password=PASSWORD).submit()
        assert shown_secret(page) not in {secret, another}


def shown_secret(page: Page) -> str:
    """The secret as the page of the app says it."""
    (shown,) = re.findall(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.words)
    return str(shown).replace(" ", "")


@pytest.mark.only_on("sqlite")
def test_a_secret_counts_only_in_the_session_it_was_offered_in(
    nadia: Visitor, omar: Visitor, visitors: Visitors, cast: Cast
) -> None:
    page = nadia.get("/desk/account/second-step/app")
    elsewhere = visitors()
    elsewhere.sign_in(cast.coordinator)
    for other in (omar, elsewhere):
        form = other.get("/desk/account/second-step/app").form("app")
        refused = form.fill(offer=page.form("app").fields["offer"], code=code_now(shown_secret(page))).submit()
        assert "was not made for you" in refused.words
    assert not cast.other_coordinator.has_app
    assert not cast.coordinator.has_app


@pytest.mark.usefixtures("required")
def test_the_last_one_is_not_removed_where_it_is_required(nadia: Visitor, cast: Cast) -> None:
    with_app(cast.coordinator_id)
    nadia.get("/desk").form("second-step").fill(code=code_now()).submit()
    page = nadia.get("/desk/account/second-step").follow("Remove the app")
    assert "Set up another one first" in page.words
    assert not any(form.ends_with("remove") for form in page.forms)
    with pytest.raises(LastOne):
        second_step.remove_app(cast.coordinator_id)
    assert cast.coordinator.has_app


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("required")
def test_the_team_of_a_sensitive_letter_keeps_its_last_one_too_be_it_an_app_or_a_passkey(cast: Cast) -> None:
    letter_id, account_id = builders.a_draft(cast), cast.other_coordinator_id
    team.join_team(letter_id, account_id, by=cast.coordinator, reason="To help")
    make_sensitive(letter_id)
    with_app(account_id)
    with pytest.raises(LastOne):
        second_step.remove_app(account_id)
    key_id = a_passkey(account_id)
    second_step.remove_app(account_id)
    with pytest.raises(LastOne):
        second_step.remove_passkey(account_id, key_id)


@pytest.mark.only_on("sqlite")
def test_removed_it_is_not_asked_for_and_its_codes_die(nadia: Visitor, cast: Cast) -> None:
    with_app(cast.coordinator_id)
    nadia.get("/desk").form("second-step").fill(code=code_now()).submit()
    page = nadia.get("/desk/account/second-step").follow("Remove the app").form("remove").submit("Remove the app")
    assert page.path == "/desk/account/second-step"
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert not cast.coordinator.has_app
    assert set(db.session.scalars(select(DeskSession.second_step))) == {""}
    assert told(cast.coordinator_id)[-1] == "app removed"


def test_an_administrator_takes_it_away_from_a_colleague_and_everybody_concerned_is_told(
    nadia: Visitor, omar: Visitor, cast: Cast
) -> None:
    with_app(cast.other_coordinator_id)
    omar.get("/desk").form("second-step").fill(code=code_now()).submit()
    page = nadia.get("/desk/team").follow("Take the second step away").form("second-step").submit()
    assert "is taken away" in page.words
    assert omar.get("/desk").path.startswith("/desk/sign-in")
    assert not cast.other_coordinator.has_app
    for account_id in (cast.other_coordinator_id, cast.coordinator_id):
        assert told(account_id)[-1:] == ["taken away"]
    entry = db.session.scalars(select(RecordEntry).where(RecordEntry.verb == "second step taken away")).one()
    assert (entry.actor_id, entry.detail) == (cast.coordinator_id.hex, {"account": cast.other_coordinator_id.hex})
    mails = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.recipient.like("account:%"))).all()
    said = [letters.make(db.session(), one) for one in mails if one.context.get("change") == "taken away"]
    assert all("Nadia Rahimi" in one.text for one in said)


def test_nobody_takes_their_own_away_nor_anybody_who_is_no_administrator(
    nadia: Visitor, omar: Visitor, cast: Cast
) -> None:
    with_app(cast.coordinator_id)
    for by in (cast.coordinator, cast.other_coordinator):
        with pytest.raises(second_step.NotAllowed):
            second_step.take_away(cast.coordinator_id, by=by)
    nadia.get("/desk").form("second-step").fill(code=code_now()).submit()
    assert nadia.get(f"/desk/team/{cast.coordinator_id}/second-step").status == 404
    assert omar.get(f"/desk/team/{cast.coordinator_id}/second-step").status == 403
    a_passkey(cast.coordinator_id)
    second_step.take_away(cast.coordinator_id, by=None)
    assert told(cast.coordinator_id)[-1] == "taken away"
    has = second_step.proofs(cast.coordinator)
    assert (has.is_set, has.codes_left) == (False, 0)


@pytest.mark.only_on("sqlite")
def test_taking_it_away_asks_for_a_fresh_proof_too(nadia: Visitor, cast: Cast) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        path = f"/desk/team/{cast.other_coordinator_id}/second-step"
        assert nadia.get(path).path.startswith("/desk/prove")


# -- passkeys ---------------------------------------------------------------------------------------------------------


def make_passkey(visitor: Visitor, key: SoftwareKey, name: str = "Blue key") -> Page:
    """By the page, as the script fills it."""
    form = visitor.get("/desk/account/second-step/passkey").form("passkey")
    return form.fill(name=name, answer=key.make(form.element.get("data-asked", ""))).submit()


def show_passkey(page: Page, key: SoftwareKey) -> Page:
    """The first form of the page that a passkey answers."""
    form = next(form for form in page.forms if form.has_field("challenge"))
    return form.fill(answer=key.show(form.element.get("data-asked", ""))).submit()


@pytest.mark.usefixtures("secure")
def test_a_passkey_is_a_second_step_and_signs_in_by_itself(visitors: Visitors, cast: Cast) -> None:
    visitor, key = visitors(), SoftwareKey(SITE)
    sign_in(visitor, cast.coordinator)
    page = make_passkey(visitor, key)
    assert "They are shown this once" in page.words
    assert told(cast.coordinator_id) == ["passkey added"]
    another = visitors()
    asked = sign_in(another, cast.coordinator)
    assert asked.headers["Content-Security-Policy"].endswith("script-src 'self'")
    assert show_passkey(asked, key).path == "/desk"
    alone = visitors()
    assert show_passkey(alone.get("/desk/sign-in?next=/desk/team"), key).path == "/desk/team"
    row = db.session.scalars(select(DeskSession).where(DeskSession.came_by == "passkey")).one()
    assert row.second_step == "passkey"
    kept = db.session.scalars(select(Passkey)).one()
    assert (kept.name, kept.sign_count, kept.transports) == ("Blue key", 2, ["usb"])


@pytest.mark.usefixtures("secure")
def test_a_challenge_is_good_for_one_use_for_one_purpose_and_for_ten_minutes(visitors: Visitors, cast: Cast) -> None:
    key, account_id = SoftwareKey(SITE), cast.coordinator_id
    visitor = visitors()
    visitor.sign_in(cast.coordinator)
    make_passkey(visitor, key)
    asked = passkeys.ask_to_sign_in()
    answer = key.show(asked.options)
    second_step.come_with_passkey(answer=answer, token=asked.token)
    key.count -= 1
    with transaction() as session:  # also for a key that does not count, and the next day
        session.execute(update(Passkey).values(sign_count=0))
    with pytest.raises(PasskeyRefused):
        second_step.come_with_passkey(answer=answer, token=asked.token)
    old, late = passkeys.ask_to_sign_in(), clock.now() + timedelta(minutes=10)
    with time_machine.travel(late, tick=False), pytest.raises(PasskeyRefused):
        second_step.come_with_passkey(answer=key.show(old.options), token=old.token)
    step = passkeys.ask_to_show(second_step.proofs(cast.coordinator).passkeys, of=account_id)
    with pytest.raises(PasskeyRefused):
        second_step.come_with_passkey(answer=key.show(step.options), token=step.token)
    of_another = passkeys.ask_to_show((), of=cast.other_coordinator_id)
    to_make = passkeys.ask_to_make(cast.coordinator, (), coalition="Network")
    challenge = json.loads(to_make.options)["challenge"]
    for options, token in (
        (of_another.options, of_another.token),
        (json.dumps({"rpId": "letters.test", "challenge": challenge}), to_make.token),
    ):
        with pytest.raises(PasskeyRefused):
            second_step.give_passkey(
                account_id, answer=key.show(options), token=token, session_id=a_session(account_id)
            )
    for token in ("", "x.y", asked.token[:-3] + "abc"):
        with pytest.raises(PasskeyRefused):
            second_step.come_with_passkey(answer=key.show(asked.options), token=token)


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("secure")
def test_a_passkey_of_another_site_or_account_or_without_a_pin_opens_nothing(visitors: Visitors, cast: Cast) -> None:
    visitor, key = visitors(), SoftwareKey(SITE)
    visitor.sign_in(cast.coordinator)
    for bad in (SoftwareKey("https://letters.test.evil.example"), SoftwareKey(SITE, verifies=False)):
        page = make_passkey(visitor, bad)
        assert (page.status, "did not prove anything" in page.words) == (422, True)
    make_passkey(visitor, key)
    assert make_passkey(visitor, key).status == 422  # the same credential twice
    for change in (
        {"origin": "https://letters.test.evil.example"},
        {"verifies": False},
        {"handle": ""},
        {"handle": bytes_to_base64url(cast.other_coordinator_id.bytes)},
        {"secret": SoftwareKey(SITE).secret},
        {"credential_id": b"another"},
    ):
        asked = passkeys.ask_to_sign_in()
        with pytest.raises(PasskeyRefused):
            second_step.come_with_passkey(answer=replace(key, **change).show(asked.options), token=asked.token)
    with_app(cast.other_coordinator_id)
    step = passkeys.ask_to_show((), of=cast.other_coordinator_id)
    with pytest.raises(PasskeyRefused):
        second_step.give_passkey(
            cast.other_coordinator_id,
            answer=key.show(step.options),
            token=step.token,
            session_id=a_session(cast.other_coordinator_id),
        )


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("secure")
def test_a_copied_passkey_that_counts_backwards_opens_nothing(visitors: Visitors, cast: Cast) -> None:
    visitor, key = visitors(), SoftwareKey(SITE)
    visitor.sign_in(cast.coordinator)
    make_passkey(visitor, key)
    copied = replace(key)
    for one, opens in ((key, True), (key, True), (copied, False)):
        asked = passkeys.ask_to_sign_in()
        answer = one.show(asked.options)
        if opens:
            second_step.come_with_passkey(answer=answer, token=asked.token)
        else:
            with pytest.raises(PasskeyRefused):
                second_step.come_with_passkey(answer=answer, token=asked.token)


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("secure")
def test_an_ended_account_is_not_opened_by_its_passkey(visitors: Visitors, cast: Cast) -> None:
    visitor, key = visitors(), SoftwareKey(SITE)
    visitor.sign_in(cast.other_coordinator)
    make_passkey(visitor, key)
    enter.end_account(cast.other_coordinator_id, by=cast.coordinator)
    page = show_passkey(visitors().get("/desk/sign-in"), key)
    assert (page.path, "did not open the desk" in page.words) == ("/desk/sign-in", True)


@pytest.mark.usefixtures("secure")
def test_a_passkey_is_removed_alone_by_its_person_alone(visitors: Visitors, cast: Cast) -> None:
    visitor, key = visitors(), SoftwareKey(SITE)
    visitor.sign_in(cast.coordinator)
    make_passkey(visitor, key, "Blue key")
    make_passkey(visitor, SoftwareKey(SITE), "Green key")
    blue = db.session.scalars(select(Passkey.id).where(Passkey.name == "Blue key")).one()
    second_step.remove_passkey(cast.other_coordinator_id, blue)
    page = visitor.get(f"/desk/account/second-step/passkey/{blue}/remove")
    page.form("remove").submit("Remove the passkey")
    db.session.rollback()
    assert list(db.session.scalars(select(Passkey.name))) == ["Green key"]
    assert second_step.owed(cast.coordinator, None) == Owed.GIVING


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("secure")
def test_an_answer_that_made_a_passkey_makes_it_no_second_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    account_id, asked = cast.coordinator_id, passkeys.ask_to_make(cast.coordinator, (), coalition="Network")
    answer = SoftwareKey(SITE).make(asked.options)

    def add(answer: str, token: str) -> None:
        second_step.add_passkey(account_id, name="", answer=answer, token=token, session_id=a_session(account_id))

    add(answer, asked.token)
    second_step.remove_passkey(account_id, db.session.scalars(select(Passkey.id)).one())
    with pytest.raises(PasskeyRefused):
        add(answer, asked.token)
    monkeypatch.setattr(second_step, "PASSKEYS", 0)
    another = passkeys.ask_to_make(cast.coordinator, (), coalition="Network")
    with pytest.raises(second_step.AlreadyMany):
        add(SoftwareKey(SITE).make(another.options), another.token)


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("secure")
@pytest.mark.parametrize("answer", ["", "{", "[]", '"x"', '{"id": 1}', '{"id":"x","rawId":"x","response":{}}', "é" * 9])
def test_what_no_browser_answers_is_refused_in_words(nadia: Visitor, answer: str) -> None:
    form = nadia.get("/desk/account/second-step/passkey").form("passkey")
    assert form.fill(name="Key", answer=answer).submit().status == 422
    nadia.get("/desk").form("sign-out").submit()
    form = nadia.get("/desk/sign-in").form("sign-in/passkey")
    assert form.fill(answer=answer).submit().path == "/desk/sign-in"


@pytest.mark.only_on("sqlite")
def test_where_browsers_make_no_passkeys_the_page_says_so(nadia: Visitor) -> None:
    assert "only for a site with a name and https" in nadia.get("/desk/account/second-step").words
    assert "script-src" not in nadia.get("/desk/sign-in").headers["Content-Security-Policy"]
