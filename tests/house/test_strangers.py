"""What is not theirs, to people at each door: the same as what is not there; and nothing of the vault anywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from coalition import config
from coalition.actions import jot, report
from coalition.database import Base, db
from coalition.models.consent import Consent
from coalition.models.house import House
from coalition.models.organisation import Organisation
from coalition.vault import Sealed
from coalition.web.audience import Audience, declared
from tests import builders
from tests.house.test_routes import path_of, rules_of, world
from tests.visitor import Page, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Mapper
    from werkzeug.routing import Rule

    from tests.cast import Cast

__all__ = ["world"]
CANARY: Final = "canary-7f3a"
OUR_OWN_TOKENS: Final = re.compile(r'name="(?:form_token|csrf_token)" value="[^"]*"')
AN_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CHANGING_HEADERS: Final = {"Date", "Set-Cookie"}


# -- ids of others ---------------------------------------------------------------------------------------------------


def told(page: Page, path: str) -> tuple[int, str, list[tuple[str, str]]]:
    """All that an answer tells: status, body and headers, but for our own tokens and the address that was typed."""

    def without(words: str) -> str:
        return AN_ID.sub("…", words.replace(path, "…"))

    headers = [
        (name, without(value))
        for name, value in page.headers.items()
        if name not in CHANGING_HEADERS and (name != "Content-Length" or not page.is_html)
    ]
    return page.status, without(OUR_OWN_TOKENS.sub("", page.text)), sorted(headers)


def with_ids(app: Flask, *, doors: tuple[str, ...]) -> Iterator[tuple[Rule, str]]:
    """The rules under these paths that name an id, with each method that they take."""
    for rule in [*rules_of(app, posting=False), *rules_of(app, posting=True)]:
        if rule.rule.startswith(doors) and "uuid:" in rule.rule:
            yield from ((rule, method) for method in sorted((rule.methods or set()) & {"GET", "POST"}))


def not_there(world: dict[str, Any]) -> dict[str, Any]:
    """The same places, with ids that nothing has."""
    return {name: uuid4() if isinstance(value, UUID) else value for name, value in world.items()}


def test_a_letter_of_another_team_answers_exactly_as_one_that_is_not_there(
    app: Flask,
    world: dict[str, Any],
    cast: Cast,
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    visitor, differing = Visitor(app, inspects=False), []
    visitor.sign_in(cast.other_coordinator)
    for rule, method in with_ids(app, doors=("/desk/letters/",)):
        if declared(app, rule.endpoint) is not Audience.TEAM:
            continue
        paths = path_of(rule, world), path_of(rule, not_there(world))
        one, other = (told(visitor.request(method, path, follow=False), path) for path in paths)
        differing += [f"{method} {rule.rule}"] if one != other or one[0] != 404 else []
    assert not differing


@pytest.mark.parametrize("door", ["/invitation/", "/organisation/"])
def test_what_stands_behind_a_link_answers_a_stranger_as_if_it_were_not_there(
    app: Flask,
    world: dict[str, Any],
    door: str,
) -> None:
    visitor, differing = Visitor(app, inspects=False), []
    for rule, method in with_ids(app, doors=(door,)):
        paths = path_of(rule, world), path_of(rule, not_there(world))
        one, other = (told(visitor.request(method, path, follow=False), path) for path in paths)
        differing += [f"{method} {rule.rule}: {one[0]}, {other[0]}"] if one != other else []
    assert not differing


def test_an_organisation_without_a_public_page_answers_as_one_that_nobody_knows(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app, inspects=False)
    organisation = db.session.get_one(Organisation, cast.small_member.organisation_id)
    organisation.slug = "kalina-press-club"  # it had a page once
    db.session.commit()
    paths = "/organisations/kalina-press-club", "/organisations/nobody-of-that-name"
    one, other = (told(visitor.get(path, follow=False), path) for path in paths)
    assert one == other


# -- canaries --------------------------------------------------------------------------------------------------------


def sealed_attributes() -> list[tuple[type[Base], str]]:
    """Every private attribute of every table."""
    mappers: list[Mapper[Any]] = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
    return [
        (mapper.class_, name)
        for mapper in mappers
        for name, value in vars(mapper.class_).items()
        if isinstance(value, Sealed)
    ]


@pytest.mark.parametrize(("noun", "name"), sealed_attributes(), ids=lambda one: getattr(one, "__name__", one))
@pytest.mark.usefixtures("app")
def test_a_private_attribute_rests_as_noise(noun: type[Base], name: str) -> None:
    row = noun()
    setattr(row, name, {"words": CANARY})
    resting = getattr(row, vars(noun)[name].attribute)
    assert CANARY.encode() not in resting
    assert getattr(row, name) == {"words": CANARY}


def everything_happened(cast: Cast) -> UUID:
    """A letter with requests, evidence, notes, approvals, a colleague, a report, one name withheld and one refusal."""
    letter_id = builders.an_open_letter(cast)
    builders.asked(cast, letter_id)
    builders.passed_on(letter_id, cast.small_member, "new@kalina.example")
    builders.prepared(letter_id, cast.small_member, "chair@kalina.example")
    builders.recorded(cast, letter_id, cast.unnamed_member, answer="withheld")
    builders.declined(letter_id, cast.arabic_member, reason="We can not.")
    builders.signed(letter_id, cast.small_member)
    jot.note(letter_id, cast.small_member.organisation_id, "Call again.", by=cast.coordinator, form=uuid4())
    builders.published(cast, letter_id)
    said = report.Said(name="Kalina Press Club", words="They never signed.", address="ada@coast.example")
    report.report(letter_id, said, report.Sent(key="a-report", language="en"))
    return letter_id


def plant() -> int:
    """Put a canary into every private word that stands in the database; says into how many.

    But for the ledger, which takes no second word, and the house's own, by which the keys are known.
    """
    planted = 0
    for noun, name in sealed_attributes():
        if noun in {Consent, House}:
            continue
        for row in db.session.scalars(select(noun)):
            value = getattr(row, name)
            if isinstance(value, str):
                setattr(row, name, f"{value} {CANARY}")
            elif isinstance(value, dict):
                setattr(row, name, value | {"canary": CANARY})
            planted += isinstance(value, str | dict)
    db.session.commit()
    return planted


def test_no_word_of_the_vault_stands_on_a_page_of_others_or_in_the_file(app: Flask, cast: Cast) -> None:
    letter_id = everything_happened(cast)
    places = {"letter_id": letter_id, "language": "en", "slug": builders.a_letter(letter_id).slug}
    everywhere = {name: uuid4() for name in ("invitation_id", "organisation_id", "contact_id")} | places
    assert plant() > 20
    stranger, other = Visitor(app, inspects=False), Visitor(app, inspects=False)
    other.sign_in(cast.other_coordinator)
    for rule in rules_of(app, posting=False):
        if rule.arguments <= set(everywhere):
            built = rule.build({name: everywhere[name] for name in rule.arguments}, append_unknown=False)
            assert built is not None
            for visitor in (stranger, other):
                assert CANARY.encode() not in visitor.get(str(built[1]), follow=False).content, rule.rule
    if config.settings().database_url.startswith("sqlite"):
        path = Path(config.settings().database_url.removeprefix("sqlite:///"))
        stolen = b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
        assert CANARY.encode() not in stolen
