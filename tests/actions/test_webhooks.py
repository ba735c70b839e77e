"""Other programs are told of what is public, by a signed word, until they take it; and of nothing else."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select

from coalition import clock, config
from coalition.actions import annotate, announce, cut, mask, release, retract, tell_programs, webhooks
from coalition.actions.call_webhooks import end_of_step
from coalition.actions.team import NotAllowed
from coalition.actions.tell_programs import GIVEN_UP_AFTER, KEPT_FOR, LEASE
from coalition.actions.webhooks import MOST, ToldAlready, TooMany, WebhookEnded
from coalition.database import db, transaction
from coalition.models.public import UNDO
from coalition.models.record import HOUSE_CHAIN, RecordEntry
from coalition.models.webhook import OLD_SECRET_COUNTS, Webhook, WebhookDelivery
from tests import builders
from tests.house.source import words_of
from tests.receiver import Receiver, listening

if TYPE_CHECKING:
    from tests.cast import Cast

SECOND = timedelta(seconds=1)


@pytest.fixture
def receiver(cast: Cast) -> Iterator[Receiver]:  # noqa: ARG001 -- it is told by the house of the cast
    before = config.settings()
    config.install(replace(before, webhooks_to_private_networks=True))
    with listening() as one:
        yield one
    config.install(before)


@pytest.fixture
def secret(cast: Cast, receiver: Receiver) -> str:
    """The secret of the webhook that is made before anything happens."""
    return webhooks.make(receiver.address, by=cast.coordinator)[1]


def said(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in receiver.told]


def kinds(receiver: Receiver) -> list[str]:
    """What the program was told by now, all that is queued."""
    with time_machine.travel(clock.now() + timedelta(minutes=12), tick=False):
        tell_programs.tell_due()
    return [one["type"] for one in said(receiver)]


def tried_out(cast: Cast) -> None:
    """A test waits for the one webhook: whatever is told is sent as it is."""
    webhooks.try_out(db.session.scalars(select(Webhook.id)).one(), by=cast.coordinator)


def queued() -> list[WebhookDelivery]:
    db.session.rollback()
    return list(db.session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.at, WebhookDelivery.kind)))


def a_published_letter(cast: Cast, *, is_rolling: bool = False) -> UUID:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    if is_rolling:
        cut.choose_rolling(letter_id, is_rolling=True, cuts_daily=False, by=cast.coordinator)
        builders.published_open(cast, letter_id)
        announce.announce(letter_id, by=cast.coordinator)
    else:
        builders.published(cast, letter_id)
    return letter_id


def noted(cast: Cast, letter_id: UUID, kind: str) -> None:
    note_id = uuid4()
    entry = annotate.NoteEntry(kind, date(2026, 11, 1), {"en": "A word."})
    annotate.write_note(letter_id, note_id, entry, by=cast.coordinator)
    annotate.publish_note(letter_id, note_id, by=cast.coordinator)


@pytest.mark.usefixtures("secret")
def test_a_release_is_told_once_it_can_not_be_undone(cast: Cast, receiver: Receiver) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id, is_announced=False)
    released = clock.now()
    with time_machine.travel(released + UNDO - timedelta(minutes=1), tick=False):
        announce.announce_due()
        tell_programs.tell_due()
    assert receiver.told == []
    with time_machine.travel(released + UNDO + SECOND, tick=False):
        announce.announce_due()
        tell_programs.tell_due()
        tell_programs.tell_due()
    assert len(receiver.told) == 1
    payload = said(receiver)[0]
    assert set(payload) == {"id", "type", "timestamp", "data"}
    assert payload["type"] == "letter.published"
    assert payload["data"] == {"address": "http://letters.test/letters/free-the-reporters", "edition": 1}
    assert datetime.fromisoformat(payload["timestamp"]) == (released + UNDO + SECOND).replace(microsecond=0)


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("secret")
def test_nothing_is_told_of_what_readers_do_not_see(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    noted(cast, letter_id, "update")
    builders.withdrawn(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.published(cast, letter_id, is_announced=False)
    noted(cast, letter_id, "correction")
    mask.mask(letter_id, cast.arabic_member.organisation_id, by=cast.coordinator)
    release.undo(letter_id, by=cast.coordinator)
    announce.announce_due()
    assert queued() == []


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("secret")
def test_each_thing_that_is_published_later_is_told_by_its_kind(cast: Cast, receiver: Receiver) -> None:
    letter_id = a_published_letter(cast, is_rolling=True)
    noted(cast, letter_id, "correction")
    noted(cast, letter_id, "update")
    noted(cast, letter_id, "update")
    builders.signed(letter_id, cast.arabic_member)
    assert cut.cut(letter_id, by=cast.coordinator) == 2
    retract.retract(letter_id, {"en": "It was wrong."}, by=cast.coordinator)
    builders.withdrawn(letter_id, cast.arabic_member)
    noted(cast, letter_id, "update")  # neither is seen by readers any more
    told = kinds(receiver)
    assert sorted(told) == [
        "letter.changed",
        "letter.corrected",
        "letter.edition",
        "letter.noted",
        "letter.noted",
        "letter.published",
        "letter.retracted",
    ]
    assert {one["type"]: one["data"]["edition"] for one in said(receiver)}["letter.edition"] == 2


@pytest.mark.usefixtures("secret")
def test_a_name_that_leaves_and_one_that_comes_are_told_by_the_same_word(cast: Cast, receiver: Receiver) -> None:
    left, came = a_published_letter(cast), a_published_letter(cast, is_rolling=True)
    tell_programs.tell_due()
    receiver.told.clear()
    mask.mask(left, cast.small_member.organisation_id, by=cast.coordinator)
    builders.signed(came, cast.arabic_member)
    end = end_of_step(clock.now())
    with time_machine.travel(end - SECOND, tick=False):
        tell_programs.tell_due()
    assert receiver.told == []
    with time_machine.travel(end, tick=False):
        tell_programs.tell_due()
    one, other = said(receiver)
    assert one["type"] == other["type"] == "letter.changed"
    assert one["timestamp"] == other["timestamp"] == end.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert one.keys() == other.keys()
    assert one["data"].keys() == other["data"].keys() == {"address", "edition"}


@pytest.mark.usefixtures("secret")
def test_all_changes_of_a_letter_within_a_step_are_told_as_one(cast: Cast) -> None:
    letter_id = a_published_letter(cast, is_rolling=True)
    with time_machine.travel(end_of_step(clock.now()), tick=False):
        builders.signed(letter_id, cast.arabic_member)
        builders.withdrawn(letter_id, cast.arabic_member)
        mask.mask(letter_id, cast.small_member.organisation_id, by=cast.coordinator)
    assert [one.kind for one in queued()] == ["published", "changed"]


@pytest.mark.usefixtures("secret")
def test_an_act_behind_a_withheld_name_is_told_to_nobody(cast: Cast) -> None:
    letter_id = a_published_letter(cast, is_rolling=True)
    before = len(queued())
    builders.signed(letter_id, cast.arabic_member, is_withheld=True)
    builders.withdrawn(letter_id, cast.arabic_member)
    assert len(queued()) == before


@pytest.mark.parametrize(
    ("now", "told"),
    [("10:00:00", "10:10"), ("10:08:59", "10:10"), ("10:09:00", "10:20"), ("10:09:59", "10:20"), ("10:59:30", "11:10")],
)
@pytest.mark.only_on("sqlite")
def test_a_change_is_told_at_the_end_of_its_step_and_never_into_one_that_ends_now(now: str, told: str) -> None:
    assert end_of_step(datetime.fromisoformat(f"2027-03-01T{now}Z")) == datetime.fromisoformat(f"2027-03-01T{told}Z")


@pytest.mark.only_on("sqlite")
def test_the_documented_commands_say_that_it_was_us(
    cast: Cast, receiver: Receiver, secret: str, tmp_path: Path
) -> None:
    tried_out(cast)
    tell_programs.tell_due()
    told = receiver.told[0]
    assert told.path == "/hooks?of=us"
    assert told.headers["content-type"] == "application/json"
    (tmp_path / "body.json").write_bytes(told.body)
    page = words_of("docs/webhooks.md")
    command = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)[0]
    given = {"secret": secret, "id": told.headers["webhook-id"], "timestamp": told.headers["webhook-timestamp"]}
    ran = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=os.environ | given, capture_output=True, check=True, text=True
    )
    assert f"v1,{ran.stdout.strip()}" == told.headers["webhook-signature"]
    known: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], known)  # noqa: S102 -- our own document
    assert known["is_ours"](secret, told.headers, told.body)
    assert not known["is_ours"](secret, told.headers, told.body.replace(b"test", b"letter.retracted"))
    assert not known["is_ours"]("whsec_" + base64.b64encode(bytes(32)).decode(), told.headers, told.body)


@pytest.mark.usefixtures("secret")
def test_what_is_not_taken_comes_again_with_the_same_id(cast: Cast, receiver: Receiver) -> None:
    receiver.answers = [(500, {}), (503, {"Retry-After": "7200"}), (204, {})]
    tried_out(cast)
    first = clock.now()
    assert tell_programs.tell_due() == 0
    [row] = queued()
    assert (row.state, row.attempts, row.last_code) == ("queued", 1, 500)
    assert first < row.next_at <= first + timedelta(minutes=2)
    with time_machine.travel(row.next_at, tick=False):
        tell_programs.tell_due()
        [row] = queued()
        assert row.next_at == clock.now() + timedelta(hours=2)
    with time_machine.travel(row.next_at, tick=False):
        assert tell_programs.tell_due() == 1
    assert len({one.headers["webhook-id"] for one in receiver.told}) == 1
    assert len({one.body for one in receiver.told}) == 1
    assert len({one.headers["webhook-timestamp"] for one in receiver.told}) == 3
    [row] = queued()
    assert (row.state, row.last_code, row.trouble) == ("taken", 204, "")


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("secret")
def test_an_address_that_takes_nothing_is_left_alone_and_given_up_after_three_days(
    cast: Cast, receiver: Receiver
) -> None:
    receiver.answers = [(500, {})]
    tried_out(cast)
    tried_out(cast)
    began = clock.now()
    tell_programs.tell_due()
    assert len(receiver.told) == 1  # the other one waits as long
    moment = began
    for _again in range(60):
        waiting = [one.next_at for one in queued() if one.state == "queued"]
        if not waiting:
            break
        moment = min(waiting)
        with time_machine.travel(moment, tick=False):
            tell_programs.tell_due()
    assert {one.state for one in queued()} == {"given_up"}
    assert moment >= began + GIVEN_UP_AFTER - SECOND
    assert 12 <= len(receiver.told) <= 30
    with time_machine.travel(moment + KEPT_FOR + SECOND, tick=False):
        tell_programs.tell_due()
    assert queued() == []


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("secret")
def test_nobody_there_is_no_answer_and_stands_at_the_desk(cast: Cast) -> None:
    with transaction() as session:
        session.scalars(select(Webhook)).one().address = "http://127.0.0.1:1/"
    tried_out(cast)
    tell_programs.tell_due()
    [row] = queued()
    assert (row.state, row.last_code, row.trouble) == ("queued", None, "unreachable")


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("secret")
def test_a_host_of_our_own_networks_gets_nothing_where_the_settings_do_not_allow_it(
    cast: Cast, receiver: Receiver
) -> None:
    tried_out(cast)
    config.install(replace(config.settings(), webhooks_to_private_networks=False))
    tell_programs.tell_due()
    [row] = queued()
    assert (row.trouble, receiver.told) == ("private", [])


@pytest.mark.usefixtures("secret")
def test_what_a_killed_worker_had_is_sent_by_another_and_by_one_alone(cast: Cast, receiver: Receiver) -> None:
    tried_out(cast)
    [row] = queued()
    call = tell_programs._begun(row.id)
    assert call is not None
    assert tell_programs._begun(row.id) is None
    tell_programs.tell_due()
    assert receiver.told == []
    with time_machine.travel(clock.now() + LEASE + SECOND, tick=False):
        assert tell_programs.tell_due() == 1
    assert tell_programs._settle(call, None, "no_answer") is False  # it comes back: too late
    [row] = queued()
    assert (row.state, row.attempts, len(receiver.told)) == ("taken", 2, 1)


@pytest.mark.usefixtures("secret")
def test_whoever_answers_gone_is_told_nothing_more(cast: Cast, receiver: Receiver) -> None:
    receiver.answers = [(410, {})]
    tried_out(cast)
    tell_programs.tell_due()
    webhook = db.session.scalars(select(Webhook)).one()
    assert webhook.ended_at is not None
    assert (webhook.secret, webhook.old_secret) == (None, None)
    assert [one.state for one in queued()] == ["given_up"]
    entry = select(RecordEntry).where(RecordEntry.chain == HOUSE_CHAIN).order_by(RecordEntry.number.desc()).limit(1)
    last = db.session.scalars(entry).one()
    assert (last.verb, last.actor_kind) == ("webhook ended", "system")


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("secret")
def test_what_waits_for_an_address_that_was_ended_is_not_sent(cast: Cast, receiver: Receiver) -> None:
    tried_out(cast)
    webhooks.end(db.session.scalars(select(Webhook.id)).one(), by=cast.coordinator)
    tell_programs.tell_due()
    assert receiver.told == []
    assert [(one.state, one.trouble) for one in queued()] == [("given_up", "ended")]


@pytest.mark.only_on("sqlite")
def test_another_secret_counts_at_once_and_the_one_before_for_a_day(cast: Cast, secret: str) -> None:
    webhook_id = db.session.scalars(select(Webhook.id)).one()
    renewed = webhooks.renew_secret(webhook_id, by=cast.coordinator)
    webhook, now = db.session.get_one(Webhook, webhook_id), clock.now()
    both = webhook.signatures("msg_1", b"{}", now=now).split()
    later = webhook.signatures("msg_1", b"{}", now=now + OLD_SECRET_COUNTS + SECOND).split()
    assert (len(both), len(later)) == (2, 1)
    assert renewed != secret
    assert len(base64.b64decode(renewed.removeprefix("whsec_"))) == 32


@pytest.mark.only_on("sqlite")
def test_an_address_is_told_once_and_twenty_at_most(cast: Cast, receiver: Receiver) -> None:
    webhooks.make(receiver.address, by=cast.coordinator)
    with pytest.raises(ToldAlready):
        webhooks.make(receiver.address, by=cast.coordinator)
    for number in range(1, MOST):
        webhooks.make(f"{receiver.address}&{number}", by=cast.coordinator)
    with pytest.raises(TooMany):
        webhooks.make(f"{receiver.address}&more", by=cast.coordinator)


@pytest.mark.only_on("sqlite")
def test_only_administrators_have_other_programs_told(cast: Cast, receiver: Receiver) -> None:
    webhook_id, _secret = webhooks.make(receiver.address, by=cast.coordinator)
    for verb in (webhooks.renew_secret, webhooks.try_out, webhooks.end):
        with pytest.raises(NotAllowed):
            verb(webhook_id, by=cast.other_coordinator)
        with pytest.raises(WebhookEnded):
            verb(uuid4(), by=cast.coordinator)
    with pytest.raises(NotAllowed):
        webhooks.make("https://example.org/", by=cast.other_coordinator)
