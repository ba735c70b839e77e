import base64
import dataclasses
import json
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from coalition.intake import letter_file
from coalition.intake.letter_file import (
    About,
    Address,
    Addressee,
    Delivery,
    Document,
    Edition,
    Figures,
    LetterFile,
    LetterFileError,
    Line,
    ListGroup,
    Logo,
    Note,
    Photo,
    Press,
    Quotation,
    Response,
    Retraction,
    Support,
    Text,
    read,
    write,
)
from coalition.models.letter import KINDS, LIST_ORDERS
from coalition.models.list_look import FORMS, ListLook
from coalition.models.note import NOTE_KINDS, WAYS
from coalition.models.version import PARTS

ROOT = Path(__file__).parent.parent.parent
LETTERS = sorted((ROOT / "tests" / "cases" / "letters").glob("*.json"))

A_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQCXDDKFAAAAAElFTkSuQmCC"
)

WHOLE = LetterFile(
    kind="open_letter",
    authoritative_language="fr",
    edition=3,
    published_at=datetime(2027, 3, 1, 17, 30, tzinfo=UTC),
    zone="Africa/Tunis",
    place="Tunis",
    printed_on="2027-03",
    texts={
        "en": Text("Body  with two spaces\n\n| a |\n|---|\n", title="Title"),
        "fr": Text(
            "Corps\u00a0!\n",
            title="Titre",
            short_title="Court",
            deck="Chapeau",
            deck_speaker="Qui",
            salutation="Mesdames,",
            closing="Salutations",
            disclaimers="Sans",
            list_heading="Signataires",
            photo_caption="Légende",
            photo_alternative="Une rue",
            contact_line="Écrire à …",
        ),
    },
    addressees=(Addressee("to", {"fr": "Mme"}, {"und": "X Y"}, {"fr": "Ministre"}), Addressee("cc", name={"und": "Z"})),
    leads=({"und": "Nâga", "ar": "ناغا"},),
    photo=Photo("image/png", "Photographer", "CC BY 4.0", content=b"\x89PNG\x00\xff"),
    groups=(
        ListGroup(
            (
                Line({"und": "Nâga", "ar": "ناغا"}, country="TN", is_lead=True, added_on=date(2027, 2, 3)),
                Line({"und": "Twice"}, country="GB", country_printed={"und": "Wales"}),
                Line({"und": "Twice"}),
                Line({"und": " e.\u202fV.  \u200d"}, from_edition=4, logo=Logo("image/png", A_PICTURE)),
            ),
            {"fr": "Organisations", "en": ""},
            {"fr": "environ 500 étudiants"},
            for_persons=True,
        ),
        ListGroup((Line({"und": "Jane"}, kind="individual", affiliation="University of X"),)),
        ListGroup(()),
    ),
    list_order="hand",
    look={"form": "table", "order_words": {"fr": "Par pays."}, "orders": {"ar": "country"}, "says_order": True},
    counts_lead=False,
    counts_withheld=False,
    withheld_threshold=3,
    withheld=0,
    about=About(
        ("water", "ماء"), "Wells", ("OpenTheWells",), ("TN", "FR"), Support("Les Puits", "https://puits.example/"),
        {"fr": "Sommet", "und": "Summit"}, "2027-04",
        {"fr": Press("presse@example.org", (Quotation("« Ouvrez. »", "N. N.", "Présidente"), Quotation("Now.")))},
    ),
    documents=(Document("annex.txt", "text/plain", {"fr": "Annexe"}, "fr", "Père\n".encode()),),
    notes=(
        Note("correction", date(2027, 3, 2), {"fr": "Une *faute*."}, datetime(2027, 3, 2, 8, 0, 1, 5, tzinfo=UTC)),
        Note("outcome", date(2027, 9, 1), {"en": "They opened.", "fr": "Ouverts."}),
    ),
    deliveries=(
        Delivery(1, "by_hand", date(2027, 3, 3), "Nâga", date(2027, 3, 4), 3),
        Delivery(9, "post", date(2027, 2, 3)),
    ),
    responses=(
        Response(
            date(2027, 3, 9), {"fr": "Non."}, 1, {"und": "Cabinet"}, ("r1", "r12"), datetime(2027, 4, 1, tzinfo=UTC)
        ),
    ),
    editions=(
        Edition(1, datetime(2027, 2, 1, tzinfo=UTC)),
        Edition(3, datetime(2027, 3, 1, 17, 30, tzinfo=UTC), "hand", Figures(5, 4, 1, 2), 0),
    ),
    addresses=(Address("puits", datetime(2027, 2, 5, tzinfo=UTC)), Address("ouvrez-les-puits")),
    retraction=Retraction(datetime(2027, 5, 1, tzinfo=UTC), {"fr": "Retirée."}),
)  # fmt: skip


