"""How the list looks, at the desk: seen before it is saved, its parts by form, who stands where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.database import db
from coalition.models.signature import Signature
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor


def a_letter(cast: Cast, languages: tuple[str, ...] = ("en",)) -> UUID:
    """A letter that two members signed."""
    letter_id = builders.an_open_letter(cast, languages=languages)
    builders.signed(letter_id, cast.small_member, name="The Kalina Press Club")
    builders.signed(letter_id, cast.arabic_member)
    return letter_id


def test_the_list_is_looked_at_before_its_look_is_saved(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast, ("en", "ar"))
    visitor.sign_in(cast.coordinator)
    page = visitor.get(f"/desk/letters/{letter_id}/list")
    form = page.form("/list").fill(act="save", form="numbered", says_order="yes", **{"words-en": "As they came."})
    seen = form.submit()
    assert builders.a_letter(letter_id).list_look != {}
    look = visitor.get(f"/desk/letters/{letter_id}/list").form("/list").fill(form="table", act="look").submit()
    assert "As they came." in look.words
    assert [each.text for each in look.tree.iter() if each.tag.endswith("th")] == ["Name", "Country"]
    assert builders.a_letter(letter_id).list_look["form"] == "numbered"
    assert "How the list looks is saved." in seen.words
    wrong = page.form("/list").fill(**{"words-en": "x" * 301}).submit()
    assert wrong.status == 422


def test_parts_are_written_ordered_and_taken_away_by_a_form(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    visitor.sign_in(cast.coordinator)
    path = f"/desk/letters/{letter_id}/list"
    assert not visitor.get(f"{path}/places").tree.findall(".//main//button")  # there is nothing to choose yet
    first = visitor.get(f"{path}/parts").form("/parts").fill(**{"heading-1-en": "Unions"}).submit()
    second = first.form("/parts").fill(
        **{"heading-2-en": "Schools", "unnamed-2-en": "about 500 students", "place-2": "1", "place-1": "2"}
    ).submit()  # fmt: skip
    assert second.status == 200
    places = visitor.get(f"{path}/places")
    signature = next(one for one in db.session.query(Signature) if one.printed_names["und"] == "The Kalina Press Club")
    row = db.session.execute(db.text("SELECT id FROM list_groups WHERE position = 2")).scalar_one()
    done = places.form("/places").fill(**{f"part-{signature.id.hex}": str(row).replace("-", "")}).submit()
    assert "The names stand where you put them." in done.words
    preview = visitor.get(path).words
    assert preview.index("about 500 students") < preview.index("Unions") < preview.index("The Kalina Press Club")


def test_who_signs_without_a_name_is_taken_off_a_published_list_by_a_press(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    visitor.sign_in(cast.coordinator)
    path = f"/desk/letters/{letter_id}/list/parts"
    form = visitor.get(path).form("/parts")
    form.fill(**{"heading-1-en": "Students", "unnamed-1-en": "about 500 at the College"}).submit()
    builders.published(cast, letter_id)
    public = f"/letters/{builders.a_letter(letter_id).slug}"
    assert "about 500 at the College" in visitor.get(public).words
    page = visitor.get(path).form("/parts").submit("Take it off")
    assert "It stands on the list no more" in page.words
    assert not page.tree.findall(".//main//button")
    for address in (public, f"{public}/editions/1"):
        read = visitor.get(address).words
        assert "College" not in read
        assert "Students" not in read
        assert "The Kalina Press Club" in read


def test_a_published_list_keeps_its_look_and_its_parts(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    visitor.sign_in(cast.coordinator)
    path = f"/desk/letters/{letter_id}/list"
    look, parts = visitor.get(path).form("/list"), visitor.get(f"{path}/parts").form("/parts")
    builders.published(cast, letter_id)
    assert look.fill(form="inline", act="save").submit().status == 409
    assert parts.fill(**{"heading-1-en": "Late"}).submit().status == 409
    assert "does not change any more" in visitor.get(path).words
