"""Goal 5: what a signature and its thank-you page cost where very many are stored, beside the same where none is.

The signatures are put into a copy of the database by bulk SQL, with their acts and entries in the record. Their sealed
values are as long as real ones and open to nobody: signing reads none of them, and neither does the receipt.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Final

from bench import crowd, processes, servers, signing
from bench.report import Goal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bench.crowd import PreparedForm
    from coalition.config import Settings

SEALED_BYTES: Final = 300
"""A short sealed value: 256 bytes, and what stands before and after them."""
NUMBERS: Final = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :share)"
# Ids are spread and rise: rows that are sorted by random ids are written one after another all the same.
IDS: Final = "printf('%08x', n * (4294967295 / :share)) || lower(hex(randomblob(8))) || :place"
FILL: Final = (
    f"""INSERT INTO signatures (id, letter_id, organisation, organisation_index, kind, person, role, printed_names,
        version_id, visibility, shows_logo)
    {NUMBERS} SELECT {IDS}, :letter, :sealed, randomblob(32), 'organisation', :sealed, :sealed, :sealed, :version,
        'named', 0 FROM numbers""",  # noqa: S608 -- words of our own  # nosec B608
    """INSERT INTO consents (id, signature_id, number, act, version_id, language, fingerprint, wording_id, how,
        invitation, "by", "on", at, in_grace, idempotency_key)
    SELECT id, id, 1, 'sign', :version, 'en', :fingerprint, 'authority-1', 'mailed_link', :sealed, :sealed,
        '2026-01-01', :sealed, 0, lower(hex(randomblob(16))) || ':sign'
    FROM signatures WHERE letter_id = :letter AND substr(id, 25) = :place ORDER BY id""",
    f"""INSERT INTO record (id, chain, number, at, actor_kind, actor_id, verb, detail, nonce, detail_hash,
        previous_hash, hash)
    {NUMBERS} SELECT {IDS}, :letter, :entries + n, '2026-01-01 12:00:00.000000', 'contact', '', 'answered', :sealed,
        :sealed, :fingerprint, :fingerprint, :fingerprint FROM numbers""",  # noqa: S608 -- words of our own  # nosec B608
    "UPDATE tallies SET signed = signed + :share WHERE letter_id = :letter",
)
LETTERS: Final = """
SELECT l.id AS letter, v.id AS version, t.fingerprint, (SELECT max(number) FROM record WHERE chain = l.id) AS entries
FROM letters l JOIN versions v ON v.letter_id = l.id JOIN texts t ON t.version_id = v.id WHERE l.stage = 'open'
"""


def measure(
    settings: Settings,
    rounds: Sequence[Sequence[PreparedForm]],
    folder: Path,
    *,
    stored: int,
    cores: tuple[int | None, int | None],
) -> Iterator[Goal]:
    """Sign the rounds' forms, and read the receipts, on two servers by turns: one with `stored` signatures more."""
    empty, full = (_moved(signing.copied(settings, folder / name)) for name in ("none stored", "many stored"))
    fill(full, stored)
    server_core, load_core = cores
    cpu: dict[str, list[float]] = {"none": [], "many": []}
    with (
        servers.product(empty, folder, core=server_core, workers=1) as none,
        servers.product(full, folder, core=server_core, workers=1) as many,
        signing.kept_to(load_core),
    ):
        places = {"none": (empty.root, none), "many": (full.root, many)}
        for number, forms in enumerate(rounds):
            for name, (root, process) in places.items():
                before = processes.cpu_seconds(process)
                outcome = crowd.post(root, forms, clients=1, reads_receipt=True)
                if outcome.failed:
                    raise RuntimeError(f"{len(outcome.failed)} of the signings were refused: {outcome.failed[0]}")
                if number:  # the first one warms up
                    cpu[name].append(1e6 * (processes.cpu_seconds(process) - before) / len(forms))
    each = {name: median(values) for name, values in cpu.items()}
    ratio = median(many / none for none, many in zip(cpu["none"], cpu["many"], strict=True))
    detail = f"CPU of a signature and its receipt: none {each['none']:,.0f} µs, {stored:,} {each['many']:,.0f} µs"
    words = f"signing and its thank-you page, {stored:,} stored against none"
    yield Goal(5, words, ratio, 1.10, at_least=False, unit=" ×", detail=detail)


def fill(settings: Settings, stored: int) -> None:
    """Put so many signatures into the database of `settings`, shared out among its open letters."""
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"), isolation_level=None)) as database:
        database.row_factory = sqlite3.Row
        for pragma in ("synchronous=OFF", "cache_size=-200000"):
            database.execute(f"PRAGMA {pragma}")
        letters = database.execute(LETTERS).fetchall()
        for place, letter in enumerate(letters):
            given = dict(letter) | {
                "share": stored // len(letters),
                "place": f"{place:08x}",
                "sealed": bytes(SEALED_BYTES),
            }
            database.execute("BEGIN IMMEDIATE")
            for statement in FILL:
                database.execute(statement, given)
            database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _moved(settings: Settings) -> Settings:
    port = processes.free_port()
    return replace(settings, port=port, public_address=f"http://127.0.0.1:{port}")
