"""The pages of an invitation, each for a visit: the same whether a cookie led to it or a form."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Response, make_response
from flask_babel import gettext as _

from coalition import clock, languages
from coalition.actions import standing_consent
from coalition.actions.comment import is_taking_comments
from coalition.actions.logo import may_stand
from coalition.actions.request import asked_late
from coalition.database import db
from coalition.emails.words import deadline_lines
from coalition.languages import isolate
from coalition.rendering.reading import reading_title
from coalition.web.gone import rendered
from coalition.web.signing.answers import Answers, Problems
from coalition.web.signing.colleague_facts import colleague_facts, is_before_a_colleague
from coalition.web.signing.comment_facts import consultation_facts, text_to_comment
from coalition.web.signing.names import NameField, name_fields, printed, with_typed
from coalition.web.signing.showing import deadline_words, letter_facts, moment, others, text_facts
from coalition.web.signing.since import changes_since
from coalition.web.signing.standing import Standing
from coalition.web.signing.words import (
    authority,
    choices_of_visibility,
    keeps,
    meaning_of_uncounted,
    meaning_of_withheld,
    receipt_heading,
    rows_of,
    warning_of_naming,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from coalition.models.consent import Consent
    from coalition.models.signature import Signature
    from coalition.rendering.redline_view import RedlineView
    from coalition.web.signing.visit import Visit


def invitation_page(
    visit: Visit,
    *,
    answers: Answers | None = None,
    problems: Problems | None = None,
    problems_title: str | None = None,
    meanwhile: RedlineView | None = None,
    status: int = 200,
) -> Response:
    """The letter, and what can be done about it now. `answers` stand in the form as they were sent.

    `meanwhile` is what changed in the text while the form was open.
    """
    standing = Standing.of(visit)
    names = visit.organisation.printable_names()
    typed = answers.shown if answers else _typed_before(visit, standing)
    return show_page(
        "signing/invitation.html",
        visit,
        standing,
        status=status,
        text=text_facts(visit.text),
        to_comment=text_to_comment(visit) if visit.letter.stage == "consultation" else None,
        others=others(visit.letter, visit.language),
        name_fields=name_fields_of(visit, with_typed(names, typed.names)),
        visibility_choices=choices_of_visibility(visit),
        may_show_logo=may_stand(visit.letter, visit.organisation),
        authority=authority(visit.organisation_name),
        answers=typed,
        sent_rows=rows_of(answers.shown) if answers and standing.state != "open" else [],
        may_sign_here=not is_before_a_colleague(visit),
        errors=problems or {},
        errors_title=problems_title,
        meanwhile=meanwhile,
    )


def changes_page(
    visit: Visit,
    *,
    answers: Answers | None = None,
    problems: Problems | None = None,
    problems_title: str | None = None,
    meanwhile: RedlineView | None = None,
    status: int = 200,
) -> Response:
    """What changed since the visitor saw the text last, why, and what they can answer. `meanwhile` as above."""
    standing = Standing.of(visit)
    if standing.before is None and not problems and standing.asked not in {"lift", "confirm"}:
        return invitation_page(visit, status=status)
    return show_page(
        "signing/changes.html",
        visit,
        standing,
        status=status,
        at="changes",
        changes=changes_since(visit, standing.before) if standing.before else None,
        keeps=keeps(visit.organisation_name, visit.letter.version.number, visit.language),
        answers=answers.shown if answers else Answers(),
        errors=problems or {},
        errors_title=problems_title,
        meanwhile=meanwhile,
    )


def receipt_page(visit: Visit, *, status: int = 200) -> Response:
    """What is recorded: what, which version, how printed, until when it can change, the text as signed."""
    standing = Standing.of(visit)
    if standing.answered is None or standing.state == "cancelled":
        return invitation_page(visit, status=status)
    consent = standing.agreement
    agreed = consent.version.text(consent.language) if consent else None
    return show_page(
        "signing/receipt.html",
        visit,
        standing,
        status=status,
        text=text_facts(agreed) if agreed else None,
        heading=receipt_heading(standing),
        title_language=visit.text.language,
    )


def printed_name_page(
    visit: Visit, *, answers: Answers | None = None, problems: Problems | None = None, status: int = 200
) -> Response:
    """How the name is printed, to be corrected."""
    standing = Standing.of(visit)
    if standing.signature is None:
        return _nothing_to_change(visit, status)
    has_form = not standing.is_printed
    names = with_typed(standing.signature.printed_names, answers.shown.names if answers else {})
    return show_page(
        "signing/printed_name.html",
        visit,
        standing,
        status=status if has_form else _without_form(status),
        name_fields=name_fields_of(visit, names),
        answers=answers or Answers(),
        errors=(problems or {}) if has_form else {},
    )


def visibility_page(visit: Visit, *, problems: Problems | None = None, status: int = 200) -> Response:
    """How the name stands, what that means, and the form that withholds or publishes it."""
    may_choose = visit.letter.stage != "cancelled"
    return _change_page("signing/visibility.html", visit, problems, status, has_form=lambda _one: may_choose)


def withdraw_page(visit: Visit, *, problems: Problems | None = None, status: int = 200) -> Response:
    """What it means to withdraw, and the form that does it."""
    return _change_page("signing/withdraw.html", visit, problems, status, has_form=lambda _one: True)


def dispute_page(
    visit: Visit, *, answers: Answers | None = None, problems: Problems | None = None, status: int = 200
) -> Response:
    """What it means to say that the signature is not the organisation's, and the form that says it.

    Where the team suspended it, the form in which the organisation says its word.
    """
    return _change_page("signing/not_us.html", visit, problems, status, has_form=_has_a_say, answers=answers)


def ledger_page(visit: Visit, *, problems: Problems | None = None, status: int = 200) -> Response:
    """What the file with the organisation's own entries holds, and the choice of its form."""
    standing = Standing.of(visit)
    if standing.answered is None:
        return invitation_page(visit, status=status)
    return show_page("signing/ledger.html", visit, standing, status=status, errors=problems or {})


