"""Letters to print: a small one with everything a body can hold, and the real lists of tests/cases."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime

from PIL import Image

from coalition.languages import sort_key
from coalition.rendering.printed import (
    Figures,
    PrintedAddressee,
    PrintedGroup,
    PrintedLetter,
    PrintedLine,
    PrintedPhoto,
    PrintedText,
)
from tests.house.source import ROOT

LONG_NAME = (
    "Länderarbeitsgemeinschaft für den Schutz der Flüsse, der Quellen und der Auen in Alpen, Jura und Odenwald-Süd e."
)

ODD_NAMES = (
    "t3n",
    "Two  Spaces Union",
    "Narrow\u202fSpace Trust",
    "≡ Delta Lab °",
    'Centro "Segundo Montes',
    "(Re)Source [Collective",
    "Office ﬁrst & fiancé <b>",
    "क्\u200dष जल समिति",
    "Rivers, Wells - and Springs",
    LONG_NAME,
)

BODY = """We, {{organisations}} {{organisations: one=organisation | other=organisations}}, write about the **water
law**[^1].

## What we ask

{recommendations}
1. Publish the draft.
2. Hear those who *work* there, see [the record](https://example.org/record).

a) now;
b) not later.

> Nobody asked us.
> — Salma Haddad, Fishers' Cooperative

| Basin | Wells |
|:------|------:|
| North | 118 |

[^1]: Official Gazette no. 14.
"""

ARABIC_BODY = """نحن {{organisations}} نكتب بشأن **قانون المياه**[^1].

## ما نطلبه

{recommendations}
1. نشر النص الكامل.
2. عقد جلسات استماع.

[^1]: الجريدة الرسمية عدد 14.
"""


def line(name: str, position: int = 0, **facts: object) -> PrintedLine:
    """A printed line whose keys sort in the languages of these tests."""
    keys = {tag: sort_key(name, tag) for tag in ("und", "en", "fr", "ar", "es")}
    return replace(PrintedLine(names={"und": name}, sort_keys=keys, position=position), **facts)  # type: ignore[arg-type]  # fields by name


def group(*names: str, heading: str = "") -> PrintedGroup:
    """A group of names in this order."""
    return PrintedGroup(
        headings={"en": heading}, lines=tuple(line(name, position) for position, name in enumerate(names))
    )


def letter(*groups: PrintedGroup, language: str = "en", **changes: object) -> PrintedLetter:
    """A letter in English and Arabic; `language` is the authoritative one."""
    shown = groups or (group("River Alliance", "Wells Trust"),)
    signed = sum(len(each.lines) for each in shown)
    made = PrintedLetter(
        slug="water",
        kind="open_letter",
        coalition_name={"en": "Coalition for Common Waters", "ar": "تحالف المياه المشتركة"},
        public_address="https://letters.example.org",
        authoritative_language=language,
        texts={
            "en": PrintedText(
                "en",
                "Hear us before the vote",
                BODY,
                deck="To the committee, from {{organisations}} who live by the rivers.",
                salutation="Dear Madam Chair,",
                closing="Yours sincerely,",
                photo_caption="The gauge, dry since August.",
                photo_alternative="A bridge over a dry river.",
            ),
            "ar": PrintedText("ar", "اسمعونا قبل التصويت", ARABIC_BODY, photo_alternative="جسر"),
        },
        edition=1,
        published_at=datetime(2027, 3, 1, 17, tzinfo=UTC),
        zone="Europe/Paris",
        figures=Figures(signatories=signed, organisations=signed, countries=3),
        withheld_count=None,
        groups=shown,
        list_order="name",
        addressees=(
            PrintedAddressee(name={"en": "Ines Calder", "ar": "إيناس كالدر"}, office={"en": "Chair of the Committee"}),
            PrintedAddressee(block="cc", name={"en": "Ministry of the Environment"}),
        ),
        leads=({"en": "River Valley Secretariat"},),
        place="Geneva",
        printed_on="2027-03-01",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields by name


def photo() -> PrintedPhoto:
    """A small photograph with bytes."""
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, "JPEG")
    return PrintedPhoto("/photos/1.jpg", "image/jpeg", 256, 256, "Amina Rahal", "CC BY 4.0", out.getvalue())


def real_list(case: str, language: str) -> tuple[PrintedLetter, list[str]]:
    """A real letter of tests/cases with a body of ours, in the order of its record, and its names in that order."""
    record = json.loads((ROOT / "tests" / "cases" / "letters" / f"{case}.json").read_text(encoding="utf-8"))
    groups = tuple(
        PrintedGroup(
            headings=each.get("headings", {}),
            lines=tuple(
                PrintedLine(names=listed["names"], sort_keys={}, position=position)
                for position, listed in enumerate(each["lines"])
            ),
        )
        for each in record["signatories"]["groups"]
    )
    names = [listed.name(language) for each in groups for listed in each.lines]
    return letter(*groups, language=language, list_order="hand", leads=(), addressees=()), names
