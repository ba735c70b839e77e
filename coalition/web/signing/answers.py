"""What was typed and ticked, exactly as it was sent; and what has to change in it before it can be recorded."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from coalition.intake.names import NAME_LIMIT, NameMissing, NameRefused, NameTooLong, check_name, named, unprintable
from coalition.languages import isolate
from coalition.web.signing.names import CANONICAL, field_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask_babel.speaklater import LazyString
    from werkzeug.datastructures import MultiDict

REASON_LIMIT: Final = 5000
NO_PLACE_IN_HTML: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
VISIBILITIES: Final = ("named", "withheld", "uncounted")
UNNAMED: Final = VISIBILITIES[1:]
OTHER_WAYS: Final = ("pass-on", "approval", "more-time")
"""The forms of other ways to answer; each has a page of that address."""
PERSON_MISSING: Final = _l("Enter your name")
ROLE_MISSING: Final = _l("Enter your role")
NAME_MISSING: Final = _l("Enter the name as it will be printed")
"""Looked up only where they are said: nearly every form is complete."""
Problems = dict[str, str]
"""A field's name to a sentence that says what to do; "" for the form as a whole."""


@dataclass(frozen=True, slots=True)
class Answers:
    """One form as it was sent. Fields that are not ours are not here."""

    decisions: frozenset[str] = frozenset()
    names: dict[str, str] = field(default_factory=dict)
    visibility: str = ""
    person: str = ""
    role: str = ""
    logo: bool = False
    has_authority: bool = False
    reason: str = ""
    ask_again: bool = False
    is_confirmed: bool = False
    """The one tick of the pages that change a signature."""
    keeps: bool = False
    objects: bool = False
    colleague: dict[str, str] = field(default_factory=dict)
    """Whom a colleague names: `colleague`, `address`, `language`, `note`, `share`."""
    day: str = ""
    wholly: bool = False
    """Whether no mails are wanted at all."""
    form: str = ""
    """Which of the other ways to answer it was."""
    comment: dict[str, str] = field(default_factory=dict)
    """The fields of a comment, where the form was one."""

    @classmethod
    def of(cls, form: MultiDict[str, str], languages: Sequence[str]) -> Answers:
        """The answers in a sent form, for a letter in `languages`."""
        keys = (CANONICAL, *languages)
        sent = form.to_dict()  # of a field that is not there, the form itself makes an error
        return cls(
            decisions=frozenset(form.getlist("decision")),
            names={key: sent[field_of(key)] for key in keys if field_of(key) in sent},
            visibility=_one(form, "visibility"),
            person=sent.get("person", ""),
            role=sent.get("role", ""),
            logo=sent.get("logo") == "yes",
            has_authority=sent.get("authority") == "yes",
            reason=sent.get("reason", "").replace("\r\n", "\n"),
            ask_again=sent.get("ask_again") == "yes",
            is_confirmed=sent.get("confirm") == "yes",
            keeps=sent.get("keep") == "yes",
            objects=sent.get("object") == "yes",
            colleague=colleague_sent(form),
            day=sent.get("day", ""),
            wholly=sent.get("wholly") == "yes",
            form=sent.get("form", "") if sent.get("form") in OTHER_WAYS else "",
            comment=comment_sent(form) if "words" in sent else {},
        )

    @classmethod
    def kept(cls, facts: dict[str, Any]) -> Answers:
        """The answers that `facts` kept while the link was asked for."""
        return cls(**{**facts, "decisions": frozenset(facts["decisions"])})

    def facts(self) -> dict[str, Any]:
        """The answers as JSON, to be kept in a signed field."""
        return asdict(self.shown) | {"decisions": sorted(self.decisions)}

    @property
    def shown(self) -> Answers:
        """The answers as a page can show them again: without the characters that HTML has no place for."""
        return replace(
            self,
            names={key: without_controls(name) for key, name in self.names.items()},
            person=without_controls(self.person),
            role=without_controls(self.role),
            reason=without_controls(self.reason),
            comment={name: without_controls(value) for name, value in self.comment.items()},
            colleague={name: without_controls(value) for name, value in self.colleague.items()},
            day=without_controls(self.day),
        )

    @property
    def note(self) -> str:
        """A few words to a colleague."""
        return self.colleague.get("note", "")


def colleague_sent(form: MultiDict[str, str]) -> dict[str, str]:
    """The fields about a colleague as they were sent, line ends apart; nothing where the form had none of them."""
    if not {"address", "note"} & set(form):
        return {}
    fields = {name: form.get(name, "").replace("\r\n", "\n") for name in ("colleague", "address", "language", "note")}
    return fields | {"share": _one(form, "share")}


