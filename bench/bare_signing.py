"""The limit for signing: the same POST in bare Flask and bare sqlite3, with the same promises kept by hand.

It does what a form that signs asks for, and nothing whose absence would not make that wrong or unsafe: it verifies the
same cookie and form token and what was typed, asks the same of letter, text, link, contact and organisation, writes the
same rows with the same columns sealed under the same keys, in one immediate transaction with the same pragmas and one
writer at a time, and answers with the same redirect under the same headers. It renders nothing, knows the plain case
alone, and is what signing costs when nobody has to read the code. docs/speed.md says what it leaves out; the benchmark
holds its rows beside ours before it compares any time.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from flask import Flask, Response, abort, redirect, request

from coalition import clock, config, tokens, vault
from coalition.intake.names import NameRefused, check_name
from coalition.keys import KeyRing
from coalition.models.consent import WORDING
from coalition.models.fingerprint import canonical_json
from coalition.models.letter import WHO_MAY_SIGN
from coalition.models.record import GENESIS, hash_of_detail
from coalition.tokens import NotOurs

LONGEST: Final = 1024 * 1024
LASTS: Final = timedelta(hours=24)
VISIBILITIES: Final = ("named", "withheld", "uncounted")
UNREADABLE: Final = "\ufffd"
"""Werkzeug writes it for bytes that are not UTF-8: they would be recorded as if somebody had typed it."""
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=(), geolocation=(), camera=(), microphone=()",
}
PRAGMAS = ("foreign_keys=ON", "busy_timeout=20000", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
KEYS = "SELECT purpose, key_id FROM key_uses"
INVITED = "SELECT letter_id, organisation_id FROM invitations WHERE id = ?"
FIND = """
SELECT t.language, t.fingerprint, t.version_id, l.authoritative_language, l.deadline_at, l.who_may_sign, o.standing,
       o.names, c.id AS contact_id, c.language AS contact_language
FROM links k JOIN invitations i ON i.id = k.invitation_id JOIN contacts c ON c.id = i.contact_id
JOIN organisations o ON o.id = i.organisation_id JOIN letters l ON l.id = i.letter_id
JOIN versions v ON v.letter_id = l.id JOIN texts t ON t.version_id = v.id
WHERE k.id = :link AND k.purpose = 'invitation' AND k.channel = 'mail' AND k.epoch = :epoch AND k.revoked_at IS NULL
  AND k.expires_at IS NULL
  AND i.id = :invitation AND i.epoch = :epoch AND i.part = 'contact' AND i.revoked_at IS NULL
  AND i.handed_over_at IS NULL AND i.passed_from_id IS NULL AND i.answered_at IS NULL AND c.ended_at IS NULL
  AND l.stage = 'open' AND l.is_sensitive = 0 AND l.is_rolling = 0
  AND v.number = :version AND v.put_forward_at IS NOT NULL AND t.shown_at IS NOT NULL AND o.confidential_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM versions n WHERE n.letter_id = l.id AND n.number > v.number
                  AND n.put_forward_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM signatures s WHERE s.letter_id = l.id AND s.organisation_index = :index)
  AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.asked_from_id = i.id AND a.decided_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM invitations j WHERE j.letter_id = l.id AND j.organisation_id = i.organisation_id
                  AND j.id != i.id)
  AND NOT EXISTS (SELECT 1 FROM contacts d WHERE d.organisation_id = i.organisation_id AND d.id != c.id
                  AND d.ended_at IS NULL AND d.erased_at IS NULL)
"""
KNOWN = "SELECT 1 FROM consents WHERE idempotency_key = ?"
LAST_ENTRY = "SELECT number, hash FROM record WHERE chain = ? ORDER BY number DESC LIMIT 1"
SIGN = """
INSERT INTO signatures (id, letter_id, organisation, organisation_index, kind, person, role, printed_names, version_id,
visibility, shows_logo) VALUES (?, ?, ?, ?, 'organisation', ?, ?, ?, ?, ?, 0)
"""
AGREE = """
INSERT INTO consents (id, signature_id, number, act, version_id, language, fingerprint, wording_id, how, invitation,
"by", "on", at, in_grace, idempotency_key) VALUES (?, ?, 1, 'sign', ?, ?, ?, ?, 'mailed_link', ?, ?, ?, ?, 0, ?)
"""
ENTER = """
INSERT INTO record (id, chain, number, at, actor_kind, actor_id, verb, detail, nonce, detail_hash, previous_hash, hash)
VALUES (?, ?, ?, ?, 'contact', '', 'answered', ?, ?, ?, ?, ?)
"""
MAIL = """
INSERT INTO outgoing_emails (id, kind_class, letter_id, recipient, occasion, context, message_id, date, boundary,
state, attempts, next_at, last_words) VALUES (?, 'notice', ?, ?, 'sealed', ?, ?, ?, ?, ?, 0, ?, '')
"""
COUNT = """
UPDATE tallies SET signed = signed + 1, withheld = withheld + ?, uncounted = uncounted + ? WHERE letter_id = ?
"""
SETTLE = "UPDATE invitations SET answered_at = ?, answer = ? WHERE id = ?"

_here = threading.local()
_writer = threading.Lock()


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent, verified."""

    invitation: UUID
    link: str
    epoch: int
    fingerprint: str
    version: int
    language: str
    key: str
    person: str
    role: str
    names: dict[str, str]
    """As typed; an emptied one takes its language's name off."""
    visibility: str

    @property
    def act(self) -> str:
        """What was done, as record and receipt name it."""
        return "signed" if self.visibility == "named" else "withheld"


