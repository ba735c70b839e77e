"""Bringing a sheet at a terminal: each organisation that was not known by its name is named with why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.actions import code_names
from coalition.actions.compare import plan
from coalition.cli.directory import _say_doubt
from coalition.database import db, transaction
from coalition.intake.organisations import read_organisations
from coalition.intake.sheet import read_paste
from coalition.models.organisation import Organisation

if TYPE_CHECKING:
    import pytest

    from tests.cast import Cast


def said(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    db.session.rollback()
    for one in plan(db.session(), read_organisations(read_paste(text), default_language="en").organisations):
        _say_doubt(one)
    return capsys.readouterr().err


def test_whom_a_line_was_taken_for_is_told_with_why(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    with transaction() as session:
        session.get_one(Organisation, cast.small_member.organisation_id).add_aliases(["KPC Sofia"])
    assert said("Kalina Press Club <a@new.example>", capsys) == ""
    assert "under that name" in said("KPC Sofia <a@new.example>", capsys)
    assert "has that address" in said("Somebody <kalina@pressclub.example>", capsys)
    assert "so like it" in said("The Kalina Press-Club e.V. <a@new.example>", capsys)
    assert said("New Voices <a@new.example>", capsys) == ""


def test_a_code_name_is_not_told_beside_the_name_of_a_sheet(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    names = {"und": "Northern Lights Reporters"}
    code_names.conceal(cast.unnamed_member.organisation_id, code_name="Otter", names=names, by=cast.coordinator)
    told = said("Northern Lights Reporters <daria@lights.example>", capsys)
    assert ("Otter" in told, "one of the directory" in told) == (False, True)
