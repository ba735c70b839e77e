"""The signature of the account's own organisation, by the same act as everybody's."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import clock, languages, tokens
from coalition.actions import answer, reconfirm
from coalition.actions.acts import Shown, TextChanged, standing_signature
from coalition.actions.answer import SigningForm
from coalition.database import db
from coalition.intake.names import NAME_LIMIT, NameRefused, UnprintableName
from coalition.models import wording
from coalition.models.letter import Letter, MayNotSign, NotOpenForSigning
from coalition.models.public import PublicLetter
from coalition.models.signature import VISIBILITIES, AlreadySigned, NoStandingSignature, Signature
from coalition.models.version import Text, Version, texts_between
from coalition.rendering.kept_redline import redline_between
from coalition.rendering.redline_view import RedlineView, redline_view
from coalition.tokens import NotOurs
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import moment
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.own_code import is_proved
from coalition.web.desk.preview import article_of_draft
from coalition.web.desk.typed import Typed

PURPOSE: Final = "own-signature"
PERSON_LIMIT = 200


@dataclass(frozen=True, slots=True)
class _OpenForm:
    """What the form showed to whom, signed, so that a signature is recorded for that text alone, and counts once."""

    letter_id: UUID
    account_id: UUID
    key: str
    shown: Shown

    @classmethod
    def fresh(cls, letter: Letter, text: Text) -> _OpenForm:
        shown = Shown(
            fingerprint=text.fingerprint or "",
            version=text.version.number,
            language=text.language,
            opened_at=clock.now(),
        )
        return cls(letter.id, account().id, secrets.token_hex(16), shown)

    @classmethod
    def read(cls, token: str, act: str) -> _OpenForm:
        """The form, marked where a right step-up code came with it.

        Raises NotOurs, also for a form of another letter or account.
        """
        facts = tokens.ours().read_form(PURPOSE, token)
        shown = Shown(
            facts["fingerprint"], facts["version"], facts["language"], datetime.fromisoformat(facts["opened_at"])
        )
        form = cls(UUID(facts["letter"]), UUID(facts["account"]), facts["key"], shown)
        if (form.letter_id, form.account_id) != (the_letter().id, account().id):
            raise NotOurs
        return replace(form, shown=replace(shown, is_proved=is_proved(form.key_of(act), shown.fingerprint)))

    def key_of(self, act: str) -> str:
        """The idempotency key of one act of this page: what is kept here can be withdrawn from the same page after."""
        return f"{self.key}:{act}"

    def token(self) -> str:
        facts = {
            "letter": self.letter_id.hex,
            "account": self.account_id.hex,
            "key": self.key,
            "fingerprint": self.shown.fingerprint,
            "version": self.shown.version,
            "language": self.shown.language,
            "opened_at": self.shown.opened_at.isoformat(),
        }
        return tokens.ours().write_form(PURPOSE, facts)


@desk.get("/letters/<uuid:letter_id>/sign")
@audience(Audience.TEAM)
def own_signature(letter_id: UUID) -> ResponseReturnValue:
    """The text, how the name will be printed, and the form; or the signature that stands."""
    names = account().organisation.printable_names()
    kept = {f"name-{tag}": names.get(tag) or names["und"] for tag in the_letter().languages}
    return _page(Typed.stored(kept | {"person": account().name}), _fresh())


@desk.post("/letters/<uuid:letter_id>/sign")
@audience(Audience.TEAM)
def sign(letter_id: UUID) -> ResponseReturnValue:
    """Sign for the account's organisation."""
    typed = Typed(request.form)
    try:
        form = _OpenForm.read(request.form.get("form", ""), "sign")
    except NotOurs:
        typed.wrong("", _("This page was open too long. Look at the text again, then sign."))
        return _page(typed, _fresh(), status=409)
    filled = _filled(typed, form)
    if not typed.is_good:
        return _page(typed, form, status=422)
    if not _signed(letter_id, filled, typed):
        return _page(typed, _fresh(), status=409, meanwhile=form.shown)
    flash(_("The signature of %(organisation)s is recorded.", organisation=account().organisation.name))
    return lead_to(letter_id, "sign")


