"""What the columns of a sheet hold: told by their headings in four languages, else guessed from what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from coalition.intake.countries import country_code, is_no_country
from coalition.intake.language_names import language_code
from coalition.intake.names import fold_name
from coalition.languages import is_zone


class Field(StrEnum):
    """What one column tells about an organisation or its contact."""

    ORGANISATION = "organisation"
    NAME_IN = "name_in"
    ACRONYM = "acronym"
    COUNTRY = "country"
    CONTACT = "contact"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    ADDRESS = "address"
    LANGUAGE = "language"
    ZONE = "zone"
    TELEPHONE = "telephone"
    ROLE = "role"
    SAFE_MAIL = "safe_mail"
    SITE = "site"
    STANDING = "standing"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, for NAME_IN the language, and the heading as typed (empty where guessed)."""

    field: Field
    heading: str = ""
    language: str = ""


_HEADINGS = {
    Field.ORGANISATION: """
        organisation, organization, organisations, organisation name, organization name,
        name of organisation, name of the organisation, name of organization, name of the organization, org,
        org name, member, member organisation, members, signatory, signatories, group, ngo, association,
        institution, nom de l'organisation, nom de l'association, nom organisation, signataire, membre, ong,
        organización, organizaciones, nombre de la organización, nombre organización, entidad, asociación,
        miembro, المنظمة, منظمة, اسم المنظمة, الجمعية, جمعية, اسم الجمعية, المؤسسة, اسم المؤسسة, الجهة,
        العضو
    """,
    Field.ACRONYM: """
        acronym, abbreviation, short name, sigle, acronyme, abréviation, siglas, sigla, acrónimo,
        abreviatura, الاختصار, المختصر, الاسم المختصر
    """,
    Field.COUNTRY: """
        country, country code, iso, iso code, nation, based in, location, pays, code pays, país, pais,
        código de país, البلد, بلد, الدولة, دولة, country/territory, country or territory
    """,
    Field.CONTACT: """
        contact, contact person, contact name, name of contact, contacts, person, full name, representative,
        focal point, personne de contact, personne à contacter, nom du contact, personne, nom complet,
        nom et prénom, prénom et nom, interlocuteur, représentant, persona de contacto, contacto,
        nombre de contacto, nombre del contacto, persona, nombre completo, nombre y apellido,
        nombre y apellidos, representante, جهة الاتصال, الشخص المسؤول, شخص الاتصال, اسم جهة الاتصال,
        مسؤول الاتصال, الاسم الكامل, المسؤول, الممثل
    """,
    Field.GIVEN_NAME: "first name, given name, forename, prénom, nombre de pila, الاسم الأول",
    Field.FAMILY_NAME: """
        last name, family name, surname, nom de famille, apellido, apellidos, اسم العائلة, اللقب, الكنية
    """,
    Field.ADDRESS: """
        email, e-mail, mail, email address, e-mail address, mail address, emails, contact email, address,
        courriel, adresse e-mail, adresse mail, adresse électronique, adresse email, adresse courriel, mél,
        correo, correo electrónico, dirección de correo, dirección de correo electrónico, البريد,
        البريد الإلكتروني, بريد إلكتروني, الإيميل, ايميل, عنوان البريد
    """,
    Field.LANGUAGE: """
        language, languages, lang, preferred language, language code, langue, langues, langue préférée,
        idioma, lengua, idioma preferido, idiomas, اللغة, لغة, اللغة المفضلة
    """,
    Field.ZONE: """
        time zone, timezone, tz, zone, fuseau horaire, fuseau, zona horaria, huso horario, المنطقة الزمنية,
        التوقيت
    """,
    Field.TELEPHONE: """
        telephone, phone, telephone number, phone number, tel, mobile, whatsapp, signal, téléphone,
        numéro de téléphone, tél, portable, teléfono, número de teléfono, móvil, celular, الهاتف, هاتف,
        رقم الهاتف, الجوال, الهاتف المحمول
    """,
    Field.ROLE: """
        role, position, title, job title, function, fonction, rôle, poste, titre, cargo, función, puesto,
        rol, المنصب, الصفة, الوظيفة, الدور
    """,
    Field.SAFE_MAIL: """
        safe mail, safe email, safe e-mail, secure mail, secure email, neutral mail, neutral subject, discreet mail,
        courriel sûr,
        courriel discret, courrier sûr, mail discret, correo seguro, correo discreto, بريد آمن, البريد الآمن,
        مراسلة آمنة
    """,
    Field.SITE: """
        website, web site, web, site, url, homepage, link, site web, site internet, lien, sitio, sitio web,
        página web, pagina, enlace, الموقع, الموقع الإلكتروني, موقع الويب, رابط
    """,
    Field.STANDING: """
        standing, status, membership, membership status, type of member, statut, qualité, adhésion, estado,
        condición, estatus, membresía, الوضع, الحالة, العضوية, نوع العضوية
    """,
}
# "Name" alone is the organisation's, unless another column is; then it is the contact's.
_NAME_ALONE = frozenset({"name", "names", "nom", "nombre", "الاسم", "اسم"})
_NAME_IN = re.compile(
    r"^(?:(?:official |organi[sz]ation |full )?(?:name|organi[sz]ation|nom|nombre|organizacion)(?: de l organisation)?"
    r"(?: in| en| auf| em)? (?P<latin>.+)|(?:ال)?اسم(?: المنظمه)? (?:ب|باللغه )(?P<arabic>.+))$"
)
# Words that tell a longer heading ("E-mail address of the person in charge"); the first row that fits decides.
_TELLING = (
    (Field.SAFE_MAIL, ("safe mail", "safe email", "safe e mail")),
    (Field.ADDRESS, ("mail", "courriel", "correo", "بريد", "ايميل")),
    (Field.TELEPHONE, ("phone", "telefono", "whatsapp", "هاتف")),
    (Field.LANGUAGE, ("language", "langue", "idioma", "لغه")),
    (Field.ZONE, ("time zone", "timezone", "fuseau", "horaria")),
    (Field.COUNTRY, ("country", "pays", "pais", "بلد", "الدوله")),
    (Field.SITE, ("website", "site web", "sitio web", "url")),
    (Field.ACRONYM, ("acronym", "sigle", "sigla")),
    (Field.ROLE, ("role", "job title", "fonction", "cargo", "منصب")),
    (Field.CONTACT, ("contact", "person", "اتصال")),
    (Field.ORGANISATION, ("organisation", "organization", "organizacion", "association", "منظمه", "جمعيه")),
)
_HEADING_LIMIT = 80
_SAMPLE = 300
_MOST = 0.6
_MARKS = re.compile(r"[^\w\s]+|_")
_BETWEEN = re.compile(r",\s+")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]|[*:؟?]+")
_TELEPHONE = re.compile(r"[+(]?\d[\d\s().\-/]{5,24}$")
_SITE = re.compile(r"(https?://|www\.)\S+$", re.IGNORECASE)
_ACRONYM = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ0-9.&-]{1,9}$")
_PERSON = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Sr|Sra|Mme|M)\.? )?[^\W\d_][\w'’.-]+"
    r"(?: (?:[A-Z]\.|de|da|del|van|von|el|al|bin|ben|[^\W\d_][\w'’-]+)){1,3}$"
)
_NO_PERSON = re.compile(
    r"\b(?:(?:and|for|of|the|et|pour|des|y|para|por|red)\b|e\.V|associa|asocia|foundation|funda|fondation|network|r[ée]seau|"
    r"rights|centr|group|union|institut|society|council|committee|comit|project|europe|international|watch|organi)",
    re.IGNORECASE,
)


