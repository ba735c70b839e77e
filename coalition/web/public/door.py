"""What the public layer did not have in memory: made from the editions, stored by the worker (never by a GET)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from sqlalchemy import Select, select
from werkzeug.wrappers import Response as BaseResponse

from coalition.database import db
from coalition.languages import INTERFACE
from coalition.models.house import House
from coalition.models.photo import File
from coalition.models.public import PublicBody, PublicLetter
from coalition.rendering import bodies, organisation_page
from coalition.rendering.archive import Asked
from coalition.rendering.edition import logo_on_a_list
from coalition.rendering.site import asked_home
from coalition.rendering.static_pages import WRITTEN
from coalition.web.audience import Audience, audience

public = Blueprint("public", __name__)


@public.before_request
def look_at_what_is_sent() -> Response | None:
    """Refuse a form that another site sent; leave every answer to a form uncompressed, for it echoes what was sent."""
    if request.method != "POST":
        return None
    request.environ.pop("HTTP_ACCEPT_ENCODING", None)
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return make_response(render_template("signing/from_elsewhere.html"), 403)
    return None


@public.get("/")
@public.get("/feed.<any(atom, json):ending>")
@public.get("/feeds/<path:rest>")
@public.get("/sitemap.xml")
@public.get("/robots.txt")
@public.get("/.well-known/security.txt")
@public.get(f"/<any({', '.join(WRITTEN)}):page>")
@public.get(f"/<any({', '.join(INTERFACE)}):language>/<any({', '.join(WRITTEN)}):page>")
@public.get(f"/<any({', '.join(INTERFACE)}):language>/")
@public.get("/api/v1/<path:rest>")
@public.get("/letters/<path:rest>")
@public.get("/organisations/<path:rest>")
@public.get("/.well-known/coalition-keys.json")
@public.get("/.well-known/coalition-keys/<path:rest>")
@audience(Audience.PUBLIC)
def answer(**_parts: str) -> BaseResponse:
    """A published page that is not in memory yet."""
    if request.path.strip("/") in INTERFACE and not request.path.endswith("/"):
        return redirect(f"{request.path}/", code=308)  # within this site, whatever host the request names
    asked = Asked.of(request.args)
    if request.path.endswith("/") and not (asked.is_everything and asked.page == 1):
        return _archive(asked)
    found = bodies.answer_at(db.session(), request.path)
    if found is None:
        abort(404)
    if found.path.endswith(bodies.SLOW):
        return _as_stored(found.path) or _being_made()
    bodies.doorbell.ring()
    return Response(found.make(), headers=bodies.headers_of(found))


def _archive(asked: Asked) -> Response:
    """The archive as an address asks for it: made for this reader, and never stored."""
    session = db.session()
    house = session.scalars(select(House).limit(1)).one()
    language = request.path.strip("/") or house.language
    here = bodies.Answer(request.path, bodies.HTML, None, lambda: asked_home(session, house, language, asked), language)
    return Response(here.make(), headers=bodies.headers_of(here))


@public.get("/photos/<name>")
@audience(Audience.PUBLIC)
def photo(name: str) -> Response:
    """A photo of a published letter, addressed by its content."""
    printed = (bodies.photo_of(db.session(), letter) for letter in db.session.scalars(_shown()))
    facts = next((one for one in printed if one and one["path"] == f"/photos/{name}"), None)
    if facts is None:
        abort(404)
    file = db.session.get_one(File, UUID(facts["file_id"]))
    kept = {"Cache-Control": "public, max-age=31536000, immutable", "Referrer-Policy": "no-referrer"}
    return Response(file.content, content_type=file.media_type, headers=kept)


@public.get("/logos/<name>")
@audience(Audience.PUBLIC)
def logo(name: str) -> Response:
    """A logo that readers see now, addressed by its content: on an organisation's public page, or beside its name."""
    session = db.session()
    path = f"{organisation_page.LOGOS}{name}"
    logos = (organisation_page.logo_of(session, one) for one in organisation_page.with_page(session))
    file = next((one.file for one in logos if one and one.path == path), None) or logo_on_a_list(session, path)
    if file is None:
        abort(404)
    kept = {"Cache-Control": "public, max-age=300", "Referrer-Policy": "no-referrer"}
    return Response(file.content, content_type=file.media_type, headers=kept)


def _shown() -> Select[PublicLetter]:
    """The letters whose pictures readers may have: a retracted one shows nothing."""
    return select(PublicLetter).where(PublicLetter.retracted_at.is_(None))


def _as_stored(path: str) -> Response | None:
    """What the worker stored since the public layer looked last, at most a second ago."""
    stored = db.session.get(PublicBody, (path, ""))
    return Response(stored.content, headers=stored.headers | {"ETag": stored.etag}) if stored else None


def _being_made() -> Response:
    bodies.doorbell.ring()
    page = Response(render_template("errors/503.html"), status=503)
    page.headers["Retry-After"] = "10"
    return page
