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
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from coalition.actions import groups, team, webhooks
from coalition.database import db
from coalition.models.account import Account
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.signature import Signature
from coalition.web.audience import LIBRARY_ROUTES, Audience, declared, roles_of
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
    letter_id = builders.an_open_letter(cast, languages=("en", "fr", "ar"))
    builders.signed(letter_id, cast.small_member)
    translator_id = builders.a_translator(cast, letter_id, "fr")
    observer_id = builders.an_observer(cast, letter_id)
    invitation = builders.invitation_of(letter_id, cast.arabic_member)
    values = {
        "letter_id": letter_id,
        "invitation_id": invitation.id,
        "organisation_id": cast.small_member.organisation_id,
        "contact_id": cast.small_member.contact_id,
        "account_id": cast.other_coordinator_id,
        "translator_id": translator_id,
        "observer_id": observer_id,
        "source_id": builders.a_file_brought(cast, letter_id),
        "source_in": {"fr": builders.a_file_brought(cast, letter_id, "fr")},
        "signature_id": db.session.scalars(select(Signature.id)).one(),
        "email_id": db.session.scalars(select(OutgoingEmail.id).limit(1)).one(),
        "mail_id": db.session.scalars(select(OutgoingEmail.id).limit(1)).one(),
        "language": "en",
        "token": "not-one-of-ours",
        "name": "nothing.jpg",
        "rest": "nothing-here",
        "key": "body-none-1",
        "comment_id": letter_id,
        "copy_id": letter_id,
        "delivery_id": letter_id,
        "attachment_id": letter_id,
        "digest": "0" * 20,
        "kind": "pdf",
        "place": 0,
        "response_id": letter_id,
        "note_id": letter_id,
        "reply_id": letter_id,
        "passkey_id": letter_id,
        "person_id": letter_id,
        "request_id": letter_id,
        "slug": "nothing-here",
        "consent_id": letter_id,
        "evidence_id": letter_id,
        "link_id": letter_id,
        "report_id": letter_id,
        "change_id": letter_id,
        "code_id": letter_id,
        "session_id": letter_id,
        "group_id": groups.create_group("Balkans", by=cast.coordinator),
        "webhook_id": webhooks.make("https://mirror.example/hooks", by=cast.coordinator)[0],
        "objection_id": letter_id,
        "other_id": cast.arabic_member.organisation_id,
        "part": "text",
        "page": "about",
        "form": "page",
        "first": 1,
        "second": 1,
        "tag": "en",
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
        "translator": Visitor(app),
        "observer": Visitor(app),
    }
    people["coordinator"].sign_in(cast.coordinator)
    people["other team"].sign_in(cast.other_coordinator)
    for role in ("translator", "observer"):
        people[role].sign_in(db.session.get_one(Account, world[f"{role}_id"]))
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


def desk_rules(app: Flask) -> list[Rule]:
    """The rules that are not for everybody."""
    closed = {Audience.ACCOUNT, Audience.TEAM, Audience.ADMINISTRATOR}
    return [rule for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) in closed]


@pytest.mark.parametrize("role", ["translator", "observer"])
def test_what_does_not_name_a_role_is_closed_to_it(app: Flask, world: dict[str, Any], role: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    visitor = Visitor(app, inspects=False)
    visitor.sign_in(db.session.get_one(Account, world[f"{role}_id"]))
    for rule in desk_rules(app):
        if role not in roles_of(app, rule.endpoint):
            for method in (rule.methods or set()) & {"GET", "POST"}:
                status = visitor.request(method, path_of(rule, world), follow=False).status
                assert status == 403, (method, rule.rule)


def test_a_translator_reaches_no_language_but_their_own(app: Flask, world: dict[str, Any]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    visitor = Visitor(app, inspects=False)
    visitor.sign_in(db.session.get_one(Account, world["translator_id"]))
    rules = [rule for rule in desk_rules(app) if "translator" in roles_of(app, rule.endpoint)]
    for rule in (rule for rule in rules if "language" in rule.arguments):
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answers = {
                tag: visitor.request(
                    method,
                    path_of(
                        rule, world | {"language": tag, "source_id": world["source_in"].get(tag, world["source_id"])}
                    ),
                    follow=False,
                )
                for tag in ("fr", "en", "ar", "xx")
            }
            assert answers["fr"].status != 404, (method, rule.rule)
            assert {answers[tag].status for tag in ("en", "ar", "xx")} == {404}, (method, rule.rule)
            assert answers["ar"].text == answers["xx"].text, (method, rule.rule)


@pytest.mark.parametrize("role", ["translator", "observer"])
def test_a_letter_on_whose_team_they_are_not_is_not_there(
    app: Flask, world: dict[str, Any], cast: Cast, role: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    other = builders.an_open_letter(cast, title="Another letter", languages=("en", "fr"))
    visitor = Visitor(app, inspects=False)
    visitor.sign_in(db.session.get_one(Account, world[f"{role}_id"]))
    for rule in desk_rules(app):
        if declared(app, rule.endpoint) is Audience.TEAM:
            for method in (rule.methods or set()) & {"GET", "POST"}:
                place = path_of(rule, world | {"letter_id": other, "language": "fr"})
                assert visitor.request(method, place, follow=False).status == 404, (method, rule.rule)


@pytest.mark.parametrize("role", ["translator", "observer"])
def test_whoever_is_taken_off_a_team_finds_nothing_from_then_on(
    app: Flask, world: dict[str, Any], cast: Cast, role: str
) -> None:
    visitor = Visitor(app, inspects=False)
    visitor.sign_in(db.session.get_one(Account, world[f"{role}_id"]))
    path = f"/desk/letters/{world['letter_id']}"
    assert visitor.get(path).status == 200
    team.leave_team(world["letter_id"], world[f"{role}_id"], by=cast.coordinator)
    assert visitor.get(path).status == 404


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


@pytest.mark.parametrize("strange", [STRANGE, "", "-1", "9" * 400, "=cmd()<script>\r\nBcc: x@example.org"])
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
            odd: dict[str, Any] = {
                name: uuid4() if isinstance(world.get(name), UUID) else strange or "-" for name in rule.arguments
            }
            odd |= {name: 10**30 for name, kind in rule._converters.items() if isinstance(kind, IntegerConverter)}
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