@dataclass(frozen=True, slots=True)
class Found:
    """What the form is about, as the database has it now."""

    letter: str
    organisation: UUID
    index: bytes
    version: str
    contact: str
    names: dict[str, str]
    seen_first: str
    """The language of the text that the contact sees where no other is asked for."""


def create_app() -> Flask:
    """The bare app on the installation of this machine's settings."""
    settings = config.load()
    ring = KeyRing.read(settings.keys_path)
    vault.unlock(ring)
    tokens.install(ring)
    database = settings.database_url.removeprefix("sqlite:///")
    state = "queued" if settings.mail_server else "held"
    app = Flask("bare")
    app.config["MAX_CONTENT_LENGTH"] = LONGEST

    @app.post("/invitation/<uuid:invitation_id>/sign")
    def sign(invitation_id: UUID) -> Any:
        form = _sent(invitation_id)
        seen_first = _sign(_connection(database), form, settings.mail_host, state)
        chosen = "" if form.language == seen_first else f"?lang={form.language}"
        return redirect(f"/invitation/{invitation_id}/receipt{chosen}", code=303)

    @app.get("/health")
    def health() -> Response:
        return Response("ok\n", content_type="text/plain")

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    return app


def _connection(database: str) -> sqlite3.Connection:
    if not hasattr(_here, "connection"):
        _here.connection = sqlite3.connect(database, isolation_level=None)
        _here.connection.row_factory = sqlite3.Row
        for pragma in PRAGMAS:
            _here.connection.execute(f"PRAGMA {pragma}")
    connection: sqlite3.Connection = _here.connection
    return connection


# -- the form -------------------------------------------------------------------------------------------------------


def _sent(invitation_id: UUID) -> Form:
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)
    sent = request.form
    try:
        cookie = tokens.ours().read_form("visit", request.cookies.get(f"i-{invitation_id.hex[:8]}", ""))
        facts = tokens.ours().read_form("answer", sent.get("form_token", ""))
    except NotOurs:
        abort(403)
    now = clock.now()
    if (cookie["l"], cookie["e"]) != (facts["l"], facts["e"]) or datetime.fromisoformat(cookie["u"]) <= now:
        abort(403)
    if now - datetime.fromisoformat(facts["o"]) > LASTS or facts["c"] != "mail":
        abort(422)
    person, role, names = _typed(sent)
    visibility, *others = sent.getlist("visibility") or [""]
    if visibility not in VISIBILITIES or others or "decline" in sent.getlist("decision") or "logo" in sent:
        abort(422)
    if sent.get("authority") != "yes" or any(UNREADABLE in value for value in sent.values()):
        abort(422)
    shown = (facts["l"], facts["e"], facts["f"], facts["v"], facts["g"])
    return Form(invitation_id, *shown, f"{facts['k']}:sign", person, role, names, visibility)


def _typed(sent: Any) -> tuple[str, str, dict[str, str]]:
    names = {field.removeprefix("name_"): value for field, value in sent.items() if field.startswith("name_")}
    try:
        kept = {key: check_name(name) if name.strip() or key == "und" else "" for key, name in names.items()}
        return check_name(sent.get("person", "")), check_name(sent.get("role", "")), kept
    except NameRefused:
        abort(422)


# -- what is written ------------------------------------------------------------------------------------------------


def _sign(connection: sqlite3.Connection, form: Form, host: str, state: str) -> str:
    with _writer:
        connection.execute("BEGIN IMMEDIATE")
        try:
            seen_first = _write(connection, form, host, state)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    return seen_first


def _write(connection: sqlite3.Connection, form: Form, host: str, state: str) -> str:
    vault.write_with(dict(connection.execute(KEYS).fetchall()))
    now = clock.now()
    found = _found(connection, form, now)
    if found is None:
        if connection.execute(KNOWN, (form.key,)).fetchone():
            return form.language  # the same form again: it counts once
        abort(409)
    signature = _write_signature(connection, form, found)
    _write_consent(connection, form, found, signature, now)
    _write_entry(connection, form, found, now)
    _write_receipt(connection, form, found, host, state, now)
    connection.execute(COUNT, (form.visibility == "withheld", form.visibility == "uncounted", found.letter))
    answer = {"kind": "sign", "reason": "", "ask_again": False, "by": form.person, "role": form.role}
    sealed = _sealed(answer, "invitations", "answer", form.invitation, filled_to=1024)
    connection.execute(SETTLE, (_moment(now), sealed, form.invitation.hex))
    return found.seen_first


