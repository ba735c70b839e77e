"""The promises that only a trigger can keep, on SQLite and on PostgreSQL.

A batch migration on SQLite drops a table's triggers silently; so they all live here, and are made again after every
migration (migrations/env.py). A test compares the set after every step up and down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from coalition.models.letter import LEGAL_MOVES
from coalition.models.version import FINGERPRINTED

if TYPE_CHECKING:
    from sqlalchemy import Connection

PREFIX = "promise_"


@dataclass(frozen=True, slots=True)
class Promise:
    """A row-level trigger: before `event` on `table`, when `condition` holds, refuse with `words`.

    The condition is written once, in SQL that both databases read; OLD and NEW are the rows.
    """

    name: str
    table: str
    event: str
    condition: str
    words: str

    @property
    def trigger(self) -> str:
        """The trigger's name in the database."""
        return PREFIX + self.name


def _never(table: str, words: str) -> list[Promise]:
    return [Promise(f"{table}_{event.lower()}", table, event, "1 = 1", words) for event in ("UPDATE", "DELETE")]


def _changed(*columns: str) -> str:
    return " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)


def _illegal_moves() -> str:
    legal = " OR ".join(
        f"(OLD.stage = '{stage}' AND NEW.stage IN ({', '.join(repr(to) for to in moves)}))"
        for stage, moves in LEGAL_MOVES.items()
        if moves
    )
    return f"OLD.stage <> NEW.stage AND NOT ({legal})"


_HEAD = 15
"""So many bytes of a sealed value say under which key it is sealed (coalition.vault, coalition.keys)."""


def _more_than_resealed(*columns: str) -> str:
    """A sealed value may change with its key alone: it neither comes nor goes, and under the same key it stays."""
    return " OR ".join(
        f'(OLD."{column}" IS NULL) <> (NEW."{column}" IS NULL) OR (OLD."{column}" IS DISTINCT FROM NEW."{column}" AND '
        f'substr(OLD."{column}", 1, {_HEAD}) = substr(NEW."{column}", 1, {_HEAD}))'
        for column in columns
    )


_SHOWN = "EXISTS (SELECT 1 FROM texts WHERE texts.version_id = {row}.version_id AND texts.shown_at IS NOT NULL)"

_PRACTICE = "EXISTS (SELECT 1 FROM letters WHERE letters.id = NEW.letter_id AND letters.is_practice)"

