"""Every route: for whom it is, what each kind of person gets there, and that nothing typed into it breaks it.

`roles.json` is the reviewed matrix: endpoint to the status that each person gets by GET. After a change that is meant,
UPDATE_ROLES=1 writes it anew; read the difference like code.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import AnyConverter, Rule

from coalition.database import db
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.signature import Signature
from coalition.web.audience import LIBRARY_ROUTES, Audience, declared
from tests import builders
from tests.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast

MATRIX: Final = Path(__file__).with_name("roles.json")
STRANGE: Final = "x\x00\u202e" + "é" * 5000
SAFE_METHODS: Final = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture
def world(cast: Cast) -> dict[str, Any]:
    """An open letter with one answer, and a value for every place a path may have."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    invitation = builders.invitation_of(letter_id, cast.arabic_member)
    values = {
        "letter_id": letter_id,
        "invitation_id": invitation.id,
        "organisation_id": cast.small_member.organisation_id,
        "contact_id": cast.small_member.contact_id,
        "account_id": cast.other_coordinator_id,
        "signature_id": db.session.scalars(select(Signature.id)).one(),
        "email_id": db.session.scalars(select(OutgoingEmail.id).limit(1)).one(),
        "mail_id": db.session.scalars(select(OutgoingEmail.id).limit(1)).one(),
        "language": "en",
        "token": "not-one-of-ours",
        "name": "nothing.jpg",
        "rest": "nothing-here",
        "part": "text",
        "form": "page",
    }
    db.session.rollback()
    return values


def path_of(rule: Rule, world: dict[str, Any]) -> str:
    """The address of a rule in the world."""
    choices = {name: min(kind.items) for name, kind in rule._converters.items() if isinstance(kind, AnyConverter)}
    values = world | choices
    missing = rule.arguments - set(values)
    assert not missing, f"{rule.rule}: give the world a value for {', '.join(missing)}"
    built = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
    assert built is not None
    return str(built[1])


def rules_of(app: Flask, *, posting: bool) -> list[Rule]:
    """The rules that are open to anybody at all and take, or do not take, a POST."""
    listed = (rule for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) is not None)
    return sorted(
        (rule for rule in listed if ("POST" in (rule.methods or set())) is posting),
        key=lambda rule: (rule.rule, rule.endpoint),
    )


def test_every_route_says_for_whom_it_is(app: Flask) -> None:
    ours = [rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint not in LIBRARY_ROUTES]
    assert all(declared(app, endpoint) is not None for endpoint in ours if not endpoint.startswith("security."))


def test_what_a_library_brings_and_nobody_listed_is_not_there(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app, inspects=False)
    visitor.sign_in(cast.coordinator)
    unlisted = [rule for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) is None]
    assert unlisted
    for rule in unlisted:
        method = "GET" if "GET" in (rule.methods or set()) else "POST"
        path = rule.build(dict.fromkeys(rule.arguments, "x"), append_unknown=False)
        assert path is not None
        assert visitor.request(method, path[1], follow=False).status in {400, 404}, rule.rule


def test_each_person_gets_what_the_reviewed_matrix_says(app: Flask, world: dict[str, Any], cast: Cast) -> None:
    people = {
        "stranger": Visitor(app),
        "coordinator": Visitor(app),
        "other team": Visitor(app),
    }
    people["coordinator"].sign_in(cast.coordinator)
    people["other team"].sign_in(cast.other_coordinator)
    found = {
        rule.rule: {who: inspected(person, rule, world) for who, person in people.items()}
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and declared(app, rule.endpoint) is not None
    }
    if os.environ.get("UPDATE_ROLES"):
        MATRIX.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")
    assert found == json.loads(MATRIX.read_text("utf-8"))


def inspected(person: Visitor, rule: Rule, world: dict[str, Any]) -> int:
    """What somebody gets at a route; every page of ours is looked over, a mail shown in its frame is not a page."""
    person.inspects = not rule.rule.endswith(".html")
    return int(person.get(path_of(rule, world), follow=False).status)


def test_a_letter_of_another_team_is_not_there(app: Flask, world: dict[str, Any], cast: Cast) -> None:
    visitor = Visitor(app, inspects=False)
    visitor.sign_in(cast.other_coordinator)
    for rule in app.url_map.iter_rules():
        if declared(app, rule.endpoint) is Audience.TEAM:
            for method in (rule.methods or set()) & {"GET", "POST"}:
                status = visitor.request(method, path_of(rule, world), follow=False).status
                assert status in {400, 404}, (method, rule.rule)


def test_a_post_at_the_desk_without_its_form_token_changes_nothing(
    app: Flask, world: dict[str, Any], cast: Cast, everything: Callable[[], Any]
) -> None:
    visitor = Visitor(app, inspects=False)
    visitor.sign_in(cast.coordinator)
    before = everything()
    for rule in rules_of(app, posting=True):
        if rule.rule.startswith("/desk"):
            assert visitor.post(path_of(rule, world), {"x": "y"}, follow=False).status == 400, rule.rule
    assert everything() == before


@pytest.mark.parametrize("strange", [STRANGE, "", "-1", "9" * 400, "=cmd()", "<script>", "\r\nBcc: x@example.org"])
def test_nothing_typed_is_ever_a_fault_of_ours(app: Flask, world: dict[str, Any], cast: Cast, strange: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    visitor = Visitor(app, inspects=False)
    visitor.sign_in(cast.coordinator)
    fields = dict.fromkeys(
        ("title", "body", "name", "address", "text", "paste", "deadline_date", "role", "decision"), strange
    )
    for rule in rules_of(app, posting=True):
        assert visitor.post(path_of(rule, world), fields, follow=False).status < 500, rule.rule
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            odd = {name: uuid4() if isinstance(world.get(name), UUID) else strange or "-" for name in rule.arguments}
            fixed = any(isinstance(kind, AnyConverter) for kind in rule._converters.values())
            built = None if fixed else rule.build(odd, append_unknown=False)
            if built is not None:
                assert visitor.get(f"{built[1]}?page={strange[:50]}&q={strange[:50]}", follow=False).status < 500, (
                    rule.rule
                )


@pytest.fixture
def everything() -> Callable[[], Any]:
    """All rows of all tables but the sign-in state, to compare before and after."""

    def read() -> dict[str, list[Any]]:
        from coalition.database import Base  # noqa: PLC0415 (for this fixture alone)

        db.session.rollback()
        return {
            name: sorted(map(repr, db.session.execute(select(table)).all()))
            for name, table in Base.metadata.tables.items()
        }

    return read


def test_the_database_is_the_same_after_every_get(
    app: Flask, world: dict[str, Any], cast: Cast, everything: Callable[[], Any]
) -> None:
    visitor = Visitor(app, inspects=False)
    visitor.sign_in(cast.coordinator)
    before = everything()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and declared(app, rule.endpoint) is not None:
            visitor.get(path_of(rule, world), follow=False)
            visitor.head(path_of(rule, world))
    assert everything() == before
    assert db.session.scalars(select(Invitation)).all()
