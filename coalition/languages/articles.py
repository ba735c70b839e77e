"""The articles that a reader passes over when looking for a name: "The Hague Group" stands under H."""

from typing import Final

ARTICLES: Final[dict[str, str]] = {
    "ca": "el la els les l' l’",
    "da": "den det de",
    "de": "der die das",
    "el": "ο η το οι τα",
    "en": "the a an",
    "eo": "la",
    "es": "el la los las",
    "fr": "le la les l' l’",
    "gl": "o a os as",
    "hu": "a az",
    "it": "il lo la i gli le l' l’",
    "nb": "den det de",
    "nl": "de het 't ’t",
    "nn": "den det dei",
    "no": "den det de",
    "pt": "o a os as",
    "sv": "den det de",
}
"""Language to its articles; one that ends in an apostrophe is written together with the word after it."""

ARABIC: Final = "ال"
APOSTROPHES: Final = ("'", "’")


def without_article(name: str, language: str) -> str:
    """The name without the article of `language` that it begins with; the name itself where it has none.

    Marks before the first letter are passed over. A name that is an article and nothing else stays.
    """
    tag = language.partition("-")[0]
    bare = name.lstrip("\"'“”«»„‘’([ \u200e\u200f")
    if tag == "ar":
        rest = bare.removeprefix(ARABIC)
        return rest if rest != bare and len(rest.split(" ")[0]) > 1 else name
    folded = bare.casefold()
    for article in ARTICLES.get(tag, "").split():
        begin = article if article.endswith(APOSTROPHES) else f"{article} "
        if folded.startswith(begin) and bare[len(begin) :].strip():
            return bare[len(begin) :].lstrip()
    return name
