"""Who asked us to wait: a host of recipients, or our own mail server, which is the line that all mails go over.

A row stands here only for a host in trouble; the first mail that it takes ends the row. Every worker reads it, so none
presses on where another was told to wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from coalition.emails.waits import wait_after
from coalition.models.machinery import MailHost
from coalition.vault import blind_index

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

LINE: Final = ""
"""The name under which our own mail server stands here: no recipient's host is called so."""
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=2)
LONGEST_PAUSE_OF_LINE: Final = timedelta(minutes=30)
"""Nothing leaves while the line is paused; once the server is there again nobody shall wait for long."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """How a host stands that did not take our last mail."""

    paused_until: datetime | None
    failures: int


def host_of(address: str) -> str:
    """The host of a mail address as it is compared here."""
    return address.rpartition("@")[2].casefold().rstrip(".")


def trouble(session: Session, host: str) -> Trouble | None:
    """What is known against a host, or LINE; None where its last mail was taken."""
    row = session.get(MailHost, _subject(host))
    return Trouble(row.paused_until, row.failures) if row else None


def paused_until(session: Session, host: str, *, now: datetime) -> datetime | None:
    """Until when a host gets no mail; None where it may. A pause longer than we make them is a clock that went back."""
    found = trouble(session, host)
    if found is None or found.paused_until is None:
        return None
    longest = _longest(host) * 2
    return found.paused_until if now < found.paused_until <= now + longest else None


def pause(session: Session, host: str, *, now: datetime) -> datetime:
    """Leave a host alone, longer each time in a row; part of a transaction. Returns until when."""
    row = session.get(MailHost, _subject(host), with_for_update=True)
    if row is None:
        row = MailHost(subject=_subject(host), failures=0, changed_at=now)
        session.add(row)
    # What was on its way already when the host was paused says nothing new.
    if row.paused_until is None or row.paused_until <= now:
        row.failures += 1
        row.paused_until = now + wait_after(row.failures, first=FIRST_PAUSE, longest=_longest(host))
        row.changed_at = now
        session.flush()
    return row.paused_until


def resume(session: Session, host: str) -> None:
    """Forget what was against a host: it took a mail, or somebody removed the cause; part of a transaction."""
    session.execute(delete(MailHost).where(MailHost.subject == _subject(host)))


def subjects(session: Session) -> frozenset[bytes]:
    """The blind indexes of all that are in trouble."""
    return frozenset(session.scalars(select(MailHost.subject)))


def is_among(host: str, subjects_in_trouble: frozenset[bytes]) -> bool:
    """Whether a host is one of them; asks nothing where there is none."""
    return bool(subjects_in_trouble) and _subject(host) in subjects_in_trouble


def _longest(host: str) -> timedelta:
    return LONGEST_PAUSE_OF_LINE if host == LINE else LONGEST_PAUSE


def _subject(host: str) -> bytes:
    return blind_index("mail_host", host.encode())
