"""The page of an invitation before anything is answered: what it shows, to whom, in which language."""

from __future__ import annotations

import pytest

from coalition import clock
from coalition.actions import circulate, draft
from coalition.database import db
from coalition.models.organisation import Organisation
from tests import builders
from tests.cast import Cast
from tests.inspect_page import words
from tests.visitor import Page, Visitor


def checked(page: Page) -> list[str]:
    """What is chosen on the page as it came."""
    return [field.get("name", "") for field in page.tree.iter("input") if field.get("checked") is not None]


def test_the_page_says_for_whom_what_until_when_and_who_asks(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert page.heading == "Free the reporters"
    for said in (
        "Kalina Press Club",
        "led by Free Voices Network",
        "(Europe/Paris)",
        "(UTC)",
        "(Europe/Sofia)",
        "9 days left",
        "Any organisation that was invited may sign",
        "Repeal the law.",
        "Questions? Write to Nadia Rahimi",
        "Sign version 1 for Kalina Press Club",
        "Opening this page signs nothing",
    ):
        assert said in page.words, said


def test_the_time_left_is_told_in_the_language_of_the_page(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    assert "المدة الباقية: 9 أيام" in visitor.get(builders.link_path(letter_id, cast.arabic_member)).words


def test_the_name_of_the_person_is_filled_in_and_nothing_is_chosen(visitor: Visitor, cast: Cast) -> None:
    page = visitor.get(builders.link_path(builders.an_open_letter(cast), cast.small_member))
    form = page.form("sign")
    assert form.fields["person"] == ["Kalina Ivanova"]
    assert form.fields["name_und"] == ["Kalina Press Club"]
    assert form.fields["role"] == [""]
    assert checked(page) == []


@pytest.mark.parametrize(
    ("safety", "hint"), [("withhold", "usually stays unnamed"), ("ask", "decides for each letter")]
)
def test_what_an_organisation_usually_does_is_a_hint_and_never_a_choice(
    visitor: Visitor, cast: Cast, safety: str, hint: str
) -> None:
    letter_id = builders.an_open_letter(cast)
    db.session.get_one(Organisation, cast.small_member.organisation_id).safety_default = safety
    db.session.commit()
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert hint in page.words
    assert checked(page) == []


def test_whoever_usually_stays_unnamed_reads_that_first_and_is_warned_before_being_named(
    visitor: Visitor, cast: Cast
) -> None:
    page = visitor.get(builders.link_path(builders.an_open_letter(cast, languages=("fr",)), cast.unnamed_member))
    choices = [one.get("value") for one in page.tree.iter("input") if one.get("name") == "visibility"]
    assert choices == ["withheld", "uncounted", "named"]
    other = visitor.get(builders.link_path(builders.an_open_letter(cast), cast.small_member))
    choices = [one.get("value") for one in other.tree.iter("input") if one.get("name") == "visibility"]
    assert choices == ["named", "withheld", "uncounted"]
    assert "What is public once may be kept in copies" in other.words


def test_beside_withheld_stands_who_will_see_it_by_name(visitor: Visitor, cast: Cast) -> None:
    page = visitor.get(builders.link_path(builders.an_open_letter(cast), cast.small_member))
    hint = next(words(one) for one in page.tree.iter("p") if one.get("id") == "visibility-2-means")
    assert "Nadia Rahimi" in hint
    assert "Omar" not in hint


def test_the_letter_is_read_in_the_contacts_language_with_the_others_at_hand(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    assert page.heading == "Free the reporters (ar)"
    assert (page.tree.get("lang"), page.tree.get("dir")) == ("ar", "rtl")
    english = page.follow("English")
    assert english.heading == "Free the reporters"
    assert (english.tree.get("lang"), english.tree.get("dir")) == ("en", "ltr")
    assert english.follow("العربية").heading == "Free the reporters (ar)"


def test_a_language_that_the_letter_has_not_is_no_language_of_it(visitor: Visitor, cast: Cast) -> None:
    page = visitor.get(builders.link_path(builders.an_open_letter(cast), cast.small_member))
    for tag in ("xx", "../..", "%00", "ar" * 1000):
        assert visitor.get(f"{page.path}?lang={tag}").heading == "Free the reporters"


def test_a_letter_without_the_contacts_language_says_so_in_it(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    article = next(page.tree.iter("article"))
    assert (page.heading, article.get("lang"), article.get("dir")) == ("Free the reporters", "en", "ltr")
    assert "This letter is not written in" in page.words


def test_the_name_is_shown_as_each_language_prints_it(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, languages=("en", "fr", "ar"))
    form = visitor.get(builders.link_path(letter_id, cast.arabic_member)).form("sign")
    assert form.fields["name_ar"] == ["بيت كتّاب عمّان"]
    assert form.fields["name_und"] == ["Amman Writers’ House"]
    assert form.fields["name_fr"] == form.fields["name_en"] == [""]


@pytest.mark.parametrize(
    ("choice", "says_number", "says_name"),
    [("nothing", False, False), ("number", True, False), ("names", True, True)],
)
def test_invitees_see_of_the_others_what_the_letter_says(
    visitor: Visitor, cast: Cast, choice: str, *, says_number: bool, says_name: bool
) -> None:
    letter_id = builders.an_open_letter(cast)
    draft.save_choices(letter_id, {"visible_to_invitees": choice}, by=cast.coordinator)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    assert ("2 organisations" in page.words) == says_number
    assert ("Kalina Press Club" in page.words) == says_name
    assert "Northern Lights" not in page.text


def test_a_withheld_number_below_the_threshold_is_in_no_figure(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    draft.save_choices(letter_id, {"withheld_threshold": 3}, by=cast.coordinator)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    assert "1 organisation" in page.words
    assert "2 organisations" not in page.words


def test_under_safe_mail_the_title_of_every_page_is_neutral(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member, title="Free the reporters")
    cast.small_member.contact.safe_mail = True
    db.session.commit()
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert page.title == "Your letter"
    builders.signed(letter_id, cast.small_member)
    for further in ("", "/receipt", "/printed-name", "/visibility", "/withdraw"):
        assert visitor.get(page.path + further).title == "Your letter"


def test_a_letter_for_members_says_so_to_a_partner(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    draft.save_choices(letter_id, {"who_may_sign": "members"}, by=cast.coordinator)
    db.session.get_one(Organisation, cast.small_member.organisation_id).standing = "partner"
    db.session.commit()
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert "This letter is for other organisations" in page.words
    assert not [form for form in page.forms if form.ends_with("/sign")]


def test_the_real_name_of_a_confidential_organisation_is_shown_to_itself(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    organisation = db.session.get_one(Organisation, cast.unnamed_member.organisation_id)
    organisation.conceal("Otter", {"und": "Pravda Reporters"}, now=clock.now())
    db.session.commit()
    page = visitor.get(builders.link_path(letter_id, cast.unnamed_member))
    assert page.form("sign").fields["name_und"] == ["Pravda Reporters"]


def test_looking_changes_nothing_and_the_colleague_still_finds_it_open(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    for further in ("/receipt", "/printed-name", "/visibility", "/withdraw", "/sign", "/decline", "/leave"):
        assert visitor.get(page.path + further).heading == "Free the reporters"
    colleague = builders.invitation_to(letter_id, cast.colleague_contact_id)
    assert "Sign version 1" in visitor.get(builders.link_path_of(colleague)).words
