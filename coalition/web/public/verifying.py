"""Is this list true? What proves a published letter, and a copy of it held against the letter. Nothing is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from coalition import clock, config, languages, tokens
from coalition.database import db
from coalition.languages import number
from coalition.models.edition import Edition
from coalition.models.limit import TooOften
from coalition.models.manifest import Manifest
from coalition.models.public import PublicBody, PublicLetter
from coalition.rendering import bodies, proof_paths
from coalition.rendering.comparing import Comparison, compare
from coalition.rendering.edition import printed_letter
from coalition.rendering.plain import plain_text
from coalition.rendering.printed_after import After
from coalition.rendering.proof_words import ways_in_words
from coalition.rendering.signing_keys import in_groups, pem_path
from coalition.tokens import NotOurs
from coalition.web import crowded
from coalition.web.audience import Audience, audience
from coalition.web.public.asking import path_of, published_letter
from coalition.web.public.door import public
from coalition.web.public.signatories import Allowance

if TYPE_CHECKING:
    from coalition.rendering.printed import PrintedLetter

LIMIT: Final = 1_500_000
"""Characters of a copy: three times the longest list that we know."""
WAIT: Final = 60
"""Seconds after which to try again, where many compare."""
PURPOSE: Final = "compare"
OPENSSL: Final = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json -sigfile manifest.sig"
"""What checks a signature without anything of ours (docs/proof.md)."""
CHARSETS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


comparing = Allowance()
"""A copy of that length takes seconds, and nobody else should have to wait for them."""


class _Unreadable(Exception):
    """The file has no words that can be compared."""


@public.get("/letters/<slug>/verify")
@public.get("/letters/<slug>/verify/<language>")
@audience(Audience.PUBLIC)
def verify_page(slug: str, language: str = "") -> Response:
    """What proves the letter, how to check it, and the form for a copy."""
    return _page(slug, language)


@public.post("/letters/<slug>/verify")
@public.post("/letters/<slug>/verify/<language>")
@audience(Audience.PUBLIC)
def verify_copy(slug: str, language: str = "") -> Response:
    """Hold a copy against the current edition, and say what differs."""
    letter, _published, language = published_letter(slug, language)
    typed = request.form.get("pasted", "")
    file = request.files.get("file")
    content = file.read() if file is not None and file.filename else b""
    problems = _problems(typed, content)
    if problems:
        return _page(slug, language, typed=typed, errors=problems, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if content:
        served = db.session.scalar(
            select(PublicBody.path).where(
                PublicBody.letter_id == letter.id,
                PublicBody.encoding == "",
                PublicBody.etag == bodies.etag_of(content, ""),
            )
        )
        if served is not None:
            return _page(slug, language, served=config.settings().root + served)
        try:
            words = _words(content)
        except _Unreadable:
            told = _("This is not, byte for byte, a file that we serve today. Copy its words and paste them instead.")
            return _page(slug, language, errors={"file": told}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    else:
        words = typed
    with comparing.piece() as is_left:
        if not is_left:
            return _crowded(slug, language, typed)
        printed = printed_letter(db.session(), db.session.get_one(PublicLetter, letter.id))
        return _page(slug, language, typed=typed, found=_compared(printed, language, words))


def _compared(printed: PrintedLetter, language: str, words: str) -> Comparison:
    """What the copy has otherwise. What happened since is no part of the letter: a copy may have it, or be older."""
    found = compare(plain_text(printed, language), words)
    if found.verdict != "equal" and printed.after != After():
        without = compare(plain_text(replace(printed, after=After()), language), words)
        return without if without.verdict == "equal" else found
    return found


def _crowded(slug: str, language: str, typed: str) -> Response:
    """The form once more: comparing takes all the time that it may."""
    words = crowded.words(TooOften(clock.now() + timedelta(seconds=WAIT)), language)
    page = _page(slug, language, typed=typed, errors={"pasted": words}, status=crowded.STATUS)
    page.headers["Retry-After"] = str(WAIT)
    return page


def _problems(typed: str, content: bytes) -> dict[str, str]:
    if len(typed) > LIMIT or len(content) > 4 * LIMIT:
        said = number(LIMIT, languages.interface_language(request.accept_languages.best or "en"))
        return {"pasted": _("Shorten the copy to %(limit)s characters", limit=said)}
    if not typed.strip() and not content:
        return {"pasted": _("Paste a copy of the letter, or choose a file")}
    try:
        tokens.ours().read_form(PURPOSE, request.form.get("form_token", ""))
    except NotOurs:
        return {"pasted": _("This page was open for too long. Press the button once more")}
    return {}


def _words(content: bytes) -> str:
    """The words of a text file. Raises _Unreadable for a PDF, a web page, a picture."""
    try:
        words = content.decode(CHARSETS.get(content[:2], "utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _Unreadable from error
    if "\0" in words or words.lstrip()[:1] in {"<", "{", "%"}:
        raise _Unreadable
    return words


def _page(
    slug: str,
    language: str,
    *,
    typed: str = "",
    found: Comparison | None = None,
    served: str = "",
    errors: dict[str, str] | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    letter, published, language = published_letter(slug, language)
    public_letter = db.session.get_one(PublicLetter, letter.id)
    edition = db.session.get_one(Edition, public_letter.edition_id)
    printed = printed_letter(db.session(), public_letter)
    html = render_template(
        "public/verify.html",
        path=path_of(published, language, "verify"),
        back=path_of(published, language, ""),
        title=published["title"],
        title_language=language,
        title_direction=languages.direction(language),
        organisations=printed.figures.organisations or 0,
        individuals=printed.figures.individuals or 0,
        is_record=letter.imported_at is not None,
        edition=edition.number,
        version=printed.version,
        fingerprint=in_groups(printed.fingerprints[language]),
        proof=_proof(slug, edition, language, published),
        others=_earlier(slug, edition, language, published),
        form_token=tokens.ours().write_form(PURPOSE, {}),
        typed=typed,
        found=found,
        served=served,
        errors=errors or {},
        language_of_page=languages.interface_language(language),
    )
    return make_response(html, status)


def _proof(slug: str, edition: Edition, language: str, published: dict[str, Any]) -> dict[str, Any] | None:
    """Files, key and ways of the current edition; None for one from before manifests."""
    manifest = db.session.scalar(
        select(Manifest).where(Manifest.edition_id == edition.id, Manifest.language == language)
    )
    if manifest is None:
        return None
    root, own = config.settings().root, "" if language == published["governing"] else language

    def place(name: str, tag: str = own) -> str:
        return proof_paths.manifest_path(slug, edition.number, tag, name)

    facts = json.loads(manifest.content)
    return {
        "manifest": place(proof_paths.MANIFEST),
        "signature": place(proof_paths.SIGNATURE),
        "jws": place(proof_paths.JWS),
        "text": place(proof_paths.TEXT),
        "openings": place(proof_paths.OPENINGS, ""),
        "pem": pem_path(manifest.key_id),
        "commands": "\n".join(
            (
                f"curl -o manifest.json {root}{place(proof_paths.MANIFEST)}",
                f"curl -o manifest.sig {root}{place(proof_paths.SIGNATURE)}",
                f"curl -o key.pem {root}{pem_path(manifest.key_id)}",
                OPENSSL,
            )
        ),
        "key": in_groups(manifest.key_id),
        "ways": ways_in_words(facts["ways"], languages.interface_language(language)),
        "commitments": len(facts["commitments"]),
    }


def _earlier(slug: str, edition: Edition, language: str, published: dict[str, Any]) -> list[dict[str, Any]]:
    """The manifests of the editions before."""
    own = "" if language == published["governing"] else language
    numbers = db.session.scalars(
        select(Edition.number)
        .join(Manifest, Manifest.edition_id == Edition.id)
        .where(
            Edition.letter_id == edition.letter_id,
            Edition.number < edition.number,
            Edition.undone_at.is_(None),
            Manifest.language == language,
        )
        .order_by(Edition.number.desc())
    )
    return [{"number": one, "path": proof_paths.manifest_path(slug, one, own, proof_paths.MANIFEST)} for one in numbers]
