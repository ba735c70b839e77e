"""The limit for signing: the same POST in bare Flask and bare sqlite3, with the same promises kept by hand.

It verifies the same cookie and form token, writes the same rows with the same columns encrypted under the same keys, in
one immediate transaction with the same pragmas and one writer at a time, and answers with the same redirect. It renders
nothing, knows one case, and is what signing costs when nobody has to read the code. A test holds its rows beside ours.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Response, abort, redirect, request

from coalition import clock, config, tokens, vault
from coalition.keys import KeyRing
from coalition.models.consent import WORDING
from coalition.models.fingerprint import canonical_json
from coalition.models.record import hash_of_detail

PRAGMAS = ("foreign_keys=ON", "busy_timeout=20000", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
INVITATION = """
SELECT i.letter_id, i.organisation_id, i.contact_id, i.epoch, i.revoked_at, k.epoch AS link_epoch,
       l.stage, l.deadline_at, t.version_id, t.fingerprint
FROM links k JOIN invitations i ON i.id = k.invitation_id JOIN letters l ON l.id = i.letter_id
JOIN versions v ON v.letter_id = l.id JOIN texts t ON t.version_id = v.id AND t.language = :language
WHERE k.id = :link AND k.revoked_at IS NULL AND i.id = :invitation
ORDER BY v.number DESC LIMIT 1
"""
KEYS = "SELECT purpose, key_id FROM key_uses"
LAST_ENTRY = "SELECT number, hash FROM record WHERE chain = :chain ORDER BY number DESC LIMIT 1"
COUNT = "UPDATE tallies SET signed = signed + 1 WHERE letter_id = :letter"
SETTLE = "UPDATE invitations SET answered_at = :now, answer = :answer WHERE id = :invitation"
KNOWN = "SELECT 1 FROM consents WHERE idempotency_key = :key"

_here = threading.local()
_writer = threading.Lock()


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent, verified."""

    link: str
    epoch: int
    fingerprint: str
    language: str
    key: str
    person: str
    role: str
    name: str


def create_app() -> Flask:
    """The bare app on the installation of this machine's settings."""
    settings = config.load()
    ring = KeyRing.read(settings.keys_path)
    vault.unlock(ring)
    tokens.install(ring)
    database = settings.database_url.removeprefix("sqlite:///")
    app = Flask("bare")

    @app.post("/invitation/<uuid:invitation_id>/sign")
    def sign(invitation_id: UUID) -> Any:
        form = _sent(invitation_id)
        _sign(_connection(database), invitation_id, form, settings.mail_host)
        return redirect(f"/invitation/{invitation_id}/receipt", code=303)

    @app.get("/health")
    def health() -> Response:
        return Response("ok\n", content_type="text/plain")

    return app


def _connection(database: str) -> sqlite3.Connection:
    if not hasattr(_here, "connection"):
        _here.connection = sqlite3.connect(database, isolation_level=None)
        _here.connection.row_factory = sqlite3.Row
        for pragma in PRAGMAS:
            _here.connection.execute(f"PRAGMA {pragma}")
    connection: sqlite3.Connection = _here.connection
    return connection


def _sent(invitation_id: UUID) -> Form:
    sent = request.form
    cookie = request.cookies.get(f"i-{invitation_id.hex[:8]}", "")
    visit = tokens.ours().read_form("visit", cookie)
    facts = tokens.ours().read_form("answer", sent["form_token"])
    complete = all(sent[field].strip() for field in ("person", "role", "name_und"))
    if visit["l"] != facts["l"] or sent["authority"] != "yes" or sent["visibility"] != "named" or not complete:
        abort(422)
    key = f"{facts['k']}:sign"
    typed = (sent["person"].strip(), sent["role"].strip(), sent["name_und"])
    return Form(facts["l"], facts["e"], facts["f"], facts["g"], key, *typed)


def _sign(connection: sqlite3.Connection, invitation_id: UUID, form: Form, host: str) -> None:
    with _writer:
        connection.execute("BEGIN IMMEDIATE")
        try:
            _write(connection, invitation_id, form, host)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _write(connection: sqlite3.Connection, invitation_id: UUID, form: Form, host: str) -> None:
    connection.execute(KEYS).fetchall()
    asked = {"link": form.link, "invitation": invitation_id.hex, "language": form.language}
    row = connection.execute(INVITATION, asked).fetchone()
    now = clock.now()
    _ensure_may_sign(row, form, now)
    if connection.execute(KNOWN, {"key": form.key}).fetchone():
        return
    signature = _write_signature(connection, row, form)
    _write_consent(connection, row, form, signature, invitation_id, now)
    _write_entry(connection, row, now)
    _write_receipt(connection, row, form, invitation_id, host, now)
    connection.execute(COUNT, {"letter": row["letter_id"]})
    answer = {"kind": "signed", "reason": "", "ask_again": False, "by": form.person, "role": form.role}
    sealed = _sealed(answer, "invitations", "answer", invitation_id)
    connection.execute(SETTLE, {"now": _moment(now), "answer": sealed, "invitation": invitation_id.hex})


