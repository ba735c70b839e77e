"""Which organisations of a directory are likely one and the same, and why. A suggestion only: a person decides.

Nothing is compared with everything: organisations meet under keys that they share (the bare name, the name's initials,
a site, a mail domain) and beside their neighbours in sorted orders, so that thousands take a second or two.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import UUID

from anyascii import anyascii
from rapidfuzz import fuzz, process

from coalition.intake.countries import country_code
from coalition.intake.names import fold_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


SAME_NAME, LIKE_NAME, ACRONYM, SITE, MAIL = "same_name", "like_name", "acronym", "site", "mail"
REASONS: Final = (SAME_NAME, LIKE_NAME, ACRONYM, SITE, MAIL)
"""Why two are alike, the strongest first."""
_WEIGHTS: Final = {SAME_NAME: 0.92, LIKE_NAME: 0.6, ACRONYM: 0.45, SITE: 0.7, MAIL: 0.4}
_OTHER_COUNTRY: Final = 0.6
"""What remains of a likeness where both name a country, and not the same."""
CROWD: Final = 6
"""A site, a mail domain or an acronym that more organisations share tells nothing of two of them."""
_ALIKE, _WORDS_ALIKE, _SHORTEST, _NEIGHBOURS = 88, 80, 5, 6

FREE_MAIL: Final = frozenset(
    """
    gmail.com googlemail.com hotmail.com hotmail.fr hotmail.co.uk hotmail.es hotmail.it outlook.com outlook.fr
    outlook.es live.com live.fr msn.com yahoo.com yahoo.fr yahoo.co.uk yahoo.es yahoo.de yahoo.it yahoo.com.br
    yahoo.co.in ymail.com icloud.com me.com mac.com aol.com protonmail.com protonmail.ch proton.me pm.me
    tutanota.com tuta.io riseup.net disroot.org autistici.org systemli.org posteo.de posteo.net mailbox.org gmx.de
    gmx.net gmx.com gmx.at gmx.ch web.de t-online.de freenet.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr
    libero.it virgilio.it mail.ru yandex.ru yandex.com list.ru bk.ru inbox.ru rambler.ru ukr.net i.ua abv.bg
    seznam.cz wp.pl o2.pl interia.pl qq.com 163.com 126.com naver.com hanmail.net daum.net rediffmail.com zoho.com
    fastmail.com fastmail.fm mail.com hushmail.com maktoob.com uol.com.br bol.com.br terra.com.br
    """.split()
)
"""Mail that anybody can have: two who use it have nothing in common."""
_SHARED_HOSTS: Final = frozenset(
    """
    facebook.com m.facebook.com twitter.com x.com instagram.com linkedin.com t.me youtube.com sites.google.com
    medium.com linktr.ee github.com gitlab.com vk.com tiktok.com bsky.app change.org
    """.split()
)
_NOBODY: Final = UUID(int=0)
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\. ?){2,}(?=\W|$|[^\W\d_]\b)|\b[^\W\d_]\.(?=[^\W\d_]\b)")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_MARKS = re.compile(r"[^\w]+|_+")
_ARABIC_ARTICLE = re.compile(r"(?<!\w)ال(?=\w{2})")
_ARTICLES: Final = frozenset(
    """
    the a an of for and to in on de du des la le les l d un une et en pour el los las lo y para por al del da do das
    dos e o os as der die das den dem und fur ein eine il gli i della delle dei di het een van voor der i w na z dla
    ve ng
    """.split()
)
"""Words that come and go in one organisation's name."""
_LEGAL: Final = frozenset(
    """
    inc incorporated ltd limited llc plc corp co cic cio ev eingetragener verein gmbh ggmbh mbh ag asbl aisbl vzw
    ivzw sbl stichting vereniging foundation fundacion fundacio fondation fondazione fundacja stiftung onlus aps odv
    ets ac spa srl sa sarl sas scic ong ngo npo pbo nonprofit cbo ry rf ab oy as asoc association associacio
    associacao asociacion associazione verein zs os ong oo uo nko roo
    """.split()
)
"""Legal forms: left out at the ends of a name, where something else is left of it."""


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation of the directory, as far as it is compared."""

    id: UUID
    name: str
    others: tuple[str, ...] = ()
    """Its names in languages and its aliases."""
    acronym: str = ""
    site: str = ""
    domains: frozenset[str] = frozenset()
    """What stands after the @ in its contacts' addresses."""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """One that is likely meant: `reasons` of REASONS, the strongest first; `score` from 0 to 1."""

    known: Known
    reasons: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two of a directory that are likely one."""

    one: Known
    other: Known
    reasons: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class _Face:
    """One name as it is compared."""

    tight: str
    """Without blanks, marks and legal forms: "antikorruption"."""
    core: str
    """Words without articles and legal forms."""
    pressed: str
    """The same without blanks."""
    initials: str


@dataclass(slots=True)
class _Keys:
    names: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    letters: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    acronyms: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    sites: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    domains: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


class Directory:
    """Organisations put under their keys: ask it whom one is like, or for every pair."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._known = list(known)
        self._keys = _Keys()
        self._cores: list[tuple[str, int]] = []
        for place, one in enumerate(self._known):
            self._put(place, one)

    def alike(
        self,
        name: str,
        *,
        acronym: str = "",
        site: str = "",
        domains: Iterable[str] = (),
        country: str = "",
        others: Sequence[str] = (),
        but: UUID | None = None,
        most: int = 5,
    ) -> list[Likeness]:
        """Those that are likely meant by a name with what else is known of it, the likeliest first.

        `domains` are those of mail addresses; `but` leaves one out (the one that is being edited).
        """
        asked = Known(_NOBODY, name, tuple(others), acronym, site, frozenset(map(str.casefold, domains)), country)
        found: dict[int, set[str]] = defaultdict(set)
        for reason, places in self._met(asked):
            for place in places:
                found[place].add(reason)
        for face in _faces(asked):
            if len(face.core) >= _SHORTEST:
                for _core, _ratio, at in process.extract(
                    face.core, [core for core, _ in self._cores], scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=20
                ):
                    core, place = self._cores[at]
                    if _are_near(face.core, core):
                        found[place].add(LIKE_NAME)
        alike = [
            Likeness(self._known[place], *_weighed(reasons, asked, self._known[place]))
            for place, reasons in found.items()
            if self._known[place].id != but
        ]
        return sorted(alike, key=lambda one: (-one.score, one.known.name))[:most]

    def pairs(self, apart: Iterable[tuple[UUID, UUID]] = ()) -> list[Pair]:
        """Every two that are likely one, the likeliest first; `apart` are those that somebody said are not."""
        kept_apart = {frozenset(two) for two in apart}
        met: dict[tuple[int, int], set[str]] = defaultdict(set)
        for reason, one, other in self._meetings():
            if one != other:
                met[min(one, other), max(one, other)].add(reason)
        pairs = []
        for (one, other), reasons in met.items():
            first, second = self._known[one], self._known[other]
            if frozenset((first.id, second.id)) not in kept_apart:
                pairs.append(Pair(first, second, *_weighed(reasons, first, second)))
        return sorted(pairs, key=lambda pair: (-pair.score, pair.one.name, pair.other.name))

    def _put(self, place: int, one: Known) -> None:
        keys = self._keys
        for face in _faces(one):
            _add(keys.names, face.tight, place)
            _add(keys.names, face.pressed, place)
            _add(keys.letters, face.initials, place)
            if len(face.core) >= _SHORTEST:
                self._cores.append((face.core, place))
        for short in _acronyms(one):
            _add(keys.acronyms, short, place)
        _add(keys.sites, site_key(one.site), place)
        for domain in one.domains - FREE_MAIL:
            _add(keys.domains, domain, place)

    def _met(self, one: Known) -> Iterator[tuple[str, list[int]]]:
        """The places under each key of an organisation, with the reason."""
        keys = self._keys
        for face in _faces(one):
            yield SAME_NAME, keys.names.get(face.tight, [])
            yield SAME_NAME, keys.names.get(face.pressed, [])
            yield ACRONYM, _few(keys.acronyms, face.initials)
        for short in _acronyms(one):
            yield ACRONYM, _few(keys.letters, short)
            yield ACRONYM, _few(keys.acronyms, short)
        yield SITE, _few(keys.sites, site_key(one.site))
        for domain in one.domains - FREE_MAIL:
            yield MAIL, _few(keys.domains, domain)
            yield SITE, _few(keys.sites, domain)
        yield SITE, _few(keys.domains, site_key(one.site))

    def _meetings(self) -> Iterator[tuple[str, int, int]]:
        for place, one in enumerate(self._known):
            for reason, places in self._met(one):
                for other in places[: CROWD * 4]:
                    yield reason, place, other
        for left, right in _neighbours([core for core, _ in self._cores]):
            (first, here), (second, there) = self._cores[left], self._cores[right]
            if here != there and _are_near(first, second):
                yield LIKE_NAME, here, there