@desk.post("/letters/<uuid:letter_id>/sign/withdraw")
@audience(Audience.TEAM)
def withdraw_own(letter_id: UUID) -> ResponseReturnValue:
    """End the signature of the account's organisation."""
    typed = Typed(request.form)
    if standing_signature(db.session(), letter_id, account().organisation_id) is None:
        flash(_("There is no signature to withdraw."))
        return lead_to(letter_id, "sign")
    if not typed.tick("sure"):
        typed.wrong("sure", _("Confirm that %(organisation)s withdraws.", organisation=account().organisation.name))
        return _page(typed, _fresh(), status=422)
    try:
        form = _OpenForm.read(request.form.get("form", ""), "withdraw")
        answer.withdraw_at_desk(letter_id, key=form.key_of("withdraw"), shown=form.shown, by=account())
    except NotOurs:
        typed.wrong("", _("This page was open too long. Press again."))
        return _page(typed, _fresh(), status=409)
    except NoStandingSignature:
        flash(_("There is no signature to withdraw."))
    else:
        flash(_("The signature of %(organisation)s is withdrawn.", organisation=account().organisation.name))
    return lead_to(letter_id, "sign")


@desk.post("/letters/<uuid:letter_id>/sign/keep")
@audience(Audience.TEAM)
def keep_own(letter_id: UUID) -> ResponseReturnValue:
    """Keep the signature of the account's organisation under the version in force."""
    typed, organisation = Typed(request.form), account().organisation.name
    try:
        form = _OpenForm.read(request.form.get("form", ""), "keep")
    except NotOurs:
        typed.wrong("", _("This page was open too long. Look at the text again, then press again."))
        return _page(typed, _fresh(), status=409)
    if not typed.tick("keep"):
        typed.wrong("keep", _("Confirm that %(organisation)s keeps its signature.", organisation=organisation))
        return _page(typed, form, status=422)
    try:
        reconfirm.keep_at_desk(letter_id, key=form.key_of("keep"), shown=form.shown, by=account())
    except TextChanged:
        typed.wrong("", _("The text changed meanwhile. See what changed, then press again."))
        return _page(typed, _fresh(), status=409, meanwhile=form.shown)
    except NoStandingSignature:
        flash(_("There is no signature to keep."))
    except NotOpenForSigning:
        flash(_("The letter is published or cancelled. Nothing was recorded."))
    else:
        flash(_("%(organisation)s keeps its signature under version %(version)s.", organisation=organisation,
                version=languages.number(form.shown.version, desk_language())))  # fmt: skip
    return lead_to(letter_id, "sign")


def _fresh() -> _OpenForm:
    letter = the_letter()
    return _OpenForm.fresh(letter, letter.text(account().language))


def _filled(typed: Typed, form: _OpenForm) -> SigningForm:
    """The signature as it was sent; what is missing is said to `typed`."""
    letter, organisation = the_letter(), account().organisation.name
    names = {}
    for tag in letter.languages:
        missing = _("Enter the name as it will be printed.")
        names[tag] = typed.line(f"name-{tag}", limit=NAME_LIMIT, missing=missing)
    canonical = names[letter.authoritative_language]
    printed = {"und": canonical} | {tag: name for tag, name in names.items() if name != canonical}
    visibility = typed.choice("visibility", VISIBILITIES, _("Choose whether the name is published."))
    person = typed.line("person", limit=PERSON_LIMIT, missing=_("Enter your name."))
    role = typed.line("role", limit=PERSON_LIMIT, missing=_("Enter your role."))
    if not typed.tick("authority"):
        words = _("Confirm that you are authorised to sign for %(organisation)s.", organisation=organisation)
        typed.wrong("authority", words)
    return SigningForm(
        key=form.key_of("sign"),
        shown=form.shown,
        person=person,
        role=role,
        printed_names=printed,
        is_withheld=visibility != "named",
        is_uncounted=visibility == "uncounted",
    )


