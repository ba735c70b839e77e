"""Putting the next version forward: what changed, what that means for those who signed, who is told; then the press."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import clock, languages
from coalition.actions import amend
from coalition.actions.amend import (
    LONGEST_EXPLANATION,
    Amendment,
    ChangeNotClassed,
    NoNextVersion,
    NothingChanged,
    ReplyByInThePast,
    ShownChanged,
)
from coalition.database import db
from coalition.intake.names import named, unprintable
from coalition.intake.texts import tidy_text
from coalition.models.letter import AlreadyPublished, Letter
from coalition.models.version import CHANGE_CLASSES
from coalition.rendering.kept_redline import redline_between
from coalition.rendering.redline_view import redline_view
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import moment
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.typed import Typed
from coalition.web.desk.versions import change_words

if TYPE_CHECKING:
    from datetime import datetime

    from coalition.models.version import Version
    from coalition.web.desk.moment import MomentField

REPLY: Final = "reply"
KINDS: Final = ("keep_asked", "text_corrected", "consulted_again", "asked_again", "new_version")


@desk.get("/letters/<uuid:letter_id>/amend", endpoint="amend")
@audience(Audience.TEAM)
def amending(letter_id: UUID) -> ResponseReturnValue:
    """What would change, and what the coordinator says of it."""
    kept: dict[str, str] = {}
    following = the_letter().next_version
    for tag, words in (following.explanations if following else {}).items():
        kept[f"explanation-{tag}"] = words
    return _page(Typed.stored(kept), moment.moment_field(REPLY, None, the_letter().zone))


@desk.post("/letters/<uuid:letter_id>/amend", endpoint="put_forward")
@audience(Audience.TEAM)
def put_forward(letter_id: UUID) -> ResponseReturnValue:
    """Look at the answers once more; then put the version forward, and write to those concerned."""
    typed, letter = Typed(request.form), the_letter()
    reply, reply_by = moment.read(typed, REPLY, letter.zone)
    if letter.next_version is None:
        return _page(typed, reply, status=409)
    amendment = _amendment(typed, letter, reply_by, reply)
    act = request.form.get("act", "check")
    if not typed.is_good:
        return _page(typed, reply, status=422)
    if act != "forward":
        return _page(typed, reply, checked=None if act == "change" else amendment)
    return _forwarded(letter_id, typed, reply, amendment)


def _amendment(typed: Typed, letter: Letter, reply_by: datetime | None, reply: MomentField) -> Amendment:
    """What was said of the change; what is missing is said to `typed`."""
    said = {tag: _explanation(typed, f"explanation-{tag}") for tag in letter.working_languages}
    if not amend.has_signatures(db.session(), letter):
        return Amendment(explanations=said)
    change_class = typed.choice("class", CHANGE_CLASSES, _("Choose what the change means for those who signed."))
    if not any(words.strip() for words in said.values()):
        first = f"explanation-{letter.authoritative_language}"
        typed.wrong(first, _("Write what changed and why: those who signed read it."))
    if reply_by is None and not reply.errors:
        _wrong_day(typed, reply, _("Enter the day until which one can answer or object."))
    elif reply_by is not None and reply_by <= clock.now():
        _wrong_day(typed, reply, _("This moment has passed. Choose a later one."))
    return Amendment(change_class, said, reply_by)


def _explanation(typed: Typed, name: str) -> str:
    """What changed and why, as those who signed will read it."""
    words = tidy_text(typed.prose(name, limit=LONGEST_EXPLANATION))
    typed.values[name] = words
    if unseen := unprintable(words.replace("\n", "").replace("\t", "")):
        typed.wrong(name, _("Take out what cannot be seen: %(characters)s.", characters=named(unseen)))
    return words


def _forwarded(letter_id: UUID, typed: Typed, reply: MomentField, amendment: Amendment) -> ResponseReturnValue:
    """Put it forward, or say what stands against it; everything typed is kept."""
    told = _mails(the_letter(), amendment.change_class).total()
    status, words = 409, ""
    try:
        number = amend.put_forward(letter_id, amendment, by=account(), seal=str(typed.get("seal")))
    except NoNextVersion:
        return _page(typed, reply, status=409)
    except ShownChanged:
        words = _("The version was changed since this page was made. Look at what changes again.")
    except NothingChanged:
        words = _("It says the same as the version in force. Change the text first.")
    except ChangeNotClassed:
        words = _("Somebody has signed meanwhile. Say what the change means for those who signed.")
    except AlreadyPublished:
        words = _("The letter is published. Its words do not change any more.")
    except ReplyByInThePast:
        status = 422
        _wrong_day(typed, reply, _("This moment has passed. Choose a later one."))
    else:
        flash(_in_force(number, told))
        return lead_to(letter_id)
    if words:
        typed.wrong("", words)
    return _page(typed, reply, status=status)


def _wrong_day(typed: Typed, reply: MomentField, words: str) -> None:
    reply.errors["date"] = words
    typed.wrong(f"{REPLY}_date", words)


def _in_force(number: int, told: int) -> str:
    version = languages.number(number, desk_language())
    if not told:
        return str(_("Version %(version)s is in force.", version=version))
    return str(
        _("Version %(version)s is in force, and on its way to %(people)s.", version=version, people=people(told))
    )


def people(number: int) -> str:
    """So many contacts, in words."""
    shown = languages.number(number, desk_language())
    return str(ngettext("%(number)s contact", "%(number)s contacts", number, number=shown))


def _page(
    typed: Typed, reply: MomentField, *, status: int = 200, checked: Amendment | None = None
) -> ResponseReturnValue:
    """The page; with `checked`, what was said once more, and the press."""
    db.session.rollback()
    letter = the_letter()
    following: Version | None = letter.next_version
    if following is None:
        return show("desk/amend_nothing.html", status=status)
    has_signed = amend.has_signatures(db.session(), letter)
    changes = [_change(letter, following, tag) for tag in letter.working_languages]
    mails = {one: _mails(letter, one) for one in (CHANGE_CLASSES if has_signed else ("",))}
    is_counted = checked is not None and checked.change_class in mails  # else somebody signed or withdrew just now
    told = {checked.change_class: mails[checked.change_class]} if checked and is_counted else mails
    return show(
        "desk/amend.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        changes=[one for one in changes if one["state"] != "empty"],
        has_changed=any(one["state"] in {"new", "changed"} for one in changes),
        has_signed=has_signed,
        reply=reply,
        classes=[{"value": one, "label": change_words(one), "hint": _meaning(mails[one], one)} for one in mails if one],
        mails=[_mail_row(told, kind) for kind in KINDS if any(one[kind] for one in told.values())],
        mail_columns=[_("Mail"), *((change_words(one) or _("Contacts")) for one in told)],
        seal=amend.seal_of(letter),
        checked=_checked(letter, checked, mails) if checked and is_counted else None,
    )


def _mails(letter: Letter, change_class: str) -> Counter[str]:
    """How many people get which mail."""
    invited = Counter(kind for kind, _one in amend.recipients(db.session(), letter, change_class))
    at_the_desk = amend.colleagues(db.session(), letter, change_class, by=account())
    return invited + Counter(kind for kind, _account, _signature in at_the_desk)


def _mail_row(mails: dict[str, Counter[str]], kind: str) -> dict[str, Any]:
    words = {
        "keep_asked": _("Asked whether they keep their signature, with the redline"),
        "text_corrected": _("Told what was corrected, with the redline; they may object"),
        "consulted_again": _("Signed an earlier text: asked what they say to this one"),
        "asked_again": _("Declined and wanted to be asked again: asked again"),
        "new_version": _("Not answered yet: told of the new version"),
    }
    numbers = [languages.number(one[kind], desk_language()) for one in mails.values()]
    return {"words": words[kind], "numbers": numbers}


def _meaning(mails: Counter[str], change_class: str) -> str:
    """What a class means, with its numbers."""
    if change_class == "typographical":
        told = people(mails["text_corrected"])
        return str(
            _(
                "Signatures stand. %(people)s get the redline, and may object until the time below.",
                people=told,
            )
        )
    return str(
        _(
            "No signature is carried over by silence. %(people)s of those who signed are asked again.",
            people=people(mails["keep_asked"]),
        )
    )


def _change(letter: Letter, following: Version, tag: str) -> dict[str, Any]:
    """What changes in one language."""
    spoken = desk_language()
    now, before = following.text(tag), letter.version.text(tag)
    facts = {"tag": tag, "name": languages.name(tag, spoken), "state": "empty", "view": None, "is_lagging": False}
    if now is None or now.is_empty:
        return facts
    facts["is_lagging"] = now.is_lagging
    if before is None or before.is_empty:
        return facts | {"state": "new"}
    found = redline_between(db.session(), before, now)
    if now.says_the_same_as(before):
        return facts | {"state": "same"}
    return facts | {"state": "changed", "view": redline_view(found, tag, spoken, prefix=f"{tag}-")}


def _checked(letter: Letter, amendment: Amendment, mails: dict[str, Counter[str]]) -> dict[str, Any]:
    """What was said, in words, and what the press says."""
    told = sum(mails.get(amendment.change_class, Counter()).values())
    until = moment.in_words(amendment.reply_by_at, letter.zone, account().zone) if amendment.reply_by_at else []
    version = languages.number(letter.working_version.number, desk_language())
    button = _("Put version %(version)s forward", version=version)
    if told:
        button = _("Put version %(version)s forward and write to %(people)s", version=version, people=people(told))
    return {
        "class": change_words(amendment.change_class),
        "meaning": _meaning(mails[amendment.change_class], amendment.change_class) if amendment.change_class else "",
        "until": until,
        "explanations": [
            {"tag": tag, "name": languages.name(tag, desk_language()), "words": words}
            for tag, words in amendment.explanations.items()
            if words.strip()
        ],
        "button": button,
    }