def _found(connection: sqlite3.Connection, form: Form, now: datetime) -> Found | None:
    invited = connection.execute(INVITED, (form.invitation.hex,)).fetchone()
    if invited is None:
        return None
    letter, organisation = UUID(invited["letter_id"]), UUID(invited["organisation_id"])
    index = _index("signature.organisation", letter.bytes, organisation.bytes)
    asked = {"link": form.link, "epoch": form.epoch, "invitation": form.invitation.hex, "version": form.version}
    texts = {row["language"]: row for row in connection.execute(FIND, {**asked, "index": index})}
    text = texts.get(form.language)
    if text is None or text["fingerprint"] != form.fingerprint or text["authoritative_language"] not in texts:
        return None
    is_late = text["deadline_at"] is not None and now >= datetime.fromisoformat(text["deadline_at"]).replace(tzinfo=UTC)
    if is_late or text["standing"] not in WHO_MAY_SIGN[text["who_may_sign"]]:
        return None
    typed = {key: name for key, name in form.names.items() if key == "und" or key in texts}
    names = {key: name for key, name in {**json.loads(text["names"]), **typed}.items() if name}
    own = text["contact_language"]
    seen_first = own if own in texts else text["authoritative_language"]
    return Found(letter.hex, organisation, index, text["version_id"], text["contact_id"], names, seen_first)


def _write_signature(connection: sqlite3.Connection, form: Form, found: Found) -> UUID:
    row, table = uuid4(), "signatures"
    organisation = _sealed(found.organisation.hex, table, "organisation", row)
    person, role = _sealed(form.person, table, "person", row), _sealed(form.role, table, "role", row)
    names = _sealed(found.names, table, "printed_names", row)
    values = (row.hex, found.letter, organisation, found.index, person, role, names, found.version, form.visibility)
    connection.execute(SIGN, values)
    return row


def _write_consent(connection: sqlite3.Connection, form: Form, found: Found, signature: UUID, now: datetime) -> None:
    row, table = uuid4(), "consents"
    invitation = _sealed(form.invitation.hex, table, "invitation", row)
    by = _sealed({"name": form.person, "role": form.role, "account": ""}, table, "by", row)
    at = _sealed(now.isoformat(), table, "at", row)
    agreed = (found.version, form.language, form.fingerprint, WORDING)
    values = (row.hex, signature.hex, *agreed, invitation, by, now.date().isoformat(), at, form.key)
    connection.execute(AGREE, values)


def _write_entry(connection: sqlite3.Connection, form: Form, found: Found, now: datetime) -> None:
    row, nonce, table = uuid4(), secrets.token_hex(16), "record"
    last = connection.execute(LAST_ENTRY, (found.letter,)).fetchone()
    number, previous = (last["number"] + 1, last["hash"]) if last else (1, GENESIS)
    detail = {"act": form.act, "organisation": found.organisation.hex, "by": f"contact:{found.contact}"}
    digest = hash_of_detail(detail, nonce)
    at = now.isoformat(timespec="microseconds")
    plain = [found.letter, number, at, "contact", "", "answered", digest, previous]
    head = hashlib.sha256(canonical_json(plain)).hexdigest()
    sealed = (_sealed(detail, table, "detail", row), _sealed(nonce, table, "nonce", row))
    connection.execute(ENTER, (row.hex, found.letter, number, _moment(now), *sealed, digest, previous, head))


def _write_receipt(
    connection: sqlite3.Connection, form: Form, found: Found, host: str, state: str, now: datetime
) -> None:
    row, recipient, occasion = uuid4(), f"contact:{found.contact}", f"answer:{form.key}"
    context = {
        "kind": "receipt",
        "recipient": recipient,
        "invitation": form.invitation.hex,
        "fingerprint": form.fingerprint,
        "act": form.act,
        "number": form.version,
        "person": form.person,
        "role": form.role,
        "at": now.isoformat(),
        "printed_name": found.names["und"],
        "is_withheld": form.visibility != "named",
        "handed_over": False,
        "beforehand": False,
        "occasion": occasion,
    }
    index = f"sealed:{_index('outgoing_email', recipient.encode(), occasion.encode()).hex()[:40]}"
    sealed = _sealed(context, "outgoing_emails", "context", row, filled_to=1024)
    message, boundary = f"<{secrets.token_hex(12)}@{host}>", f"=_{secrets.token_hex(12)}"
    date = _moment(now.replace(microsecond=0))
    connection.execute(MAIL, (row.hex, found.letter, index, sealed, message, date, boundary, state, _moment(now)))


def _sealed(value: Any, table: str, column: str, row: UUID, *, filled_to: int = 256) -> bytes:
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    plain += b" " * (-len(plain) % filled_to)
    return vault.seal(plain, table=table, column=column, row=row)


def _index(domain: str, *parts: bytes) -> bytes:
    return vault.blind_index(domain, *parts, key_id=vault.writes_with("index"))


def _moment(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")
