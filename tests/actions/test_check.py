"""The check list before publication: each thing a careful coordinator would look at, found by the machine."""

from __future__ import annotations

from uuid import UUID

import pytest

from coalition.actions import check, close, directory, draft, illustrate
from coalition.actions.check import Finding
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.actions.illustrate import PhotoWords
from coalition.database import db
from coalition.intake.photos import CleanPhoto
from coalition.models.organisation import Organisation
from tests import builders
from tests.builders import BODY, a_draft, a_letter, amended, an_open_letter, published, signed
from tests.cast import Cast, Member


def found(letter_id: UUID) -> dict[str, Finding]:
    """What the check finds, by code."""
    return {one.code: one for one in check.check(db.session(), a_letter(letter_id)).findings}


def a_member(cast: Cast, name: str) -> Member:
    address = f"desk{abs(hash(name))}@member.example"
    organisation_id = directory.add_organisation(
        OrganisationEntry(names={"und": name}, country="KE", standing="member"),
        [ContactEntry(address=address, name="Ada")],
        by=cast.coordinator,
    )
    organisation = db.session.get_one(Organisation, organisation_id)
    member = Member(organisation_id, organisation.contacts[0].id, name, address)
    db.session.rollback()
    return member


def test_an_open_letter_is_closed_first(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    assert found(letter_id)["not_closed"].stops
    close.close(letter_id, by=cast.coordinator)
    assert "not_closed" not in found(letter_id)


def test_a_letter_that_nobody_signed_is_pointed_out(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    assert "nobody_signed" in found(letter_id)
    builders.signed(letter_id, cast.small_member)
    assert "nobody_signed" not in found(letter_id)


def test_an_empty_translation_is_pointed_out_and_an_empty_letter_stops(cast: Cast) -> None:
    letter_id = a_draft(cast)
    draft.add_language(letter_id, "fr", by=cast.coordinator)
    finding = found(letter_id)["missing_translation"]
    assert (finding.subject, finding.stops) == ("fr", False)
    draft.save_text(letter_id, "en", {"body": " "}, by=cast.coordinator)
    stopping = [one for one in check.check(db.session(), a_letter(letter_id)).findings if one.stops]
    assert "missing_translation:en" in {one.key for one in stopping}


def test_a_photo_needs_its_credit_and_words_for_those_who_do_not_see_it(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    illustrate.save_photo(letter_id, CleanPhoto(b"picture", "image/jpeg", 4, 3), by=cast.coordinator)
    codes = [one.key for one in check.check(db.session(), a_letter(letter_id)).findings if one.stops]
    assert {"photo_without_credit", "photo_without_alternative:en", "photo_without_alternative:fr"} <= set(codes)
    words = PhotoWords("Sami", alternatives={"en": "A square", "fr": "Une place"})
    illustrate.describe_photo(letter_id, words, by=cast.coordinator)
    assert not {"photo_without_credit", "photo_without_alternative"} & set(found(letter_id))


def test_a_lead_that_has_not_signed_is_pointed_out(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    assert found(letter_id)["lead_not_signed"].facts["name"] == "Free Voices Network"


def test_who_usually_withholds_and_is_printed_by_name_is_pointed_out(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.unnamed_member)
    assert found(letter_id)["withhold_by_default"].facts["name"] == "Northern Lights Reporters"


def test_nothing_is_said_of_who_withheld(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True, name="  NORTHERN  LIGHTS (")
    seen = check.check(db.session(), a_letter(letter_id))
    assert "LIGHTS" not in repr([one.facts for one in seen.findings])
    assert seen.withheld == 1


@pytest.mark.parametrize(
    "name", ["Kalina  Press Club", "Kalina Press Club -", "KALINA PRESS CLUB", "Kalina (Press Club", 'Kalina "Press']
)
def test_a_name_that_looks_mistyped_is_pointed_out(cast: Cast, name: str) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member, name=name)
    assert found(letter_id)["odd_name"].facts["name"] == name


@pytest.mark.parametrize("name", ["ARTICLE 19", "PEN Eesti", "Kalina (Sofia)", "L’Œuvre", "بيت كتّاب عمّان", "7amleh"])
def test_a_name_that_is_only_unusual_is_left_alone(cast: Cast, name: str) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member, name=name)
    assert "odd_name" not in found(letter_id)


def test_two_names_that_are_nearly_the_same_are_pointed_out(cast: Cast) -> None:
    first, second = a_member(cast, "Committee for Press Freedom"), a_member(cast, "Comittee for Press Freedom")
    letter_id = an_open_letter(cast, first, second)
    builders.signed(letter_id, first)
    builders.signed(letter_id, second)
    facts = found(letter_id)["look_alike_names"].facts
    assert {facts["name"], facts["other"]} == {first.name, second.name}


def test_a_typed_number_that_the_list_does_not_have_is_pointed_out(cast: Cast) -> None:
    letter_id = a_draft(cast)
    draft.save_text(letter_id, "en", {"body": "We, the 118 undersigned organisations, ask."}, by=cast.coordinator)
    assert found(letter_id)["typed_number"].facts["typed"].startswith("118 ")


def test_a_character_that_no_font_shows_is_named_with_its_line(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member, name="Kalina \U000108e0 Club")
    facts = found(letter_id)["missing_glyph"].facts
    assert (facts["character"], facts["line"]) == ("\U000108e0", "Kalina \U000108e0 Club")


def test_every_finding_has_a_key_of_its_own(cast: Cast) -> None:
    names = ["Press Freedom Now", "Press Freedom Noww", "Press Freedom Nowww"]
    members = [a_member(cast, name) for name in names]
    letter_id = an_open_letter(cast, *members)
    for member in members:
        builders.signed(letter_id, member, name=member.name + " -")
    keys = [one.key for one in check.check(db.session(), a_letter(letter_id)).findings]
    assert len(keys) == len(set(keys))


def test_a_translation_that_no_signatory_was_shown_is_pointed_out(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    draft.add_language(letter_id, "fr", by=cast.coordinator)
    draft.save_text(letter_id, "fr", {"title": "Autre chose", "body": "Un autre texte."}, by=cast.coordinator)
    finding = found(letter_id)["translation_not_shown"]
    assert (finding.subject, finding.stops) == ("fr", False)


@pytest.mark.parametrize(
    ("language", "part", "words", "typed"),
    [
        ("en", "title", "Twelve organisations call", "Twelve organisations"),
        ("fr", "deck", "Les 118 organisations", "118 organisations"),
        ("ar", "closing", "باسم ١١٨ منظمة", "١١٨ منظمة"),
    ],
)
def test_a_typed_number_is_found_in_each_language_and_part(
    cast: Cast, language: str, part: str, words: str, typed: str
) -> None:
    letter_id = a_draft(cast, languages=("en", "fr", "ar"))
    draft.save_text(letter_id, language, {part: words}, by=cast.coordinator)
    assert found(letter_id)["typed_number"].facts["typed"] == typed


def lagging(cast: Cast) -> UUID:
    """An open letter whose French text stayed at version 1 when the English went on to version 2."""
    letter_id = an_open_letter(cast, languages=("en", "fr"))
    amended(cast, letter_id)
    return letter_id


def test_a_translation_that_lags_is_pointed_out_and_may_be_passed_over(cast: Cast) -> None:
    letter_id = lagging(cast)
    finding = found(letter_id)["lagging_translation"]
    assert finding.key == "lagging_translation:fr"
    assert (finding.stops, finding.facts["follows"], finding.facts["version"]) == (False, 1, 2)
    signed(letter_id, cast.small_member)
    published(cast, letter_id)


def test_a_translation_that_lacks_a_part_is_pointed_out(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    assert "translation_lacks" not in found(letter_id)
    draft.save_text(letter_id, "fr", {"body": BODY.replace("2. Repeal the law.\n", "")}, by=cast.coordinator)
    assert [one.kind for one in found(letter_id)["translation_lacks"].facts["missing"]] == ["recommendation"]
