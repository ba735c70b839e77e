"""Links of ours at the public door: found by the id in their token, never by the string."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, make_response, render_template
from sqlalchemy import select

from coalition import tokens
from coalition.database import db
from coalition.models.link import Link
from coalition.tokens import NotOurs, hash_of
from coalition.web.public.door import public


def link_of(purpose: str, token: str) -> Link:
    """The link of a purpose that a token belongs to, whether it still works or not. Raises NotOurs."""
    link_id = tokens.ours().read(purpose, token)
    link = db.session.scalar(select(Link).where(Link.token_hash == hash_of(link_id), Link.purpose == purpose))
    if link is None:
        raise NotOurs
    return link


@public.errorhandler(NotOurs)
def unknown(_error: NotOurs) -> Response:
    """One page for every address that is not ours: unknown, cut off, forged. It tells nobody which."""
    return make_response(render_template("signing/unknown.html"), HTTPStatus.NOT_FOUND)
