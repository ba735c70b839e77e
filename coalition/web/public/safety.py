"""Safety: how to reach a person now, and what can be done at once, in each language of ours."""

from __future__ import annotations

from typing import Any

from flask import Response, g, make_response, render_template
from sqlalchemy import select

from coalition import languages
from coalition.database import db
from coalition.languages import INTERFACE
from coalition.models.house import House
from coalition.web.audience import Audience, audience
from coalition.web.public.door import public


@public.get("/safety")
@public.get(f"/<any({', '.join(INTERFACE)}):language>/safety")
@audience(Audience.PUBLIC)
def safety(language: str = "") -> Response:
    """The page. It reads nothing but what the coalition says of itself: that somebody looks here stands nowhere."""
    house = db.session.scalars(select(House)).one()
    spoken = g.language = languages.interface_language(language or house.language)
    words_in = next((tag for tag in (spoken, house.language, *house.safety_words) if house.safety_words.get(tag)), "")
    html = render_template(
        "public/safety.html",
        coalition_name=house.name(spoken),
        home_path="/" if spoken == house.language else f"/{spoken}/",
        words=house.safety_words.get(words_in, ""),
        said_language=words_in,
        contact_address=house.contact_address,
        others=[_other(tag) for tag in INTERFACE if tag != spoken],
    )
    return make_response(html)


def _other(tag: str) -> dict[str, Any]:
    return {
        "tag": tag,
        "name": languages.name(tag, tag),
        "path": f"/{tag}/safety",
        "direction": languages.direction(tag),
    }