def columns_of(heading_row: Sequence[str]) -> tuple[Column, ...] | None:
    """The columns a row of headings names, or None where the row is no row of headings."""
    filled = [cell for cell in heading_row if cell.strip()]
    if not filled or any("@" in cell for cell in filled) or any(len(cell) > _HEADING_LIMIT for cell in filled):
        return None
    exact = [_exact(cell) for cell in heading_row]
    columns = tuple(found or _by_telling_word(cell) for found, cell in zip(exact, heading_row, strict=True))
    sure = sum(column is not None and column.field is not Field.LEFT_OUT for column in exact)
    known = sum(column.field is not Field.LEFT_OUT for column in columns)
    if (sure and (known >= 2 or len(filled) == 1)) or known >= 3:
        return _settled(columns)
    return None


def guessed(rows: Sequence[Sequence[str]], columns: Sequence[Column] = ()) -> tuple[Column, ...]:
    """The columns of rows without headings; `columns` that are known already (from headings) stay as they are."""
    width = max((len(row) for row in rows), default=0)
    found: list[Column | None] = [*columns, *([None] * (width - len(columns)))]
    taken = {column.field for column in columns}
    samples = [[row[at].strip() for row in rows[:_SAMPLE] if at < len(row) and row[at].strip()] for at in range(width)]
    for field in (Field.ADDRESS, Field.SITE, Field.ZONE, Field.COUNTRY, Field.LANGUAGE, Field.TELEPHONE):
        free = [at for at in range(width) if found[at] is None and samples[at]]
        best = max(free, key=lambda at: _share(field, samples[at]) * len(samples[at]), default=None)
        if field not in taken and best is not None and _share(field, samples[best]) >= _MOST:
            found[best] = Column(field)
    _guess_texts(found, samples, taken)
    return tuple(column or Column(Field.LEFT_OUT) for column in found)


@lru_cache(maxsize=8192)
def kind_of(cell: str) -> Field | None:
    """What a single cell is by itself (an address, a country, …), or None for a name or anything else."""
    text = cell.strip()
    first, second = (
        (Field.LANGUAGE, Field.COUNTRY) if len(text) == 2 and text.islower() else (Field.COUNTRY, Field.LANGUAGE)
    )
    for field in (Field.ADDRESS, Field.SITE, Field.ZONE, Field.TELEPHONE, first, second):
        if _is(field, text):
            return field
    return None


