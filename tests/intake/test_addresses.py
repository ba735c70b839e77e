import pytest

from coalition.intake.addresses import read_addresses


def addresses(cell: str) -> list[str]:
    return [read.address for read in read_addresses(cell)]


@pytest.mark.parametrize(
    "typed", ["info@example.org", "o'brien@example.org", "a.b+c@sub.example.org", "office@пример.рф", "x@trial.test"]
)
def test_a_good_address_is_taken_without_a_word(typed: str) -> None:
    (read,) = read_addresses(typed)
    assert (read.address, read.findings) == (typed, ())


@pytest.mark.parametrize(
    "typed",
    [
        "mailto:info@example.org",
        "mailto:info@example.org?subject=hello",
        "info＠example.org",
        "info@example.org.",
        "info@example,org",
        "info @ example . org",
        "info@example. org",
        "info@@example.org",
        "info@example..org",
        "info(at)example.org",
        "info [at] example [dot] org",
        "info at example dot org",
        "in\u200bfo@example.org",
        "info@example.org (office)",
    ],
)
def test_slips_of_writing_are_mended_and_told(typed: str) -> None:
    (read,) = read_addresses(typed)
    assert read.address == "info@example.org"
    assert read.findings == ("address_repaired",)


@pytest.mark.parametrize(
    "typed", ["<info@example.org>", "“info@example.org”", " info@example.org\u00a0", "'info@example.org'"]
)
def test_brackets_quotes_and_spaces_around_are_no_news(typed: str) -> None:
    (read,) = read_addresses(typed)
    assert (read.address, read.findings) == ("info@example.org", ())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("x@gmial.com", "x@gmail.com"),
        ("x@gamil.com", "x@gmail.com"),
        ("x@gmail.co", "x@gmail.com"),
        ("x@hotnail.com", "x@hotmail.com"),
        ("x@yaho.fr", "x@yahoo.fr"),
        ("x@outlok.com", "x@outlook.com"),
    ],
)
def test_a_mistyped_provider_is_pointed_out_and_left_as_typed(typed: str, meant: str) -> None:
    (read,) = read_addresses(typed)
    assert (read.address, read.findings, read.suggestion) == (typed, ("address_likely_mistyped",), meant)


@pytest.mark.parametrize(
    "typed", ["x@email.com", "x@ymail.com", "x@gmail.com", "x@yahoo.co.uk", "x@gmil.example.org", "x@mail.com"]
)
def test_real_providers_are_not_suspected(typed: str) -> None:
    assert not read_addresses(typed)[0].suggestion


@pytest.mark.parametrize(
    ("typed", "code", "meant"),
    [
        ("x@example.con", "address_ending_unknown", "x@example.com"),
        ("x@example.ogr", "address_ending_unknown", "x@example.org"),
        ("x@gmial.con", "address_ending_unknown", "x@gmail.com"),
        ("x@examplecom", "address_no_dot", "x@example.com"),
        ("x@localhost", "address_no_dot", ""),
        ("www.example.org", "address_no_at", ""),
        ("a@b@example.org", "address_not_usable", ""),
        ("@example.org", "address_not_usable", ""),
        ("a\x00b@example.org", "address_not_usable", ""),
        ("x" * 65 + "@example.org", "address_not_usable", ""),
        ("x@[127.0.0.1]", "address_not_usable", ""),
        ("a" * 3000, "address_not_usable", ""),
    ],
)
def test_what_can_never_arrive_is_no_address_and_says_why(typed: str, code: str, meant: str) -> None:
    (read,) = read_addresses(typed)
    assert (read.address, read.findings, read.suggestion) == ("", (code,), meant)


@pytest.mark.parametrize(
    "cell",
    [
        "a@example.org, b@example.net",
        "a@example.org; b@example.net;",
        "a@example.org b@example.net",
        "a@example.org / b@example.net",
        "a@example.org or b@example.net",
        "a@example.org\nb@example.net",
        "a@example.org، b@example.net",
        "<a@example.org>, <b@example.net>",
    ],
)
def test_several_addresses_in_one_cell_are_told_apart(cell: str) -> None:
    assert addresses(cell) == ["a@example.org", "b@example.net"]


def test_display_names_stay_with_their_addresses() -> None:
    read = read_addresses("Doe, Jane <jane@example.org>; Bob <bob@example.org>")
    assert [(one.name, one.address) for one in read] == [("Doe, Jane", "jane@example.org"), ("Bob", "bob@example.org")]


def test_letters_of_other_scripts_are_taken_and_pointed_out() -> None:
    assert read_addresses("josé@example.org")[0].findings == ("address_non_ascii",)
    assert read_addresses("info@ex\u0430mple.org")[0].findings == ("address_mixed_scripts",)


def test_addresses_for_trials_are_taken_and_said_to_lead_nowhere() -> None:
    (read,) = read_addresses("x@office.invalid")
    assert (read.address, read.findings) == ("x@office.invalid", ("address_reserved",))


def test_the_domain_is_in_small_letters_and_the_rest_as_typed() -> None:
    assert addresses("Office.Desk@Example.ORG") == ["Office.Desk@example.org"]


def test_an_empty_cell_holds_no_address() -> None:
    assert read_addresses(" \t") == ()
