"""What can be wrong in a letter file, as codes with their place, and the sentence that says each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from flask_babel import lazy_gettext
from jsonschema.exceptions import ValidationError
from rapidfuzz import fuzz, process

from coalition.intake.json_places import Pointer

Found: TypeAlias = tuple[Pointer, str, str, str]
"""Place, code, value, expected of a problem whose line is not known yet."""

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong in a letter file: `pointer` is its place as a JSON pointer (RFC 6901), `line` its line from 1."""

    code: str
    pointer: str = ""
    line: int = 0
    value: str = ""
    expected: str = ""


class LetterFileError(ValueError):
    """The file is no letter file that can be taken; `problems` say why, each with its place. Nothing of it was kept."""

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        super().__init__("; ".join(f"{problem.code} {problem.pointer}".strip() for problem in problems))
        self.problems = problems


SENTENCES = {
    "and_more": lazy_gettext("There is more to correct further on."),
    "authoritative_has_no_text": lazy_gettext("the authoritative language “%(value)s” has no text."),
    "content_not_base64": lazy_gettext("the content is no base64."),
    "day_unknown": lazy_gettext("there is no such date: “%(value)s”."),
    "document_refused": lazy_gettext(
        "“%(value)s” is not a document that can be attached, or not the kind its name says."
    ),
    "editions_in_order": lazy_gettext("edition %(value)s does not come after the one before it, up to “edition”."),
    "key_missing": lazy_gettext("“%(value)s” is missing."),
    "key_twice": lazy_gettext("“%(value)s” stands there twice. Keep one of them."),
    "key_unknown": lazy_gettext("“%(value)s” is not known here. Remove it. Known are: %(expected)s."),
    "key_likely": lazy_gettext("“%(value)s” is not known here. Is it “%(expected)s”?"),
    "language_tag": lazy_gettext("“%(value)s” is no language tag. Write it like “fr” or “pt-br”."),
    "name_unprintable": lazy_gettext("the name holds characters that cannot be seen (%(value)s). Remove them."),
    "name_empty": lazy_gettext("the name is empty."),
    "not_a_letter_file": lazy_gettext('This is no letter file: it does not start with "format": "coalition-letter".'),
    "not_an_archive": lazy_gettext("What is in the archive is no letter, or one of a newer version of Coalition."),
    "not_json": lazy_gettext("This is no JSON: reading stopped here."),
    "not_one_of": lazy_gettext("“%(value)s” is not one of: %(expected)s."),
    "not_utf_8": lazy_gettext("The file is not in UTF-8. Save it so and bring it again."),
    "no_such_evidence": lazy_gettext("there is no evidence %(value)s."),
    "no_such_addressee": lazy_gettext("there is no addressee %(value)s."),
    "no_such_comment": lazy_gettext("there is no comment %(value)s before this one."),
    "no_such_edition": lazy_gettext("there is no edition %(value)s."),
    "no_such_group": lazy_gettext("the list has no part %(value)s."),
    "no_such_signature": lazy_gettext("there is no signature %(value)s."),
    "no_such_text": lazy_gettext("there is no text in “%(expected)s” in version %(value)s."),
    "no_such_version": lazy_gettext("there is no version %(value)s."),
    "number_range": lazy_gettext("the number %(value)s is out of range: %(expected)s."),
    "photo_twice_or_not": lazy_gettext("a photo has either “content” or “file”."),
    "photo_within": lazy_gettext("the photo of an archive stands in it, as “content”."),
    "picture_refused": lazy_gettext("the picture is not a whole one of the kind it says."),
    "text_differs": lazy_gettext("this is not the text of version %(value)s."),
    "text_unprintable": lazy_gettext("the text holds characters that cannot be seen (%(value)s). Remove them."),
    "too_few": lazy_gettext("at least one is needed here."),
    "too_large": lazy_gettext("The file is too large: at most %(value)s."),
    "too_long": lazy_gettext("the text is too long: at most %(expected)s characters."),
    "too_many": lazy_gettext("there are too many here: at most %(expected)s."),
    "versions_in_order": lazy_gettext("version %(value)s does not come after the one before it."),
    "wrong_form": lazy_gettext("“%(value)s” is not written as it should be: %(expected)s."),
    "wrong_type": lazy_gettext("there should be %(expected)s here."),
    "zone_not_known": lazy_gettext("the time zone “%(value)s” is not known."),
}
_TYPES = {
    "string": lazy_gettext("a text"),
    "integer": lazy_gettext("a whole number"),
    "boolean": lazy_gettext("true or false"),
    "object": lazy_gettext("an object {…}"),
    "array": lazy_gettext("a list […]"),
}
_FORMS = {
    "published_at": "2027-03-01T12:00:00Z",
    "left_at": "2027-03-01T12:00:00Z",
    "at": "2027-03-01T12:00:00Z",
    "event_on": "2027-03-01, 2027-03, 2027",
    "dated_on": "2027-03-01",
    "delivered_on": "2027-03-01",
    "acknowledged_on": "2027-03-01",
    "responded_on": "2027-03-01",
    "slug": "open-the-wells",
    "printed_on": "2027-03-01, 2027-03, 2027",
    "added_on": "2027-03-01",
    "country": "FR",
    "file": "photo.jpg",
    "authoritative_language": "fr, pt-br",
}


