"""Recording at the desk: four fields for one organisation, a list for many, evidence that opens on the record alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions.acts import standing_signature
from coalition.database import db
from coalition.models.evidence import Evidence
from coalition.models.record import RecordEntry
from coalition.web.desk import recording
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast, Member
    from tests.visitor import Page, Visitor

WORDS = "Yes, print us."


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    return builders.an_open_letter(cast)


def path(letter_id: UUID, *rest: str) -> str:
    return "/".join((f"/desk/letters/{letter_id}", *rest))


def the_form(desk: Visitor, letter_id: UUID, member: Member) -> Page:
    return desk.get(f"{path(letter_id, 'record')}?organisation={member.organisation_id}")


def recorded(desk: Visitor, letter_id: UUID, member: Member, **fields: object) -> Page:
    filled = {"answer": "sign", "who": "Ana Petrova", "words": WORDS} | fields
    return the_form(desk, letter_id, member).form("/record").fill(filled).submit("Record it")  # type: ignore[arg-type]  # a file among words


def evidence() -> Evidence:
    db.session.rollback()
    return db.session.scalars(select(Evidence)).one()


def token_of(desk: Visitor) -> dict[str, object]:
    """What every form of one's own desk carries."""
    return {"csrf_token": desk.get("/desk").form("/sign-out").fields["csrf_token"]}


def has_signed(letter_id: UUID, member: Member) -> bool:
    return standing_signature(db.session(), letter_id, member.organisation_id) is not None


def test_a_yes_by_telephone_takes_three_fields_and_says_what_was_recorded(
    nadia: Visitor, letter_id: UUID, cast: Cast
) -> None:
    page = recorded(nadia, letter_id, cast.small_member)
    assert page.heading == "What was recorded"
    assert "Recorded for 1 organisation. Everybody known there is told." in page.words
    assert "Kalina Press Club" in page.words
    assert WORDS not in page.words
    assert has_signed(letter_id, cast.small_member)
    assert evidence().said["way"] == "telephone"
    board = nadia.get(path(letter_id))
    assert "Signed, recorded by a coordinator" in board.words
    assert "recorded, not confirmed" in board.words
    only = nadia.get(path(letter_id) + "?state=recorded")
    assert "Kalina Press Club" in only.words
    assert "Amman" not in only.words


def test_a_form_sent_as_it_came_records_nothing_and_says_what_is_missing(
    nadia: Visitor, letter_id: UUID, cast: Cast
) -> None:
    answer = the_form(nadia, letter_id, cast.small_member).form("/record").submit("Record it")
    assert answer.status == 422
    assert "Choose what they said." in answer.words
    assert "Enter who said it." in answer.words
    assert "Write down what was said, or choose a file that shows it." in answer.words
    assert db.session.scalars(select(Evidence)).all() == []


