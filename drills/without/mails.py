"""One visible mail per person per occasion; faults do not stop the batch; bounces reach the row; clocks that jump."""

from __future__ import annotations

import secrets
import ssl
from collections import Counter
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from coalition import clock
from coalition.actions.bounce import Report, came_back
from coalition.emails import failures, hosts, leases
from coalition.emails.case import Shared
from coalition.models.machinery import MailHost
from coalition.models.outgoing_email import WAITING, OutgoingEmail
from drills.without import Without, answering, instead, nothing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


def _doubted_for_ever(row: Any, failure: Any, *, now: datetime) -> None:
    """Tried again and again."""
    row.state, row.in_doubt_at, row.next_at = "deferred", None, now + leases.LEASE
    row.last_code, row.last_words = failure.code, failure.words


def _claimed_by_all(_claim: Any) -> Any:
    """What somebody has claimed already is due for others too."""

    def claim(session: Any, limit: int, *, until: datetime, now: datetime) -> list[Any]:
        due = (
            select(OutgoingEmail.id)
            .where(OutgoingEmail.state.in_((*WAITING, "claimed", "transmitting")), OutgoingEmail.next_at <= now)
            .order_by(OutgoingEmail.next_at, OutgoingEmail.id)
            .limit(limit)
            .with_for_update()  # one after the other: that two wait for each other is not what is tried
        )
        ids = list(session.scalars(due))
        values = {"state": "claimed", "lease_until": until}
        session.execute(
            update(OutgoingEmail).where(OutgoingEmail.id.in_(ids)).values(values).execution_options(**leases.SILENT)
        )
        return ids

    return claim


def _begun_by_all(_begin: Any) -> Any:
    """Whoever holds a mail sends it, whosever it is by now, and nothing says that it is on its way."""

    def begin(session: Any, held: Any, *, now: datetime) -> set[Any]:
        values = {"state": "claimed", "lease_until": now + leases.LEASE, "attempts": OutgoingEmail.attempts + 1}
        in_order = select(OutgoingEmail.id).where(OutgoingEmail.id.in_(list(held))).order_by(OutgoingEmail.id)
        session.scalars(in_order.with_for_update()).all()
        mine = update(OutgoingEmail).where(OutgoingEmail.id.in_(list(held))).values(values)
        session.execute(mine.execution_options(**leases.SILENT))
        return set(held)

    return begin


def _another_id(_present: Any) -> Any:
    return lambda _row, *, is_neutral: f"<{secrets.token_hex(12)}@mail.example>"


def _believed(_present: Any) -> Any:
    """Leases from before the clock went back last as long as they say."""

    def expire(session: Any, *, now: datetime) -> None:
        over = OutgoingEmail.lease_until < now
        for state in ("claimed", "transmitting"):
            waits = update(OutgoingEmail).where(OutgoingEmail.state == state, over)
            session.execute(waits.values(state="queued", lease_until=None).execution_options(**leases.SILENT))

    return expire


def _paused_as_it_says(_present: Any) -> Any:
    def paused_until(session: Any, host: str, *, now: datetime) -> Any:
        row = session.get(MailHost, hosts._subject(host))  # noqa: SLF001 -- as the function that it stands for
        return row.paused_until if row is not None and row.paused_until and row.paused_until > now else None

    return paused_until


def _any_certificate(_present: Any) -> Any:
    def trust(settings: Any) -> Any:
        if settings.security == "none":
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    return trust


def _for_good(not_connected: Callable[[Exception], Any]) -> Any:
    return lambda error: failures.PermanentFailure(None, not_connected(error).words)


def _every_report_bounces(_present: Any) -> Any:
    def note(session: Any, mail: Any, row: Any, report: Any) -> None:
        mail.kind = "bounce"
        said = Report(report.address, report.code, report.status, report.words)
        came_back(session, row, said, mail.at)

    return note