def _ensure_may_sign(row: sqlite3.Row | None, form: Form, now: datetime) -> None:
    if row is None or row["revoked_at"] or not row["epoch"] == row["link_epoch"] == form.epoch:
        abort(410)
    is_late = row["deadline_at"] is not None and now >= datetime.fromisoformat(row["deadline_at"]).replace(tzinfo=UTC)
    if row["stage"] != "open" or is_late or row["fingerprint"] != form.fingerprint:
        abort(409)


def _write_signature(connection: sqlite3.Connection, row: sqlite3.Row, form: Form) -> UUID:
    signature = uuid4()
    organisation = UUID(row["organisation_id"])
    _insert(
        connection,
        "signatures",
        id=signature.hex,
        letter_id=row["letter_id"],
        version_id=row["version_id"],
        organisation=_sealed(organisation.hex, "signatures", "organisation", signature),
        organisation_index=_index("signature.organisation", UUID(row["letter_id"]).bytes, organisation.bytes),
        kind="organisation",
        person=_sealed(form.person, "signatures", "person", signature),
        role=_sealed(form.role, "signatures", "role", signature),
        printed_names=_sealed({"und": form.name}, "signatures", "printed_names", signature),
        visibility="named",
    )
    return signature


def _write_consent(
    connection: sqlite3.Connection, row: sqlite3.Row, form: Form, signature: UUID, invitation_id: UUID, now: datetime
) -> None:
    consent = uuid4()
    by = {"name": form.person, "role": form.role, "account": ""}
    _insert(
        connection,
        "consents",
        id=consent.hex,
        signature_id=signature.hex,
        number=1,
        act="sign",
        version_id=row["version_id"],
        language=form.language,
        fingerprint=form.fingerprint,
        wording_id=WORDING,
        how="mailed_link",
        invitation=_sealed(invitation_id.hex, "consents", "invitation", consent),
        by=_sealed(by, "consents", "by", consent),
        on=now.date().isoformat(),
        at=_sealed(now.isoformat(), "consents", "at", consent),
        in_grace=0,
        idempotency_key=form.key,
    )


def _write_entry(connection: sqlite3.Connection, row: sqlite3.Row, now: datetime) -> None:
    entry, chain = uuid4(), row["letter_id"]
    last = connection.execute(LAST_ENTRY, {"chain": chain}).fetchone()
    detail = {"act": "sign", "organisation": row["organisation_id"], "by": f"contact:{row['contact_id']}"}
    nonce = secrets.token_hex(16)
    plain: list[Any] = [chain, last["number"] + 1, now.isoformat(timespec="microseconds"), "contact", "", "answered"]
    plain += [hash_of_detail(detail, nonce), last["hash"]]
    names = ("chain", "number", "at", "actor_kind", "actor_id", "verb", "detail_hash", "previous_hash")
    _insert(
        connection,
        "record",
        id=entry.hex,
        **dict(zip(names, plain, strict=True)) | {"at": _moment(now)},
        detail=_sealed(detail, "record", "detail", entry),
        nonce=_sealed(nonce, "record", "nonce", entry),
        hash=_hash(plain),
    )


def _write_receipt(
    connection: sqlite3.Connection, row: sqlite3.Row, form: Form, invitation_id: UUID, host: str, now: datetime
) -> None:
    mail = uuid4()
    recipient, occasion = f"contact:{row['contact_id']}", f"answer:{form.key}"
    context: dict[str, Any] = {
        "kind": "receipt",
        "recipient": recipient,
        "invitation": invitation_id.hex,
        "act": "sign",
    }
    context |= {"fingerprint": form.fingerprint, "person": form.person, "role": form.role, "at": now.isoformat()}
    context |= {"printed_name": form.name, "is_withheld": False}
    _insert(
        connection,
        "outgoing_emails",
        id=mail.hex,
        kind_class="notice",
        letter_id=row["letter_id"],
        recipient=f"sealed:{_index('outgoing_email', recipient.encode(), occasion.encode()).hex()[:40]}",
        occasion="sealed",
        context=_sealed(context, "outgoing_emails", "context", mail),
        message_id=f"<{secrets.token_hex(12)}@{host}>",
        date=_moment(now.replace(microsecond=0)),
        boundary=f"=_{secrets.token_hex(12)}",
        state="held",
        attempts=0,
        next_at=_moment(now),
        last_words="",
    )


def _insert(connection: sqlite3.Connection, table: str, **values: Any) -> None:
    columns, places = ", ".join(f'"{name}"' for name in values), ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608 -- names of our own


def _sealed(value: Any, table: str, column: str, row: UUID) -> bytes:
    plain = json.dumps(value, separators=(",", ":")).encode()
    plain += b" " * (-len(plain) % (1024 if column in {"answer", "context"} else 256))
    return vault.seal(plain, table=table, column=column, row=row)


def _index(domain: str, *parts: bytes) -> bytes:
    return vault.blind_index(domain, *parts, key_id=vault.writes_with("index"))


def _hash(plain: list[Any]) -> str:
    return hashlib.sha256(canonical_json(plain)).hexdigest()


def _moment(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")