def site_key(site: str) -> str:
    """What two spellings of a site's address have in common: the host without www, and a shared host's first page."""
    if not site:
        return ""
    try:
        parts = urlsplit(site if "//" in site else f"//{site}")
        host = (parts.hostname or "").casefold().removeprefix("www.").rstrip(".")
    except ValueError:  # an address that is none
        return ""
    if host not in _SHARED_HOSTS:
        return host
    page = parts.path.strip("/").split("/")[0].casefold()
    return f"{host}/{page}" if page else ""


def mail_domain(address: str) -> str:
    """What stands after the @ of an address, or nothing for mail that anybody can have."""
    domain = address.rpartition("@")[2].strip().casefold()
    return "" if domain in FREE_MAIL else domain


def bare_name(name: str) -> str:
    """A name's words without case, accents, marks, articles and legal forms, in Latin letters: for comparing only."""
    return _face(name).core


def _faces(one: Known) -> list[_Face]:
    return list(dict.fromkeys(_face(name) for name in (one.name, *one.others) if name.strip()))


@lru_cache(maxsize=1 << 15)
def _face(name: str) -> _Face:
    folded = fold_name(_BRACKETS.sub("", name).strip() or name)
    with_arabic = _ARABIC_ARTICLE.sub("", folded)
    latin = fold_name(anyascii(_joined_letters(with_arabic)))
    words = _MARKS.sub(" ", _POSSESSIVE.sub("s", latin)).split()
    plain = _without_legal(words)
    core = [word for word in plain if word not in _ARTICLES] or plain
    return _Face("".join(plain), " ".join(core), "".join(core), _initials(core))