def test_every_fact_survives_export_and_import() -> None:
    assert read(write(WHOLE)) == WHOLE


def test_export_import_export_is_the_same_to_the_byte() -> None:
    once = write(WHOLE)
    assert write(read(once)) == once


def test_every_field_is_told_in_the_whole_example() -> None:
    """The example above leaves no field at its default, so that the two tests before see a forgotten one."""
    plain = LetterFile(kind="news", authoritative_language="en", texts={})
    for field in dataclasses.fields(LetterFile):
        assert getattr(WHOLE, field.name) != getattr(plain, field.name), field.name


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_the_real_lists_are_in_canonical_form(path: Path) -> None:
    assert write(read(path.read_bytes())) == path.read_bytes()


@pytest.mark.parametrize(
    ("stem", "lines", "languages", "odd"),
    [
        (
            "c01",
            237,
            {"en", "fr", "de", "es"},
            ["p≡p foundation", "apertus° Association", "ASL.Org - Associação Software Livre ", "t3n"],
        ),
        ("c09", 37, {"en", "es"}, ['Centro de Documentación en Derechos Humanos "Segundo Montes Mozo S.J"']),
        ("c12", 12, {"ar"}, ["منظمة المادة 19", "المنطمة التونسية لمناهضة التعذيب"]),
    ],
)
def test_the_real_lists_are_whole(stem: str, lines: int, languages: set[str], odd: list[str]) -> None:
    letter = read((ROOT / "tests" / "cases" / "letters" / f"{stem}.json").read_bytes())
    names = [line.names["und"] for group in letter.groups for line in group.lines]
    assert len(names) == lines
    assert letter.texts.keys() == languages
    assert set(odd) <= set(names)


def test_the_file_reads_well_and_is_written_one_way_whatever_the_order_it_came_in() -> None:
    written = write(WHOLE).decode()
    shuffled = json.dumps(json.loads(written), sort_keys=True).encode()
    assert write(read(shuffled)).decode() == written
    assert written.endswith("\n}\n")
    assert "Nâga" in written
    assert "\r" not in written
    assert written.index('"fr": {') < written.index('"en": {')


def test_line_ends_of_browsers_become_line_feeds_on_both_ways() -> None:
    from_browser = dataclasses.replace(WHOLE, texts={"fr": Text("a\r\nb\rc")})
    assert read(write(from_browser)).texts["fr"].body == "a\nb\nc"
    typed = write(dataclasses.replace(WHOLE, texts={"fr": Text("a\nb")})).replace(b"a\\nb", b"a\\r\\nb")
    assert read(typed).texts["fr"].body == "a\nb"


def test_a_file_that_leaves_out_what_may_be_left_out_is_read() -> None:
    least = {
        "format": "coalition-letter",
        "format_version": 1,
        "kind": "news",
        "authoritative_language": "en",
        "texts": {"en": {"body": ""}},
        "signatories": {"groups": []},
    }
    assert read(json.dumps(least).encode()) == LetterFile("news", "en", {"en": Text("")})
    assert read(b"\xef\xbb\xbf" + json.dumps(least).encode()).kind == "news"


def test_a_photo_beside_the_file_is_named() -> None:
    letter = dataclasses.replace(WHOLE, photo=Photo("image/jpeg", "P", file="photo.jpg"))
    assert read(write(letter)).photo == letter.photo


