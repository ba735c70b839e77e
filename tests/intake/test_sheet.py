import pytest

from coalition.intake.columns import Field
from coalition.intake.problems import SheetRefused
from coalition.intake.sheet import Table, read_csv, read_file, read_paste, safe_cell


def fields(table: Table) -> list[Field]:
    return [column.field for column in table.columns]


def rows(table: Table) -> list[dict[Field, str]]:
    return [
        {field: cell for field, cell in zip(fields(table), line.cells, strict=False) if cell} for line in table.lines
    ]


HEADINGS = {
    "en": "Organisation, Acronym, Country, Contact person, E-mail, Language, Time zone, Telephone, Role, Safe mail, "
    "Website, Standing, Name in Arabic",
    "fr": "Nom de l’organisation, Sigle, Pays, Personne de contact, Courriel, Langue, Fuseau horaire, Téléphone, "
    "Fonction, Courriel sûr, Site web, Statut, Nom en arabe",
    "es": "Organización, Siglas, País, Persona de contacto, Correo electrónico, Idioma, Zona horaria, Teléfono, Cargo, "
    "Correo seguro, Sitio web, Estado, Nombre en árabe",
    "ar": "اسم المنظمة, الاختصار, البلد, جهة الاتصال, البريد الإلكتروني, اللغة, المنطقة الزمنية, الهاتف, المنصب, "
    "بريد آمن, الموقع الإلكتروني, العضوية, الاسم بالعربية",
}
EXPECTED = [
    Field(name)
    for name in (
        "organisation acronym country contact address language zone telephone role safe_mail site standing name_in"
    ).split()
]


@pytest.mark.parametrize("reader", HEADINGS)
@pytest.mark.parametrize("delimiter", ["\t", ";", ",", "|"])
@pytest.mark.parametrize("step", [1, 5, -1])
def test_headings_are_understood_in_four_languages_and_any_order(reader: str, delimiter: str, step: int) -> None:
    order = [at * step % len(EXPECTED) for at in range(len(EXPECTED))]
    head = delimiter.join(HEADINGS[reader].split(", ")[at] for at in order)
    table = read_paste(head + "\n" + delimiter.join(f"cell {at}" for at in order))
    assert fields(table) == [EXPECTED[at] for at in order]
    assert next(column.language for column in table.columns if column.field is Field.NAME_IN) == "ar"
    assert table.lines[0].number == 2


@pytest.mark.parametrize(
    "heading", ["Name in French", "Name (French)", "name_fr", "Nom (fr)", "Nombre en francés", "الاسم بالفرنسية"]
)
def test_a_column_of_names_in_a_language_is_understood(heading: str) -> None:
    table = read_paste(f"Organisation\t{heading}\tEmail\nA\tB\ta@example.org")
    assert (table.columns[1].field, table.columns[1].language) == (Field.NAME_IN, "fr")


def test_name_alone_is_the_organisation_and_beside_one_the_contact() -> None:
    assert fields(read_paste("Name\tEmail\nA\ta@example.org")) == [Field.ORGANISATION, Field.ADDRESS]
    beside = read_paste("Name\tOrganisation\tEmail\nJane\tA\ta@example.org")
    assert fields(beside) == [Field.CONTACT, Field.ORGANISATION, Field.ADDRESS]


def test_a_title_above_the_headings_and_an_unknown_column_are_told() -> None:
    table = read_paste("Members 2027\t\t\nOrganisation\tShoe size\tEmail\nA\t42\ta@example.org")
    assert [(note.code, note.value) for note in table.notes] == [
        ("line_left_out_as_title", "Members 2027"),
        ("column_left_out", "Shoe size"),
    ]


def test_without_headings_the_content_says_what_a_column_is() -> None:
    table = read_paste(
        "1\tjane@a.example.org\tKenya\tAlpha Network\tJane Doe\tEnglish\tAfrica/Nairobi\t+254 20 123 456\n"
        "2\tjo@b.example.org\tالمغرب\tBeta Union\tJo Smith\tFrench\tAfrica/Casablanca\t+212 5 123 456\n"
        "3\tbo@c.example.org\tPE\tGamma Rights\tAl Bo\tes\tAmerica/Lima\t(51) 123 4567\n"
    )
    expected = "left_out address country organisation contact language zone telephone"
    assert fields(table) == expected.split()