def sentence(problem: FileProblem) -> str:
    """What to tell the person about the problem, with its line and place, in the language of the request."""
    expected = str(_TYPES.get(problem.expected, problem.expected))
    words = str(SENTENCES[problem.code]) % {"value": problem.value, "expected": expected}
    if not problem.line:
        return words
    place = f" ({problem.pointer})" if problem.pointer else ""
    return str(lazy_gettext("Line %(line)s%(place)s: %(words)s", line=problem.line, place=place, words=words))


def pointer_text(pointer: Pointer) -> str:
    """The steps as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


def shown(value: object) -> str:
    """A value for a sentence: on one line, printable, cut."""
    text = "".join(character for character in " ".join(str(value)[:500].split()) if character.isprintable())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def explained(error: ValidationError) -> list[Found]:
    """What jsonschema found, in our own words; several for several unknown keys."""
    place = list(error.absolute_path)
    if error.validator == "additionalProperties":
        known: Any = error.schema
        return [_unknown_key(place, key, known["properties"]) for key in _keys(error) if key not in known["properties"]]
    if error.validator == "required":
        rule: Any = error.validator_value
        return [(place, "key_missing", next(key for key in rule if key not in _keys(error)), "")]
    if error.validator == "pattern":
        return [_wrong_form(place, error.instance, is_key="propertyNames" in error.absolute_schema_path)]
    return [(place, *_told(error))]


def _keys(error: ValidationError) -> dict[str, Any]:
    return cast("dict[str, Any]", error.instance)


def _told(error: ValidationError) -> tuple[str, str, str]:
    """(code, value, expected) of the rules that need no more than that."""
    rule, value, schema = error.validator_value, shown(error.instance), cast("dict[str, Any]", error.schema)
    simple = {
        "type": ("wrong_type", "", str(rule)),
        "enum": ("not_one_of", value, ", ".join(map(str, schema.get("enum", ())))),
        "const": ("not_one_of", value, str(rule)),
        "minimum": ("number_range", value, f"{schema.get('minimum')} – {schema.get('maximum')}"),
        "maximum": ("number_range", value, f"{schema.get('minimum')} – {schema.get('maximum')}"),
        "maxLength": ("too_long", "", str(rule)),
        "minLength": ("name_empty", "", ""),
        "maxItems": ("too_many", "", str(rule)),
        "maxProperties": ("too_many", "", str(rule)),
        "minProperties": ("too_few", "", ""),
        "minItems": ("too_few", "", ""),
    }
    return simple[str(error.validator)]


def _unknown_key(place: Pointer, key: str, known: Mapping[str, Any]) -> Found:
    best = process.extractOne(key, known.keys(), scorer=fuzz.ratio, score_cutoff=70)
    if best:
        return ([*place, key], "key_likely", shown(key), best[0])
    return ([*place, key], "key_unknown", shown(key), ", ".join(known))


def _wrong_form(place: Pointer, value: object, *, is_key: bool) -> Found:
    if is_key:
        return ([*place, str(value)], "language_tag", shown(value), "")
    last = str(place[-1]) if place else ""
    return (place, "wrong_form", shown(value), _FORMS.get(last, ""))
