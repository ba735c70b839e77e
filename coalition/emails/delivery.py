"""Delivery: one clerk keeps the rows, several lines carry the mails.

Everything that is written is written here, by the clerk, for several mails in one transaction: what came back from the
lines is settled, and as many mails are begun as lines are free. A mail is marked in the transaction before it leaves,
so that whoever kills the process leaves no more in doubt than was on the way. It is made seconds before, a few at a
time, which share what is read from the database; so it is due when it leaves.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import event, select
from sqlalchemy.orm import selectinload

from coalition import clock, config
from coalition.database import transaction
from coalition.emails import hosts, leases, letters, settling
from coalition.emails.case import NoLongerDue, NotYet, Shared
from coalition.emails.failures import ConfigurationFailure, DeliveryFailure
from coalition.emails.lines import Demonstration, Handed, Lines, NoWayOut
from coalition.emails.transport import Transport
from coalition.emails.wire import Accepted
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.emails.lines import Outcome, WayOut

BATCH: Final = 50
MADE_AT_ONCE: Final = 20
"""Mails that are made in one transaction: more would keep others waiting who want to write."""
FRESH: Final = 5.0
"""Seconds after which a mail that waits for a line is made anew: it may be due no more."""
log = structlog.get_logger(__name__)


def drain(way_out: WayOut | None = None, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Deliver what is due; returns how many mails were claimed. Runs until nothing is due now, or the line fails.

    Once `is_stopping` says so, the mails on their way are finished and the others are given back.
    """
    settings = config.settings()
    if way_out is None and not (settings.mail_server or settings.demo):
        return 0
    expire_leases()
    with Lines(way_out or _usual_way_out(), at_most=settings.mail_connections) as lines:
        return _Clerk(lines, settings.mail_connections, is_stopping).work()


def claim(limit: int = BATCH) -> dict[UUID, datetime]:
    """Take up to `limit` due mails, with the end of their lease; none while our mail server is to be left alone."""
    with transaction() as session:
        now = clock.now()
        if hosts.paused_until(session, hosts.LINE, now=now):
            return {}
        until = now + leases.LEASE
        return dict.fromkeys(leases.claim(session, limit, until=until, now=now), until)


def expire_leases() -> None:
    """Take back what killed workers had."""
    with transaction() as session:
        leases.expire(session, now=clock.now())


def _usual_way_out() -> WayOut:
    if not config.settings().mail_server:
        return Demonstration()
    try:
        return Transport(letters.mail_settings())
    except ConfigurationFailure as failure:
        return NoWayOut(failure)