def test_people_before_organisations_are_told_apart() -> None:
    table = read_paste("Jane Doe\tNetwork for All\tj@example.org\nJo Smith\tUnion of Workers\ts@example.org\n")
    assert fields(table) == [Field.CONTACT, Field.ORGANISATION, Field.ADDRESS]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Access Now <info@example.org>", {Field.ORGANISATION: "Access Now", Field.ADDRESS: "<info@example.org>"}),
        ("Access Now, info@example.org", {Field.ORGANISATION: "Access Now", Field.ADDRESS: "info@example.org"}),
        ("Access Now info@example.org", {Field.ORGANISATION: "Access Now", Field.ADDRESS: "info@example.org"}),
        ("info@example.org, Access Now", {Field.ORGANISATION: "Access Now", Field.ADDRESS: "info@example.org"}),
        (
            "TEDIC; Paraguay; Ana Gómez; ana@example.org",
            {
                Field.ORGANISATION: "TEDIC",
                Field.COUNTRY: "Paraguay",
                Field.CONTACT: "Ana Gómez",
                Field.ADDRESS: "ana@example.org",
            },
        ),
        (
            "Law, Peace and Justice, x@example.org",
            {Field.ORGANISATION: "Law, Peace and Justice", Field.ADDRESS: "x@example.org"},
        ),
        (
            "Digital Rights, Kenya, Jane Doe, jane@example.org",
            {
                Field.ORGANISATION: "Digital Rights",
                Field.COUNTRY: "Kenya",
                Field.CONTACT: "Jane Doe",
                Field.ADDRESS: "jane@example.org",
            },
        ),
        ("-المنتدى التونسي a@example.org", {Field.ORGANISATION: "المنتدى التونسي", Field.ADDRESS: "a@example.org"}),
        ("12. Numbered <a@example.org>", {Field.ORGANISATION: "Numbered", Field.ADDRESS: "<a@example.org>"}),
        ("350.org <a@example.org>", {Field.ORGANISATION: "350.org", Field.ADDRESS: "<a@example.org>"}),
        (
            'Centro "Segundo Montes Mozo S.J, a@example.org',
            {Field.ORGANISATION: 'Centro "Segundo Montes Mozo S.J', Field.ADDRESS: "a@example.org"},
        ),
        ("No address here", {Field.ORGANISATION: "No address here"}),
    ],
)
def test_one_organisation_a_line_is_understood(line: str, expected: dict[Field, str]) -> None:
    assert rows(read_paste(line)) == [expected]


def test_lines_of_all_these_kinds_may_be_mixed() -> None:
    table = read_paste("A <a@example.org>\nB, b@example.org\n\nC; Kenya; c@example.org\nD")
    assert [(line.number, line.cells[0]) for line in table.lines] == [(1, "A"), (2, "B"), (4, "C"), (5, "D")]


def test_a_line_that_does_not_fit_the_others_is_read_by_itself() -> None:
    regular = "".join(f"Org {at},Kenya,org{at}@example.org\n" for at in range(9))
    table = read_paste(regular + "Law, Peace and Justice,Kenya,law@example.org\n")
    assert rows(table)[-1] == {
        Field.ORGANISATION: "Law, Peace and Justice",
        Field.COUNTRY: "Kenya",
        Field.ADDRESS: "law@example.org",
    }


def test_cells_with_line_breaks_quotes_and_delimiters_stay_whole() -> None:
    table = read_paste('Organisation\tEmail\r\n"A ""quoted""\r\nname"\ta@example.org\r\n"B"\tb@example.org')
    assert [line.cells[0] for line in table.lines] == ['A "quoted"\r\nname', '"B"']
    assert [line.number for line in table.lines] == [2, 4]
    assert table.lines[0].typed == '"A ""quoted""\r\nname"\ta@example.org'
    semicolons = read_paste('Organisation;Email\n"A; B";a@example.org')
    assert semicolons.lines[0].cells == ("A; B", "a@example.org")


def test_an_open_quotation_mark_swallows_nothing() -> None:
    table = read_csv(b'Organisation;Email\n"Open;a@example.org\nB;b@example.org\n')
    assert [line.cells[0] for line in table.lines] == ['"Open', "B"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_any_unicode_encoding_is_read(encoding: str) -> None:
    table = read_csv("Organisation;Email\nNâga – مركز;a@example.org\n".encode(encoding))
    assert table.lines[0].cells == ("Nâga – مركز", "a@example.org")
    assert table.notes == ()


def test_a_file_from_old_windows_is_read_and_told() -> None:
    table = read_csv("Organisation;Email\nNâga – Citroën;a@example.org\n".encode("cp1252"))
    assert table.lines[0].cells[0] == "Nâga – Citroën"
    assert [note.code for note in table.notes] == ["read_as_windows"]


def test_the_separator_line_of_excel_is_no_organisation() -> None:
    assert read_csv(b"sep=|\r\nOrganisation|Email\r\nA|a@example.org").lines[0].cells == ("A", "a@example.org")


@pytest.mark.parametrize("nothing", ["", "  \n\t\n", "Organisation\tEmail", "Organisation\tEmail\n\t\n"])
def test_an_empty_list_is_refused_in_words(nothing: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        read_paste(nothing)
    assert refused.value.problem.code == "sheet_empty"


def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    for brought, code in (
        ("x" * 2_000_001, "sheet_too_large"),
        ("a@example.org\n" * 20_001, "sheet_too_many_lines"),
        ("\t".join("abcdefghij" * 1_000), "sheet_too_many_columns"),
    ):
        with pytest.raises(SheetRefused) as refused:
            read_paste(brought)
        assert refused.value.problem.code == code
    with pytest.raises(SheetRefused):
        read_file(b"a," * 3_000_000)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝"])
def test_a_cell_that_we_write_never_starts_a_formula(start: str) -> None:
    assert safe_cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize("text", ["", "Access Now", "t3n", "a=b", "'quoted'"])
def test_any_other_cell_is_written_as_it_is(text: str) -> None:
    assert safe_cell(text) == text