def test_thirty_thousand_names_are_no_trouble() -> None:
    lines = tuple(Line({"und": f"Organisation {at}"}, country="FR") for at in range(30_000))
    started = time.process_time()
    written = write(dataclasses.replace(WHOLE, groups=(ListGroup(lines),)))
    assert len(read(written).groups[0].lines) == 30_000
    assert time.process_time() - started < 20


def test_the_schema_is_one_and_the_same_in_the_docs_and_the_package() -> None:
    assert (ROOT / "docs" / "letter-file.schema.json").read_bytes() == letter_file.SCHEMA.read_bytes()
    Draft202012Validator.check_schema(json.loads(letter_file.SCHEMA.read_bytes()))


def test_the_schema_knows_what_letters_know() -> None:
    schema = json.loads(letter_file.SCHEMA.read_bytes())
    assert tuple(schema["properties"]["kind"]["enum"]) == KINDS
    assert tuple(schema["$defs"]["signatories"]["properties"]["order"]["enum"]) == LIST_ORDERS
    assert set(schema["$defs"]["text"]["properties"]) == set(PARTS)


def test_the_schema_knows_every_field_and_no_other() -> None:
    definitions = json.loads(letter_file.SCHEMA.read_bytes())["$defs"]
    kinds: dict[str, Any] = {
        "addressee": Addressee, "line": Line, "logo": Logo, "about": About, "press": Press, "quotation": Quotation,
        "document": Document, "note": Note, "delivery": Delivery, "response": Response, "edition": Edition,
        "figures": Figures, "address": Address, "retraction": Retraction, "photo": Photo, "group": ListGroup,
    }  # fmt: skip
    for name, kind in kinds.items():
        assert set(definitions[name]["properties"]) == {field.name for field in dataclasses.fields(kind)}, name
    assert set(definitions["about"]["properties"]["support"]["properties"]) == {"organiser", "link"}


def test_the_schema_offers_what_rows_can_hold() -> None:
    definitions = json.loads(letter_file.SCHEMA.read_bytes())["$defs"]
    assert tuple(definitions["note"]["properties"]["kind"]["enum"]) == NOTE_KINDS
    assert tuple(definitions["delivery"]["properties"]["way"]["enum"]) == WAYS
    assert set(definitions["look"]["properties"]) == {part.name for part in dataclasses.fields(ListLook)}
    assert tuple(definitions["look"]["properties"]["form"]["enum"]) == FORMS


def test_a_file_of_the_version_before_is_read_and_one_of_a_newer_is_not() -> None:
    value = json.loads(write(WHOLE))
    for key in ("about", "documents", "notes", "deliveries", "responses", "editions", "addresses", "retraction"):
        del value[key]
    for line in value["signatories"]["groups"][0]["lines"]:
        line.pop("logo", None)
    before = read(json.dumps(value | {"format_version": 1}).encode())
    assert before.groups[0].lines[0] == WHOLE.groups[0].lines[0]
    assert json.loads(write(before))["format_version"] == 2
    with pytest.raises(LetterFileError):
        read(json.dumps(value | {"format_version": 3}).encode())


def test_the_example_in_the_docs_is_a_letter_file() -> None:
    page = (ROOT / "docs" / "letter-file.md").read_text(encoding="utf-8")
    example = page.partition("```json\n")[2].partition("```")[0]
    assert write(read(example.encode())).decode() == example


# -- properties --------------------------------------------------------------------------------------------------------

