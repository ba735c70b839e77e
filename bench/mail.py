"""Goals 7 and 8: mails out beside `smtp-source`, mails into the outbox beside one INSERT, signing while SMTP hangs."""

from __future__ import annotations

import resource
import socket
import subprocess  # its calls are looked at one by one  # nosec B404
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, delete, insert, select, update

from bench import crowd, installation, invented, postfix, programs, servers, signing
from bench.report import Goal
from coalition import config, tokens, vault
from coalition.actions import circulate
from coalition.database import transaction
from coalition.emails import delivery, letters
from coalition.models.invitation import Invitation
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from uuid import UUID

    from bench.installation import Installation
    from bench.postfix import Postfix

FEW = 8
"""Clients that sign at once."""
ROUNDS = 3
_MAILS = cast("Table", OutgoingEmail.__table__)
_LINKS = cast("Table", Link.__table__)


def measure(installed: Installation, folder: Path, *, is_quick: bool) -> Iterator[Goal]:
    """Each goal in turn; what can not be measured here says why."""
    count = 1_000 if is_quick else 10_000
    contacts = installation.more_contacts((f"Recipient {number}" for number in range(count)), "host{}.bench.example")
    letter_id = installation.letter_to(f"{invented.TITLE}, to many", contacts)
    yield _enqueued(installed, letter_id, count)
    why_not = programs.missing_for_mail()
    if why_not:
        print(why_not, flush=True)
    else:
        yield _delivered(installed, letter_id, count)
    yield _signed_while_hung(installed, folder, rounds=2 if is_quick else 4)


# Goal 8: into the outbox.


def _enqueued(installed: Installation, letter_id: UUID, count: int) -> Goal:
    """Sending invitations, beside one bulk INSERT of the very rows that it made, the same columns encrypted."""
    config.install(replace(installed.settings, mail_server="127.0.0.1", mail_security="none"))
    by = installation.coordinator()
    started = time.process_time()
    circulate.send(letter_id, by=by, number=count)
    ours = time.process_time() - started
    bare = median(_inserted_again(letter_id) for _ in range(ROUNDS))
    config.install(installed.settings)
    detail = f"{count} invitations: {_each(ours, count)} of processor time each, bare {_each(bare, count)}"
    words = "sending invitations against bulk INSERTs of their rows"
    return Goal(8, words, ours / bare, 2.0, at_least=False, unit=" ×", detail=detail)


def _each(seconds: float, count: int) -> str:
    return f"{1e6 * seconds / count:,.0f} µs"


def _inserted_again(letter_id: UUID) -> float:
    """Processor seconds for the mails and links of a letter: sealed, their tokens made, and inserted.

    What only reading and choosing costs is left out, and every name, date and id is there already.
    """
    mails, links = _taken_out(letter_id)
    started = time.process_time()
    made_by = tokens.ours()
    for row, plain in mails:
        row["context"] = vault.seal(plain, table="outgoing_emails", column="context", row=row["id"])
    for row in links:
        link_id = made_by.link_id(row["purpose"], nonce=row["nonce"], epoch=row["epoch"], key_id=row["key_id"])
        row["token_hash"] = tokens.hash_of(link_id)
    with transaction() as session:
        session.execute(insert(_LINKS), links)
        session.execute(insert(_MAILS), [row for row, _ in mails])
    return time.process_time() - started


def _taken_out(letter_id: UUID) -> tuple[list[tuple[dict[str, Any], bytes]], list[dict[str, Any]]]:
    """The mails of a letter with their facts in plain, and the links of its invitations; none is there after that."""
    of_letter = _MAILS.c.letter_id == letter_id
    mine = _LINKS.c.invitation_id.in_(select(Invitation.id).where(Invitation.letter_id == letter_id))
    with transaction() as session:
        mails = [dict(row) for row in session.execute(select(_MAILS).where(of_letter)).mappings()]
        links = [dict(row) for row in session.execute(select(_LINKS).where(mine)).mappings()]
        session.execute(delete(_MAILS).where(of_letter))
        session.execute(delete(_LINKS).where(mine))
    opened = [vault.unseal(row["context"], table="outgoing_emails", column="context", row=row["id"]) for row in mails]
    return list(zip(mails, opened, strict=True)), links


# Goal 7: out of it.


@dataclass(frozen=True, slots=True)
class _Round:
    """One share of the mails, by one sender."""

    seconds: float
    """By the clock, until the last one was taken."""
    cpu: float
    """Processor seconds of the sender."""
    cpu_postfix: float