def about_own_page(
    visit: Visit, *, problems: Problems | None = None, is_mailed: bool = False, status: int = 200
) -> Response:
    """What the organisation's own page is, and the button that has its link mailed."""
    standing = Standing.of(visit)
    return show_page(
        "signing/own/about.html", visit, standing, status=status, is_mailed=is_mailed, errors=problems or {}
    )


PAGES = {
    "": invitation_page,
    "changes": changes_page,
    "receipt": receipt_page,
    "printed-name": printed_name_page,
    "visibility": visibility_page,
    "withdraw": withdraw_page,
    "not-us": dispute_page,
    "ledger": ledger_page,
    "own-page": about_own_page,
}
"""The pages that only look, by the last part of their address."""


def _change_page(
    template: str,
    visit: Visit,
    problems: Problems | None,
    status: int,
    *,
    has_form: Callable[[Standing], bool],
    answers: Answers | None = None,
) -> Response:
    """A page with one tick; where there is nothing to tick any more, it says how things stand."""
    standing = Standing.of(visit)
    if standing.signature is None:
        return _nothing_to_change(visit, status)
    if not has_form(standing):
        return show_page(template, visit, standing, status=_without_form(status), errors={})
    return show_page(
        template, visit, standing, status=status, errors=problems or {}, answers=(answers or Answers()).shown
    )


def _has_a_say(standing: Standing) -> bool:
    is_undisputed = standing.signature is not None and standing.signature.suspended_at is None
    return is_undisputed or standing.is_suspended_by_team


def _without_form(status: int) -> int:
    """What a form that was sent is answered with where there is none any more."""
    return status if status == HTTPStatus.OK else HTTPStatus.CONFLICT


def _nothing_to_change(visit: Visit, status: int) -> Response:
    """The letter, where no signature stands; to a form that was sent it says so."""
    if status == HTTPStatus.OK:
        return invitation_page(visit)
    words = _("There is no signature of %(organisation)s to change.", organisation=isolate(visit.organisation_name))
    title = _("Nothing was recorded")
    return invitation_page(visit, problems={"": words}, problems_title=title, status=HTTPStatus.CONFLICT)


def show_page(template: str, visit: Visit, standing: Standing, *, status: int, at: str = "", **facts: Any) -> Response:
    """A page with what they all show: for whom, which letter, how it stands, where to go on.

    `at` is the page's own part of the address, where it is to be had in each language of the letter.
    """
    html, status = rendered(
        template,
        status=status,
        letter=letter_facts(visit, is_over=standing.state == "closed"),
        organisation=visit.organisation_name,
        version=visit.letter.version.number,
        standing=standing,
        signed=_signed_facts(visit, standing, standing.signature) if standing.signature else None,
        answered_at=moment(standing.answered.at, visit) if standing.answered else "",
        answered_iso=standing.answered.at.isoformat() if standing.answered else "",
        public_path=_public_path(visit, standing),
        is_open=visit.letter.stage == "open" and standing.state in {"open", "signed"},
        withheld_hint=meaning_of_withheld(visit),
        uncounted_hint=meaning_of_uncounted(visit),
        unnamed_choices=[one for one in choices_of_visibility(visit) if one["value"] != "named"],
        naming_warning=warning_of_naming(visit),
        path=visit.path,
        path_to=visit.path_to,
        has_cookie=visit.has_cookie,
        form_token=visit.form.token(),
        leave_path=f"{visit.path}/leave",
        is_neutral=visit.contact.safe_mail,
        page_title=_title(visit),
        languages_of_letter=_languages(visit, at),
        at=at,
        reply_by=_reply_by(visit, standing),
        before=standing.before.number if standing.before else 0,
        has_proof=visit.letter.proof_sent_at is not None and standing.public is None and standing.signature is not None,
        may_ask=is_taking_comments(visit.letter, now=clock.now()),
        consultation=consultation_facts(visit),
        late=_late(visit, standing),
        foreseen_until=_foreseen_until(visit, standing),
        colleagues=colleague_facts(visit),
        **facts,
    )
    return make_response(html, status)