def test_nothing_typed_is_lost(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    answer = recorded(nadia, letter_id, cast.small_member, who="", role="Chair", on="soon", way="meeting")
    assert answer.status == 422
    fields = answer.form("/record").fields
    assert (fields["role"], fields["on"], fields["way"], fields["words"]) == (["Chair"], ["soon"], ["meeting"], [WORDS])
    assert fields["organisation"] == [str(cast.small_member.organisation_id)]
    assert "Enter the day on which they said it" in answer.words


def test_a_day_to_come_and_a_day_after_the_deadline_are_said(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    later = recorded(nadia, letter_id, cast.small_member, on="2999-01-01")
    assert "This day has not come yet." in later.words


def test_the_form_sent_twice_shows_what_was_recorded_once(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    form = the_form(nadia, letter_id, cast.small_member).form("/record")
    form.fill(answer="sign", who="Ana", words=WORDS)
    first = form.submit("Record it")
    second = form.submit("Record it")
    assert first.path == second.path
    assert "What was recorded" in second.words


def test_several_are_found_searched_for_and_pasted(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    page = nadia.get(path(letter_id, "record"))
    assert "On the list of this letter" in page.words
    found = page.form("/record").fill(q="AMMAN").submit("Search")
    assert "Found" in found.words
    ids = [str(cast.arabic_member.organisation_id)]
    unclear = found.form("/record").fill(organisation=ids, names="kalina press CLUB\nNobody\n").submit("Go on")
    assert unclear.status == 422
    assert "Line 2: the directory has no organisation called \u2068Nobody\u2069." in unclear.words
    form = unclear.form("/record")
    assert form.fields["names"] == ["Nobody"]
    assert len(form.fields["organisation"]) == 2
    page = form.fill(names="").submit("Go on")
    assert page.heading == "Record the answer of 2 organisations"
    done = page.form("/record").fill(answer="sign", who="Ana", words=WORDS, way="list").submit("Record it")
    assert "Recorded for 2 organisations." in done.words
    assert has_signed(letter_id, cast.small_member)
    assert has_signed(letter_id, cast.arabic_member)


def test_who_has_signed_is_said_kindly_and_the_others_are_recorded(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    builders.signed(letter_id, cast.small_member)
    ids = [one.organisation_id for one in (cast.small_member, cast.arabic_member)]
    page = nadia.get(path(letter_id, "record") + "?" + "&".join(f"organisation={one}" for one in ids))
    done = page.form("/record").fill(answer="sign", who="Ana", words=WORDS).submit("Record it")
    assert "\u2068Kalina Press Club\u2069 has signed already. Nothing was recorded for it." in done.words
    alone = recorded(nadia, letter_id, cast.small_member)
    assert alone.status == 409
    assert alone.form("/record").fields["words"] == [WORDS]


def test_who_usually_stays_unnamed_is_recorded_withheld_and_stays_off_the_page(
    nadia: Visitor, letter_id: UUID, cast: Cast
) -> None:
    page = the_form(nadia, letter_id, cast.unnamed_member)
    assert "usually stays unnamed for its safety. A yes is recorded with the name withheld." in page.words
    done = page.form("/record").fill(answer="sign", who="Ana", words=WORDS).submit("Record it")
    assert "1 organisation with its name withheld." in done.words
    assert "Northern Lights" not in done.words
    assert "Northern Lights" not in nadia.get(path(letter_id)).words


def test_the_evidence_opens_by_a_press_that_the_record_notes(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    page = recorded(nadia, letter_id, cast.small_member, file=(b"<script>alert(1)</script>", "mi\tnutes.html"))
    opened = page.form("/open").submit()
    assert WORDS in opened.words
    assert "Ana Petrova" in opened.words
    file = opened.form("/file").submit()
    assert file.content == b"<script>alert(1)</script>"
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["Content-Disposition"].startswith("attachment; filename=minutes.html")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Cache-Control"] == "no-store"
    verbs = db.session.scalars(select(RecordEntry.verb)).all()
    assert verbs.count("evidence opened") == 2
    assert "Opened the evidence of a recorded answer" in nadia.get(path(letter_id, "log")).words


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.pdf", "The file is empty."),
        (b"x" * 1001, "huge.pdf", "The file is too large: choose one of at most 10 MB."),
    ],
)
def test_a_file_that_can_be_no_evidence_is_refused_in_words(
    nadia: Visitor, letter_id: UUID, cast: Cast, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str, said: str
) -> None:
    monkeypatch.setattr(recording, "FILE_LIMIT", 1000)
    answer = recorded(nadia, letter_id, cast.small_member, file=(content, name))
    assert answer.status == 422
    assert said in answer.words
    assert not has_signed(letter_id, cast.small_member)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 300 + ".pdf", "\u202efdp.exe", "…", "con\x00.txt"])
def test_odd_file_names_are_made_plain(nadia: Visitor, letter_id: UUID, cast: Cast, name: str) -> None:
    recorded(nadia, letter_id, cast.small_member, words="", file=(b"\x00\xff", name))
    kept = evidence().said["file_name"]
    assert "/" not in kept
    assert 0 < len(kept) <= 120
    assert kept.isprintable()


def test_a_file_is_asked_for_again_where_the_form_comes_back(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    answer = recorded(nadia, letter_id, cast.small_member, who="", file=(b"scan", "scan.png"))
    assert "Choose the file again: this page cannot keep it." in answer.words


def test_strangers_and_other_teams_find_nothing(
    visitor: Visitor, omar: Visitor, letter_id: UUID, cast: Cast, visitors: Callable[..., Visitor]
) -> None:
    visitor.sign_in(cast.coordinator)
    page = recorded(visitor, letter_id, cast.small_member)
    for rest in ("record", page.path.partition(f"{letter_id}/")[2]):
        assert omar.get(path(letter_id, rest)).status == 404
        assert "/sign-in" in visitors().get(path(letter_id, rest), follow=False).headers["Location"]
    for rest in ("open", "file"):
        assert omar.post(f"{page.path}/{rest}", token_of(omar)).status == 404


def test_the_evidence_of_another_letter_is_not_there(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    recorded(nadia, letter_id, cast.small_member)
    other_id = builders.an_open_letter(cast, title="Another")
    assert nadia.get(path(other_id, "record", str(evidence().id))).status == 404


def test_a_letter_that_is_not_out_takes_nothing(nadia: Visitor, cast: Cast) -> None:
    draft_id = builders.a_draft(cast)
    answer = recorded(nadia, draft_id, cast.small_member)
    assert answer.status == 409
    assert "not out for signature yet" in answer.words


def test_a_colleague_without_contacts_is_warned_of(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    organisation = cast.small_member.contact.organisation
    organisation.do_not_ask_at = clock.now()
    for contact in organisation.contacts:
        contact.ended_at = clock.now()
    db.session.commit()
    page = the_form(nadia, letter_id, cast.small_member)
    assert "asked not to be asked" in page.words
    assert "nobody there can be told, or object" in page.words