def _joined_letters(text: str) -> str:
    """Letters with dots as one word: "e. v." is "ev"."""
    return _DOTTED.sub(lambda found: found[0].replace(".", "").replace(" ", ""), text)


def _without_legal(words: list[str]) -> list[str]:
    start, end = 0, len(words)
    while end - start > 1 and words[end - 1] in _LEGAL:
        end -= 1
    while end - start > 1 and words[start] in _LEGAL:
        start += 1
    return words[start:end]


def _initials(words: Sequence[str]) -> str:
    letters = "".join(word[0] for word in words)
    return letters if 3 <= len(letters) <= 10 else ""


def _acronyms(one: Known) -> set[str]:
    """Its acronym, and each of its names that is built like one: "KPC"."""
    shouted = {name for name in (one.name, *one.others) if " " not in name and name.isupper() and 3 <= len(name) <= 10}
    return {"".join(_MARKS.sub("", anyascii(short)).casefold().split()) for short in {one.acronym, *shouted} if short}


def _neighbours(cores: list[str]) -> Iterator[tuple[int, int]]:
    """Pairs of places that stand near each other in one of three sorted orders."""
    turned = [core[::-1] for core in cores]
    by_word = [" ".join(sorted(core.split())) for core in cores]
    for compared in (cores, turned, by_word):
        ordered = sorted(range(len(cores)), key=compared.__getitem__)
        for distance in range(1, _NEIGHBOURS + 1):
            yield from zip(ordered, ordered[distance:], strict=False)


def _are_near(one: str, other: str) -> bool:
    """Whether two bare names are one but for a letter or two, or for the order of their words."""
    if one == other or _digits(one) != _digits(other):
        return False
    if len(one) == len(other) and sorted(one.split()) == sorted(other.split()):
        return True
    if fuzz.ratio(one, other, score_cutoff=_ALIKE) == 0:
        return False
    first, second = one.split(), other.split()
    only_first = [word for word in first if word not in second]
    only_second = [word for word in second if word not in first]
    if not (only_first and only_second):
        return len("".join(only_first or only_second)) <= 2  # one letter more is a slip, one word more another body
    # "Attac Austria" and "Attac Australia" are near in letters and two bodies all the same.
    differs, differs_too = " ".join(only_first), " ".join(only_second)
    if country_code(differs) and country_code(differs_too):
        return False
    return fuzz.ratio(differs, differs_too) >= _WORDS_ALIKE


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _weighed(reasons: set[str], one: Known, other: Known) -> tuple[tuple[str, ...], float]:
    told = tuple(
        reason for reason in REASONS if reason in reasons and not (reason == LIKE_NAME and SAME_NAME in reasons)
    )
    left = 1.0
    for reason in told:
        left *= 1 - _WEIGHTS[reason]
    differs = bool(one.country and other.country and one.country != other.country)
    return told, round((1 - left) * (_OTHER_COUNTRY if differs else 1), 4)


def _add(under: dict[str, list[int]], key: str, place: int) -> None:
    if key and (not under[key] or under[key][-1] != place):
        under[key].append(place)


def _few(under: dict[str, list[int]], key: str) -> list[int]:
    places = under.get(key, []) if key else []
    return places if len(places) <= CROWD else []
