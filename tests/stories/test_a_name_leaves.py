"""A name that leaves a published letter is gone from every address, file and edition, in every process, at once."""

from __future__ import annotations

import base64
import gzip
import json
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import brotli
import pytest
from sqlalchemy import func, select
from werkzeug.test import Client

from coalition import clock, create_app
from coalition.actions import (
    arrange,
    cut,
    directory,
    dispute,
    forget,
    list_groups,
    mask,
    rebuild,
    sign_for_oneself,
    verify,
)
from coalition.actions.arrange import PartEntry
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.cli import export
from coalition.database import db, transaction
from coalition.models.contact import Contact
from coalition.models.kept_copy import KeptCopy
from coalition.models.letter import LetterLead
from coalition.models.manifest import Opening
from coalition.models.organisation import Organisation
from coalition.models.public import PublicBody
from coalition.rendering import bodies, card, forms
from coalition.web.public import layer
from coalition.web.public.layer import PublicLayer
from tests import builders, persons
from tests.cast import Member
from tests.printed_words import HAS_PDFTOTEXT, words_of
from tests.web.test_embargo import by_the_url_map

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from flask import Flask
    from werkzeug.test import TestResponse

    from coalition.config import Settings
    from coalition.rendering.printed import PrintedLetter
    from tests.cast import Cast

MASKED, WITHHELD, WITHDRAWN, SUSPENDED, PERSON = "Zilpzalp", "Quokka", "Numbat", "Kakapo", "Okapi"
ERASED, ERASED_PERSON, UNNAMED = "Wombat", "Bilby", "Caracal"
LISTED: Final = (MASKED, WITHHELD, WITHDRAWN, SUSPENDED, PERSON, ERASED, ERASED_PERSON)
CANARIES: Final = (*LISTED, UNNAMED)
NEVER: Final = "Dodobird"
PRINTING: Final = (
    "", ".pdf", ".docx", ".xlsx", ".txt", ".md", ".json", ".csv", ".bib", "/card.png", "/editions/1", "/fr",
    "/editions/1/openings.json",
)  # fmt: skip
"""Endings of what names everybody: each is found to name them before, or the search would prove nothing."""


@dataclass(frozen=True)
class Published:
    """A rolling letter in two editions that the canaries signed, the first as a lead; and one without them."""

    letter_id: UUID
    other_id: UUID
    members: dict[str, Member]
    person_id: UUID
    erased_person_id: UUID

    @property
    def path(self) -> str:
        return f"/letters/{builders.a_letter(self.letter_id).slug}"

    def all_leave(self, cast: Cast) -> None:
        """Each by another way."""
        masked, suspended = self.members[MASKED], self.members[SUSPENDED]
        mask.mask(self.letter_id, masked.organisation_id, by=cast.coordinator)
        builders.withheld(self.letter_id, self.members[WITHHELD])
        builders.withdrawn(self.letter_id, self.members[WITHDRAWN])
        dispute.suspend(self.letter_id, suspended.organisation_id, reason="In doubt.", by=cast.coordinator)
        sign_for_oneself.withdraw(self.person_id, key="leaves", is_proved=True)
        sign_for_oneself.withdraw(self.erased_person_id, key="goes", is_proved=True)
        sign_for_oneself.erase(self.erased_person_id, is_proved=True)
        builders.withdrawn(self.letter_id, self.members[ERASED])
        with transaction() as session:
            erased = session.get_one(Organisation, self.members[ERASED].organisation_id)
            forget.erase_organisation(session, erased, now=clock.now())
        [part] = [one for one in list_groups.rows_of(db.session(), builders.a_letter(self.letter_id)) if one.unnamed]
        arrange.take_unnamed_off(self.letter_id, part.id, by=cast.coordinator)


@pytest.fixture
def published(cast: Cast) -> Published:
    members = {
        MASKED: cast.small_member,
        WITHHELD: cast.arabic_member,
        WITHDRAWN: cast.unnamed_member,
        SUSPENDED: another_member(cast, "Kakapo Kreis"),
        ERASED: another_member(cast, "Wombat Works"),
    }
    with transaction() as session:
        with_page = session.get_one(Organisation, members[ERASED].organisation_id)
        with_page.slug, with_page.public_page_at = "the-works", clock.now()
    stays = another_member(cast, "Those Who Stay")
    other_id = builders.an_open_letter(cast, stays, title="Another matter")
    builders.signed(other_id, stays)
    builders.published(cast, other_id)
    letter_id = builders.an_open_letter(cast, *members.values(), stays, languages=("en", "fr"))
    with transaction() as session:
        session.add(LetterLead(letter_id=letter_id, organisation_id=cast.small_member.organisation_id, position=1))
    persons.with_individuals(cast, letter_id)
    for name, member in members.items():
        builders.signed(letter_id, member, name=f"{name} & Co.")
    requests = [persons.signed(cast, letter_id, f"{name} Person") for name in (PERSON, ERASED_PERSON)]
    students = PartEntry(headings={"en": f"Students of {UNNAMED}"}, unnamed={"en": f"about 500 at {UNNAMED} College"})
    arrange.save_parts(letter_id, [students], by=cast.coordinator)
    cut.choose_rolling(letter_id, is_rolling=True, cuts_daily=False, by=cast.coordinator)
    builders.published_open(cast, letter_id)
    builders.signed(letter_id, stays)
    cut.cut(letter_id, by=cast.coordinator)
    return Published(letter_id, other_id, members, *requests)


