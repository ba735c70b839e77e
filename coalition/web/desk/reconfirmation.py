"""How the answers to a changed text stand: numbers for the board, and the names of those who have not answered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from coalition import languages
from coalition.database import db
from coalition.models.consent import Consent
from coalition.models.letter import Letter, Tally
from coalition.models.objection import Objection
from coalition.models.organisation import Organisation
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature
from coalition.web.desk.frame import language

if TYPE_CHECKING:
    from coalition.models.version import Version


def round_words(letter: Letter, *, now: datetime) -> dict[str, str] | None:
    """The tally of the last change that signers were told of; None where there is none, or it is over."""
    asked: Version | None = next((one for one in letter.agreed_versions if one.change_class), None)
    is_public = db.session.get(PublicLetter, letter.id) is not None
    if asked is None or is_public or letter.stage not in {"open", "closed"}:
        return None
    substantive: Version | None = next(
        (one for one in letter.agreed_versions if one.change_class == "substantive"), None
    )
    waiting = db.session.get_one(Tally, letter.id).waiting
    number = languages.number(letter.version.number, language())
    title = (
        _("Version %(number)s: asking those who signed", number=number)
        if waiting
        else _("Version %(number)s: typing was corrected", number=number)
        if asked.change_class == "typographical"
        else _("Version %(number)s: everybody has answered", number=number)
    )
    counted = _answers(letter, substantive, waiting) if substantive else []
    objections = _objections(letter)
    if objections or not substantive:
        counted.append(
            ngettext("%(number)s objection", "%(number)s objections", objections, number=_shown(objections))
            if objections
            else _("no objection")
        )
    return (
        {"title": title, "words": f"{languages.join(counted, language())}."}
        | _until(letter, now=now)
        | {"waiting": _shown(waiting) if waiting else ""}
    )


def waiting_names(letter: Letter) -> list[str]:
    """Who signed an earlier text by name and has not kept the signature; withheld names stay out. Opens the vault."""
    signatures = db.session.scalars(
        select(Signature).where(
            Signature.letter_id == letter.id,
            Signature.kind == "organisation",
            Signature.ended_on.is_(None),
            Signature.suspended_at.is_(None),
            Signature.visibility == "named",
            Signature.version_id.not_in(letter.agreed_version_ids),
        )
    ).all()
    ids = {one.organisation_id for one in signatures}
    spoken = language()
    found = [one.name_in(spoken) for one in db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))]
    return sorted(found, key=lambda name: languages.sort_key(name, spoken))


def _answers(letter: Letter, substantive: Version, waiting: int) -> list[str]:
    kept, withdrew = _kept(letter), _withdrew(letter, substantive)
    return [
        ngettext("%(number)s keeps", "%(number)s keep", kept, number=_shown(kept)),
        ngettext("%(number)s withdrew", "%(number)s withdrew", withdrew, number=_shown(withdrew)),
        ngettext("%(number)s has not answered", "%(number)s have not answered", waiting, number=_shown(waiting)),
    ]


def _kept(letter: Letter) -> int:
    """How many standing signatures were kept since the substance changed last."""
    query = (
        select(func.count(func.distinct(Consent.signature_id)))
        .join(Signature, Signature.id == Consent.signature_id)
        .where(
            Signature.letter_id == letter.id,
            Signature.ended_on.is_(None),
            Signature.suspended_at.is_(None),
            Consent.act == "keep",
            Consent.version_id.in_(letter.agreed_version_ids),
        )
    )
    return db.session.scalar(query) or 0


def _withdrew(letter: Letter, substantive: Version) -> int:
    """How many withdrew instead, after the substance had changed. Opens the vault."""
    since = substantive.put_forward_at
    assert since is not None  # noqa: S101 -- it is in force, or was  # nosec B101
    query = (
        select(Consent)
        .join(Signature, Signature.id == Consent.signature_id)
        .where(
            Signature.letter_id == letter.id,
            Consent.act == "withdraw",
            Consent.on >= since.date(),
            Signature.version_id.not_in(letter.agreed_version_ids),
        )
    )
    return sum(datetime.fromisoformat(one.at) >= since for one in db.session.scalars(query))


def _objections(letter: Letter) -> int:
    query = (
        select(func.count(func.distinct(Objection.signature_id)))
        .join(Signature, Signature.id == Objection.signature_id)
        .where(
            Signature.letter_id == letter.id,
            Signature.ended_on.is_(None),
            Objection.against == "typographical",
            Objection.resolved_on.is_(None),
        )
    )
    return db.session.scalar(query) or 0


def _until(letter: Letter, *, now: datetime) -> dict[str, str]:
    until: datetime | None = letter.version.reply_by_at
    if until is None:
        return {"until": "", "left": ""}
    moment = languages.moment_words(until, letter.zone, language())
    if until <= now:
        return {"until": str(_("The time to answer ended on %(moment)s.", moment=moment)), "left": ""}
    left = _("%(time)s left", time=languages.span_words(until - now, language()))
    return {"until": str(_("Answers until %(moment)s.", moment=moment)), "left": str(left)}


def _shown(number: int) -> str:
    return languages.number(number, language())
