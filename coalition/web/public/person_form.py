"""The form by which a person signs for themselves, where the letter has a list for individuals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext as _

from coalition.actions.request import Asked
from coalition.actions.sign_for_oneself import AFFILIATION_LIMIT, TITLE_LIMIT
from coalition.models.consent import PERSONAL_WORDING
from coalition.web.forms import shown
from coalition.web.public.ask_form import BAIT, TypedAsk

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

FIELDS: Final = ("person", "title", "affiliation", "is_personal", "address", "consents")
LIMITS: Final = {"title": TITLE_LIMIT, "affiliation": AFFILIATION_LIMIT}


class TypedPerson(TypedAsk):
    """What a person typed, as a page can show it again, and what has to change in it, by field."""

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> TypedPerson:
        """What was sent, looked through. Fields that are not ours are not here."""
        typed = cls({name: shown(form.get(name, "").replace("\r\n", "\n")).strip() for name in FIELDS})
        typed.line("person", missing=_("Enter your name"))
        for name, limit in LIMITS.items():
            typed.line(name, limit=limit)
        if typed.values["is_personal"] and not (typed.values["title"] or typed.values["affiliation"]):
            typed.problems["affiliation"] = _("Enter the title or affiliation that you do not speak for")
        typed.mailbox()
        if typed.values["consents"] != "yes":
            typed.problems["consents"] = _("Tick that you sign this text for yourself")
        return typed

    @property
    def asked(self) -> Asked:
        """What the form says, where nothing has to change."""
        values = self.values
        return Asked(
            kind="individual",
            address=values["address"],
            person=values["person"],
            title=values["title"],
            affiliation=values["affiliation"],
            is_personal=values["is_personal"] == "yes",
        )


def consent_words() -> str:
    """The sentence a person ticks, as `coalition.models.wording` keeps it."""
    sentences = {"personal-1": _("I sign this text for myself, and my name may be printed under it.")}
    return str(sentences[PERSONAL_WORDING])


def person_facts(typed: TypedAsk | None) -> dict[str, Any]:
    """What the fields show, for the template."""
    return {
        "values": typed.values if typed else dict.fromkeys(FIELDS, ""),
        "errors": typed.problems if typed else {},
        "consent_words": consent_words(),
        "bait": BAIT,
    }