def another_member(cast: Cast, name: str) -> Member:
    address = f"office@{name.split(maxsplit=1)[0].lower()}.example"
    organisation_id = directory.add_organisation(
        OrganisationEntry(names={"und": name}, country="NZ", standing="member"),
        [ContactEntry(address=address, name="Ana Roth", language="en", zone="UTC")],
        by=cast.coordinator,
    )
    contact = select(Contact.id).where(Contact.organisation_id == organisation_id)
    return Member(organisation_id, db.session.scalars(contact).one(), name, address)


@contextmanager
def readers_of(app: Flask, settings: Settings, database: str) -> Iterator[list[Client]]:
    """Two processes' worth of readers: each has an application and a memory of its own; neither does any job."""
    second = create_app(replace(settings, database=database))
    yield [Client(PublicLayer(one, one.wsgi_app)) for one in (app, second)]
    with second.app_context():
        db.session.remove()
        db.engine.dispose()


def named_in(answer: TestResponse) -> list[str]:
    """Which of the canaries an answer names, in its words or its headers."""
    said = f"{answer.headers} {words_of(answer.data)}"
    return [name for name in CANARIES if name.casefold() in said.casefold()]


def told(answer: TestResponse, asked: str) -> tuple[int, str, list[tuple[str, str]]]:
    """All that an answer tells but what was asked; and its tag and length, which hold that."""
    own = [(name, value) for name, value in answer.headers if name not in {"ETag", "Content-Length", "Date"}]
    return answer.status_code, answer.text.replace(asked, ""), own


def the_words_of_a_card(letter: PrintedLetter, language: str) -> bytes:
    """What a share card is made of: no picture is read by a test."""
    return (card.card_words(letter, language) + json.dumps(card._words(letter, language))).encode()


@pytest.mark.only_on("sqlite")
def test_names_are_gone_everywhere_also_where_no_job_is_done(
    published: Published,
    cast: Cast,
    app: Flask,
    settings: Settings,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(layer, "SECONDS_BETWEEN_LOOKS", -1.0)
    monkeypatch.setattr(export, "opened", nullcontext)  # within this application
    monkeypatch.setitem(forms.FORMS, "/card.png", ("image/png", the_words_of_a_card))
    with readers_of(app, settings, database_url) as readers:
        rebuild.rebuild()
        paths = list(
            dict.fromkeys([one.path for one in bodies.answers(db.session())] + by_the_url_map(app, published.path[9:]))
        )
        before = {path: answer for path in paths if (answer := readers[0].get(path)).status_code == 200}
        shown = {path for path, answer in before.items() if named_in(answer)}
        assert {ending for ending in PRINTING if published.path + ending not in shown} <= NOT_HERE
        assert named_in(before[f"{published.path}/card.png"]) == [MASKED]
        assert set(LISTED) <= set(named_in(before[f"{published.path}.xlsx"]))
        assert UNNAMED in named_in(before[f"{published.path}.txt"])
        assert named_in(before["/organisations/the-works"]) == [ERASED]
        exported(tmp_path, before)
        could_be_opened = openings()
        published.all_leave(cast)
        assert openings() == could_be_opened - 2 * len(LISTED)  # one in each edition
        # No worker is running: what is missing is made when somebody asks, or is said to be missing.
        for reader in readers:
            assert {path: names for path in shown if (names := named_in(reader.get(path)))} == {}
        for path in ("/", f"{published.path}/signatories", published.path):
            one, other = (readers[0].get(f"{path}?q={asked}") for asked in (MASKED, NEVER))
            assert told(one, MASKED) == told(other, NEVER), path
        rebuild.rebuild()
        assert {path: names for path in before if (names := named_in(readers[1].get(path)))} == {}
        stored = db.session.scalars(select(PublicBody)).all()
        held = [f"{one.headers} {one.etag} {words_of(decoded(one))}" for one in stored]
        assert not [name for name in CANARIES for one in held if name in one]
        export.export(tmp_path)
        assert found_in(tmp_path) == 0
        kept_copies = [one.content for one in db.session.scalars(select(KeptCopy)) if one.form != "pdf"]
        assert None in kept_copies  # of an erased one not even the team keeps what was delivered
        copied = [base64.b64decode(one["bytes"]).decode() for one in kept_copies if one]
        assert not [name for name in CANARIES for one in copied if name in one]
        assert list(verify.problems(db.session())) == []
        # What did not show a name is as it was, to the byte; also what dates a letter.
        kept = {one.path for one in bodies.answers(db.session()) if one.letter_id == published.other_id}
        kept |= {path for path in before if path.startswith("/feed")} | {"/sitemap.xml", "/about"}
        assert kept.isdisjoint(shown)
        for path in kept - {f"/letters/another-matter{ending}" for ending in NOT_HERE}:
            assert readers[1].get(path).headers["ETag"] == before[path].headers["ETag"], path


NOT_HERE: Final = frozenset() if HAS_PDFTOTEXT else frozenset({".pdf"})


def exported(folder: Path, site: dict[str, TestResponse]) -> None:
    """The folder of an export as it was while the names stood there; a letter in it is no more."""
    (folder / export.MARK).touch()
    for path, answer in site.items():
        if path.endswith((".txt", ".csv", "/openings.json")):
            for place in (path, f"/letters/gone{path}"):
                file = folder / place.removeprefix("/")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(answer.data)
    assert found_in(folder) > 8


def found_in(folder: Path) -> int:
    """In how many files of an exported site, or their names, a canary stands."""
    files = [one for one in folder.rglob("*") if one.is_file()]
    return sum(any(name in f"{one} {words_of(one.read_bytes())}" for name in CANARIES) for one in files)


def decoded(one: PublicBody) -> bytes:
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress}
    return bytes(unpacked[one.encoding](one.content)) if one.encoding else one.content


def openings() -> int:
    """How many commitments anybody can open."""
    return db.session.scalar(select(func.count()).where(Opening.public_line_id.is_not(None))) or 0
