"""While the database is gone, full or locked, nothing typed is lost, and nothing counts that was not confirmed."""

from __future__ import annotations

import errno
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
import time_machine
from sqlalchemy import func, make_url, select

from coalition import clock
from coalition.actions import call, rebuild
from coalition.database import DatabaseBusy, db
from coalition.emails import outbox
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from coalition.models.report import Report
from coalition.models.request import RequestToSign
from coalition.models.signature import Signature
from tests import builders
from tests.cast import PASSWORD
from tests.outage import full, gone, impatient

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.visitor import Form, Page, Visitor

SIGNED: Final = {"visibility": "named", "role": "Director", "authority": "yes"}
TITLE: Final = "Not recorded yet"


def form_of_signing(visitor: Visitor, cast: Cast, *, language: str = "en") -> Form:
    """The filled form of a member who was asked, in an English and French letter."""
    letter_id = builders.an_open_letter(cast, languages=("en", "fr"))
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    if language != "en":
        page = visitor.get(f"{page.path}?lang={language}")
    return page.form("sign").fill(SIGNED)


def rows() -> dict[str, int]:
    """How much is recorded."""
    db.session.rollback()
    counted = (RecordEntry, Signature, OutgoingEmail, RequestToSign, Report, Organisation)
    return {model.__name__: db.session.scalar(select(func.count()).select_from(model)) or 0 for model in counted}


def held(page: Page, form: Form) -> Form:
    """The form that came back, after a look that it holds all that was sent and says when to come again."""
    assert (page.status, page.heading, page.headers["Retry-After"]) == (503, TITLE, "30")
    again = page.form()
    sent = {name: all_ if isinstance(all_, list) else [all_] for name, all_ in form.fields.items()}
    assert {name: again.fields[name] for name in sent} == sent
    return again


def test_a_signature_waits_in_its_page_until_the_database_is_back(visitor: Visitor, cast: Cast) -> None:
    form, before = form_of_signing(visitor, cast), rows()
    with gone():
        page = form.submit()
        again = held(page, form)
        assert held(again.submit(), form).action == again.action
    assert rows() == before
    receipt = again.submit()
    assert receipt.heading == "You have signed"
    assert rows()["Signature"] == before["Signature"] + 1
    assert again.submit().status == 200
    assert rows()["Signature"] == before["Signature"] + 1


def test_the_page_speaks_the_language_of_the_form_that_was_open(visitor: Visitor, cast: Cast) -> None:
    form = form_of_signing(visitor, cast, language="fr")
    visitor.headers["Accept-Language"] = "ar"
    with gone():
        page = form.submit()
        assert page.tree.get("lang") == "fr"
        assert visitor.get("/lost").tree.get("lang") == "ar"
        assert visitor.post("/letters/x/ask/fr", {"why": "x"}).tree.get("lang") == "fr"
    assert page.title.count("Coalition") == 0  # it may answer a link of safe mail


def test_requests_and_reports_come_back_whole(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    call.take_requests(letter_id, is_taken=True, by=cast.coordinator)
    path = f"/letters/{builders.a_letter(letter_id).slug}"
    address = "ada@coast.example"
    asks = visitor.get(f"{path}/ask").form("ask").fill(organisation="Coast", person="Ada", role="Head", address=address)
    reports = visitor.get(f"{path}/list").form("list").fill(words="We never signed. \u202f“No”", address=address)
    lost = visitor.get("/lost").form("lost").fill(address=address)
    before = rows()
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        with gone():
            back = [held(form.submit(), form) for form in (asks, reports, lost)]
        assert rows() == before
        for form in back:
            assert form.submit().status == 200
    now = rows()
    assert {name: now[name] - before[name] for name in ("RequestToSign", "Report")} == {"RequestToSign": 1, "Report": 1}


def test_a_form_of_the_desk_comes_back_in_the_language_of_the_account(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.coordinator)
    form = visitor.get("/desk/directory/new").form("new").fill(name="Coast", address="ada@coast.example")
    before = rows()
    with gone():
        again = held(form.submit(headers={"Accept-Language": "fr"}), form)
        assert again.page.tree.get("lang") == "en"
        assert visitor.get("/desk").status == 503
    assert rows() == before
    assert again.submit().status == 200
    assert rows()["Organisation"] == before["Organisation"] + 1


@pytest.mark.usefixtures("cast")
def test_no_password_comes_back(visitor: Visitor) -> None:
    form = visitor.get("/desk/sign-in").form("sign-in").fill(address="nadia@freevoices.example", password=PASSWORD)
    with gone():
        page = form.submit("Sign in")
    assert (page.status, page.heading) == (503, "The site is busy")
    assert PASSWORD not in page.text


def test_nothing_that_another_site_sent_is_offered(visitor: Visitor, cast: Cast) -> None:
    form = form_of_signing(visitor, cast)
    with gone():
        assert "Director" not in form.submit(headers={"Sec-Fetch-Site": "cross-site"}).text


def test_readers_read_on_and_other_pages_say_that_they_wait(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.published(cast, letter_id)
    rebuild.rebuild()
    path = f"/letters/{builders.a_letter(letter_id).slug}"
    before = visitor.get(path).content
    link = builders.link_path(letter_id, cast.small_member)
    with gone():
        assert visitor.get(path).content == before
        for other in (link, "/lost", f"{path}/ask", "/?q=reporters", "/letters/nothing"):
            page = visitor.get(other)
            assert (page.status, page.heading, page.headers["Retry-After"]) == (503, "The site is busy", "30")


@pytest.mark.only_on("sqlite")
def test_a_full_disk_records_nothing_by_halves(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    visitor.get(builders.link_path(letter_id, cast.small_member))
    form = visitor.get(f"/invitation/{builders.invitation_of(letter_id, cast.small_member).id}").form("decline")
    form.fill(decision="decline", reason="We have no room. " * 290)
    before = rows()
    with full():
        again = held(form.submit(), form)
    assert rows() == before
    assert again.submit().status == 200
    assert rows()["RecordEntry"] == before["RecordEntry"] + 1


@pytest.mark.only_on("sqlite")
def test_a_database_that_another_program_keeps_locked_is_busy_not_broken(visitor: Visitor, cast: Cast) -> None:
    form, before = form_of_signing(visitor, cast), rows()
    with impatient():
        other = sqlite3.connect(str(make_url(str(db.engine.url)).database))
        other.execute("BEGIN IMMEDIATE")
        again = held(form.submit(), form)
        other.close()
    assert rows() == before
    assert again.submit().heading == "You have signed"


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EROFS, "Read-only"), DatabaseBusy()]
)
def test_no_room_anywhere_is_no_fault_of_the_form(
    visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    form, before = form_of_signing(visitor, cast), rows()

    def no_room(*_: Any, **__: Any) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "queue", no_room)
        again = held(form.submit(), form)
    assert rows() == before
    assert again.submit().heading == "You have signed"


def test_a_fault_of_ours_is_still_called_one(visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    form = form_of_signing(visitor, cast)
    monkeypatch.setattr(outbox, "queue", lambda *_, **__: 1 // 0)
    with pytest.raises(pytest.fail.Exception, match="a fault of ours"):
        form.submit()
