"""A logo beside a name: with a yes for the letter, public while it stands there, gone with the name."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from coalition.actions import arrange, close, logo, mask, own_entry
from coalition.actions.own_page import Here
from coalition.database import db
from coalition.intake.photos import clean_photo
from coalition.models.list_look import ListLook
from coalition.models.photo import File
from coalition.models.public import PublicLetter
from coalition.models.signature import NoStandingSignature, Signature
from coalition.rendering.edition import printed_letter
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast, Member
    from tests.visitor import Visitor


def here(member: Member) -> Here:
    """The member's contact at the own page."""
    db.session.rollback()
    return Here(member.contact_id, member.contact.epoch)


def with_logo(member: Member, colour: str = "navy") -> None:
    """The member's organisation gets a logo."""
    out = BytesIO()
    Image.new("RGB", (30, 20), colour).save(out, "PNG")
    own_entry.save_logo(here(member), clean_photo(out.getvalue()))


def a_letter(cast: Cast) -> UUID:
    """A letter whose list shows logos, signed by two, one of which has a logo and said yes."""
    letter_id = builders.an_open_letter(cast, cast.small_member, cast.arabic_member)
    arrange.save_look(letter_id, "name", ListLook(shows_logos=True), by=cast.coordinator)
    with_logo(cast.small_member)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    logo.choose(here(cast.small_member), letter_id, is_on=True)
    return letter_id


def logos_of(letter_id: UUID) -> list[str]:
    """The paths of the logos on the published list."""
    db.session.rollback()
    letter = printed_letter(db.session(), db.session.get_one(PublicLetter, letter_id))
    return [line.logo.path for group in letter.groups for line in group.lines if line.logo]


def test_a_logo_is_public_while_it_stands_beside_a_name(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    builders.published(cast, letter_id)
    (path,) = logos_of(letter_id)
    assert f'src="{path}"' in visitor.get("/letters/free-the-reporters").text
    assert visitor.get(path).answer.mimetype == "image/png"
    mask.mask(letter_id, cast.small_member.organisation_id, by=cast.coordinator)
    assert logos_of(letter_id) == []
    assert visitor.get(path).status == 404
    assert path not in visitor.get("/letters/free-the-reporters").text


def test_a_preview_shows_the_logo_which_has_no_address_yet(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    close.close(letter_id, by=cast.coordinator)
    visitor.sign_in(cast.coordinator)
    shown = visitor.get(f"/desk/letters/{letter_id}/preview/en")
    (picture,) = [one.get("src", "") for one in shown.tree.iter("img") if "mark" in one.get("class", "")]
    assert picture.startswith("data:image/png;base64,")
    assert "/logos/" not in shown.text


def test_a_logo_follows_what_its_organisation_does(cast: Cast) -> None:
    letter_id = a_letter(cast)
    builders.published(cast, letter_id)
    before = logos_of(letter_id)
    with_logo(cast.small_member, "red")
    after = logos_of(letter_id)
    assert (len(after), after != before) == (1, True)
    logo.choose(here(cast.small_member), letter_id, is_on=False)
    assert logos_of(letter_id) == []
    logo.choose(here(cast.small_member), letter_id, is_on=True)
    own_entry.remove_logo(here(cast.small_member))
    assert logos_of(letter_id) == []
    assert db.session.query(File).count() == 0


def test_without_a_yes_or_a_look_with_logos_no_logo_stands_there(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member, cast.arabic_member)
    with_logo(cast.small_member)
    builders.signed(letter_id, cast.small_member)
    with pytest.raises(NoStandingSignature):
        logo.choose(here(cast.small_member), letter_id, is_on=True)
    arrange.save_look(letter_id, "name", ListLook(shows_logos=True), by=cast.coordinator)
    builders.published(cast, letter_id)
    assert logos_of(letter_id) == []


def test_a_withheld_name_has_no_logo(cast: Cast) -> None:
    letter_id = a_letter(cast)
    builders.withheld(letter_id, cast.small_member)
    db.session.rollback()
    assert not any(one.shows_logo for one in db.session.query(Signature))
    with pytest.raises(NoStandingSignature):
        logo.choose(here(cast.small_member), letter_id, is_on=True)


def test_a_coordinator_notes_the_yes_only_of_what_was_recorded(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member, cast.arabic_member)
    arrange.save_look(letter_id, "name", ListLook(shows_logos=True), by=cast.coordinator)
    signed = builders.signed(letter_id, cast.small_member)
    builders.recorded(cast, letter_id, cast.arabic_member)
    db.session.rollback()
    recorded = next(one.id for one in db.session.query(Signature) if one.id != signed)
    arrange.place(letter_id, {}, by=cast.coordinator, logos={signed: True, recorded: True})
    db.session.rollback()
    assert db.session.get_one(Signature, recorded).shows_logo
    assert not db.session.get_one(Signature, signed).shows_logo


def test_the_signing_page_asks_where_the_list_shows_logos(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    link = builders.link_path(letter_id, cast.small_member)
    with_logo(cast.small_member)
    assert "Our logo may stand beside the name" not in visitor.get(link).words
    arrange.save_look(letter_id, "name", ListLook(shows_logos=True), by=cast.coordinator)
    form = visitor.get(link).form("sign")
    form.fill(visibility="named", role="Director", person="Ana", authority="yes", logo="yes").submit()
    db.session.rollback()
    assert [one.shows_logo for one in db.session.query(Signature)] == [True]