def comment_sent(form: MultiDict[str, str]) -> dict[str, str]:
    """The fields of a comment as they were sent, line ends apart."""
    fields = {name: form.get(name, "").replace("\r\n", "\n") for name in ("paragraph", "words", "wording", "answers")}
    return fields | {"kind": _one(form, "kind")}


def problems_of_signing(answers: Answers, organisation: str) -> Problems:
    """What has to change before this can be a signature, in the order of the page."""
    if "decline" in answers.decisions:
        return {"": _two_answers()}
    problems = problems_of_names(answers)
    if answers.visibility not in VISIBILITIES:
        problems["visibility"] = _("Choose whether the name is published or withheld")
    problems |= problems_of_person(answers)
    if not answers.has_authority:
        problems["authority"] = _(
            "Confirm that you are authorised to sign for %(organisation)s", organisation=isolate(organisation)
        )
    return problems


def problems_of_person(answers: Answers) -> Problems:
    """What has to change in how the person writes themself."""
    problems = _problem_of("person", answers.person, missing=PERSON_MISSING)
    return problems | _problem_of("role", answers.role, missing=ROLE_MISSING)


def problems_of_declining(answers: Answers, organisation: str) -> Problems:
    """What has to change before this can be a refusal."""
    if "sign" in answers.decisions:
        return {"": _two_answers()}
    problems: Problems = {}
    if "decline" not in answers.decisions:
        problems["decision"] = _("Tick that %(organisation)s does not sign", organisation=isolate(organisation))
    return problems | _problem_of_reason(answers)


def problems_of_a_word(answers: Answers) -> Problems:
    """What has to change before what the organisation says can be laid before the coordinators."""
    if not answers.reason.strip():
        return {"reason": _("Write what your organisation says")}
    return _problem_of_reason(answers)


def problems_of_keeping(answers: Answers, words: str) -> Problems:
    """`words` unless it is ticked that the signature is kept, and nothing else."""
    if answers.objects:
        return {"": _("Two answers were sent, to keep the signature and to object. Nothing was recorded.")}
    return {} if answers.keeps else {"keep": words}


def problems_of_objecting(answers: Answers, words: str) -> Problems:
    """What has to change before this can be an objection; `words` where it is not ticked."""
    if answers.keeps:
        return {"": _("Two answers were sent, to keep the signature and to object. Nothing was recorded.")}
    return ({} if answers.objects else {"object": words}) | _problem_of_reason(answers)


def _problem_of_reason(answers: Answers) -> Problems:
    problems: Problems = {}
    if len(answers.reason) > REASON_LIMIT:
        problems["reason"] = _too_long(REASON_LIMIT, len(answers.reason))
    elif unseen := unprintable(answers.reason.replace("\n", "").replace("\t", "")):
        problems["reason"] = _unseen(named(unseen))
    return problems


def problems_of_names(answers: Answers) -> Problems:
    """What has to change in the names before they can be printed."""
    problems: Problems = {}
    for key, name in answers.names.items():
        if name.strip() or key == CANONICAL:
            problems |= _problem_of(field_of(key), name, missing=NAME_MISSING)
    return problems


def problem_of_confirming(answers: Answers, words: str) -> Problems:
    """`words` unless the page's one tick is there."""
    return {} if answers.is_confirmed else {"confirm": words}


def _problem_of(name: str, value: str, *, missing: LazyString) -> Problems:
    try:
        check_name(value)
    except NameMissing:
        return {name: str(missing)}
    except NameTooLong as error:
        return {name: _too_long(NAME_LIMIT, error.length)}
    except NameRefused as error:
        return {name: _unseen(str(error))}
    return {}


def without_controls(words: str) -> str:
    """Words as HTML can hold them; no browser's form sends the characters that are left out."""
    return NO_PLACE_IN_HTML.sub("", words)


def _two_answers() -> str:
    return str(_("Two answers were sent, to sign and to decline. Nothing was recorded. Send one of them."))


def _too_long(limit: int, length: int) -> str:
    return str(_("Shorten this to %(limit)s characters: it has %(length)s", limit=limit, length=length))


def _unseen(characters: str) -> str:
    return str(_("Take out the characters that cannot be seen: %(characters)s", characters=characters))


def _one(form: MultiDict[str, str], name: str) -> str:
    """The value of a choice; none where two different ones were sent."""
    values = set(form.getlist(name))
    return values.pop() if len(values) == 1 else ""
