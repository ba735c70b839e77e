"""Many tabs keep a signature while another version is put forward: nothing counts for a text that was not shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition import clock
from coalition.actions import amend, draft
from coalition.database import db
from coalition.models.consent import Consent
from coalition.models.letter import Tally
from coalition.models.signature import Signature
from tests import builders
from tests.server import running
from tests.stories.test_races import WORKERS, at_once, open_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from coalition.config import Settings
    from tests.cast import Cast

TABS: Final = 11


def in_a_tab(address: str, link: str) -> Callable[[], int]:
    """Open the page of what changed; the press that keeps the signature."""
    page = open_page(address, link)
    tab = replace(page, path=page.path.removesuffix("/changes"))
    return lambda: tab.send("keep", {"keep": "yes"})


def test_tabs_that_keep_while_another_version_is_put_forward_keep_the_text_they_showed(
    settings: Settings, database_url: str, app: Flask, cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    builders.signed(letter_id, cast.small_member)
    builders.amended(cast, letter_id)
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": "Something else."}, by=cast.coordinator)
    seal, link = amend.seal_of(builders.a_letter(letter_id)), builders.link_path(letter_id, cast.small_member)
    amendment = amend.Amendment("substantive", {"en": "Why."}, clock.now().replace(year=2099))
    db.session.rollback()

    def put_forward() -> int:
        with app.app_context():
            number = amend.put_forward(letter_id, amendment, by=cast.coordinator, seal=seal)
            db.session.remove()
            return number

    with running(replace(settings, database=database_url), workers=WORKERS) as address:
        keeping = [in_a_tab(address, link) for _tab in range(TABS)]
        statuses = at_once([*keeping[:5], put_forward, *keeping[5:]])
    assert statuses.pop(5) == 3
    assert set(statuses) <= {303, 409}
    db.session.rollback()
    kept = [one for one in db.session.scalars(select(Consent)) if one.act == "keep"]
    assert [one.version.number for one in kept] == [2] * bool(303 in statuses)
    signature = db.session.scalars(select(Signature)).one()
    assert signature.version.number == (2 if kept else 1)
    tally = db.session.get_one(Tally, letter_id)
    assert (tally.signed, tally.waiting) == (1, 1)