def looks_like_person(text: str) -> bool:
    """Whether the words are built like a person's name and hold no word of organisations; only a hint."""
    return bool(_PERSON.match(text)) and not _NO_PERSON.search(text)


def is_known_zone(text: str) -> bool:
    """Whether it is an IANA time zone with an area, written as usual: "Africa/Nairobi"."""
    return "/" in text and is_zone(text)


def _exact(cell: str) -> Column | None:
    key = _key(cell)
    if not key:
        return Column(Field.LEFT_OUT)
    if field := _headings().get(key):
        return Column(field, cell.strip())
    if key in _NAME_ALONE:
        language = language_code("".join(_BRACKETS.findall(cell)).strip("()[]*: "))
        return Column(Field.NAME_IN if language else Field.ORGANISATION, cell.strip(), language or "")
    return _name_in(cell)


def _name_in(cell: str) -> Column | None:
    """The column of a heading like "Name in French", "Nom (ar)", "organisation_fr", "الاسم بالفرنسية"."""
    match = _NAME_IN.match(" ".join(_MARKS.sub(" ", fold_name(cell)).split()))
    if match is None:
        return None
    language = language_code(match["latin"] or match["arabic"])
    return Column(Field.NAME_IN, cell.strip(), language) if language else None


def _by_telling_word(cell: str) -> Column:
    key = f" {_key(cell)}"
    for field, words in _TELLING:
        if any(f" {word}" in key or (len(word) > 3 and word in key) for word in words):
            return Column(field, cell.strip())
    return Column(Field.LEFT_OUT, cell.strip())


def _settled(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Each field once, apart from names in languages; "Name" beside an organisation column is the contact's."""
    named = [column for column in columns if column.field is Field.ORGANISATION]
    if len(named) > 1:
        alone = next((column for column in named if _key(column.heading) in _NAME_ALONE), None)
        columns = tuple(Column(Field.CONTACT, column.heading) if column is alone else column for column in columns)
    seen: set[tuple[Field, str]] = set()
    settled = []
    for column in columns:
        is_again = (column.field, column.language) in seen
        settled.append(Column(Field.LEFT_OUT, column.heading) if is_again else column)
        seen.add((column.field, column.language))
    return tuple(settled)


def _guess_texts(found: list[Column | None], samples: list[list[str]], taken: set[Field]) -> None:
    """Fill in organisation, acronym and contact among the columns that are none of the plain kinds."""
    free = [at for at, column in enumerate(found) if column is None and samples[at] and not _are_numbers(samples[at])]
    acronyms = [at for at in free if _part(samples[at], lambda cell: bool(_ACRONYM.match(cell))) >= 0.7]
    if Field.ACRONYM not in taken and len(free) - len(acronyms) >= 1 and acronyms:
        found[acronyms[0]] = Column(Field.ACRONYM)
        free.remove(acronyms[0])
    if Field.ORGANISATION not in taken and free:
        people = [_part(samples[at], looks_like_person) for at in free]
        second = len(free) > 1 and people[0] >= 0.8 and people[1] < 0.5
        found[free.pop(1 if second else 0)] = Column(Field.ORGANISATION)
    if Field.CONTACT not in taken and free:
        found[free[0]] = Column(Field.CONTACT)


def _are_numbers(cells: list[str]) -> bool:
    return all(cell.rstrip(".)").isdigit() for cell in cells)


def _share(field: Field, cells: list[str]) -> float:
    if field in {Field.COUNTRY, Field.LANGUAGE}:
        # "fr" and "es" are both: what every cell says together decides, small letters for languages.
        return _part(
            cells, lambda cell: kind_of(cell) is field or (_is(field, cell) and not (len(cell) == 2 and cell.islower()))
        )
    return _part(cells, lambda cell: _is(field, cell))


def _part(cells: list[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, cells)) / len(cells)


def _is(field: Field, text: str) -> bool:
    return _TESTS[field](text)


def _is_address(text: str) -> bool:
    return any(mark in text for mark in ("@", "＠", "(at)", "[at]"))


def _key(heading: str) -> str:
    return " ".join(_MARKS.sub(" ", _BRACKETS.sub(" ", fold_name(heading))).split())


@cache
def _headings() -> dict[str, Field]:
    return {_key(heading): field for field, headings in _HEADINGS.items() for heading in _BETWEEN.split(headings)}


_TESTS: dict[Field, Callable[[str], bool]] = {
    Field.ADDRESS: _is_address,
    Field.SITE: lambda text: bool(_SITE.match(text)),
    Field.ZONE: is_known_zone,
    Field.TELEPHONE: lambda text: bool(_TELEPHONE.match(text)),
    Field.COUNTRY: lambda text: country_code(text) is not None or is_no_country(text),
    Field.LANGUAGE: lambda text: language_code(text) is not None,
}
