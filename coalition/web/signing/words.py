"""Sentences of the door that depend on how things stand: what a choice means, what was done last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from coalition import languages
from coalition.languages import isolate
from coalition.models.consent import APPROVED_WORDING, KEPT_WORDING, WORDING

if TYPE_CHECKING:
    from coalition.web.signing.answers import Answers
    from coalition.web.signing.standing import Standing
    from coalition.web.signing.visit import Visit


def authority(organisation: str) -> Markup:
    """The sentence a signer ticks, as `coalition.models.wording` keeps it."""
    sentences = {"authority-1": _("I am authorised to sign for %(organisation)s, and it agrees to this text.")}
    return escape(sentences[WORDING]) % {"organisation": Markup("<bdi>%s</bdi>") % organisation}


def approval(organisation: str) -> Markup:
    """The sentence by which a colleague approves, as `coalition.models.wording` keeps it."""
    sentences = {
        "approve-1": _("I am authorised to sign for %(organisation)s, and I approve exactly what stands here."),
    }
    return escape(sentences[APPROVED_WORDING]) % {"organisation": Markup("<bdi>%s</bdi>") % organisation}


def keeps(organisation: str, version: int, language: str) -> Markup:
    """The sentence by which a signature is kept, as `coalition.models.wording` keeps it."""
    sentences = {
        "keep-1": _("%(organisation)s has seen what changed and keeps its signature under version %(version)s."),
    }
    name = Markup("<bdi>%s</bdi>") % organisation
    return escape(sentences[KEPT_WORDING]) % {"organisation": name, "version": languages.number(version, language)}


def meaning_of_named(visit: Visit) -> str:
    """What it means to publish the name."""
    until_then = {
        "nothing": _("Until then the other invited organisations do not see who has signed."),
        "number": _("Until then the other invited organisations see only how many have signed."),
        "names": _("The other invited organisations see it before."),
    }[visit.letter.visible_to_invitees]
    listed = _("It stands on the public list once the letter is published.")
    return " ".join((listed, until_then, _("What is public once may be kept in copies and archives elsewhere.")))


def meaning_of_withheld(visit: Visit) -> str:
    """What it means to withhold the name, and who will see it."""
    letter, language = visit.letter, visit.language
    if letter.withheld_threshold > 1:
        least = languages.number(letter.withheld_threshold, language)
        counted = _("It says only how many signed without a name, once there are %(number)s.", number=least)
    else:
        counted = _("It says only how many signed without a name.")
    return " ".join((_("The letter never names you."), counted, *_seen_by(visit)))


def meaning_of_uncounted(visit: Visit) -> str:
    """What it means to be in no number either, and who will see that there is a signature."""
    counted = _("No number of the letter includes you: no reader, and no other invited organisation, learns of it.")
    return " ".join((_("The letter never names you."), counted, *_seen_by(visit)))


def _seen_by(visit: Visit) -> tuple[str, str]:
    people = languages.join([isolate(account.name) for account in visit.letter.coordinators()], visit.language)
    seen_by = _("Outside your organisation only the coordinators of this letter can see it: %(people)s.", people=people)
    return seen_by, _("Each look is noted in the record.")


def choices_of_visibility(visit: Visit) -> list[dict[str, str]]:
    """Named, withheld or uncounted, and what each means; the safer first where one usually stays unnamed."""
    named = {"value": "named", "label": _("Publish the name"), "hint": meaning_of_named(visit)}
    withheld = {"value": "withheld", "label": _("Withhold the name"), "hint": meaning_of_withheld(visit)}
    uncounted = {
        "value": "uncounted",
        "label": _("Do not name us, and do not count us"),
        "hint": meaning_of_uncounted(visit),
    }
    is_unnamed = visit.organisation.safety_default == "withhold"
    return [withheld, uncounted, named] if is_unnamed else [named, withheld, uncounted]


def warning_of_naming(visit: Visit) -> str:
    """What the organisation said about its safety once, before the name is published; never a choice made for it."""
    organisation = isolate(visit.organisation_name)
    words: dict[str, str] = {
        "show": "",
        "ask": _(
            "%(organisation)s decides for each letter whether it is named. Ask whoever decides that.",
            organisation=organisation,
        ),
        "withhold": _(
            "%(organisation)s usually stays unnamed for its safety. A name that is public cannot be taken back "
            "everywhere.",
            organisation=organisation,
        ),
    }
    return words[visit.organisation.safety_default]


def receipt_heading(standing: Standing) -> str:
    """What was done last."""
    is_own = standing.answered is not None and standing.answered.is_own
    words: dict[str, str] = {
        "sign": _("You have signed") if is_own else _("Signed"),
        "keep": _("The signature is kept"),
        "objected": _("The objection is recorded"),
        "printed_name": _("The printed name is changed"),
        "visibility": _visibility_words(standing),
        "disputed": _("The signature is disputed"),
        "withdraw": _("The signature is withdrawn"),
        "decline": _("You have declined") if is_own else _("Declined"),
    }
    return words[standing.last_act]


def _visibility_words(standing: Standing) -> str:
    words: dict[str, str] = {
        "named": _("The name will be published"),
        "withheld": _("The name is withheld"),
        "uncounted": _("The name is withheld, and is in no number"),
    }
    return words[standing.signature.visibility if standing.signature else "named"]


def rows_of(answers: Answers) -> list[dict[str, Any]]:
    """Answers that could not be recorded, as they were sent."""
    choices = {
        "named": _("Publish the name"),
        "withheld": _("Withhold the name"),
        "uncounted": _("Do not name us, and do not count us"),
    }
    rows = [
        (_("Name as it will be printed"), ", ".join(filter(None, answers.names.values()))),
        (_("Should the name be published?"), choices.get(answers.visibility, "")),
        (_("Your name"), answers.person if "decline" not in answers.decisions else ""),
        (_("Your role"), answers.role),
        (_("Why"), answers.reason),
        (_("Email address of your colleague"), answers.colleague.get("address", "")),
        (_("Name of your colleague"), answers.colleague.get("colleague", "")),
        (_("Your words"), answers.note),
        (_("We answer by"), answers.day),
    ]
    return [{"key": key, "value": Markup("<bdi>%s</bdi>") % value} for key, value in rows if value.strip()]