def _signed(letter_id: UUID, filled: SigningForm, typed: Typed) -> bool:
    """Sign; whether it is recorded. What stood against it is said to `typed`."""
    organisation = account().organisation.name
    try:
        answer.sign_at_desk(letter_id, filled, by=account())
    except NotOpenForSigning:
        typed.wrong("", _("The letter is not open for signature. Nothing was recorded."))
    except MayNotSign:
        words = _("%(organisation)s may not sign this letter: see who may sign.", organisation=organisation)
        typed.wrong("", words)
    except AlreadySigned:
        typed.wrong("", _("%(organisation)s has signed already.", organisation=organisation))
    except TextChanged:
        typed.wrong("", _("The text changed meanwhile. Read it again, then sign."))
    except UnprintableName as refused:
        typed.wrong("", _("Take out what cannot be seen: %(characters)s.", characters=str(refused)))
    except NameRefused:
        typed.wrong("", _("Enter the name as it will be printed."))
    return typed.is_good


def _page(typed: Typed, form: _OpenForm, *, status: int = 200, meanwhile: Shown | None = None) -> ResponseReturnValue:
    """The page; `meanwhile` is what a form showed that was sent after the text had changed."""
    db.session.rollback()
    letter = the_letter()
    organisation = account().organisation
    standing = standing_signature(db.session(), letter.id, organisation.id)
    text: Text = letter.text(account().language)
    return show(
        "desk/own_signature.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        form_facts=form.token(),
        organisation=organisation.name,
        standing=_standing(standing) if standing else None,
        keeps=_keeping(letter, standing) if standing else None,
        meanwhile=_since(letter, meanwhile.version) if meanwhile else None,
        is_open=letter.is_open_for_signing(now=clock.now()),
        tags=[(tag, languages.name(tag, desk_language())) for tag in letter.languages],
        authority=_(wording.current(), organisation=organisation.name),
        coordinators=[one.name for one in letter.coordinators()],
        version=letter.version.number,
        deadline=moment.in_words(letter.deadline_at, letter.zone, account().zone) if letter.deadline_at else [],
        article=article_of_draft(text.language),
        text_language=text.language,
        text_direction=languages.direction(text.language),
    )


def _keeping(letter: Letter, signature: Signature) -> dict[str, Any] | None:
    """What the account's organisation is asked since the text changed: the redline, why, and the sentence to tick."""
    is_settled = letter.stage not in {"open", "closed"} or db.session.get(PublicLetter, letter.id) is not None
    if is_settled or signature.version_id == letter.version.id:
        return None
    is_asked = reconfirm.is_to_be_kept(letter, signature)
    version = languages.number(letter.version.number, desk_language())
    organisation = account().organisation.name
    sentence = _("%(organisation)s has seen what changed and keeps its signature under version %(version)s.",
                 organisation=organisation, version=version)  # fmt: skip
    return {
        "is_asked": is_asked,
        "sentence": sentence,
        "explanations": letter.explanations_since(signature.version, desk_language()),
        "view": _since(letter, signature.version.number),
        "before": languages.number(signature.version.number, desk_language()),
    }


def _since(letter: Letter, number: int) -> RedlineView | None:
    """What changed from a version to the one in force; None where nothing did."""
    before: Version | None = next((one for one in letter.versions if one.number == number), None)
    if before is None or before.number >= letter.version.number:
        return None
    old, new = texts_between(letter, before, account().language)
    return redline_view(redline_between(db.session(), old, new), new.language, desk_language())


def _standing(signature: Signature) -> dict[str, Any]:
    """The signature that stands, as its organisation's own account sees it."""
    printed: dict[str, str] = signature.printed_names
    first = signature.consents[0]
    return {
        "person": signature.person,
        "role": signature.role,
        "names": [printed["und"], *(name for tag, name in printed.items() if tag != "und")],
        "is_withheld": signature.visibility != "named",
        "is_uncounted": signature.visibility == "uncounted",
        "at": languages.moment_words(datetime.fromisoformat(first.at), account().zone, desk_language()),
    }
