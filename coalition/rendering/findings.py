"""What the check list before publication found, in words: the same at the desk and at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from flask_babel import gettext as _
from flask_babel import ngettext

from coalition.intake import odd_names
from coalition.languages import join, moment_words, name
from coalition.rendering.missing_words import missing_words

Facts: TypeAlias = Mapping[str, Any]


def finding_words(code: str, facts: Facts, *, language: str, zone: str) -> str:
    """One finding in `language`, the present one; moments in `zone`. KeyError for a code that has no words."""
    said = dict(facts)
    if "language" in facts:
        said["in_language"] = name(facts["language"], language)
    if "missing" in facts:
        said["parts"] = join(missing_words(facts["missing"], language), language)
    if "until" in facts:
        said["moment"] = moment_words(facts["until"], zone, language)
    return str(WORDS[code](said))


def _problem(facts: Facts) -> Any:
    problem = facts["problem"].sentence
    return _("In the text in %(language)s: %(problem)s", language=facts["in_language"], problem=problem)


def _not_closed(facts: Facts) -> Any:
    if facts.get("stage") == "cancelled":
        return _("The letter is cancelled. It is not published.")
    return _("Signing is not closed yet.")


def _disputed(facts: Facts) -> Any:
    if facts.get("has_objected"):
        return _has_objected(facts["name"])
    if not facts["name"]:
        return _("An organisation that withheld its name says that the signature is not its own. It is not counted.")
    return _("%(name)s says that the signature is not its own. It is not printed.", name=facts["name"])


def _has_objected(name: str) -> Any:
    if not name:
        return _("An organisation that withheld its name has objected to the text or the proof. It is not counted.")
    return _("%(name)s has objected to the text or to the page proof. It is not printed.", name=name)


def _not_reconfirmed(facts: Facts) -> Any:
    return ngettext(
        "%(num)s organisation signed an earlier text and has not kept its signature under this one. It is not printed.",
        "%(num)s organisations signed an earlier text and have not kept their signatures under this one. They are not "
        "printed.",
        facts["number"],
    )


def _persons_not_reconfirmed(facts: Facts) -> Any:
    return ngettext(
        "%(num)s person signed an earlier text and has not kept the signature under this one. The name is not printed.",
        "%(num)s people signed an earlier text and have not kept their signatures under this one. Their names are not "
        "printed.",
        facts["number"],
    )


def _recorded_unconfirmed(facts: Facts) -> Any:
    return ngettext(
        "%(num)s signature was recorded by a coordinator, and its organisation has not confirmed it.",
        "%(num)s signatures were recorded by a coordinator, and their organisations have not confirmed them.",
        facts["number"],
    )


def _not_fresh(facts: Facts) -> Any:
    return ngettext(
        "%(num)s organisation agreed more than %(days)s days ago and has not said again that it still does.",
        "%(num)s organisations agreed more than %(days)s days ago and have not said again that they still do.",
        facts["number"],
        days=facts["days"],
    )


def _odd_name(facts: Facts) -> Any:
    told = [str(_("This name looks mistyped: %(name)s", name=facts["name"]))]
    return " – ".join([*told, *(str(odd_names.WORDS[one]) for one in facts["odd"])])


WORDS: Final[dict[str, Callable[[Facts], Any]]] = {
    "practice": lambda _facts: _("This is a practice letter: it is never published."),
    "not_closed": _not_closed,
    "nobody_signed": lambda _facts: _("Nobody has signed."),
    "disputed": _disputed,
    "not_reconfirmed": _not_reconfirmed,
    "persons_not_reconfirmed": _persons_not_reconfirmed,
    "unfinished_version": lambda facts: _(
        "Version %(version)s was begun and never put forward: what is published is the version before.",
        version=facts["version"],
    ),
    "proof_running": lambda facts: _("Signers may object to the page proof until %(moment)s.", moment=facts["moment"]),
    "recorded_unconfirmed": _recorded_unconfirmed,
    "not_fresh": _not_fresh,
    "missing_translation": lambda facts: _("There is no text in %(language)s.", language=facts["in_language"]),
    "translation_not_shown": lambda facts: _(
        "Nobody was shown the text in %(language)s: it is published as a translation.", language=facts["in_language"]
    ),
    "photo_without_credit": lambda _facts: _("The photo does not say who took it."),
    "photo_without_alternative": lambda facts: _(
        "It is not said in %(language)s what the photo shows.", language=facts["in_language"]
    ),
    "lead_not_signed": lambda facts: _(
        "%(name)s leads the letter and has not signed: the list does not print it.", name=facts["name"]
    ),
    "odd_name": _odd_name,
    "look_alike_names": lambda facts: _(
        "Two names are nearly the same: %(name)s and %(other)s", name=facts["name"], other=facts["other"]
    ),
    "withhold_by_default": lambda facts: _(
        "%(name)s usually withholds its name, and will be printed by name.", name=facts["name"]
    ),
    "typed_number": lambda facts: _(
        "The text in %(language)s says “%(typed)s”, and the list has %(number)s.",
        language=facts["in_language"],
        typed=facts["typed"],
        number=facts["number"],
    ),
    "lagging_translation": lambda facts: _(
        "The text in %(language)s follows version %(follows)s and not version %(version)s, which is agreed to. It is "
        "published saying so.",
        language=facts["in_language"],
        follows=facts["follows"],
        version=facts["version"],
    ),
    "translation_lacks": lambda facts: _(
        "Compared with the text that governs, the one in %(language)s lacks: %(parts)s.",
        language=facts["in_language"],
        parts=facts["parts"],
    ),
    "text_problem": _problem,
    "typed_embargo": lambda facts: _(
        "The text in %(language)s says “%(typed)s”. Printed, it stands there also after the embargo has ended: pages, "
        "mails and files say it by themselves until then.",
        language=facts["in_language"],
        typed=facts["typed"],
    ),
    "addressee_without_office": lambda facts: _("%(name)s is addressed without an office.", name=facts["name"]),
    "comments_open": lambda facts: ngettext(
        "%(num)s comment or question is not answered.",
        "%(num)s comments or questions are not answered.",
        facts["number"],
    ),
    "replies_open": lambda facts: ngettext(
        "%(num)s reply by mail waits to be dealt with.",
        "%(num)s replies by mail wait to be dealt with.",
        facts["number"],
    ),
    "missing_glyph": lambda facts: _(
        "No font here shows %(character)s in “%(line)s”. Page, text and JSON go out; the PDF waits for a font.",
        character=facts["character"],
        line=facts["line"],
    ),
}
"""Code of a finding (`coalition.actions.check`) to its words."""
