"""The public site at the desk: the order of its letters, and the words of its own pages."""

from __future__ import annotations

import pytest

from coalition.actions import arrange_site
from coalition.actions.team import NotAllowed
from tests import builders
from tests.cast import Cast
from tests.visitor import Visitor


def test_the_editor_puts_the_letters_in_order(nadia: Visitor, cast: Cast) -> None:
    ids = [builders.an_open_letter(cast, title=title) for title in ("First", "Second")]
    for letter_id in ids:
        builders.published(cast, letter_id)
    form = nadia.get("/desk/site").form("order")
    page = form.fill({"order": "hand", f"place_{ids[0].hex}": "1"}).submit("Save the order")
    assert "The order is saved." in page.words
    home = nadia.get("/").words
    assert home.index("First") < home.index("Second")
    again = nadia.get("/desk/site").form("order")
    page = again.fill({f"place_{ids[1].hex}": "zero"}).submit("Save the order")
    assert page.status == 422
    assert page.form("order").fields[f"place_{ids[1].hex}"] == ["zero"]


def test_a_page_says_our_words_until_somebody_writes_others_and_after_them_again(nadia: Visitor) -> None:
    form = nadia.get("/desk/site/about/fr").form("body")
    assert "Free Voices Network" in form.fields["body"][0]
    form.fill({"title": "Qui sommes-nous", "body": "Nous **écrivons** des lettres."}).submit("Save the page")
    page = nadia.get("/fr/about")
    assert page.heading == "Qui sommes-nous"
    assert "Nous écrivons des lettres." in page.words
    assert nadia.get("/about").heading == "About us"
    nadia.get("/desk/site/about/fr").form("body").submit("Say our words again")
    assert "Nous écrivons" not in nadia.get("/fr/about").words
    assert nadia.get("/desk/site/safety/fr").status == 404


def test_only_administrators_arrange_the_site(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        arrange_site.put_in_order({}, by_hand=True, by=cast.other_coordinator)
    with pytest.raises(NotAllowed):
        arrange_site.write_page("about", "en", title="", body="Ours now", by=cast.other_coordinator)