def _delivered(installed: Installation, letter_id: UUID, count: int) -> Goal:
    """Mails that wait, in equal shares by turns with `smtp-source`, into a Postfix that queues each on disk.

    What is compared is the processor time of all that takes part, sender and Postfix: so much can be sent in a second
    where nothing else is done. By the clock it is told beside that.
    """
    share = count // (ROUNDS + 1)
    found: list[tuple[_Round, _Round]] = []
    with postfix.running() as server:
        to_postfix = replace(installed.settings, mail_server="127.0.0.1", mail_security="none", mail_port=server.port)
        config.install(to_postfix)
        _hold_everything()
        size, lines = _size_of_one(letter_id), to_postfix.mail_connections
        for round_ in range(ROUNDS + 1):
            ours = _measured(server, partial(_ours, letter_id, share))
            bare = _measured(server, partial(_smtp_source, server.port, share, size, lines))
            if round_:  # the first one warms up
                found.append((ours, bare))
        config.install(installed.settings)
    ours, bare = sorted(found, key=_of_smtp_source)[len(found) // 2]
    detail = (
        f"{share} mails of {size:,} bytes a round, processor time of each: Coalition {_each(ours.cpu, share)} and "
        f"Postfix {_each(ours.cpu_postfix, share)}, smtp-source {_each(bare.cpu, share)} and "
        f"{_each(bare.cpu_postfix, share)}; by the clock {share / ours.seconds:,.0f} a second to "
        f"{share / bare.seconds:,.0f}, {bare.seconds / ours.seconds:.2f}"
    )
    words = f"mails into a Postfix, {lines} connections, of smtp-source"
    return Goal(7, words, _of_smtp_source((ours, bare)), 0.60, at_least=True, detail=detail)


def _of_smtp_source(pair: tuple[_Round, _Round]) -> float:
    ours, bare = (one.cpu + one.cpu_postfix for one in pair)
    return bare / ours


def _measured(server: Postfix, send: Callable[[], float]) -> _Round:
    """`send` says how much processor time it took to send."""
    before, started = server.cpu_seconds_when_done(), time.perf_counter()
    cpu = send()
    seconds = time.perf_counter() - started
    return _Round(seconds, cpu, server.cpu_seconds_when_done() - before)


def _hold_everything() -> None:
    with transaction() as session:
        session.execute(update(OutgoingEmail).values(state="held"))


def _size_of_one(letter_id: UUID) -> int:
    with transaction() as session:
        row = session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id).limit(1)).one()
        return len(letters.make(session, row).content)


def _ours(letter_id: UUID, share: int) -> float:
    """Processor seconds to deliver so many of the held mails."""
    started = time.process_time()
    of_letter = select(OutgoingEmail.id).where(OutgoingEmail.letter_id == letter_id, OutgoingEmail.state == "held")
    with transaction() as session:
        these = update(OutgoingEmail).where(OutgoingEmail.id.in_(of_letter.limit(share).scalar_subquery()))
        session.execute(these.values(state="queued").execution_options(synchronize_session=False))
    done = delivery.drain()
    if done != share:
        raise RuntimeError(f"{done} of {share} mails went out")
    return time.process_time() - started


def _smtp_source(port: int, count: int, size: int, connections: int) -> float:
    command = [programs.find("smtp-source") or "smtp-source", "-s", str(connections), "-m", str(count), "-l", str(size)]
    command += ["-f", "letters@bench.example", "-t", "somebody@host.bench.example", f"127.0.0.1:{port}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)  # our own command  # nosec B603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# Signing while the mail server says nothing.


def _signed_while_hung(installed: Installation, folder: Path, *, rounds: int) -> Goal:
    """The slowest of 100 signatures by the whole product, with a mail server that hangs and with one that takes all."""
    titles = [f"{invented.TITLE}, mail {number}" for number in range(2 * rounds)]
    forms = [signing.prepared(installed.contact_ids, title) for title in titles]
    waits: dict[str, list[float]] = {"hung": [], "well": []}
    for number in range(rounds):
        for name, mail_server in (("well", _taking_all()), ("hung", _silent())):
            with mail_server as port, servers.whole_product(installed.settings, folder, mail_port=port):
                outcome = crowd.post(installed.settings.root, forms.pop(), clients=FEW)
                if outcome.failed:
                    raise RuntimeError(f"{len(outcome.failed)} signings failed: {outcome.failed[0]}")
                if number:
                    waits[name].append(1e3 * outcome.slowest(0.01))
    hung, well = median(waits["hung"]), median(waits["well"])
    detail = (
        f"99 of 100 are answered within {hung:.0f} ms while the mail server hangs, {well:.0f} ms while it takes all"
    )
    words = f"slowest signature of 100, {FEW} clients, SMTP hung against well"
    return Goal(8, words, hung / well, 1.10, at_least=False, unit=" ×", detail=detail)


@contextmanager
def _silent() -> Iterator[int]:
    """A server that takes every call and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        yield int(listening.getsockname()[1])


@contextmanager
def _taking_all() -> Iterator[int]:
    """A server that takes every mail, kept to the least that the protocol asks for."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_listen, args=(listening,), daemon=True).start()
        yield int(listening.getsockname()[1])
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


def _listen(listening: socket.socket) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_take, args=(connection,), daemon=True).start()


def _take(connection: socket.socket) -> None:
    with suppress(OSError), connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 here\r\n")
        for line in lines:
            if line.upper().startswith(b"DATA"):
                connection.sendall(b"354 go on\r\n")
                while lines.readline() not in {b".\r\n", b""}:
                    pass
            connection.sendall(b"250 fine\r\n")
