import pytest

from coalition.intake.names import (
    NAME_LIMIT,
    NameMissing,
    NameTooLong,
    UnprintableName,
    check_name,
    fold_name,
    unprintable,
)


@pytest.mark.parametrize(
    "name",
    [
        "p≡p foundation",
        "ASL.Org  -  two spaces",
        "Computertruhe e.\u202fV.",
        "no-break\u00a0space",
        "می\u200cخواهم",
        "क्\u200dष",
        "منظمة المادة 19\u200f",
        'Centro "Segundo Montes Mozo S.J',
        "=SUM(A1)",
        "e\u0301 not composed",
    ],
)
def test_a_name_is_kept_character_for_character(name: str) -> None:
    assert check_name(name) == name


def test_only_the_spaces_around_a_name_go() -> None:
    assert check_name("\u00a0 Two  words \n") == "Two  words"


@pytest.mark.parametrize(
    "character", ["\x00", "\x07", "\n", "\x7f", "\x85", "\u202a", "\u202e", "\u2066", "\u2069", "\u2028", "\ud800"]
)
def test_characters_that_turn_or_hide_the_line_are_refused_by_their_code_points(character: str) -> None:
    with pytest.raises(UnprintableName) as refused:
        check_name(f"A{character}B{character}")
    assert refused.value.characters == (character,)
    assert str(refused.value) == f"U+{ord(character):04X}"


def test_an_empty_name_and_one_too_long_have_their_own_errors() -> None:
    with pytest.raises(NameMissing):
        check_name(" \u00a0\t")
    assert check_name("x" * NAME_LIMIT)
    with pytest.raises(NameTooLong) as refused:
        check_name("x" * (NAME_LIMIT + 1))
    assert refused.value.length == NAME_LIMIT + 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ARTICLE 19", "Article  19"),
        ("Asociación Vía Libre", "asociacion via libre"),
        ("الرابطة التونسية للدفاع عن حقوق الإنسان", "الرابطه التونسية للدفاع عن حقوق الانسان"),
        ("Straße", "STRASSE"),
        ("“Vía” – Red", '"Via" - Red'),
        ("Ｗｉｄｅ", "wide"),
    ],
)
def test_spellings_of_one_name_fold_to_the_same(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


def test_different_names_do_not_fold_to_the_same() -> None:
    assert fold_name("Article 19") != fold_name("Article 9")


def test_a_folded_name_is_bounded() -> None:
    assert len(fold_name("ﷺ" * 300)) <= 400


def test_each_unprintable_character_is_told_once_in_order() -> None:
    assert unprintable("\u202ea\x00b\u202e") == ("\u202e", "\x00")
