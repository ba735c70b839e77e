"""Mail addresses as people type them: what is meant, what was mended, what is likely a typing error."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from email_validator import EmailSyntaxError, validate_email
from rapidfuzz.distance import OSA

from coalition.intake.names import unprintable
from coalition.languages.normal_forms import normal_form

CELL_LIMIT = 2_000

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WIDE = re.compile("[\uff01-\uff5e﹫。｡]")
_WRITTEN_AT = re.compile(r"\s*[(\[{]\s*(?:at|arroba|arobase)\s*[)\]}]\s*", re.IGNORECASE)
_WRITTEN_DOT = re.compile(r"\s*[(\[{]\s*(?:dot|punto|point)\s*[)\]}]\s*", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()@<>]*\)")
_BARE_AT = re.compile(r"\s+at\s+(?=\S+(?:\.|\s+dot\s))", re.IGNORECASE)
_BARE_DOT = re.compile(r"\s+dot\s+", re.IGNORECASE)
_IN_ANGLES = re.compile(r"<([^<>]*)>")
_WORD = re.compile(r"[^\s,;/|،؛]+")
_JOINING_WORDS = frozenset({"and", "or", "et", "ou", "y", "o", "und", "oder", "&", "و", "أو"})
_AROUND = " \t\r\n\u00a0<>()[]{}\"'“”„‘’‚«»`´:;,"
_QUOTES = " \t\r\n\u00a0\"'“”„‘’«»,;/|:-–"
_LABEL = re.compile(r"[a-zA-Z]{2,6}$")

# Endings that no domain has, and what is meant by them.
_ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "coom", "vom", "xom", "cim", "c0m", "cpm"), "com"),
    **dict.fromkeys(("ogr", "orgg", "rog", "og", "prg", "orf", "ort", "0rg"), "org"),
    **dict.fromkeys(("nte", "ent", "nett", "met", "ner", "neet"), "net"),
}
# Large providers whose names are often mistyped, and real ones that only look like them.
_PROVIDERS = ("gmail", "hotmail", "yahoo", "outlook", "icloud", "protonmail", "riseup", "googlemail")
_REAL_ALIKE = frozenset({"email", "ymail", "mail", "tmail", "vmail", "rocketmail", "fastmail", "outlooks"})
_PROVIDER_ENDINGS = frozenset(
    {"com", "co", "cm", "om", "con", "fr", "es", "de", "it", "net", "org", "co.uk", "com.br", "com.ar", "com.mx"}
)
# Names set apart by RFC 6761: nothing arrives there, but an example or a trial may well use them.
_RESERVED = frozenset({"invalid", "local", "localhost", "onion"})


@dataclass(frozen=True, slots=True)
class ReadAddress:
    """One address of a cell.

    `typed` is the whole cell, `address` what mail would go to, empty when the typed text cannot be one. `findings` are
    codes of `coalition.intake.problems`; `suggestion` is what is likely meant and was not taken over.
    """

    typed: str
    address: str = ""
    name: str = ""
    findings: tuple[str, ...] = ()
    suggestion: str = ""


def read_addresses(cell: str) -> tuple[ReadAddress, ...]:
    """The addresses in a cell, in order: "a@x.org; Jane <b@x.org>" gives two. An empty cell gives none."""
    text = cell.strip()
    if not text:
        return ()
    if len(text) > CELL_LIMIT:
        return (ReadAddress(text, findings=("address_not_usable",)),)
    spelled = _UNSEEN.sub("", _spelled_out(text))
    bare = spelled if "<" in spelled else _ASIDE.sub(" ", spelled)
    is_whole = bare == spelled
    return tuple(_read(name, piece, text, is_whole=is_whole) for name, piece in _split(bare))


def _spelled_out(text: str) -> str:
    """The same with a real @ and dots where they were written as words or full-width."""
    if _WIDE.search(text):
        text = normal_form("NFKC", text).replace("。", ".")
    text = _WRITTEN_DOT.sub(".", _WRITTEN_AT.sub("@", text))
    return text if "@" in text else _BARE_DOT.sub(".", _BARE_AT.sub("@", text))


def _split(text: str) -> list[tuple[str, str]]:
    """(display name, address as typed) for each address in the text."""
    if "@" not in text:
        return [("", text)]
    found: list[tuple[str, str]] = []
    start = 0
    for match in _IN_ANGLES.finditer(text):
        plain, name = _before_angles(text[start : match.start()])
        found += [*(_split_plain(plain) if plain else []), (name, match[1])]
        start = match.end()
    rest = text[start:]
    return [*found, *_split_plain(rest)] if "@" in rest or not found else found


def _before_angles(text: str) -> tuple[str, str]:
    """What stands before an address in angle brackets: addresses without any, and the display name."""
    if "@" not in text:
        name = text.strip(_QUOTES)
        return "", "" if name.casefold() == "mailto" else name
    at = max(text.rfind(separator) for separator in ",;/|\n")
    return (text, "") if "@" in text[at + 1 :] else (text[:at], text[at + 1 :].strip(_QUOTES))


def _split_plain(text: str) -> list[tuple[str, str]]:
    """The addresses of a text without angle brackets; words before the first are its display name."""
    before: list[str] = []
    pieces: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        gap, word, end = text[end : match.start()], match[0], match.end()
        if pieces and _belongs(pieces[-1], gap, word):
            pieces[-1] += ("." if _is_comma_for_dot(gap, word) else "") + word
        elif "@" in word:
            pieces.append(before.pop() + word if word.startswith("@") and before else word)
        elif not pieces:
            before.append(word)
        elif word.casefold() not in _JOINING_WORDS:
            pieces[-1] += gap + word
    name = " ".join(before).strip(_QUOTES)
    return [(name if number == 0 else "", piece) for number, piece in enumerate(pieces)]


def _belongs(piece: str, gap: str, word: str) -> bool:
    """Whether `word` continues the address before it: "info@ x.org", "info@x .org", "info@x,org"."""
    if "@" in word and not word.startswith("@"):
        return False
    return piece.endswith(("@", ".")) or word.startswith(("@", ".")) or _is_comma_for_dot(gap, word)


def _is_comma_for_dot(gap: str, word: str) -> bool:
    return gap.strip() == "," and "@" not in word and bool(_LABEL.match(word)) and word.casefold() not in _JOINING_WORDS


def _read(name: str, piece: str, typed: str, *, is_whole: bool) -> ReadAddress:
    """`piece` of the cell `typed` as an address; `is_whole` unless something was mended in the cell already."""
    mended = _mended(piece)
    if unprintable(mended) or "@" not in mended:
        return ReadAddress(typed, name=name, findings=("address_not_usable" if "@" in mended else "address_no_at",))
    ending = mended.rpartition(".")[2].lower()
    if "." not in mended.rpartition("@")[2]:
        return ReadAddress(typed, name=name, findings=("address_no_dot",), suggestion=_with_dot(mended))
    if ending in _ENDINGS:
        return ReadAddress(
            typed, name=name, findings=("address_ending_unknown",), suggestion=_with_known_ending(mended)
        )
    return _validated(typed, name, mended, is_as_typed=is_whole and mended == piece.strip(_AROUND) and mended in typed)


def _validated(typed: str, name: str, mended: str, *, is_as_typed: bool) -> ReadAddress:
    try:
        address = _normalised(mended)
    except (EmailSyntaxError, UnicodeError, ValueError):
        return ReadAddress(typed, name=name, findings=("address_not_usable",))
    suggestion = _likely_meant(address)
    facts = {
        "address_repaired": not is_as_typed,
        "address_likely_mistyped": bool(suggestion),
        "address_mixed_scripts": _mixes_scripts(address),
        "address_non_ascii": not address.rpartition("@")[0].isascii(),
        "address_reserved": address.rpartition(".")[2] in _RESERVED,
    }
    return ReadAddress(typed, address, name, tuple(code for code, is_so in facts.items() if is_so), suggestion)


def _normalised(mended: str) -> str:
    """The address with its domain in small letters, the local part as typed; raises what email-validator raises."""
    local, _, ending = mended.rpartition(".")
    if ending.lower() in _RESERVED:
        return _normalised(f"{local}.test").removesuffix("test") + ending.lower()
    return validate_email(mended, check_deliverability=False, strict=True, test_environment=True).normalized


def _mended(typed: str) -> str:
    """The address without what people and programs put around and into it: mailto:, brackets, spaces, commas."""
    text = typed.strip(_AROUND)
    if text[:7].casefold() == "mailto:":
        text = text[7:].partition("?")[0]
    text = "".join(text.split()).strip(_AROUND).rstrip(".")
    local, at, domain = text.partition("@")
    domain = re.sub(r"\.{2,}", ".", domain.lstrip("@").replace(",", ".")).strip(".")
    return f"{local.rstrip('.')}{at}{domain}" if at else text


def _with_dot(address: str) -> str:
    for ending in ("com", "org", "net"):
        if address.lower().endswith(ending) and not address.lower().endswith(f"@{ending}"):
            return f"{address[: -len(ending)]}.{ending}"
    return ""


def _with_known_ending(address: str) -> str:
    start, _, ending = address.rpartition(".")
    better = f"{start}.{_ENDINGS[ending.lower()]}"
    return _likely_meant(better) or better


def _likely_meant(address: str) -> str:
    """The address with a large provider's right name where this one's is one slip away, else empty."""
    local, _, domain = address.rpartition("@")
    label, _, ending = domain.lower().partition(".")
    if label == "gmail" and ending != "com" and ending in _PROVIDER_ENDINGS:
        return f"{local}@gmail.com"
    if label in _REAL_ALIKE or label in _PROVIDERS or ending not in _PROVIDER_ENDINGS or ending == "org":
        return ""
    for provider in _PROVIDERS:
        if OSA.distance(label, provider, score_cutoff=1) <= 1:
            return f"{local}@{provider}.{'com' if ending in {'co', 'cm', 'om'} or provider == 'gmail' else ending}"
    return ""


def _mixes_scripts(address: str) -> bool:
    """Whether one label of the address mixes Latin with Cyrillic or Greek letters, which look alike."""
    if address.isascii():
        return False
    for label in re.split(r"[@.\-_]", address):
        scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in label if letter.isalpha()}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK"}:
            return True
    return False
