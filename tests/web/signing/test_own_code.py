"""A code of its own at the organisation's own page: for a withheld name, and for whatever a sensitive letter asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.actions.acts import standing_signature
from coalition.database import db, transaction
from coalition.models.letter import Letter
from tests import builders
from tests.web.signing.own import at_own_page, newest_code

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.visitor import Visitor


def test_the_code_that_opened_the_page_does_not_withdraw_a_withheld_name(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    builders.signed(letter_id, cast.small_member, is_withheld=True)
    page = at_own_page(visitor, cast.small_member.contact_id)
    used = newest_code()
    letter = visitor.get(f"{page.path}/letters/{letter_id}")
    asked = letter.form("withdraw").fill(withdraw="yes").submit()
    assert asked.heading == "One code more"
    assert asked.form("code").fill(code=used).submit().status == 422
    db.session.rollback()
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is not None
    form = asked.form("code").fill(code=newest_code())
    assert "The signature is withdrawn." in form.submit().words
    assert "The signature is withdrawn." in form.submit().words
    db.session.rollback()
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is None


def test_a_sensitive_letter_asks_for_a_code_of_its_own_at_the_own_page(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    builders.signed(letter_id, cast.small_member)
    with transaction() as session:
        session.get_one(Letter, letter_id).is_sensitive = True
    page = at_own_page(visitor, cast.small_member.contact_id)
    letter = visitor.get(f"{page.path}/letters/{letter_id}")
    asked = letter.form("withhold").fill(withhold="withheld").submit()
    assert asked.heading == "One code more"
    assert "The name is withheld." in asked.form("code").fill(code=newest_code()).submit().words
