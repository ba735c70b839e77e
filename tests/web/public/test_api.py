"""The read-only API says what its own document describes, and nothing that the pages do not say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests import builders
from tests.actions.test_annotate import published_note
from tests.cast import Cast
from tests.visitor import Visitor

ROOT = "/api/v1"
DOCUMENT = f"{ROOT}/openapi.json"


@pytest.fixture
def out(cast: Cast) -> None:
    """Two letters: one in three languages with a note, one signed by somebody whose name is withheld."""
    first = builders.an_open_letter(cast, languages=("en", "fr", "ar"))
    builders.signed(first, cast.small_member)
    builders.published(cast, first)
    published_note(cast, first, tells=False)
    second = builders.an_open_letter(cast, title="Another")
    builders.signed(second, cast.arabic_member)
    builders.signed(second, cast.unnamed_member, is_withheld=True)
    builders.published(cast, second)


def asked(visitor: Visitor, path: str) -> Any:
    page = visitor.get(path)
    assert page.status == 200, path
    assert page.headers["Content-Type"] == "application/json"
    return json.loads(page.content)


@pytest.mark.usefixtures("out")
def test_every_answer_is_what_the_document_describes(visitor: Visitor) -> None:
    document = asked(visitor, DOCUMENT)
    registry: Any = Registry().with_resource("urn:api", DRAFT202012.create_resource(document))
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    slugs = [one["slug"] for one in asked(visitor, f"{ROOT}/letters")["letters"]]
    assert sorted(slugs) == ["another", "free-the-reporters"]
    for rule, operations in document["paths"].items():
        content = operations["get"]["responses"]["200"]["content"]["application/json"]
        pointer = "urn:api" + content["schema"]["$ref"]
        for path in [rule.format(slug=slug) for slug in slugs] if "{slug}" in rule else [rule]:
            validator = Draft202012Validator({"$ref": pointer}, registry=registry, format_checker=FormatChecker())
            assert [error.message for error in validator.iter_errors(asked(visitor, path))] == []


@pytest.mark.usefixtures("out")
def test_every_address_it_gives_answers(visitor: Visitor) -> None:
    facts = asked(visitor, f"{ROOT}/letters/free-the-reporters")
    given = [facts["self"], facts["data"], *facts["addresses"].values()]
    given += [edition[name] for edition in facts["editions"] for name in ("address", "manifest")]
    given += [
        at for forms in facts["forms"].values() for form, at in forms.items() if form not in {"pdf", "docx", "xlsx"}
    ]
    for address in given:
        assert visitor.get(address.removeprefix("http://letters.test")).status == 200, address
    assert facts["notes"][0]["words"] == {"en": "They were freed."}


@pytest.mark.usefixtures("out")
def test_it_names_nobody(visitor: Visitor, cast: Cast) -> None:
    answers = [visitor.get(f"{ROOT}/letters").text, visitor.get(f"{ROOT}/letters/another").text]
    for member in (cast.small_member, cast.arabic_member, cast.unnamed_member):
        assert all(member.name not in answer for answer in answers)
    figures = asked(visitor, f"{ROOT}/letters/another")["figures"]
    assert figures["organisations"] == 2


@pytest.mark.usefixtures("out")
def test_a_refusal_is_what_the_document_describes(visitor: Visitor) -> None:
    described = asked(visitor, DOCUMENT)["paths"]
    for path in (f"{ROOT}/letters", f"{ROOT}/letters/another"):
        rule = path if path in described else f"{ROOT}/letters/{{slug}}"
        for method in ("DELETE", "PATCH", "POST", "PUT", "TRACE"):
            refused = visitor.request(method, path)
            assert refused.status == 405, method
            assert {one.strip() for one in refused.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}
            assert refused.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "Allow" in described[rule]["get"]["responses"]["405"]["headers"]
    assert visitor.get(f"{ROOT}/letters/{'a' * 5000}").status == 414


def test_what_is_not_there_is_not_there(visitor: Visitor) -> None:
    for path in (f"{ROOT}/letters/nothing", f"{ROOT}/nothing", f"{ROOT}/letters/%00"):
        assert visitor.get(path).status == 404