PROMISES = (
    Promise("consents_delete", "consents", "DELETE", "1 = 1", "the ledger is append-only"),
    Promise(
        "consents_update",
        "consents",
        "UPDATE",
        _changed(
            "id",
            "signature_id",
            "number",
            "act",
            "version_id",
            "language",
            "fingerprint",
            "wording_id",
            "how",
            "on",
            "in_grace",
            "idempotency_key",
        )
        + " OR "
        + _more_than_resealed("invitation", "by", "evidence_file_id", "at"),
        "the ledger is append-only",
    ),
    Promise("record_delete", "record", "DELETE", "1 = 1", "the record is append-only"),
    Promise(
        "record_update",
        "record",
        "UPDATE",
        _changed("chain", "number", "at", "actor_kind", "actor_id", "verb", "detail_hash", "previous_hash", "hash"),
        "the record is append-only",
    ),
    Promise("letters_stage", "letters", "UPDATE", _illegal_moves(), "this stage can not follow that one"),
    Promise(
        "texts_frozen",
        "texts",
        "UPDATE",
        "OLD.shown_at IS NOT NULL AND "
        f"({_changed('version_id', 'language', *FINGERPRINTED, 'fingerprint', 'shown_at')})",
        "the text was shown and does not change",
    ),
    Promise("texts_kept", "texts", "DELETE", "OLD.shown_at IS NOT NULL", "the text was shown and stays"),
    Promise(
        "addressees_added", "addressees", "INSERT", _SHOWN.format(row="NEW"), "the text was shown and does not change"
    ),
    Promise(
        "addressees_frozen",
        "addressees",
        "UPDATE",
        f"({_changed('version_id', 'position', 'block', 'styles', 'names', 'offices')}) AND "
        + _SHOWN.format(row="OLD"),
        "the text was shown and does not change",
    ),
    Promise(
        "addressees_kept", "addressees", "DELETE", _SHOWN.format(row="OLD"), "the text was shown and does not change"
    ),
    Promise(
        "versions_put_forward",
        "versions",
        "UPDATE",
        "OLD.put_forward_at IS NOT NULL AND "
        f"({_changed('letter_id', 'number', 'follows_id', 'change_class', 'explanations', 'put_forward_at')})",
        "the version was put forward and does not change",
    ),
    Promise(
        "versions_kept", "versions", "DELETE", "OLD.put_forward_at IS NOT NULL", "the version was put forward and stays"
    ),
    Promise("objections_delete", "objections", "DELETE", "1 = 1", "an objection stays"),
    Promise(
        "letters_practice", "letters", "UPDATE", _changed("is_practice"), "a letter is made for practice, or never is"
    ),
    Promise("editions_practice", "editions", "INSERT", _PRACTICE, "a practice letter is never published"),
    Promise("public_letters_practice", "public_letters", "INSERT", _PRACTICE, "a practice letter is never published"),
    Promise("editions_delete", "editions", "DELETE", "1 = 1", "an edition stays"),
    Promise(
        "editions_update",
        "editions",
        "UPDATE",
        _changed(
            "letter_id",
            "number",
            "how",
            "version_id",
            "printed",
            "figures",
            "withheld_count",
            "record_head",
            "published_at",
        ),
        "an edition does not change",
    ),
    *_never("manifests", "a manifest stays as it was signed"),
    *_never("commitments", "a commitment stays as it was signed"),
)


def make(connection: Connection) -> None:
    """Make every trigger whose table exists, anew."""
    drop(connection)
    tables = set(inspect(connection).get_table_names())
    for promise in PROMISES:
        if promise.table in tables:
            for statement in _statements(promise, connection.dialect.name):
                connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Remove every trigger of ours, so that a migration can reshape the tables."""
    tables = {promise.trigger: promise.table for promise in PROMISES}
    for name, table in present(connection).items():
        on = "" if connection.dialect.name == "sqlite" else f' ON "{tables.get(name, table)}"'
        connection.execute(text(f"DROP TRIGGER {name}{on}"))


def present(connection: Connection) -> dict[str, str]:
    """The triggers of ours that the database holds: name to table."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'promise_%'"
    else:
        query = (
            "SELECT t.tgname AS name, c.relname AS tbl_name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgname LIKE 'promise_%'"
        )
    return {row.name: row.tbl_name for row in connection.execute(text(query))}


def _statements(promise: Promise, dialect: str) -> list[str]:
    if dialect == "sqlite":
        # SQLite reads IS DISTINCT FROM from 3.39 on; IS NOT says the same in every version.
        condition = promise.condition.replace("IS DISTINCT FROM", "IS NOT")
        head = f'CREATE TRIGGER {promise.trigger} BEFORE {promise.event} ON "{promise.table}" FOR EACH ROW'
        return [f"{head} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{promise.words}'); END"]
    function = f"refuse_{promise.name}"
    condition = _jsonb_comparable(promise.condition)
    back = "OLD" if promise.event == "DELETE" else "NEW"
    refusal = f"RAISE EXCEPTION '{promise.words}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {condition} THEN {refusal}; END IF; RETURN {back}; END"
    head = f'CREATE TRIGGER {promise.trigger} BEFORE {promise.event} ON "{promise.table}" FOR EACH ROW'
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"{head} EXECUTE FUNCTION {function}()",
    ]


def _jsonb_comparable(condition: str) -> str:
    # PostgreSQL has no equality for json; the columns are compared as text.
    for column in ("styles", "names", "offices", "printed", "figures", "explanations"):
        for row in ("OLD", "NEW"):
            condition = condition.replace(f'{row}."{column}"', f'{row}."{column}"::text')
    return condition
