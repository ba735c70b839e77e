"""The call sheet and the missing voices: who has not answered, in which order to call, and what no number tells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import jot
from coalition.actions.jot import Call, NothingNoted
from coalition.database import db
from coalition.models.group import DirectoryGroup, Membership
from coalition.models.private_note import PrivateNote
from tests import builders
from tests.builders import an_open_letter
from tests.web.desk.letters import path_of

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast, Member
    from tests.visitor import Page, Visitor

SUNDAY = datetime(2027, 3, 7, 8, tzinfo=UTC)
WEDNESDAY = datetime(2027, 3, 3, 8, tzinfo=UTC)


def called(letter_id: UUID) -> list[tuple[UUID, dict[str, str]]]:
    db.session.rollback()
    rows = db.session.scalars(select(PrivateNote).where(PrivateNote.letter_id == letter_id, PrivateNote.kind == "call"))
    return [(row.organisation_id, row.words) for row in rows]


def names(page: Page) -> list[str]:
    """The organisations in their order on the page."""
    return ["".join(link.itertext()) for link in page.tree.iterfind(".//tbody/tr/th//a")]


def row(page: Page, said: str) -> list[str]:
    """The cells of a line."""
    for line in page.tree.iterfind(".//tbody/tr"):
        cells = [" ".join("".join(cell.itertext()).split()) for cell in line]
        if cells[0].startswith(said):
            return cells
    pytest.fail(f"{page.path} has no line {said!r}")


def in_group(name: str, *members: Member) -> None:
    group = DirectoryGroup(name=name, created_at=clock.now())
    db.session.add(group)
    db.session.flush()
    for one in members:
        db.session.add(Membership(group_id=group.id, organisation_id=one.organisation_id))
    db.session.commit()


# -- the sheet ----------------------------------------------------------------------------------------------------


def test_the_sheet_lists_those_who_have_not_answered(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    page = nadia.get(path_of(letter_id)).follow("Call sheet")
    assert set(names(page)) == {"Amman Writers’ House", "Northern Lights Reporters"}
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    assert names(nadia.get(path_of(letter_id, "calls"))) == ["Amman Writers’ House"]
    assert names(nadia.get(path_of(letter_id, "calls") + "?state=signed")) == ["Kalina Press Club"]


def test_those_at_work_now_stand_first(nadia: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = an_open_letter(cast, cast.small_member, cast.arabic_member)
    monkeypatch.setattr(clock, "now", lambda: SUNDAY)  # a working day in Amman, none in Sofia
    nadia.sign_in(cast.coordinator)
    page = nadia.get(path_of(letter_id, "calls"))
    assert names(page) == ["Amman Writers’ House", "Kalina Press Club"]
    assert "now, until Sunday 17:00 there" in row(page, "Amman")[2]
    assert "from Monday 09:00 there, Monday 08:00 for you" in row(page, "Kalina")[2]
    monkeypatch.setattr(clock, "now", lambda: WEDNESDAY)
    assert "Wednesday 10:00" in row(nadia.get(path_of(letter_id, "calls")), "Kalina")[2]


def test_how_calls_went_is_kept_in_one_press(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    kalina, sami = cast.small_member.organisation_id, cast.arabic_member.organisation_id
    form = nadia.get(path_of(letter_id, "calls")).form("form")
    page = form.fill(
        {f"outcome-{kalina.hex}": "will_decide", f"words-{kalina.hex}": "After Friday.",
         f"outcome-{sami.hex}": "no_answer"}
    ).submit()  # fmt: skip
    assert "2 calls are noted." in page.words
    assert dict(called(letter_id))[kalina] == {"words": "After Friday.", "outcome": "will_decide"}
    assert "called: they will decide" in row(page, "Kalina")[3]
    assert "After Friday." in nadia.get(path_of(letter_id, "organisations", str(kalina))).words
    form.submit()
    assert len(called(letter_id)) == 2  # the same form sent again counts once


def test_words_without_an_outcome_come_back_with_everything_typed(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    kalina, sami = cast.small_member.organisation_id.hex, cast.arabic_member.organisation_id.hex
    form = nadia.get(path_of(letter_id, "calls")).form("form")
    builders.signed(letter_id, cast.small_member)  # meanwhile: it is off the sheet, what was typed is not
    page = form.fill(
        {f"words-{kalina}": "Spoke with Kofi.", f"outcome-{sami}": "reached", f"words-{sami}": "Yes, soon."}
    ).submit()
    assert (page.status, page.errors) == (422, ["Choose how the call ended: Kalina Press Club."])
    again = page.form("form")
    assert again.fields[f"words-{kalina}"] == ["Spoke with Kofi."]
    assert again.fields[f"outcome-{sami}"] == ["reached"]
    assert called(letter_id) == []
    again.fill({f"outcome-{kalina}": "reached"}).submit()
    assert len(called(letter_id)) == 2


def test_an_outcome_that_there_is_not_is_refused(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    kalina = cast.small_member.organisation_id
    page = nadia.get(path_of(letter_id, "calls"))
    token = page.form("form").fields["csrf_token"][0]
    sent = nadia.post(path_of(letter_id, "calls"), {"csrf_token": token, f"outcome-{kalina.hex}": "signed"})
    assert sent.status == 422
    with pytest.raises(NothingNoted):
        jot.log_calls(letter_id, {kalina: Call("signed")}, by=cast.coordinator, form=uuid4())
    assert called(letter_id) == []


def test_a_sheet_sent_empty_says_what_to_do(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    assert "Choose how a call ended, then save." in nadia.get(path_of(letter_id, "calls")).form("form").submit().words


@pytest.mark.parametrize("query", ["state=x", "country=QQ&group=x", "page=9999", "q=%00", "country=none"])
def test_a_sheet_of_nonsense_is_a_sheet(nadia: Visitor, cast: Cast, query: str) -> None:
    assert nadia.get(f"{path_of(an_open_letter(cast), 'calls')}?{query}").status == 200


def test_another_team_has_neither_sheet_nor_voices(omar: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    for page in ("calls", "missing"):
        assert omar.get(path_of(letter_id, page)).status == 404
        assert omar.get(path_of(letter_id, page)).words == omar.get(path_of(uuid4(), page)).words


# -- missing voices -----------------------------------------------------------------------------------------------


def test_countries_and_groups_without_an_answer_stand_first_and_lead_to_the_board(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member, cast.arabic_member)
    in_group("The press", cast.small_member, cast.arabic_member)
    in_group("Writers", cast.arabic_member)
    builders.declined(letter_id, cast.small_member)
    page = nadia.get(path_of(letter_id)).follow("Missing voices")
    assert names(page) == ["Jordan", "Writers", "The press"]
    assert row(page, "Jordan")[:4] == ["Jordan", "1", "0", "1"]
    assert row(page, "The press")[:4] == ["The press", "2", "1", "1"]
    assert names(page.follow("The press")) == ["Amman Writers’ House"]
    board = page.follow("Jordan")
    assert names(board) == ["Amman Writers’ House"]
    assert "Only: Jordan." in board.words
    assert names(page.follow("Call sheet – Writers")) == ["Amman Writers’ House"]


def test_no_number_tells_where_a_withheld_organisation_is(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    in_group("All", cast.small_member, cast.arabic_member, cast.unnamed_member)
    in_group("The north", cast.unnamed_member)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    page = nadia.get(path_of(letter_id, "missing"))
    assert names(page) == ["Jordan", "All"]
    assert row(page, "All")[:4] == ["All", "2", "1", "1"]
    for said in ("Belarus", "The north", "Northern Lights"):
        assert said not in page.words
    assert "1 organisation signed with its name withheld." in page.words


def test_without_anybody_asked_there_is_no_voice_to_miss(nadia: Visitor, cast: Cast) -> None:
    assert "Nobody was asked yet." in nadia.get(path_of(builders.a_draft(cast), "missing")).words


def test_when_everybody_answered_nothing_is_missing(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    builders.signed(letter_id, cast.small_member)
    assert "There is an answer from everywhere." in nadia.get(path_of(letter_id, "missing")).words
