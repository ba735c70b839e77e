"""The share card: one picture of the right size in each language, with words that fit."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops

from coalition.rendering.card import LONGEST_TITLE, card_words, make_card
from coalition.rendering.faces import cjk_fonts
from coalition.rendering.pdf import MissingGlyphs
from coalition.rendering.printed import PrintedText
from tests.rendering.letters import letter

if TYPE_CHECKING:
    from coalition.rendering.printed import PrintedLetter

pytestmark = pytest.mark.only_on("sqlite")
PAPER = (0xFB, 0xFA, 0xF7)


def titled(title: str, language: str = "en", **changes: object) -> PrintedLetter:
    text = PrintedText(language, title, "We ask.", short_title="Hear us")
    return letter(language=language, texts={language: text}, **changes)


def drawn(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
        return picture.convert("RGB")


def box_of_words(picture: Image.Image, *, rtl: bool) -> tuple[int, int, int, int]:
    """Where something stands beside the coloured edge."""
    inner = picture.crop((0, 0, 1180, 630) if rtl else (20, 0, 1200, 630))
    box = ImageChops.difference(inner, Image.new("RGB", inner.size, PAPER)).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Hear us before the vote"),
        ("fr", "Écoutez-nous avant le vote : " + "la réforme de la loi sur l’eau " * 7),
        ("ar", "اسمعونا قبل التصويت على قانون المياه"),
    ],
)
def test_a_card_has_its_size_and_nothing_runs_over_its_edge(language: str, title: str) -> None:
    left, top, right, bottom = box_of_words(drawn(make_card(titled(title, language), language)), rtl=language == "ar")
    assert min(left, top) > 30
    assert right < 1170
    assert bottom < 610


def test_a_card_in_chinese_is_drawn_where_there_is_a_face_and_refused_where_there_is_none() -> None:
    printed = titled("在投票之前听取我们的意见", "zh-hans")
    with pytest.raises(MissingGlyphs):
        make_card(printed, "zh-hans")
    fonts = cjk_fonts()
    if not fonts:
        pytest.skip("no Chinese face on this machine")
    assert box_of_words(drawn(make_card(printed, "zh-hans", fonts=fonts)), rtl=False)


def test_equal_editions_give_equal_pictures_and_another_number_another() -> None:
    printed = titled("Hear us before the vote")
    assert make_card(printed, "en") == make_card(printed, "en")
    more = replace(printed, figures=replace(printed.figures, signatories=250))
    assert make_card(more, "en") != make_card(printed, "en")


def test_its_words_are_kind_title_number_lead_and_coalition() -> None:
    said = card_words(titled("Hear us before the vote"), "en")
    assert said == (
        "Open letter. Hear us before the vote. 2 signatories. "
        "Led by River Valley Secretariat. Coalition for Common Waters"
    )


def test_a_title_too_long_for_a_picture_is_said_by_its_short_form() -> None:
    assert "Hear us." in card_words(titled("Water " * 60), "en")


def test_a_title_without_a_short_form_is_cut_between_words() -> None:
    printed = titled("Water " * 60)
    cut = replace(printed, texts={"en": replace(printed.texts["en"], short_title="")})
    title = card_words(cut, "en").split(". ")[1]
    assert title.endswith("Water…")
    assert len(title) <= LONGEST_TITLE + 1


def test_of_many_leads_the_first_is_named_and_the_others_counted() -> None:
    leads = tuple({"en": f"The {each} Network for Rivers, Wells and Springs"} for each in ("North", "South", "West"))
    assert "Led by \u2068The North Network for Rivers, Wells and Springs\u2069 and 2 others" in card_words(
        titled("Hear us", leads=leads), "en"
    )


def test_nothing_is_said_of_a_number_where_nobody_signed() -> None:
    printed = titled("News")
    nobody = replace(printed, figures=replace(printed.figures, signatories=0))
    assert "signator" not in card_words(nobody, "en")
