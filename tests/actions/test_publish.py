"""Publishing: all or nothing, in the order that was meant; and correcting a name before it."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import check, close, draft, proof, publish
from coalition.actions.publish import NotReadyToPublish
from coalition.database import db
from coalition.models.edition import Edition, PublicLine
from coalition.models.letter import AlreadyPublished
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.public import PublicLetter
from coalition.models.signature import NoStandingSignature
from coalition.rendering.edition import printed_letter
from tests import builders
from tests.builders import a_letter, an_open_letter
from tests.cast import Cast


def reasons_for_all(letter_id: UUID) -> dict[str, str]:
    return {one.key: "seen" for one in check.check(db.session(), a_letter(letter_id)).findings}


def closed_letter(cast: Cast, **choices: object) -> tuple[UUID, list[UUID]]:
    """A closed letter that two members signed by name and one without."""
    letter_id = an_open_letter(cast)
    signatures = [builders.signed(letter_id, member) for member in (cast.small_member, cast.arabic_member)]
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    if choices:
        draft.save_choices(letter_id, choices, by=cast.coordinator)
    close.close(letter_id, by=cast.coordinator)
    return letter_id, signatures


def test_what_was_found_needs_a_reason_each(cast: Cast) -> None:
    letter_id, _ = closed_letter(cast)
    with pytest.raises(NotReadyToPublish) as refused:
        publish.publish(letter_id, by=cast.coordinator, overrides={"lead_not_signed": "no"})
    assert [one.code for one in refused.value.check.findings] == ["lead_not_signed"]
    assert db.session.query(PublicLetter).count() == 0


def test_a_blank_is_no_reason(cast: Cast) -> None:
    letter_id, _ = closed_letter(cast)
    with pytest.raises(NotReadyToPublish):
        publish.publish(letter_id, by=cast.coordinator, overrides=dict.fromkeys(reasons_for_all(letter_id), "  "))


def test_the_reasons_stay_with_the_edition(cast: Cast) -> None:
    letter_id, _ = closed_letter(cast)
    publish.publish(letter_id, by=cast.coordinator, overrides=reasons_for_all(letter_id))
    edition = db.session.scalars(select(Edition)).one()
    assert list(edition.overrides.values()) == ["seen"]
    assert (edition.number, edition.withheld_count) == (1, 1)


def test_a_letter_is_published_once(cast: Cast) -> None:
    letter_id, _ = closed_letter(cast)
    publish.publish(letter_id, by=cast.coordinator, overrides=reasons_for_all(letter_id))
    with pytest.raises(AlreadyPublished):
        publish.publish(letter_id, by=cast.coordinator)


def test_a_list_by_hand_has_the_order_that_was_given(cast: Cast) -> None:
    letter_id, (kalina, amman) = closed_letter(cast, list_order="hand")
    for order in ([amman, kalina], [kalina, amman]):
        printed = proof.proof(db.session(), a_letter(letter_id), now=clock.now(), order=order)
        names = [line.name("en") for line in printed.ordered(printed.groups[0], "en")]
        assert names.index("Amman Writers’ House") == order.index(amman)
    publish.publish(letter_id, by=cast.coordinator, overrides=reasons_for_all(letter_id), order=[kalina, amman])
    lines = db.session.scalars(select(PublicLine).order_by(PublicLine.position)).all()
    assert [line.printed["und"] for line in lines] == ["Kalina Press Club", "Amman Writers’ House"]


def test_the_proof_is_what_is_then_published(cast: Cast) -> None:
    letter_id, _ = closed_letter(cast)
    before = proof.proof(db.session(), a_letter(letter_id), now=clock.now())
    publish.publish(letter_id, by=cast.coordinator, overrides=reasons_for_all(letter_id))
    after = printed_letter(db.session(), db.session.scalars(select(PublicLetter)).one())
    assert (before.figures, before.withheld_count, before.texts) == (after.figures, after.withheld_count, after.texts)
    assert [[line.names for line in group.lines] for group in before.groups] == [
        [line.names for line in group.lines] for group in after.groups
    ]


def test_a_draft_shows_its_figures_open_and_names_nobody(cast: Cast) -> None:
    letter_id = builders.a_draft(cast, languages=("en", "ar"))
    printed = proof.draft(db.session(), a_letter(letter_id), now=clock.now())
    assert (printed.figures.signatories, printed.groups, printed.edition) == (None, (), 0)
    assert set(printed.texts) == {"en", "ar"}


def test_correcting_a_name_tells_the_organisation(cast: Cast) -> None:
    letter_id, (kalina, _) = closed_letter(cast)
    publish.correct_typing(letter_id, kalina, {"und": "Kalina Press Club (Sofia)"}, by=cast.coordinator)
    kinds = [row.context["kind"] for row in db.session.scalars(select(OutgoingEmail))]
    assert kinds.count("name_corrected") == 1
    publish.publish(letter_id, by=cast.coordinator, overrides=reasons_for_all(letter_id))
    names = [line.printed["und"] for line in db.session.scalars(select(PublicLine))]
    assert "Kalina Press Club (Sofia)" in names
    with pytest.raises(AlreadyPublished):
        publish.correct_typing(letter_id, kalina, {"und": "Other"}, by=cast.coordinator)


def test_a_signature_of_another_letter_is_not_corrected_here(cast: Cast) -> None:
    letter_id, _ = closed_letter(cast)
    other_id = an_open_letter(cast, title="Another")
    signature_id = builders.signed(other_id, cast.small_member)
    with pytest.raises(NoStandingSignature):
        publish.correct_typing(letter_id, signature_id, {"und": "Other"}, by=cast.coordinator)