class _Clerk:
    """Who keeps the rows of one drain."""

    def __init__(self, lines: Lines, connections: int, is_stopping: Callable[[], bool]) -> None:
        self._lines = lines
        self._connections = connections
        self._is_stopping = is_stopping
        self._waiting: deque[UUID] = deque()
        self._leases: dict[UUID, datetime] = {}
        """Of those that wait and those on their way."""
        self._ours_until: dict[UUID, float] = {}
        """The end of the same leases by a clock that nobody sets."""
        self._ready: dict[UUID, tuple[Handed, float]] = {}
        """Mails that were made and wait for a line, and until when they are fresh."""
        self._hosts: dict[UUID, str] = {}
        """Of mails that were made and had to wait because of their host."""
        self._has_all = False
        self._has_talked = False
        self._failure: DeliveryFailure | None = None
        """Why the line is given up."""
        self._in_trouble: frozenset[bytes] = frozenset()

    def work(self) -> int:
        """Deliver until there is nothing more to do; returns how many mails were claimed."""
        outcomes: Sequence[Outcome] = ()
        done = 0
        try:
            while True:
                done += self._claim_more()
                for handed in self._write(outcomes):
                    self._lines.hand(handed)
                outcomes = self._lines.outcomes() if self._lines.busy else ()
                if not outcomes and self._is_over():
                    return done
        finally:
            self._let_go()

    def _is_over(self) -> bool:
        return not self._may_begin() or (self._has_all and not self._waiting)

    def _may_begin(self) -> bool:
        return self._failure is None and not self._is_stopping()

    def _claim_more(self) -> int:
        """Claim the next batch before the last one is all begun, so that no line waits for it."""
        if self._has_all or not self._may_begin() or len(self._waiting) > 2 * self._connections:
            return 0
        ours_until = time.monotonic() + leases.LEASE.total_seconds()
        claimed = claim()
        self._leases |= claimed
        self._ours_until |= dict.fromkeys(claimed, ours_until)
        self._waiting.extend(claimed)
        self._has_all = not claimed
        return len(claimed)

    def _write(self, outcomes: Sequence[Outcome]) -> list[Handed]:
        """Settle what came back and begin what there is room for, in one transaction; returns what is to be handed."""
        chosen = self._chosen()
        if not outcomes and not chosen:
            return []
        with transaction() as session:
            now = clock.now()
            self._in_trouble = hosts.subjects(session)
            self._settle_all(session, outcomes, now=now)
            if self._failure is not None:
                self._waiting.extendleft(reversed(chosen))
                return []
            if hosts.is_among(hosts.LINE, self._in_trouble):
                self._lines.at_most = 1  # whether it is well again is tried by one mail
                self._waiting.extendleft(reversed(chosen[1:]))
                del chosen[1:]
            self._make_ready(session, chosen, now=now)
            return self._begun(session, chosen, now=now)

    def _settle_all(self, session: Session, outcomes: Sequence[Outcome], *, now: datetime) -> None:
        """Write down together the arrivals that change nothing but themselves, which is most; each other alone."""
        plain = [one for one in outcomes if isinstance(one.result, Accepted) and one.handed.arrival is not None]
        if settling.settle_arrivals(session, plain, now=now):
            for outcome in plain:
                self._is_well(session, outcome.handed.host)
            outcomes = [one for one in outcomes if one not in plain]
        rows = _rows(session, [outcome.handed.row_id for outcome in outcomes])
        for outcome in outcomes:
            if outcome.handed.row_id in rows:
                self._settle(session, rows[outcome.handed.row_id], outcome, now=now)

    def _make_ready(self, session: Session, chosen: Sequence[UUID], *, now: datetime) -> None:
        """Make those of the chosen that are not made yet; then also some that wait, which share what is read."""
        to_make = [one for one in chosen if not self._is_ready(one)]
        if not to_make:
            return
        unmade = (one for one in self._waiting if not self._is_ready(one))
        to_make += islice(unmade, max(MADE_AT_ONCE - len(to_make), 0))
        with _kept_in_mind(session):
            rows = _rows(session, to_make, Invitation.organisation, Invitation.links, Invitation.mute_links)
            made = _made_together(session, [one for one in rows.values() if self._is_ours(one)], now=now)
        fresh_until = time.monotonic() + FRESH
        for row_id in to_make:
            handed = made.get(row_id)
            if handed is not None:
                self._ready[row_id] = handed, fresh_until
            elif row_id in self._waiting:
                self._waiting.remove(row_id)

    def _is_ready(self, row_id: UUID) -> bool:
        if row_id in self._ready and time.monotonic() >= self._ready[row_id][1]:
            del self._ready[row_id]
        return row_id in self._ready

    def _is_ours(self, row: OutgoingEmail) -> bool:
        """Whether it was neither stopped at the desk nor taken over by another worker."""
        return row.state == "claimed" and row.lease_until == self._leases[row.id]

    def _chosen(self) -> list[UUID]:
        """Of those that wait as many as there are lines for, without those whose host has its share already."""
        if not self._may_begin():
            return []
        chosen: list[UUID] = []
        passed_over: list[UUID] = []
        room = self._lines.room(len(self._waiting))
        while self._waiting and len(chosen) < room:
            row_id = self._waiting.popleft()
            if time.monotonic() >= self._ours_until[row_id]:
                continue
            host = self._hosts.get(row_id)
            (passed_over if host and not self._has_room(host, ()) else chosen).append(row_id)
        self._waiting.extendleft(reversed(passed_over))
        return chosen

    def _has_room(self, host: str, begun: Sequence[Handed]) -> bool:
        """Whether one more mail may be on its way to a host: it shall not hold all lines, nor be pressed in trouble."""
        share = 1 if hosts.is_among(host, self._in_trouble) else max(self._connections // 2, 1)
        return self._lines.at_host(host) + sum(handed.host == host for handed in begun) < share

    def _begun(self, session: Session, chosen: Iterable[UUID], *, now: datetime) -> list[Handed]:
        """The mails that may go now, marked as on their way by one statement."""
        may_go: list[Handed] = []
        for row_id in chosen:
            if row_id not in self._ready:
                continue  # it is not due, or was made too long ago
            handed = self._ready[row_id][0]
            self._hosts[row_id] = handed.host
            if self._is_put_off(session, handed, now=now):
                continue
            if self._has_room(handed.host, may_go):
                may_go.append(handed)
            else:
                self._waiting.append(row_id)
        held = {handed.row_id: self._leases[handed.row_id] for handed in may_go}
        begun = leases.begin(session, held, now=now)
        for row_id in held:
            del self._ready[row_id]
        return [handed for handed in may_go if handed.row_id in begun]

    def _is_put_off(self, session: Session, handed: Handed, *, now: datetime) -> bool:
        """Whether the mail waits for its host alone; that is no attempt."""
        if not hosts.is_among(handed.host, self._in_trouble):
            return False
        until = hosts.paused_until(session, handed.host, now=now)
        if until is None:
            return False
        row = _rows(session, [handed.row_id]).get(handed.row_id)
        if row is not None and self._is_ours(row):
            row.state, row.next_at, row.lease_until = "deferred", until, None
            row.last_code, row.last_words = None, "its host refused other mail for now; it is tried again later"
        del self._ready[handed.row_id]
        return True

    def _settle(self, session: Session, row: OutgoingEmail, outcome: Outcome, *, now: datetime) -> None:
        result, host = outcome.result, outcome.handed.host
        if isinstance(result, Accepted):
            self._is_well(session, host)
        elif result.is_begun:
            self._has_all = False  # somebody may be told of it
            self._is_unwell(session, host, result, now=now)
        elif row.state == "transmitting":
            self._not_begun(row, result)
            return
        settling.settle(session, row, result, now=now)

    def _is_well(self, session: Session, host: str) -> None:
        """The server and the host took a mail: nothing is against them any more."""
        self._has_talked = True
        for name in (host, hosts.LINE):
            if hosts.is_among(name, self._in_trouble):
                hosts.resume(session, name)
                self._in_trouble = hosts.subjects(session)
                self._lines.at_most = self._connections

    def _is_unwell(self, session: Session, host: str, failure: DeliveryFailure, *, now: datetime) -> None:
        if failure.scope == "line":
            self._failure = failure
        elif failure.scope == "host":
            hosts.pause(session, host, now=now)
            self._in_trouble = hosts.subjects(session)
        else:
            self._has_talked = True

    def _not_begun(self, row: OutgoingEmail, failure: DeliveryFailure) -> None:
        """No conversation came about: the mail is as it was. Where others go on, there is one line less."""
        row.attempts -= 1
        row.state, row.lease_until = "claimed", self._leases[row.id]
        self._waiting.appendleft(row.id)
        if self._has_talked and self._lines.busy:
            self._lines.at_most = self._lines.busy
        else:
            self._failure = failure

    def _let_go(self) -> None:
        """Give back what was not begun; where the line failed, pause it and put them off until it is tried again."""
        mine = set(self._leases.values())
        with transaction() as session:
            if self._failure is None:
                leases.give_back(session, self._leases, mine)
                return
            to = hosts.pause(session, hosts.LINE, now=clock.now())
            why = self._failure
            leases.put_off(session, self._leases, mine, to=to, code=why.code, words=why.words)
            # Its words are somebody else's: they stand in the rows alone, without addresses.
            log.warning("the line is paused", code=why.code, until=to.isoformat())


def _rows(session: Session, ids: Sequence[UUID], *parts: Any) -> dict[UUID, OutgoingEmail]:
    """The rows, locked, always in the same order, and with them at once what all of them need of their invitations.

    That is the contact, and also `parts` for those that are to be made.
    """
    if not ids:
        return {}
    query = select(OutgoingEmail).where(OutgoingEmail.id.in_(ids)).order_by(OutgoingEmail.id).with_for_update()
    rows = {row.id: row for row in session.scalars(query)}
    about = {row.about_invitation for row in rows.values()} - {None}
    if about:
        options = map(selectinload, (Invitation.contact, *parts))
        session.scalars(select(Invitation).where(Invitation.id.in_(about)).options(*options)).all()
    return rows


@contextmanager
def _kept_in_mind(session: Session) -> Iterator[None]:
    """Have the session forget nothing that it read: the mails of a letter share it, and each is made in a moment."""
    kept: list[object] = []

    def keep(_session: Session, read: object) -> None:
        kept.append(read)

    event.listen(session, "loaded_as_persistent", keep)
    try:
        yield
    finally:
        event.remove(session, "loaded_as_persistent", keep)


def _made_together(session: Session, rows: Sequence[OutgoingEmail], *, now: datetime) -> dict[UUID, Handed | None]:
    """The mails of rows; where one can not be made, each is made apart from the others."""
    shared = Shared()
    try:
        with session.begin_nested():
            return {row.id: _handed(session, row, shared) for row in rows}
    except Exception:  # noqa: BLE001 -- what it was is seen when that mail is made alone
        return {row.id: _made(session, row, now=now) for row in rows}


def _handed(session: Session, row: OutgoingEmail, shared: Shared) -> Handed:
    return Handed(row.id, letters.make(session, row, shared), settling.arrival_of(session, row))


def _made(session: Session, row: OutgoingEmail, *, now: datetime) -> Handed | None:
    """The mail of a row; None where it is no longer due, or can not be made, which is written down."""
    try:
        with session.begin_nested():  # what fails here takes nothing else with it
            return _handed(session, row, Shared())
    except NotYet as later:
        row.state, row.next_at, row.lease_until = "queued", later.until, None
    except NoLongerDue as reason:
        settling.stop(row, str(reason), now=now)
    except Exception as error:
        log.exception("mail could not be made", kind_class=row.kind_class)
        settling.put_off_unmade(row, error, now=now)
    return None