def _typed_before(visit: Visit, standing: Standing) -> Answers:
    """What stands in a form not sent yet: the contact's name, or what was typed when signing had closed."""
    fresh = Answers(person=visit.contact.name or "", names={})
    late = asked_late(db.session(), visit.invitation) if standing.state == "open" else None
    kept = late.said("answers") if late is not None else None
    if not kept:
        return fresh
    return Answers(
        names=dict(kept["names"]),
        visibility=kept["visibility"],
        person=kept["person"] or fresh.person,
        role=kept["role"],
    )


def _foreseen_until(visit: Visit, standing: Standing) -> tuple[str, ...]:
    """Until when one can say no to what consent given beforehand would sign; () where nothing is foreseen."""
    act = standing_consent.foreseen(db.session(), visit.letter.id, visit.organisation.id)
    if act is None or standing.state != "open" or standing.answered is not None:
        return ()
    zones = dict.fromkeys((visit.letter.zone, "UTC", visit.contact.zone))
    return tuple(languages.moment_words(act.due_at, zone, visit.language) for zone in zones)


def _late(visit: Visit, standing: Standing) -> dict[str, Any] | None:
    """Of an organisation that has not signed in time: when it asked to be added, if it did."""
    if standing.state != "closed" or standing.signature is not None:
        return None
    asked = asked_late(db.session(), visit.invitation)
    return {
        "asked": moment(asked.created_at, visit) if asked else "",
        "is_accepted": asked is not None and asked.decision is not None,
    }


def _title(visit: Visit) -> str:
    """The title of the window: it stays in the browser's history, so under safe mail it tells nothing."""
    if visit.contact.safe_mail:
        return str(_("Your letter"))
    return reading_title(visit.text)


def _signed_facts(visit: Visit, standing: Standing, signature: Signature) -> dict[str, Any]:
    names, agreement = signature.printed_names, standing.agreement
    assert agreement is not None  # noqa: S101 -- every signature begins with one  # nosec B101
    return {
        "is_withheld": signature.visibility != "named",
        "is_uncounted": signature.visibility == "uncounted",
        "is_disputed": signature.suspended_at is not None,
        "is_masked": signature.masked_at is not None,
        "is_suspended_by_team": signature.suspended_at is not None and standing.is_suspended_by_team,
        "lines": [
            {"language": language, "direction": languages.direction(language), "name": printed(names, language)}
            for language in visit.letter.readable_languages
        ],
        "has_objected": standing.asked == "lift",
        "version": agreement.version.number,
        "language": agreement.language,
        "kept": _kept_facts(visit, agreement),
        "changeable_until": deadline_words(visit),
    }


def _kept_facts(visit: Visit, agreement: Consent) -> dict[str, Any] | None:
    """Who kept the signature under the changed text, and when; None while it stands as it was given."""
    if agreement.act != "keep":
        return None
    at = datetime.fromisoformat(agreement.at)
    return {
        "person": agreement.by["name"],
        "at": moment(at, visit),
        "iso": at.isoformat(),
        "is_own": agreement.invitation == visit.invitation.id.hex,
    }


def name_fields_of(visit: Visit, names: dict[str, str]) -> list[dict[str, Any]]:
    """The fields of the names to be printed, each saying in which languages it is."""
    present = visit.letter.readable_languages
    return [
        {
            "field": one.field,
            "value": one.value,
            "label": _name_label(one, visit.language) if len(present) > 1 else _("Name as it will be printed"),
            "optional": not one.languages,
        }
        for one in name_fields(names, present, visit.form.language)
    ]


def _name_label(field: NameField, language: str) -> str:
    named = [languages.name(tag, language) for tag in field.languages or (field.key,)]
    if not field.languages:
        return str(_("Another name in %(language)s", language=named[0]))
    return str(_("Name as it will be printed in %(languages)s", languages=languages.join(named, language)))


def _public_path(visit: Visit, standing: Standing) -> str:
    """The path of the published letter in the language that is shown; "" before publication."""
    if standing.public is None:
        return ""
    ending = "" if visit.form.language == visit.letter.authoritative_language else f"/{visit.form.language}"
    return f"/letters/{standing.public.slug}{ending}"


def _reply_by(visit: Visit, standing: Standing) -> tuple[str, ...]:
    """Until when the answer to the changed text is asked for, or one can object; () where nothing is asked."""
    until = visit.letter.version.reply_by_at
    if until is None or standing.asked not in {"keep", "object"} or until <= clock.now():
        return ()
    zones = {"letter_zone": visit.letter.zone, "own_zone": visit.contact.zone}
    return deadline_lines(until, visit.language, **zones)


def _languages(visit: Visit, at: str) -> list[dict[str, Any]]:
    """The languages of the letter, each named in itself."""
    present = visit.letter.readable_languages
    return [
        {
            "tag": tag,
            "name": languages.endonym(tag),
            "direction": languages.direction(tag),
            "href": f"{visit.path}/{at}?lang={tag}" if at else f"{visit.path}?lang={tag}",
            "current": tag == visit.form.language,
        }
        for tag in (present if len(present) > 1 else ())
    ]
