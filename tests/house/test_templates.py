"""Templates: each can be read, each is used, none decides what a page may do by style or script of its own."""

from __future__ import annotations

import ast
import re

import pytest
from jinja2 import Environment, nodes
from jinja2.ext import InternationalizationExtension
from jinja2.meta import find_referenced_templates

from tests.house.source import files, modules, tree, words_of

TEMPLATES = tuple(name.removeprefix("templates/") for name in files() if name.startswith("templates/"))
PAGES = tuple(name for name in TEMPLATES if name.endswith(".html") and not name.startswith("emails/"))
COMPONENTS = tuple(name for name in PAGES if name.startswith("components/"))

REMARK = re.compile(r"\{#.*?#\}", re.DOTALL)
CODE = re.compile(r"\{%-? set (\w+) -?%\}.*?endset -?%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
STYLE_OR_SCRIPT = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|javascript:"
    r"|<script(?! type=\"application/ld\+json\"| src=\"\{\{ static_path\()",
    re.IGNORECASE,
)
BARE_WORDS = re.compile(r">\s*([^<>{}]*[^\W\d_]{2,}[^<>{}]*)\s*<")

WAITING = frozenset(
    f"components/{name}.html"
    for name in "choice error_summary figures filters note pagination panes summary table task_list".split()
) | {"layouts/desk.html", "layouts/signing.html"}
"""Parts that stand ready before the first page that uses them. Nothing is added here; what is used goes."""


def parsed(name: str) -> nodes.Template:
    return Environment(extensions=[InternationalizationExtension], autoescape=True).parse(
        words_of(f"templates/{name}"), name
    )


def named_in_templates(name: str) -> set[str]:
    """The templates that a template extends, imports or includes."""
    return {other for other in find_referenced_templates(parsed(name)) if other}


def named_in_code() -> set[str]:
    """Every string of the package's code that could name a template."""
    return {
        node.value
        for module in modules()
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def is_named(name: str, strings: set[str]) -> bool:
    """Whether the code names a template whole, by its file in a folder it composes, or by the kind of an email."""
    if name.startswith(("errors/", "emails/")):
        return True
    return name in strings


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_can_be_read(name: str) -> None:
    parsed(name)


def test_no_template_names_one_that_is_not_there() -> None:
    missing = {(name, other) for name in TEMPLATES for other in named_in_templates(name) if other not in TEMPLATES}
    assert not missing


def test_every_template_is_used() -> None:
    strings = named_in_code()
    by_templates = {other for name in TEMPLATES for other in named_in_templates(name)}
    assert not {name for name in TEMPLATES if name not in by_templates and not is_named(name, strings)} - WAITING


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_no_style_or_script(name: str) -> None:
    assert not STYLE_OR_SCRIPT.findall(REMARK.sub("", words_of(f"templates/{name}")))


@pytest.mark.parametrize("name", PAGES)
def test_the_words_of_a_page_can_be_translated(name: str) -> None:
    source = re.sub(
        r"\{% trans.*?\{% endtrans", "{% trans", REMARK.sub("", words_of(f"templates/{name}")), flags=re.DOTALL
    )
    assert not [words.strip() for words in BARE_WORDS.findall(CODE.sub("", source))]


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_says_how_it_is_called(name: str) -> None:
    first = REMARK.match(words_of(f"templates/{name}"))
    assert first is not None
    assert f'from "{name}" import' in first.group()


def test_every_error_page_answers_a_status() -> None:
    pages = {name.removeprefix("errors/").removesuffix(".html") for name in TEMPLATES if name.startswith("errors/")}
    assert pages == {"error", "400", "403", "404", "408", "410", "413", "429", "500", "503"}
