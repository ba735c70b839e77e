"""Two worlds that differ only in who the withheld signatory is give the same bytes to every reader."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from coalition.actions import announce, cut, dispute, mask, report
from coalition.actions.report import Said, Sent
from tests import builders
from tests.cast import assemble
from tests.public_bytes import PROOF, bodies_of
from tests.shipped import own_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from coalition.config import Settings
    from tests.cast import Cast, Member
    from tests.databases import Databases

NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)


def test_who_withheld_their_name_shows_nowhere(
    settings: Settings, databases: Databases, migrated_database: str
) -> None:
    """One house with an open letter, copied; in each copy another member signs with its name withheld."""
    origin = databases.copy(migrated_database)
    with time_machine.travel(NOON, tick=False):
        with _house_at(settings, origin):
            cast = assemble()
            letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
            builders.signed(letter_id, cast.small_member)
        worlds = []
        for hidden in (cast.unnamed_member, cast.arabic_member):
            address = databases.copy(origin)
            with _house_at(settings, address):
                builders.signed(letter_id, hidden, is_withheld=True)
                builders.published(cast, letter_id)
                worlds.append(bodies_of(letter_id))
            databases.drop(address)
    databases.drop(origin)
    one, other = worlds
    assert len(one) >= 8 + PROOF
    manifest = json.loads(one["/letters/free-the-reporters/editions/1/manifest.json"].partition(b"\n")[0])
    assert (manifest["withheld_count"], len(manifest["commitments"])) == (1, 20)
    assert one == other


@pytest.mark.only_on("sqlite")
def test_who_withheld_their_name_between_two_editions_shows_nowhere(
    settings: Settings, databases: Databases, migrated_database: str
) -> None:
    """A letter that goes on taking signatures: in each world another member signs unnamed before the second edition."""
    origin = databases.copy(migrated_database)
    with time_machine.travel(NOON, tick=False) as time:
        with _house_at(settings, origin):
            cast = assemble()
            letter_id = builders.an_open_letter(cast)
            builders.signed(letter_id, cast.small_member)
            cut.choose_rolling(letter_id, is_rolling=True, cuts_daily=False, by=cast.coordinator)
        worlds = []
        for hidden in (cast.unnamed_member, cast.arabic_member):
            address = databases.copy(origin)
            with _house_at(settings, address):
                time.move_to(NOON)
                builders.published_open(cast, letter_id)
                time.move_to(NOON + timedelta(days=1))
                announce.announce_due()
                builders.signed(letter_id, hidden, is_withheld=True)
                since = bodies_of(letter_id, with_slow=False)
                cut.cut(letter_id, by=cast.coordinator)
                worlds.append((since, bodies_of(letter_id)))
            databases.drop(address)
    databases.drop(origin)
    for one, other in zip(*worlds, strict=True):
        assert [path for path in one if one[path] != other[path]] == []
        assert one.keys() == other.keys()
    assert {path.removeprefix("/letters/free-the-reporters") for path in worlds[0][1]} >= EVERY_FORM
    assert b"1 organisation whose name is withheld" in worlds[0][1]["/letters/free-the-reporters"]


EVERY_FORM = {
    "", ".pdf", ".docx", ".xlsx", ".csv", ".txt", ".md", ".json", ".bib", "/card.png", "/embed", "/editions",
    "/editions.json", "/editions/1", "/editions/2", "/editions/2/manifest.json", "/api/v1/letters", "/feed.atom",
    "/api/v1/letters/free-the-reporters", "/feed.json", "/sitemap.xml", "/", "/corrections",
}  # fmt: skip
"""What is compared, among the rest."""


def test_who_kept_a_withheld_signature_under_a_changed_text_shows_nowhere(
    settings: Settings, databases: Databases, migrated_database: str
) -> None:
    """In each world another member withholds its name, draws a red line, keeps its signature, and objects to a word.

    The text changes three times meanwhile; a third member that signed unnamed stays silent.
    """
    origin = databases.copy(migrated_database)
    with time_machine.travel(NOON, tick=False):
        with _house_at(settings, origin):
            cast = assemble()
            letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
            builders.signed(letter_id, cast.small_member)
        worlds = []
        for hidden, other in (
            (cast.unnamed_member, cast.arabic_member),
            (cast.arabic_member, cast.unnamed_member),
        ):
            address = databases.copy(origin)
            with _house_at(settings, address):
                _amended_and_published(cast, letter_id, hidden, other)
                worlds.append(bodies_of(letter_id))
            databases.drop(address)
    databases.drop(origin)
    one, another = worlds
    assert len(one) >= 8 + PROOF
    assert b"1 organisation whose name is withheld" in one["/letters/free-the-reporters"]
    assert one == another


def _amended_and_published(cast: Cast, letter_id: UUID, hidden: Member, silent: Member) -> None:
    builders.signed(letter_id, hidden, is_withheld=True)
    builders.signed(letter_id, silent, is_withheld=True)
    words = "We cannot, while this stands."
    builders.said(letter_id, hidden, words, on="Repeal", kind="cannot_while_stands")
    builders.amended(cast, letter_id)
    for member in (cast.small_member, hidden):
        builders.kept(letter_id, member)
    builders.amended(cast, letter_id, "typographical", body=builders.BODY + "\nToday!\n")
    builders.objected(letter_id, hidden)
    builders.amended(cast, letter_id, "typographical", body=builders.BODY + "\nNow!\n")
    builders.kept(letter_id, hidden)
    builders.published(cast, letter_id)


@pytest.mark.parametrize("how", ["withdrawn", "withheld"])
def test_a_name_that_left_leaves_the_same_page_whatever_made_it_leave(cast: Cast, how: str) -> None:
    with time_machine.travel(NOON, tick=False):
        letter_id = builders.an_open_letter(cast)
        for member in (cast.small_member, cast.arabic_member):
            builders.signed(letter_id, member)
        builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
        builders.published(cast, letter_id)
        getattr(builders, how)(letter_id, cast.small_member)
        page = bodies_of(letter_id)["/letters/free-the-reporters"]
    assert b"Kalina Press Club" not in page
    assert b"1 organisation whose name is withheld" in page


def test_however_a_name_left_and_whatever_readers_said_of_it_the_bytes_are_the_same(
    settings: Settings, databases: Databases, migrated_database: str
) -> None:
    """Withdrawn, withheld, masked here or everywhere, suspended: nobody can tell which, nor who is unnamed."""
    origin = databases.copy(migrated_database)
    with time_machine.travel(NOON, tick=False):
        with _house_at(settings, origin):
            cast = assemble()
            letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
            builders.signed(letter_id, cast.small_member)
        worlds = []
        for number, leave in enumerate(LEFT):
            address = databases.copy(origin)
            hidden = (cast.unnamed_member, cast.arabic_member)[number % 2]
            with _house_at(settings, address):
                builders.signed(letter_id, hidden, is_withheld=True)
                builders.published(cast, letter_id)
                leave(cast, letter_id, cast.small_member)
                said = Said(name=hidden.name, words=f"Why does {hidden.name} not stand there?")
                report.report(letter_id, said, Sent(key=f"{number:032d}", language="en"))
                worlds.append(bodies_of(letter_id))
            databases.drop(address)
    databases.drop(origin)
    assert len(worlds[0]) >= 8 + PROOF
    assert b"Kalina Press Club" not in worlds[0]["/letters/free-the-reporters"]
    assert [world == worlds[0] for world in worlds] == [True] * len(LEFT)


LEFT: tuple[Callable[[Cast, UUID, Member], object], ...] = (
    lambda _cast, letter_id, member: builders.withdrawn(letter_id, member),
    lambda _cast, letter_id, member: builders.withheld(letter_id, member),
    lambda cast, letter_id, member: mask.mask(letter_id, member.organisation_id, by=cast.coordinator),
    lambda cast, _letter_id, member: mask.mask_everywhere(member.organisation_id, by=cast.coordinator),
    lambda cast, letter_id, member: dispute.suspend(
        letter_id, member.organisation_id, reason="In doubt.", by=cast.coordinator
    ),
)
"""The ways in which a name leaves a list."""


@contextmanager
def _house_at(settings: Settings, address: str) -> Iterator[None]:
    """The application on the database at an address, which is let go of afterwards."""
    with own_app(replace(settings, database=address)):
        yield
