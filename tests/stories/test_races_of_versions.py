"""Answers that meet a change of the text at the same instant, at three worker processes: one order, nothing between.

The team's part is done by this process, the answers come over HTTP: four processes write at once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition import clock
from coalition.actions import amend, check, close, draft, publish, respond
from coalition.actions.publish import NotReadyToPublish
from coalition.actions.respond import ParagraphChanged, Reply
from coalition.database import db
from coalition.models.account import Account
from coalition.models.comment import Comment
from coalition.models.consent import Consent
from coalition.models.letter import StaleEdit
from coalition.models.public import PublicLetter
from coalition.models.record import RecordEntry, verify
from coalition.models.version import Version
from coalition.rendering.paragraphs import paragraphs
from tests import builders
from tests.server import running
from tests.stories.test_agreement_property import World, all_is_true
from tests.stories.test_races import OpenPage, at_once, open_page, signing

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask

    from coalition.config import Settings
    from tests.cast import Cast

WORKERS: Final = 3
PAGES: Final = 4
"""Of each organisation's page, open in as many browsers."""
DONE: Final = 303


def by_team(app: Flask, account_id: UUID, act: Callable[[Account], object]) -> Callable[[], int]:
    """What a coordinator does, in a thread: 303 where it was done, 409 where it was refused."""

    def do() -> int:
        with app.app_context():
            try:
                act(db.session.get_one(Account, account_id))
            except (NotReadyToPublish, ParagraphChanged, StaleEdit):
                return 409
            return DONE

    return do


def pages_of(address: str, cast: Cast, letter_id: UUID) -> list[OpenPage]:
    """The three members' pages, each in several browsers."""
    members = (cast.small_member, cast.arabic_member, cast.unnamed_member)
    opened = [open_page(address, builders.link_path(letter_id, one)) for one in members for _ in range(PAGES)]
    return [replace(page, path=page.path.removesuffix("/changes")) for page in opened]


def putting_forward(letter_id: UUID, change_class: str) -> Callable[[Account], object]:
    """The press that puts the version forward which the team has written."""
    said = amend.Amendment(change_class, {"en": "Why."}, clock.now() + timedelta(days=3))
    seal = amend.seal_of(builders.a_letter(letter_id))
    return lambda by: amend.put_forward(letter_id, said, by=by, seal=seal)


def write_next(cast: Cast, letter_id: UUID, body: str = "Another text.") -> None:
    """The team writes the next version."""
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": body}, by=cast.coordinator)


def it_is_true(cast: Cast, letter_id: UUID) -> None:
    """Ledger, tally, list and record fit together."""
    all_is_true(World(cast, letter_id))
    db.session.rollback()
    chain = select(RecordEntry).where(RecordEntry.chain == letter_id.hex).order_by(RecordEntry.number)
    verify(db.session.scalars(chain).all())


def test_who_signs_as_the_text_changes_signs_the_one_they_saw_or_nothing(
    app: Flask, settings: Settings, database_url: str, cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast)
    write_next(cast, letter_id)
    forward = by_team(app, cast.coordinator_id, putting_forward(letter_id, "substantive"))
    with running(replace(settings, database=database_url), workers=WORKERS) as address:
        acts = [signing(page, number) for number, page in enumerate(pages_of(address, cast, letter_id))]
        statuses = at_once([*acts[:6], forward, *acts[6:]])
    assert statuses[6] == DONE
    assert set(statuses) <= {303, 409}
    it_is_true(cast, letter_id)
    first = db.session.scalars(select(Version.id).where(Version.letter_id == letter_id, Version.number == 1)).one()
    assert set(db.session.scalars(select(Consent.version_id))) <= {first}


def test_who_keeps_or_withdraws_as_the_text_changes_again_is_counted_once(
    app: Flask, settings: Settings, database_url: str, cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast)
    for member in (cast.small_member, cast.arabic_member, cast.unnamed_member):
        builders.signed(letter_id, member, is_withheld=member is cast.unnamed_member)
    builders.amended(cast, letter_id)
    write_next(cast, letter_id)
    forward = by_team(app, cast.coordinator_id, putting_forward(letter_id, "typographical"))
    with running(replace(settings, database=database_url), workers=WORKERS) as address:
        answers = [
            (lambda page=page: page.send("keep", {"keep": "yes"}))
            if number % 4 < 2
            else (lambda page=page: page.send("withdraw", {"confirm": "yes"}))
            if number % 4 == 2
            else (lambda page=page: page.send("not-us", {"confirm": "yes"}))
            for number, page in enumerate(pages_of(address, cast, letter_id))
        ]
        statuses = at_once([*answers[:5], forward, *answers[5:]])
    assert statuses[5] == DONE
    assert set(statuses) <= {200, 303, 409}, statuses  # to withdraw a withheld name a code is asked for: 200
    it_is_true(cast, letter_id)


def test_who_objects_as_the_letter_is_published_is_not_on_it_or_is_told_that_it_is_too_late(
    app: Flask, settings: Settings, database_url: str, cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast)
    for member in (cast.small_member, cast.arabic_member, cast.unnamed_member):
        builders.signed(letter_id, member, is_withheld=member is cast.unnamed_member)
    builders.amended(cast, letter_id, "typographical")
    close.close(letter_id, by=cast.coordinator)
    found = check.check(db.session(), builders.a_letter(letter_id))
    overrides = {finding.key: "seen" for finding in found.findings}
    press = by_team(app, cast.coordinator_id, lambda by: publish.publish(letter_id, by=by, overrides=overrides))
    with running(replace(settings, database=database_url), workers=WORKERS) as address:
        answers = [
            (lambda page=page: page.send("object", {"object": "yes"})) for page in pages_of(address, cast, letter_id)
        ]
        statuses = at_once([*answers[:3], press, *answers[3:]])
    assert set(statuses) <= {303, 409}, statuses
    it_is_true(cast, letter_id)
    assert (db.session.get(PublicLetter, letter_id) is not None) == (statuses[3] == DONE)


def test_wording_is_taken_and_the_text_saved_at_once_and_no_word_is_lost(app: Flask, cast: Cast) -> None:
    letter_id = builders.consulted(cast)
    wording = "They have waited for three years."
    comment_id = builders.said(letter_id, cast.small_member, on="long enough", kind="wording", wording=wording)
    amend.begin_version(letter_id, by=cast.coordinator)
    text = builders.a_letter(letter_id).working_version.text("en")
    seen, key = draft.state_of_text(text), next(one.key for one in paragraphs(text) if "long enough" in one.plain)
    body = text.body + "\nBy a colleague.\n"
    db.session.rollback()
    take = by_team(
        app,
        cast.coordinator_id,
        lambda by: respond.answer_comment(letter_id, comment_id, Reply("taken", seen=key), by=by),
    )
    save = by_team(
        app, cast.other_coordinator_id, lambda by: draft.save_text(letter_id, "en", {"body": body}, by=by, seen=seen)
    )
    taken, saved = at_once([take, save])
    db.session.rollback()
    now = builders.a_letter(letter_id).working_version.text("en").body
    assert taken == DONE
    assert wording in now
    assert ("By a colleague." in now) == (saved == DONE)
    assert db.session.get_one(Comment, comment_id).outcome == "taken"
