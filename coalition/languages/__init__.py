"""Which languages, which direction, how they name things, count and sort. Tags are BCP 47: "en", "ar", "zh-hk"."""

from coalition.languages.articles import without_article
from coalition.languages.countries import countries_by_name, country_name
from coalition.languages.hours import Hours, local_words, weekend, working_hours
from coalition.languages.sorting import sort_key
from coalition.languages.tags import (
    DESK,
    INTERFACE,
    LETTER,
    babel_locale,
    direction,
    endonym,
    interface_language,
    is_known,
    name,
    script_direction,
    with_territory,
)
from coalition.languages.words import (
    bytes_words,
    clock_words,
    date_words,
    embargo_moment,
    isolate,
    join,
    moment_words,
    number,
    plural_class,
    plural_classes,
    span_words,
)
from coalition.languages.zones import guess_zone, is_zone, zones_of

__all__ = [
    "DESK",
    "INTERFACE",
    "LETTER",
    "Hours",
    "babel_locale",
    "bytes_words",
    "clock_words",
    "countries_by_name",
    "country_name",
    "date_words",
    "direction",
    "embargo_moment",
    "endonym",
    "guess_zone",
    "interface_language",
    "is_known",
    "is_zone",
    "isolate",
    "join",
    "local_words",
    "moment_words",
    "name",
    "number",
    "plural_class",
    "plural_classes",
    "script_direction",
    "sort_key",
    "span_words",
    "weekend",
    "with_territory",
    "without_article",
    "working_hours",
    "zones_of",
]
