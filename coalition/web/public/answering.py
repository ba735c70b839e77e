"""A person who signed for themselves changes their answer, by the link that confirmed their address."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from coalition.actions import sign_for_oneself as verbs
from coalition.actions.acts import TextChanged
from coalition.actions.answer import PrintedAlready
from coalition.actions.reconfirm import NothingToObjectTo
from coalition.database import db
from coalition.intake.names import NAME_LIMIT, NameRefused
from coalition.models.letter import NotOpenForSigning
from coalition.models.objection import ObjectionsAreOver
from coalition.models.signature import NoStandingSignature
from coalition.tokens import NotOurs
from coalition.web.audience import Audience, audience
from coalition.web.forms import shown
from coalition.web.public.confirming import asked_by
from coalition.web.public.door import public
from coalition.web.public.person_code import is_proved, is_recorded
from coalition.web.public.person_page import OpenAnswer, Person, person_html

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

WORDS_LIMIT = 1000


@public.post("/c/<token>/signature")
@audience(Audience.PUBLIC)
def change_own_signature(token: str) -> BaseResponse:
    """Keep the signature under the changed text, object, or withdraw: whichever one was chosen."""
    if asked_by(token).is_erased:
        return redirect(f"/c/{token}", code=303)  # the same form, sent twice
    person, opened = _acting(token)
    typed = {"words": shown(request.form.get("words", "").replace("\r\n", "\n")).strip()}
    chosen = request.form.getlist("decision")
    if opened is None:
        return _again(token, person, typed, {"": _opened_too_long()})
    if len(chosen) == 1 and is_recorded(person.asked, opened.key_of(chosen[0])):
        return redirect(f"/c/{token}", code=303)  # the same form, sent twice
    if len(chosen) != 1 or chosen[0] not in person.choices:
        return _again(token, person, typed, {"decision": _("Choose one of these answers")}, opened=opened)
    typed["decision"] = chosen[0]
    if len(typed["words"]) > WORDS_LIMIT:
        words = _("Shorten this to %(limit)s characters", limit=WORDS_LIMIT)
        return _again(token, person, typed, {"words": words}, opened=opened)
    return _recorded(token, person, typed, opened)


@public.post("/c/<token>/name")
@audience(Audience.PUBLIC)
def correct_own_name(token: str) -> BaseResponse:
    """Correct how one's own name is printed; the form as it came changes nothing."""
    person, opened = _acting(token)
    name = shown(request.form.get("name", "")).strip()
    typed = {"name": name}
    if opened is None:
        return _again(token, person, typed, {"": _opened_too_long()})
    if not person.may_correct_name:
        return _again(token, person, {}, {"": _gone()}, status=HTTPStatus.CONFLICT)
    if not name or len(name) > NAME_LIMIT:
        return _again(token, person, typed, {"name": _("Enter the name as it will be printed.")}, opened=opened)
    try:
        if name != person.signature.printed_names["und"]:
            key = opened.key_of("name", name)
            proved = is_proved(token, person.asked, key)
            verbs.correct_name(person.asked.id, key=key, name=name, is_proved=proved)
    except NameRefused:
        words = _("Take out the characters that cannot be seen")
        return _again(token, person, typed, {"name": words}, opened=opened)
    except (NoStandingSignature, PrintedAlready):
        return _again(token, person, {}, {"": _gone()}, status=HTTPStatus.CONFLICT)
    return redirect(f"/c/{token}", code=303)


def _recorded(token: str, person: Person, typed: dict[str, str], opened: OpenAnswer) -> BaseResponse:
    """Do it, or show why not: nothing is recorded then, and nothing that was typed is lost."""
    try:
        _do(token, person, typed, opened)
    except TextChanged:
        words = _("The text has changed since you opened this page. See what changed, then send again.")
        return _again(token, person, typed, {"": words}, status=HTTPStatus.CONFLICT)
    except (NoStandingSignature, NotOpenForSigning, NothingToObjectTo, ObjectionsAreOver, verbs.StillSigned):
        return _again(token, person, typed, {"": _gone()}, status=HTTPStatus.CONFLICT)
    return redirect(f"/c/{token}", code=303)


def _do(token: str, person: Person, typed: dict[str, str], opened: OpenAnswer) -> None:
    request_id, decision = person.asked.id, typed["decision"]
    key = opened.key_of(decision)
    proved = is_proved(token, person.asked, key, opened.seen.fingerprint)
    if decision == "erase":
        verbs.erase(request_id, is_proved=proved)
    elif decision == "withdraw":
        verbs.withdraw(request_id, key=key, is_proved=proved)
    elif decision == "keep":
        verbs.keep(request_id, key=key, seen=opened.seen, is_proved=proved)
    else:
        against, words = person.against, typed["words"]
        verbs.object_to(request_id, key=key, seen=opened.seen, against=against, words=words, is_proved=proved)


def _acting(token: str) -> tuple[Person, OpenAnswer | None]:
    """Who acts, and the page they had open; None where its token is not ours. Raises NotOurs."""
    person = Person.of(asked_by(token))
    if person is None:
        raise NotOurs
    try:
        return person, OpenAnswer.read(request.form.get("form_token", ""), person.asked)
    except NotOurs:
        return person, None


def _again(
    token: str,
    person: Person,
    typed: dict[str, str],
    errors: dict[str, str],
    *,
    opened: OpenAnswer | None = None,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> Response:
    """The page as it is now, with what was typed; after a conflict it shows the text that is in force."""
    db.session.rollback()
    now = Person.of(db.session.merge(person.asked))
    return make_response(person_html(token, now or person, opened=opened, typed=typed, errors=errors), status)


def _opened_too_long() -> str:
    return str(_("This page was changed on its way. Look at your answers, then send them again."))


def _gone() -> str:
    return str(_("Nothing was recorded: this can be answered no more. How your signature stands is said below."))
