"""The two style sheets: a page in Arabic is the same page, mirrored; small, legible, no rule idle."""

from __future__ import annotations

import re

import brotli
import pytest

from coalition.rendering.printed import Figures
from coalition.rendering.text import to_html
from tests.house.source import files, words_of

PUBLIC, DESK, EMBED = (f"coalition/static/{name}.css" for name in ("public", "desk", "embed"))
SHEETS = (PUBLIC, DESK, EMBED)
CEILINGS = {PUBLIC: 3136, DESK: 2048, EMBED: 1024}
"""In bytes, as sent: the reader of a letter loads the first one alone, the reader of an embedded one the last."""

SIDES = "left|right|top|bottom"
PHYSICAL = re.compile(
    rf"""(?<![\w-])(?:
        (?:margin|padding|scroll-margin|scroll-padding)-(?:{SIDES})\s*:
      | border-(?:{SIDES})(?:-(?:width|style|color))?\s*:
      | border-(?:top|bottom)-(?:left|right)-radius\s*:
      | (?:{SIDES})\s*:
      | (?:text-align|float|clear)\s*:\s*(?:left|right)\b
    )""",
    re.VERBOSE,
)
SIZE = re.compile(r"(?<![\w-])(?:min-|max-)?(?:width|height)\s*:")
CONDITION = re.compile(r"@media[^{]*")
CONDITIONAL = re.compile(r"@media([^{]*)\{((?:[^{}]|\{[^{}]*\})*)\}")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
COLOURING = re.compile(r"(?:color|background(?:-color|-image)?|opacity|filter|--[\w-]+)\s*:.*", re.DOTALL)
NAMED_COLOUR = re.compile(r"--[\w-]+\s*:\s*#(?:[0-9a-f]{3}|[0-9a-f]{6})")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CLASS_IN_SHEET = re.compile(r"\.(-?[a-z_][\w-]*)(?=[^{}]*\{)", re.IGNORECASE)
CLASS_ATTRIBUTE = re.compile(r"""class="([^"]*)\"""")
EXPRESSION = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
REMARK = re.compile(r"\{#.*?#\}", re.DOTALL)

GIVEN_BY_CALLERS = {"ok", "warn", "bad", "second", "quiet", "stop", "short"}
"""Classes that a macro takes as an argument: its first comment or the words around it name them."""

BODY = """Night.[^1]

{recommendations}

1. Count it.

And 1) pay, 2) publish:

1) pay
2) publish

| a | b |
|:-:|--:|
| 1 | 2 |

[^1]: Note.
"""
"""A body with each thing that gives its HTML a class."""


def sheet(name: str) -> str:
    return COMMENT.sub("", words_of(name))


def classes_of_sheets() -> set[str]:
    return {found for name in SHEETS for found in CLASS_IN_SHEET.findall(re.sub(r'"[^"]*"', '""', sheet(name)))}


def templates() -> tuple[str, ...]:
    return tuple(name for name in files() if name.startswith("templates/") and not name.startswith("templates/emails/"))


def classes_of_templates() -> set[str]:
    written = (
        EXPRESSION.sub(" ", value)
        for name in templates()
        for value in CLASS_ATTRIBUTE.findall(REMARK.sub("", words_of(name)))
    )
    return {name for value in written for name in value.split()}


def classes_of_a_body() -> set[str]:
    return {name for value in CLASS_ATTRIBUTE.findall(str(to_html(BODY, "en", Figures()))) for name in value.split()}


@pytest.mark.parametrize("name", [name for name in files() if name.endswith(".css")])
def test_styles_name_no_physical_side(name: str) -> None:
    assert PHYSICAL.findall(sheet(name)) == []


@pytest.mark.parametrize("name", SHEETS)
def test_styles_of_pages_size_along_the_line_and_across(name: str) -> None:
    assert SIZE.findall(CONDITION.sub("", sheet(name))) == []


