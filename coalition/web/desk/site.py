"""The public site at the desk: in which order its letters stand, and what its own pages say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import abort, flash, redirect, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from coalition import languages
from coalition.actions import arrange_site
from coalition.actions.arrange_site import BODY_LIMIT, TITLE_LIMIT
from coalition.database import db
from coalition.models.house import House
from coalition.models.site import StaticPage
from coalition.rendering import static_pages
from coalition.rendering.archive import filed, outlines
from coalition.rendering.static_pages import WRITTEN
from coalition.rendering.words import date_of, filled, heading
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.door import desk
from coalition.web.desk.typed import Typed
from coalition.web.gone import rendered

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

PATH: Final = "/desk/site"
HIGHEST_PLACE: Final = 9999


@desk.get("/site")
@audience(Audience.ADMINISTRATOR)
def site() -> ResponseReturnValue:
    """The letters in their order, and the pages."""
    house = db.session.scalars(select(House)).one()
    rows = _rows(house)
    kept = {f"place_{row['id']}": row["place"] for row in rows}
    return _page(Typed.stored(kept | {"order": "hand" if house.archive_by_hand else "date"}), rows)


@desk.post("/site")
@audience(Audience.ADMINISTRATOR)
def save_order() -> ResponseReturnValue:
    """Put them in order."""
    typed, rows = Typed(request.form), _rows(db.session.scalars(select(House)).one())
    order = typed.choice("order", ("date", "hand"), _("Choose the order of the letters."))
    places = {
        row["letter_id"]: _place(typed, f"place_{row['id']}") for row in rows if f"place_{row['id']}" in typed.sent
    }
    if not typed.is_good:
        return _page(typed, rows, status=422)
    arrange_site.put_in_order(places, by_hand=order == "hand", by=account())
    flash(_("The order is saved. The public pages are made again."))
    return redirect(PATH, code=303)


@desk.get("/site/<page>/<language>")
@audience(Audience.ADMINISTRATOR)
def site_page(page: str, language: str) -> ResponseReturnValue:
    """A page in a language: its words, ours as long as it has none."""
    house = _house_with(page, language)
    words = static_pages.words_of(db.session(), house, page, language)
    return _form(Typed.stored({"title": words.title, "body": words.body}), page, language)


@desk.post("/site/<page>/<language>")
@audience(Audience.ADMINISTRATOR)
def save_site_page(page: str, language: str) -> ResponseReturnValue:
    """Write it; a press of its own has it say our words again."""
    house, typed = _house_with(page, language), Typed(request.form)
    if typed.get("act") == "usual":
        arrange_site.write_page(page, language, title="", body="", by=account())
        flash(_("The page says our words again."))
        return redirect(PATH, code=303)
    title = typed.line("title", limit=TITLE_LIMIT, missing=_("Give the page a title."))
    body = typed.prose("body", limit=BODY_LIMIT, missing=_("Write what the page says."))
    if not typed.is_good:
        return _form(typed, page, language, status=422)
    usual = static_pages.usual_words(house, page, language)
    # What is still ours stays ours, so that it follows the house's name and address.
    own_title = "" if title == usual.title else title
    own_body = "" if body.replace("\r\n", "\n").strip() == usual.body.strip() else body
    arrange_site.write_page(page, language, title=own_title, body=own_body, by=account())
    flash(_("The page is saved."))
    return redirect(PATH, code=303)


def _house_with(page: str, language: str) -> House:
    """The house; answers 404 for a page or a language that its site has not."""
    house = db.session.scalars(select(House)).one()
    if page not in WRITTEN or language not in static_pages.languages_of(house):
        abort(404)
    return house


def _place(typed: Typed, name: str) -> int | None:
    return typed.number(name, least=1, most=HIGHEST_PLACE) if str(typed.get(name)).strip() else None


def _rows(house: House) -> list[dict[str, Any]]:
    """The published letters as the archive has them now."""
    spoken, session = choices.spoken(), db.session()
    listed = [one.letter_id for one in filed(session, house) if not one.is_retracted]
    rows = []
    for public, letter in outlines(session, listed):
        text = filled(letter, spoken if spoken in letter.texts else letter.authoritative_language)
        rows.append(
            {
                "letter_id": public.letter_id,
                "id": public.letter_id.hex,
                "place": "" if public.place is None else str(public.place),
                "title": text.title or heading(letter, text),
                "language": text.language,
                "path": letter.address(letter.authoritative_language).removeprefix(letter.public_address),
                "date": date_of(letter, spoken),
            }
        )
    return rows


def _page(typed: Typed, rows: list[dict[str, Any]], *, status: int = 200) -> ResponseReturnValue:
    house = db.session.scalars(select(House)).one()
    own = {(one.slug, one.language) for one in db.session.scalars(select(StaticPage)) if one.title or one.body}
    named = static_pages.titles()
    pages = [
        {
            "title": named[slug],
            "languages": [
                {
                    "tag": tag,
                    "name": languages.name(tag, choices.spoken()),
                    "href": f"{PATH}/{slug}/{tag}",
                    "is_own": (slug, tag) in own,
                }
                for tag in static_pages.languages_of(house)
            ],
        }
        for slug in WRITTEN
    ]
    return rendered("desk/site.html", status=status, typed=typed, errors=typed.errors, rows=rows, pages=pages)


def _form(typed: Typed, page: str, language: str, *, status: int = 200) -> ResponseReturnValue:
    house = db.session.scalars(select(House)).one()
    with force_locale(choices.spoken()):
        named = static_pages.titles()[page]
    html = render_template(
        "desk/site_page.html",
        typed=typed,
        errors=typed.errors,
        here=f"{PATH}/{page}/{language}",
        public_path=static_pages.page_path(page, language, house.language),
        page_name=named,
        page_language=language,
        language_name=languages.name(language, choices.spoken()),
    )
    return html, status
