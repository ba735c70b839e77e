"""Two contacts of one organisation press at the same instant, many times, at three worker processes: one signature."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from html import unescape
from http.client import HTTPConnection
from threading import Barrier
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from sqlalchemy import func, select

from coalition.actions import circulate
from coalition.database import db
from coalition.models.consent import Consent
from coalition.models.letter import Tally
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry, verify
from coalition.models.signature import Signature
from tests import builders
from tests.server import running

if TYPE_CHECKING:
    from collections.abc import Callable

    from coalition.config import Settings
    from tests.cast import Cast

POSTS: Final = 24
WORKERS: Final = 3
HIDDEN: Final = re.compile(r'name="form_token" value="([^"]+)"')


@dataclass(frozen=True)
class OpenPage:
    """A contact's page in a browser of its own."""

    address: str
    path: str
    cookie: str
    form_token: str

    def send(self, act: str, fields: dict[str, str]) -> int:
        """Send the form; the status of the answer."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}
        body = urlencode({"form_token": self.form_token, **fields})
        return _ask(self.address, "POST", f"{self.path}/{act}", headers, body)[0]


def open_page(address: str, link: str) -> OpenPage:
    """Open a mailed link."""
    _status, headers, _body = _ask(address, "GET", link, {})
    path, cookie = headers["Location"], headers["Set-Cookie"].partition(";")[0]
    status, _headers, body = _ask(address, "GET", path, {"Cookie": cookie})
    assert status == 200
    found = HIDDEN.search(body)
    assert found is not None
    return OpenPage(address, path, cookie, unescape(found[1]))


def _ask(address: str, method: str, path: str, headers: dict[str, str], body: str = "") -> tuple[int, Any, str]:
    parts = urlsplit(address)
    with closing(HTTPConnection(str(parts.hostname), parts.port, timeout=60)) as connection:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    """Do them all at the same instant."""
    start = Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def two_contacts(cast: Cast) -> tuple[UUID, list[str]]:
    """A letter to Kalina and her colleague Kofi, and the paths of their links."""
    letter_id = builders.an_open_letter(cast, cast.small_member)
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    kofi = builders.invitation_to(letter_id, cast.colleague_contact_id)
    return letter_id, [builders.link_path(letter_id, cast.small_member), builders.link_path_of(kofi)]


def signing(page: OpenPage, number: int) -> Callable[[], int]:
    """One press; each with another choice, so that a mixture would be seen."""
    visibility = "withheld" if number % 3 == 0 else "named"
    fields = {"visibility": visibility, "person": f"Person {number}", "role": "Director", "authority": "yes"}
    return lambda: page.send("sign", fields)


def counted(model: type, *conditions: Any) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def one_signature_stands(letter_id: UUID) -> None:
    """Everything that an act leaves is there exactly once, and fits together."""
    db.session.rollback()
    signature = db.session.scalars(select(Signature)).one()
    assert counted(Consent) == 1
    tally = db.session.get_one(Tally, letter_id)
    assert (tally.signed, tally.withheld) == (1, int(signature.visibility == "withheld"))
    assert counted(OutgoingEmail, OutgoingEmail.occasion == "sealed") == 2  # the receipt, and the word to the colleague
    chain = select(RecordEntry).where(RecordEntry.chain == letter_id.hex).order_by(RecordEntry.number)
    verify(db.session.scalars(chain).all())


def test_24_simultaneous_posts_of_two_contacts_are_one_signature(
    settings: Settings, database_url: str, cast: Cast
) -> None:
    letter_id, links = two_contacts(cast)
    with running(replace(settings, database=database_url), workers=WORKERS) as address:
        pages = [open_page(address, links[number % 2]) for number in range(POSTS)]
        statuses = at_once([signing(page, number) for number, page in enumerate(pages)])
    assert sorted(statuses) == [303] + [409] * (POSTS - 1)
    one_signature_stands(letter_id)


def test_one_form_sent_24_times_at_once_is_one_act(settings: Settings, database_url: str, cast: Cast) -> None:
    letter_id, links = two_contacts(cast)
    with running(replace(settings, database=database_url), workers=WORKERS) as address:
        page = open_page(address, links[0])
        statuses = at_once([signing(page, 1)] * POSTS)
    assert statuses == [303] * POSTS
    one_signature_stands(letter_id)


def test_signing_and_declining_at_once_leave_one_answer(settings: Settings, database_url: str, cast: Cast) -> None:
    letter_id, links = two_contacts(cast)
    with running(replace(settings, database=database_url), workers=WORKERS) as address:
        pages = [open_page(address, links[number % 2]) for number in range(POSTS)]
        acts = [
            (lambda page=page: page.send("decline", {"decision": "decline"})) if number % 2 else signing(page, number)
            for number, page in enumerate(pages)
        ]
        statuses = at_once(acts)
    assert set(statuses) <= {303, 409}
    db.session.rollback()
    tally = db.session.get_one(Tally, letter_id)
    # Whoever comes second is shown what was answered (docs/decisions/0016): one answer stands, whichever was first.
    assert (tally.signed, tally.declined, counted(Signature)) in {(1, 0, 1), (0, 1, 0)}