@pytest.mark.parametrize(
    "rule", ["margin-left: 1em", "left:0", "text-align: right", "float:left", "border-top-left-radius: 2px"]
)
def test_a_physical_side_is_found(rule: str) -> None:
    assert PHYSICAL.search(f"p {{ {rule} }}")


@pytest.mark.parametrize(
    "rule", ["margin-inline-start: 1em", "inset-inline-start:0", "text-align: end", "--left: 1px", "border-width: 0"]
)
def test_a_logical_side_is_let_through(rule: str) -> None:
    assert not PHYSICAL.search(f"p {{ {rule} }}")


@pytest.mark.parametrize(("name", "ceiling"), CEILINGS.items())
def test_a_sheet_stays_small(name: str, ceiling: int) -> None:
    assert len(brotli.compress(words_of(name).encode(), quality=5)) <= ceiling


@pytest.mark.parametrize("name", SHEETS)
def test_styles_load_nothing(name: str) -> None:
    assert not re.search(r"@import|@font-face|url\(", sheet(name))


def test_every_class_of_a_page_has_a_style() -> None:
    assert not (classes_of_templates() | classes_of_a_body()) - classes_of_sheets()


def test_every_styled_class_is_on_a_page() -> None:
    assert not classes_of_sheets() - classes_of_templates() - classes_of_a_body() - GIVEN_BY_CALLERS


def test_every_class_that_callers_give_has_a_style() -> None:
    assert not GIVEN_BY_CALLERS - classes_of_sheets()


def test_every_custom_property_is_set_and_used() -> None:
    together = "".join(map(sheet, SHEETS))
    assert set(re.findall(r"var\((--[\w-]+)", together)) == set(re.findall(r"(--[\w-]+)\s*:", together))


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "ratio"),
    [
        ("ink", "paper", 7.0),
        ("ink", "sheet", 7.0),
        ("soft", "paper", 7.0),
        ("soft", "sheet", 7.0),
        ("blue", "paper", 4.5),
        ("blue", "sheet", 4.5),
        ("paper", "blue", 4.5),
        ("edge", "paper", 3.0),
        ("edge", "sheet", 3.0),
        *[(tone, ground, 4.5) for tone in ("ok", "warn", "bad") for ground in ("paper", "sheet", f"{tone}-wash")],
        *[("ink", f"{tone}-wash", 7.0) for tone in ("ok", "warn", "bad")],
        *[("blue", f"{tone}-wash", 4.5) for tone in ("ok", "warn", "bad")],
    ],
)
def test_ink_stands_out_from_its_ground(look: str, ink: str, ground: str, ratio: float) -> None:
    colours = palette(look)
    assert contrast(colours[ink], colours[ground]) >= ratio


def test_a_theme_changes_nothing_but_colours_and_a_width_changes_none() -> None:
    """So a page is judged whole by being seen once in each width and once in each theme (`tests/browser.py: LOOKS`)."""
    for name in (name for name in files() if re.fullmatch(r"coalition/static/[\w-]+\.css", name)):
        for condition, body in CONDITIONAL.findall(COMMENT.sub("", words_of(name))):
            rules = [(selector.strip(), declared) for selector, declared in RULE.findall(body)]
            said = [one.strip() for _, declared in rules for one in declared.split(";") if one.strip()]
            if "prefers-color-scheme" in condition:
                assert "width" not in condition, name
                assert {selector for selector, _ in rules} == {":root"}, name
                assert [one for one in said if not NAMED_COLOUR.fullmatch(one)] == [], name
            elif "width" in condition:
                assert [one for one in said if COLOURING.fullmatch(one)] == [], name


def palette(look: str) -> dict[str, str]:
    """The colours of a look by their names: those of :root, and for the dark one what it changes."""
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", part))
        for part in sheet(PUBLIC).split("@media print")[0].split("@media", 1)
    )
    return light | (dark if look == "dark" else {})


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of "#rgb" or "#rrggbb" (WCAG 2.2, "relative luminance")."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    red, green, blue = (linear(int(digits[place : place + 2], 16) / 255) for place in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
