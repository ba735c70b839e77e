"""Which language governs is said on every page of a letter in several; a lagging translation says what it follows."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from coalition.rendering.governing import governing_words, lagging_words
from coalition.rendering.page import letter_page
from coalition.rendering.pdf import make_pdf
from coalition.rendering.plain import plain_text
from coalition.rendering.printed import PrintedText
from tests.rendering.letters import letter

if TYPE_CHECKING:
    from pathlib import Path

    from coalition.rendering.printed import PrintedLetter

pytestmark = pytest.mark.usefixtures("app")

GOVERNS = "The English text is authoritative."
LAGS = "This translation follows version 1; the English text of version 2 is the one agreed to."


def in_two_languages(*, lags: bool = False) -> PrintedLetter:
    """A letter in English, which governs, and in German, whose pages have our words in English."""
    texts = {tag: PrintedText(language=tag, title="Free them", body="Words.") for tag in ("en", "de")}
    printed = letter()
    return replace(printed, texts=texts, authoritative_language="en", version=2, lagging={"de": 1} if lags else {})


def pdf_text(printed: PrintedLetter, language: str, folder: Path) -> str:
    file = folder / "letter.pdf"
    file.write_bytes(make_pdf(printed, language).content)
    done = subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_language_says_which_one_governs(language: str) -> None:
    printed = in_two_languages()
    assert GOVERNS in letter_page(printed, language)
    assert GOVERNS in plain_text(printed, language)
    assert LAGS not in letter_page(printed, language)


def test_a_letter_in_one_language_speaks_of_none() -> None:
    whole = letter()
    printed = replace(whole, texts={"en": whole.texts["en"]})
    assert "authoritative" not in letter_page(printed, printed.authoritative_language)
    assert "authoritative" not in plain_text(printed, printed.authoritative_language)


def test_a_translation_that_lags_says_which_version_it_follows() -> None:
    printed = in_two_languages(lags=True)
    assert LAGS in letter_page(printed, "de")
    assert LAGS in plain_text(printed, "de").replace("\n", " ")
    assert LAGS not in letter_page(printed, "en")
    assert LAGS not in plain_text(printed, "en")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not here")
def test_the_pdf_says_both(tmp_path: Path) -> None:
    words = pdf_text(in_two_languages(lags=True), "de", tmp_path)
    assert LAGS in words
    assert GOVERNS in words


@pytest.mark.parametrize("language", ["en", "fr", "ar", "de"])
def test_the_words_name_the_language_in_that_of_the_page(language: str) -> None:
    assert governing_words("en", language).strip()
    assert "%(" not in lagging_words("en", language, follows=1, version=2)