# Everything that Unicode calls a character, but for what names and texts may not hold.
letters = st.characters(
    exclude_categories=("Cs", "Cc", "Zl", "Zp"),
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
)
names = st.text(letters, min_size=1, max_size=120).filter(lambda text: not any(map(_is_no_character, text)))
tags = st.sampled_from(["en", "fr", "ar", "pt-br", "zh-hk", "sr-latn"])
per_language = st.dictionaries(tags, names, max_size=3)
with_canonical = st.builds(lambda und, others: {"und": und, **others}, names, per_language)
prose = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t"), max_size=300).filter(
    lambda text: not any(map(_is_no_character, text))
)
moments = st.none() | st.datetimes(timezones=st.just(UTC))
lines = st.builds(
    Line,
    names=with_canonical,
    country=st.sampled_from(["", "FR", "TN"]),
    kind=st.sampled_from(["organisation", "individual"]),
    affiliation=st.just("") | names,
    is_lead=st.booleans(),
    added_on=st.none() | st.dates(),
)
letter_files = st.builds(
    LetterFile,
    kind=st.sampled_from(KINDS),
    authoritative_language=st.just("en"),
    texts=st.dictionaries(tags, st.builds(Text, body=prose, deck=prose), max_size=3).map(
        lambda texts: {"en": Text("x"), **texts}
    ),
    groups=st.lists(st.builds(ListGroup, st.lists(lines, max_size=5).map(tuple), per_language), max_size=3).map(tuple),
    edition=st.none() | st.integers(1, 1000),
    published_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    place=st.just("") | names,
    addressees=st.lists(
        st.builds(Addressee, st.sampled_from(["to", "cc"]), per_language, per_language, per_language), max_size=2
    ).map(tuple),
    leads=st.lists(with_canonical, max_size=2).map(tuple),
    list_order=st.sampled_from(LIST_ORDERS),
    counts_lead=st.booleans(),
    counts_withheld=st.booleans(),
    withheld_threshold=st.integers(0, 50),
    withheld=st.none() | st.integers(0, 500),
    about=st.builds(
        About,
        topics=st.lists(names, max_size=2).map(tuple),
        series=st.just("") | names,
        countries_addressed=st.lists(st.sampled_from(["FR", "TN"]), max_size=2).map(tuple),
        support=st.none() | st.builds(Support, names),
        event=per_language,
        press=st.dictionaries(
            tags,
            st.builds(Press, prose, st.lists(st.builds(Quotation, prose, names), max_size=2).map(tuple)),
            max_size=2,
        ),
    ),
    notes=st.lists(st.builds(Note, st.sampled_from(NOTE_KINDS), st.dates(), per_language, moments), max_size=2).map(
        tuple
    ),
    responses=st.lists(
        st.builds(Response, st.dates(), per_language, st.none() | st.integers(1, 9), per_language), max_size=2
    ).map(tuple),
    addresses=st.lists(
        st.builds(Address, st.from_regex(r"[a-z0-9]{1,9}(-[a-z]{1,3})?", fullmatch=True), moments), max_size=2
    ).map(tuple),
    retraction=st.none() | st.builds(Retraction, st.datetimes(timezones=st.just(UTC)), per_language),
)


def _is_no_character(character: str) -> bool:
    return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF


@settings(max_examples=150, deadline=None)
@given(letter_files)
def test_any_letter_comes_back_as_it_went(letter: LetterFile) -> None:
    once = write(letter)
    back = read(once)
    assert back == letter
    assert write(back) == once


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.text()
            | st.sampled_from(["format", "texts", "signatories", "photo", "leads", "about", "documents", "editions"]),
            inner,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_garbage_gives_the_error_of_the_letter_file_and_no_other(data: bytes) -> None:
    with pytest.raises(LetterFileError) as refused:
        read(data)
    assert [letter_file.sentence(problem) for problem in refused.value.problems]


PATHS = [
    path.split("/")
    for path in """
    kind texts texts/fr texts/fr/body leads leads/0 leads/0/und photo photo/content signatories signatories/groups
    signatories/groups/0/lines/0 signatories/groups/0/lines/0/added_on signatories/withheld edition published_at
    printed_on zone addressees/0/style about about/press/fr about/support documents documents/0 documents/0/content
    notes notes/0/words deliveries/0/addressee responses/0/recommendations editions editions/0/number addresses
    addresses/0/slug retraction retraction/at signatories/groups/0/lines/3/logo/content
    """.split()
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PATHS), json_values)
def test_garbage_at_any_place_is_taken_or_refused_in_words(path: list[str], value: object) -> None:
    whole = json.loads(write(WHOLE))
    holder = whole
    for step in path[:-1]:
        holder = holder[int(step) if step.isdigit() else step]
    holder[int(path[-1]) if path[-1].isdigit() else path[-1]] = value
    data = json.dumps(whole).encode()
    try:
        letter = read(data)
    except LetterFileError as refused:
        for problem in refused.problems:
            assert letter_file.sentence(problem)
    else:
        assert read(write(letter)) == letter
