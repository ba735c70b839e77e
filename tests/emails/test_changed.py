"""The mails about a changed text: to whom, only while there is something to answer, with the redline, and safely."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import amend, answer, circulate, draft, team
from coalition.database import db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.emails.kinds import render_kind
from coalition.emails.words import KeepAskedWords
from coalition.models.outgoing_email import OutgoingEmail
from coalition.rendering.redline import redline
from tests import builders
from tests.emails.mails import EVERY_MAIL

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.emails.letters import Mail
    from tests.cast import Cast, Member

LARGEST = 20_000


def rows(kind: str) -> list[OutgoingEmail]:
    """The mails of a kind, the earliest first."""
    db.session.rollback()
    found = db.session.scalars(select(OutgoingEmail)).all()
    return sorted((row for row in found if row.context["kind"] == kind), key=lambda row: row.context.get("version", ""))


def mail(kind: str) -> Mail:
    """The one mail of a kind, as it would go out now."""
    [row] = rows(kind)
    return letters.make(db.session(), row)


def reason(kind: str) -> str:
    """Why the one mail of a kind does not go out any more."""
    with pytest.raises(NoLongerDue) as refused:
        mail(kind)
    return str(refused.value)


def signed_and_changed(
    cast: Cast, member: Member, change_class: str = "substantive", *, is_withheld: bool = False
) -> UUID:
    """A letter that one member signed, and whose text changed since."""
    letter_id = builders.an_open_letter(cast, member)
    builders.signed(letter_id, member, is_withheld=is_withheld)
    builders.amended(cast, letter_id, change_class)
    return letter_id


def test_who_signed_reads_what_changed_and_why_and_until_when_to_answer(cast: Cast) -> None:
    signed_and_changed(cast, cast.small_member)
    made = mail("keep_asked")
    assert made.recipient == cast.small_member.address
    assert made.subject.startswith("Kalina Press Club: keep or withdraw by ")
    assert "> We added a sentence, as members asked." in made.text
    assert "{+Today.+}" in made.text
    assert "<ins" in made.html
    assert "nobody’s signature is carried over to version 2 by silence" in made.text


def test_a_mail_is_the_same_at_each_try(cast: Cast) -> None:
    signed_and_changed(cast, cast.small_member)
    assert mail("keep_asked").content == mail("keep_asked").content


def test_an_arabic_reader_gets_a_mirrored_page_and_the_text_in_its_own_direction(cast: Cast) -> None:
    signed_and_changed(cast, cast.arabic_member)
    made = mail("keep_asked")
    assert 'dir="rtl"' in made.html
    assert 'dir="ltr" lang="en"' in made.html or 'lang="en" dir="ltr"' in made.html
    assert "\u2066" in made.text


def test_who_kept_meanwhile_is_not_asked(cast: Cast) -> None:
    letter_id = signed_and_changed(cast, cast.small_member)
    builders.kept(letter_id, cast.small_member)
    assert reason("keep_asked") == "they have answered"


def test_who_withdrew_meanwhile_is_not_asked(cast: Cast) -> None:
    letter_id = signed_and_changed(cast, cast.small_member)
    builders.withdrawn(letter_id, cast.small_member)
    assert reason("keep_asked") == "they have withdrawn"


def test_a_version_that_was_overtaken_is_told_no_more(cast: Cast) -> None:
    letter_id = signed_and_changed(cast, cast.small_member)
    builders.amended(cast, letter_id, body="Something else.")
    numbers = {row.context["version"]: row for row in rows("keep_asked")}
    in_force = builders.a_letter(letter_id).version.id.hex
    overtaken = next(row for version, row in numbers.items() if version != in_force)
    with pytest.raises(NoLongerDue, match="a later version"):
        letters.make(db.session(), overtaken)
    text = letters.make(db.session(), rows_of(in_force)).text
    assert "The changes from version 1 to version 3" in text
    assert text.count("> We added a sentence") == 2


def rows_of(version: str) -> OutgoingEmail:
    """The mail that asks about a version."""
    return next(row for row in rows("keep_asked") if row.context["version"] == version)


def test_who_has_not_agreed_yet_is_asked_also_by_a_correction(cast: Cast) -> None:
    letter_id = signed_and_changed(cast, cast.small_member)
    builders.amended(cast, letter_id, "typographical", body="Again.")
    assert len(rows("keep_asked")) == 2
    assert rows("text_corrected") == []


def test_a_correction_is_told_with_the_time_to_object(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_and_changed(cast, cast.small_member, "typographical")
    assert "You can object until:" in mail("text_corrected").text
    later = clock.now() + timedelta(days=4)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert reason("text_corrected") == "the time to object is over"


def test_who_declined_and_asked_for_it_is_asked_again_unless_signing_is_over(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    answer.decline(invitation.id, key="a" * 32, shown=builders.shown_to(invitation), ask_again=True)
    builders.amended(cast, letter_id)
    assert "Kalina Press Club declined to sign this letter and asked us to ask again" in mail("asked_again").text
    builders.signed(letter_id, cast.small_member)
    assert reason("asked_again") == "they have signed"


def test_who_has_not_answered_reads_the_new_version(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    builders.amended(cast, letter_id)
    made = mail("new_version")
    assert "Kalina Press Club is now asked to sign version 2" in made.text
    builders.declined(letter_id, cast.small_member)
    assert reason("new_version") == "they have answered"


def test_a_cancelled_letter_asks_nobody(cast: Cast) -> None:
    letter_id = signed_and_changed(cast, cast.small_member)
    circulate.cancel(letter_id, by=cast.coordinator)
    assert reason("keep_asked") == "the letter was cancelled"


@pytest.mark.parametrize("change_class", ["substantive", "typographical"])
def test_a_withheld_signature_is_told_nothing_but_that_there_is_something(cast: Cast, change_class: str) -> None:
    signed_and_changed(cast, cast.unnamed_member, change_class, is_withheld=True)
    made = mail("keep_asked" if change_class == "substantive" else "text_corrected")
    whole = made.content.decode(errors="replace") + made.text + made.html + made.subject
    for word in ("Northern Lights", "Free the reporters", "Today", "We added", "version"):
        assert word not in whole
    assert ("/i/" in made.text) is (change_class == "substantive")


@pytest.mark.usefixtures("app")
def test_the_longest_change_stays_within_the_size_and_leads_to_the_rest() -> None:
    words = EVERY_MAIL["keep_asked"][1]
    assert isinstance(words, KeepAskedWords)
    old = "\n\n".join(f"الفقرة {number} من أجل حرية التعبير & الصحافة في كل مكان." * 3 for number in range(300))
    new = old.replace("كل مكان", "كل بلد").replace("من أجل", "لأجل")
    long = KeepAskedWords(
        **{name: getattr(words, name) for name in words.__dataclass_fields__}
        | {
            "redline": redline(old, new),
            "redline_language": "ar",
            "explanations": ("كلمة " * 400,),
            "letter_title": "ت" * 200,
            "organisation": "م" * 112,
        }
    )
    made = render_kind("keep_asked", "ar", long)
    assert len(made.html.encode()) <= LARGEST
    assert len(made.text.encode()) <= 2 * LARGEST
    assert made.text.count(words.link) == 2


def test_who_signed_at_the_desk_is_asked_too_but_for_the_one_who_put_it_forward(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="To help")
    invitation = builders.invitation_of(letter_id, cast.small_member)
    form = builders.a_form(invitation, key="o" * 32)
    names = cast.other_coordinator.organisation.printable_names()
    answer.sign_at_desk(letter_id, replace(form, printed_names=names), by=cast.other_coordinator)
    builders.amended(cast, letter_id)
    made = mail("keep_asked")
    assert made.recipient == "omar@freevoices.example"
    assert f"/desk/letters/{letter_id}/sign" in made.text
    builders.a_letter(letter_id)
    amend.begin_version(letter_id, by=cast.other_coordinator)
    draft.save_text(letter_id, "en", {"body": "Again."}, by=cast.other_coordinator)
    said = amend.Amendment("substantive", {"en": "Why."}, clock.now() + timedelta(days=3))
    seal = amend.seal_of(builders.a_letter(letter_id))
    amend.put_forward(letter_id, said, by=cast.other_coordinator, seal=seal)
    assert len(rows("keep_asked")) == 1
