"""Headings of sheets in English, French, Spanish and Arabic, and which column each names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from coalition.intake.columns import Column, Field
from coalition.intake.language_names import language_code
from coalition.intake.names import fold_name

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
    Field.GROUPS: """
        groups, directory groups, group names, in groups, working groups, tags, groupes, groupes de travail, grupos,
        grupos de trabajo, المجموعات, مجموعات
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
_MARKS = re.compile(r"[^\w\s]+|_")
_BETWEEN = re.compile(r",\s+")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]|[*:؟?]+")


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


def _key(heading: str) -> str:
    return " ".join(_MARKS.sub(" ", _BRACKETS.sub(" ", fold_name(heading))).split())


@cache
def _headings() -> dict[str, Field]:
    return {_key(heading): field for field, headings in _HEADINGS.items() for heading in _BETWEEN.split(headings)}
