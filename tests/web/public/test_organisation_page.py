"""The public page of an organisation: there only while it wants one, and never with what is not on a list today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import mask, own_entry, rebuild
from coalition.actions.own_entry import NoPublicPage
from coalition.actions.own_page import Here
from coalition.database import db, transaction
from coalition.languages import INTERFACE
from coalition.models.organisation import Organisation
from coalition.models.public import PublicBody
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast, Member
    from tests.visitor import Visitor

KALINA = "/organisations/kalina-press-club"


def here(member: Member) -> Here:
    """The member's contact at the own page."""
    return Here(member.contact_id, member.contact.epoch)


def published(cast: Cast, title: str, *, is_withheld: bool = False) -> UUID:
    """A published letter that Kalina signed."""
    letter_id = builders.an_open_letter(cast, cast.small_member, cast.arabic_member, title=title)
    builders.signed(letter_id, cast.small_member, is_withheld=is_withheld)
    builders.signed(letter_id, cast.arabic_member)
    builders.published(cast, letter_id)
    return letter_id


def stored() -> dict[str, bytes]:
    """Every public answer about organisations, as the worker stores it."""
    rebuild.rebuild()
    query = select(PublicBody).where(PublicBody.path.startswith("/organisations/"), PublicBody.encoding == "")
    return {row.path: row.content for row in db.session.scalars(query)}


def test_there_is_a_page_only_while_it_is_switched_on(visitor: Visitor, cast: Cast) -> None:
    published(cast, "Free the reporters")
    assert visitor.get(KALINA).status == 404
    own_entry.switch_public_page(here(cast.small_member), is_on=True)
    page = visitor.get(KALINA)
    assert (page.status, page.heading) == (200, "Kalina Press Club")
    assert "Free the reporters" in page.links()
    assert set(stored()) == {KALINA, *(f"{KALINA}/{language}" for language in INTERFACE if language != "en")}
    own_entry.switch_public_page(here(cast.small_member), is_on=False)
    assert stored() == {}
    assert visitor.get(KALINA).status == 404
    assert visitor.get(f"{KALINA}/ar").status == 404


@pytest.mark.parametrize("act", ["withdrawn", "withheld", "masked"])
def test_what_leaves_a_list_leaves_the_page_in_the_same_transaction(visitor: Visitor, cast: Cast, act: str) -> None:
    letter_id = published(cast, "Free the reporters")
    own_entry.switch_public_page(here(cast.small_member), is_on=True)
    assert "Free the reporters" in stored()[KALINA].decode()
    if act == "masked":
        mask.mask_everywhere(cast.small_member.organisation_id, by=cast.small_member.contact)
    else:
        getattr(builders, act)(letter_id, cast.small_member)
    assert db.session.scalars(select(PublicBody.path).where(PublicBody.path == KALINA)).all() == []
    assert "Free the reporters" not in visitor.get(KALINA).text


def test_a_withheld_signature_changes_no_byte_of_it(cast: Cast) -> None:
    published(cast, "Free the reporters")
    own_entry.switch_public_page(here(cast.small_member), is_on=True)
    before = stored()
    published(cast, "Repeal the law", is_withheld=True)
    assert stored() == before


def test_an_organisation_under_a_code_name_has_no_page(visitor: Visitor, cast: Cast) -> None:
    own_entry.switch_public_page(here(cast.small_member), is_on=True)
    with transaction() as session:
        organisation = session.get_one(Organisation, cast.small_member.organisation_id)
        organisation.confidential_at = organisation.created_at
    assert visitor.get(KALINA).status == 404
    own_entry.switch_public_page(here(cast.small_member), is_on=False)
    with pytest.raises(NoPublicPage):
        own_entry.switch_public_page(here(cast.small_member), is_on=True)


def test_two_of_one_name_get_two_addresses_and_keep_them(cast: Cast) -> None:
    with transaction() as session:
        for member in (cast.arabic_member, cast.unnamed_member):
            session.get_one(Organisation, member.organisation_id).acronym = "AWH"
    for member in (cast.arabic_member, cast.unnamed_member):
        own_entry.switch_public_page(here(member), is_on=True)
        own_entry.switch_public_page(here(member), is_on=False)
        own_entry.switch_public_page(here(member), is_on=True)
    db.session.rollback()
    slugs = db.session.scalars(select(Organisation.slug).where(Organisation.slug.is_not(None))).all()
    assert sorted(str(slug) for slug in slugs) == ["awh", "awh-2"]