def _raised(_present: Any) -> Any:
    """One that can not be made takes the others with it."""

    def together(session: Any, rows: Any, *, now: Any) -> Any:
        from coalition.emails import delivery  # noqa: PLC0415 -- it is changed here

        shared = Shared()
        return {row.id: delivery._handed(session, row, shared) for row in rows}  # noqa: SLF001 -- as what it stands for

    return together


class _StoppedClock:
    """It shows what it showed when the process began."""

    BEGAN = clock.now()

    @classmethod
    def now(cls) -> datetime:
        return cls.BEGAN


TAKEN_OUT = {
    "doubt_is_shown": Without(
        "an end to doubt: a mail of unknown fate is tried for ever",
        {"coalition.emails.settling:_doubt": instead(_doubted_for_ever)},
    ),
    "lease": Without("taking back what a killed worker had", {"coalition.emails.leases:expire": instead(nothing)}),
    "same_bytes": Without(
        "a Message-ID kept with the row: each attempt makes one", {"coalition.emails.letters:_message_id": _another_id}
    ),
    "due_when_made": Without(
        "asking once more, when a reminder is made, whether it is still due",
        {"coalition.emails.reminding:ensure_silent": instead(nothing)},
    ),
    "claims": Without(
        "claims: workers take what is there",
        {"coalition.emails.leases:claim": _claimed_by_all, "coalition.emails.leases:begin": _begun_by_all},
    ),
    "scope": Without(
        "telling a refused mail from a server in trouble: each refusal stops the line",
        {"coalition.emails.failures:DeliveryFailure._usual_scope": answering("line")},
    ),
    "made_apart": Without(
        "making the others apart where one mail can not be made", {"coalition.emails.delivery:_made_together": _raised}
    ),
    "after_the_final_dot": Without(
        "knowing a line cut after the final dot from one cut before it",
        {"coalition.emails.failures:after_the_final_dot": instead(failures.before_the_final_dot)},
    ),
    "patience": Without(
        "a limit to the whole of a step: only silence is limited",
        {"coalition.emails.patience:at_most": answering(nullcontext())},
    ),
    "certificates": Without("looking at certificates", {"coalition.emails.transport:_trust": _any_certificate}),
    "slow_down": Without(
        "understanding that we are to slow down", {"coalition.emails.failures:scope_of": answering("mail")}
    ),
    "weather": Without(
        "telling a name that does not resolve from a refusal for good",
        {"coalition.emails.lines:_not_connected": _for_good},
    ),
    "letters_outside_ascii": Without(
        "asking whether a server takes letters outside ASCII", {"coalition.emails.wire:Wire.has_extn": answering(True)}
    ),
    "signed_return_path": Without(
        "the signature in the return path: any report is believed",
        {"coalition.tokens:Tokens.is_marked": answering(True)},
    ),
    "headers_alone": Without(
        "asking for headers alone (`RET=HDRS`)", {"coalition.emails.wire:Wire._wishes_for_reports": answering([])}
    ),
    "action_of_a_report": Without(
        "reading a report's `Action`: every report is a failure",
        {"coalition.actions.receive:_note": _every_report_bounces},
    ),
    "leases_of_the_future": Without(
        "doubting leases that end later than any given now", {"coalition.emails.leases:expire": _believed}
    ),
    "pauses_of_the_future": Without(
        "doubting pauses longer than we make them", {"coalition.emails.hosts:paused_until": _paused_as_it_says}
    ),
    "not_too_late": Without(
        "asking, when a mail is made, whether it comes too late",
        {"coalition.emails.asking:clock": instead(_StoppedClock)},
    ),
    "once_each": Without(
        "looking what stands in the outbox before a reminder is queued",
        {
            "coalition.actions.remind:_written_to": answering(({}, Counter())),
            "coalition.emails.outbox:is_queued": answering(False),
        },
    ),
    "even_clock": Without(
        "doubting a clock that jumped", {"coalition.actions.even_clock:has_gone_evenly": answering(True)}
    ),
}
