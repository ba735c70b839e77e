"""The content of a letter archive: every fact survives, and what is wrong in one is said with its place."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from coalition.intake import letter_archive, letter_archive_facts
from coalition.intake.letter_archive import read, shown_version, write
from coalition.intake.letter_archive_facts import (
    Answer,
    Author,
    Comment,
    Consent,
    Course,
    Evidence,
    Invitation,
    LetterArchive,
    Objection,
    Organisation,
    Place,
    PrivateNote,
    Release,
    Reminder,
    Signature,
    TeamDelivery,
    TeamEdition,
    TeamNote,
    TeamResponse,
    Version,
    VersionText,
)
from coalition.intake.letter_facts import (
    Addressee,
    Delivery,
    Edition,
    Figures,
    LetterFile,
    ListGroup,
    Note,
    Response,
    Text,
)
from coalition.intake.letter_file import LetterFileError
from coalition.models import comment, letter, version

DOCS = Path(__file__).parents[2] / "docs"
NOON = datetime(2027, 3, 1, 12, 0, 0, 250000, tzinfo=UTC)
FIRST = Text("We, {{organisations}}, ask.\n", title="Open the wells")
SECOND = Text("We, {{organisations}}, ask  you.\n", title="Open the wells")
PRESS_FUND = Organisation({"und": "Press Fund", "ar": "صندوق"}, "JO")
TO = (Addressee("to", {"en": "Her Excellency"}, {"und": "N. N."}, {"en": "Minister"}),)

WHOLE = LetterArchive(
    letter=LetterFile("open_letter", "en", {"en": SECOND}, edition=1, published_at=NOON, addressees=TO, withheld=1,
                      groups=(ListGroup((), {"en": "Funds"}),),
                      deliveries=(Delivery(1, "post", date(2027, 3, 2), edition=2),)),
    course=Course(
        "open", NOON, NOON, NOON, NOON, NOON, NOON, 15, NOON, NOON, 7, "named", "members", "nothing", is_practice=True,
        has_individuals=True, why_now={"en": "Now."}, leads=(PRESS_FUND,), is_sensitive=True, takes_requests=True,
        is_rolling=True, cuts_daily=True, embargo_until_at=NOON, reminders_at_most=5, is_urgent=True,
        reminders=(Reminder("reminder", 1440), Reminder("last_day")),
        release=Release(NOON, NOON, "Nadia", {"late": "Asked for."}, (2, 1), NOON, "unread"), place_in_archive=7,
    ),
    versions=(
        Version(1, NOON, {"en": VersionText(FIRST, shown_at=NOON, fingerprint="a" * 64)}, put_forward_at=NOON),
        Version(
            3,
            NOON,
            {
                "en": VersionText(SECOND, "checked", "Nadia", NOON, None, NOON, "b" * 64),
                "ar": VersionText(Text("نحن\n"), translates=Place(1, "en")),
            },
            1, NOON, "substantive", {"en": "One word.", "ar": "كلمة"}, NOON, TO,
        ),
        Version(4, NOON, {"en": VersionText(FIRST)}, 3),
    ),
    published_version=3,
    comments=(
        Comment(
            Author("invited", "Ana", PRESS_FUND), NOON, "wording", Place(1, "en", "p1"), "Why  so?\x08", "We ask.",
            "We, {{organisations}}, ask.", None, Place(3, "en", "p1"), NOON, NOON, "taken_with_edits", NOON, "Nadia",
            "Yes.",
        ),
        Comment(Author("team"), NOON, "question", Place(3, "ar"), answers=1),
    ),
    signatures=(
        Signature(
            PRESS_FUND, {"und": " Press\u00a0Fund "}, "withheld", "organisation", "Ana", "Director", 3, NOON, NOON,
            date(2027, 3, 2), "withdrawn",
            (
                Consent("sign", NOON, 1, "en", "a" * 64, "authority-1", "mailed_link", "I am.", "Ana", "Director",
                        in_grace=True),
                Consent("keep", NOON, 3, "ar", "b" * 64, "recorded-1", "recorded", evidence=1),
            ),
            (Objection("not_us", 3, NOON, "Not us.", date(2027, 3, 2), "kept", "Ana", "A mistake."),),
            group=1, shows_logo=True,
        ),
        Signature(
            Organisation({"und": "Ana Brkić"}), {"und": "Ana Brkić"}, "named", "individual", "Ana Brkić",
            affiliation="Professor, University of Split*",
        ),
    ),
    evidence=(
        Evidence(
            "telephone", "Ana", date(2027, 3, 1), NOON, "Nadia", "Director", "We keep it.", "minutes.pdf", "JVBERg==",
        ),
    ),
    invitations=(
        Invitation(
            PRESS_FUND, "Ana", "colleague", "Ben", NOON, NOON, NOON, NOON, NOON, NOON, NOON, date(2027, 3, 3),
            Answer("decline", "Ana", "Director", "Private.", ask_again=True), NOON, NOON, "As we said.",
        ),
    ),
    editions=(TeamEdition(Edition(1, NOON, "hand", Figures(3, 2, 1, 1), 1), 3, NOON, {"late": "Asked for."}),),
    notes=(TeamNote(Note("update", date(2027, 3, 2), {"en": "So."}, NOON), NOON, "Nadia", NOON, tells_signers=True),),
    deliveries=(TeamDelivery(Delivery(1, "post", date(2027, 3, 2), edition=2), NOON, is_public=True, remark="Late."),),
    responses=(TeamResponse(Response(date(2027, 3, 2), {"en": "No."}), NOON, NOON),),
    private_notes=(PrivateNote(PRESS_FUND, NOON, "Hesitates.", "call", "Nadia", "reached"),),
)  # fmt: skip


def changed(change: Any) -> bytes:
    """The whole content, as JSON, with something done to its value."""
    value = json.loads(write(WHOLE))
    change(value)
    return json.dumps(value, ensure_ascii=False).encode()


def problems(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(LetterFileError) as refused:
        read(data)
    return [(problem.code, problem.pointer) for problem in refused.value.problems]


def test_every_fact_survives() -> None:
    assert read(write(WHOLE)) == WHOLE


def test_the_example_leaves_no_field_at_its_default() -> None:
    seen: dict[type, set[str]] = {}
    waiting: list[Any] = [WHOLE]
    while waiting:
        fact = waiting.pop()
        if isinstance(fact, dict | tuple):
            waiting += fact.values() if isinstance(fact, dict) else fact
        elif dataclasses.is_dataclass(fact) and type(fact).__module__ == letter_archive_facts.__name__:
            filled = {one.name for one in dataclasses.fields(fact) if getattr(fact, one.name) not in (one.default, {})}
            seen[type(fact)] = seen.get(type(fact), set()) | filled
            waiting += [getattr(fact, one.name) for one in dataclasses.fields(fact)]
    named = {kind: {one.name for one in dataclasses.fields(kind)} for kind in seen}
    assert seen == named


def test_it_has_one_form_only() -> None:
    data = write(WHOLE)
    shuffled = json.dumps(dict(reversed(json.loads(data).items()))).encode()
    assert write(read(shuffled)) == data
    assert write(read(data.replace(b"\\n", b"\\r\\n"))) == data
    assert b'"grace_minutes": 15' in data
    assert b"null" not in data


def test_the_schema_knows_every_field_and_no_other() -> None:
    schema = json.loads(letter_archive.SCHEMA.read_bytes())
    kinds = {
        "organisation": Organisation, "place": Place, "course": Course, "version": Version, "version_text": VersionText,
        "author": Author, "comment": Comment, "consent": Consent, "evidence": Evidence, "objection": Objection,
        "signature": Signature,
        "answer": Answer, "invitation": Invitation, "reminder": Reminder, "release": Release, "edition": TeamEdition,
        "note": TeamNote, "delivery": TeamDelivery, "response": TeamResponse, "private_note": PrivateNote,
    }  # fmt: skip
    assert {name for name, one in schema["$defs"].items() if one["type"] == "object"} == set(kinds)
    for name, kind in kinds.items():
        assert list(schema["$defs"][name]["properties"]) == [field.name for field in dataclasses.fields(kind)]
    names = [field.name for field in dataclasses.fields(LetterArchive)]
    assert list(schema["properties"]) == ["format", "format_version", *names]


def test_the_schema_is_one_and_stands_in_the_documents() -> None:
    Draft202012Validator.check_schema(json.loads(letter_archive.SCHEMA.read_bytes()))
    assert (DOCS / "letter-archive.schema.json").read_bytes() == letter_archive.SCHEMA.read_bytes()


def test_the_schema_offers_what_rows_can_hold() -> None:
    definitions = json.loads(letter_archive.SCHEMA.read_bytes())["$defs"]
    assert tuple(definitions["comment"]["properties"]["kind"]["enum"]) == comment.KINDS
    assert tuple(definitions["comment"]["properties"]["outcome"]["enum"]) == comment.OUTCOMES
    assert tuple(definitions["course"]["properties"]["stage"]["enum"]) == letter.STAGES
    assert tuple(definitions["course"]["properties"]["who_may_sign"]["enum"]) == tuple(letter.WHO_MAY_SIGN)
    assert tuple(definitions["course"]["properties"]["visible_to_invitees"]["enum"]) == letter.VISIBLE_TO_INVITEES
    assert tuple(definitions["version"]["properties"]["change_class"]["enum"]) == version.CHANGE_CLASSES


def test_the_version_shown_is_that_published_else_that_in_force() -> None:
    assert shown_version(WHOLE).number == 3
    unpublished = dataclasses.replace(WHOLE, published_version=None)
    assert shown_version(unpublished).number == 3
    written = dataclasses.replace(unpublished, versions=WHOLE.versions[2:])
    assert shown_version(written).number == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda it: it.update(more=1), ("key_unknown", "/more")),
        (lambda it: it.update(versions=[]), ("too_few", "/versions")),
        (lambda it: it["course"].update(stage="gone"), ("not_one_of", "/course/stage")),
        (lambda it: it["letter"].update(zone="Mars/Olympus"), ("zone_not_known", "/letter/zone")),
        (lambda it: it["letter"].pop("texts"), ("key_missing", "/letter")),
        (lambda it: it["letter"]["texts"]["en"].update(body="x"), ("text_differs", "/letter/texts/en")),
        (
            lambda it: it["letter"].update(photo={"media_type": "image/png", "credit": "Ada", "file": "x.png"}),
            ("photo_within", "/letter/photo"),
        ),
        (lambda it: it["letter"].pop("addressees"), ("text_differs", "/letter/addressees")),
        (lambda it: it["versions"][1].update(number=1), ("versions_in_order", "/versions/1/number")),
        (lambda it: it["versions"][1].update(follows=4), ("no_such_version", "/versions/1/follows")),
        (lambda it: it["versions"][2]["texts"].pop("en"), ("too_few", "/versions/2/texts")),
        (lambda it: it["versions"][1]["texts"].pop("en"), ("authoritative_has_no_text", "/versions/1/texts")),
        (lambda it: it.update(published_version=2), ("no_such_version", "/published_version")),
        (lambda it: it["comments"][0]["made_on"].update(version=9), ("no_such_version", "/comments/0/made_on")),
        (lambda it: it["comments"][0]["now_on"].update(language="fr"), ("no_such_text", "/comments/0/now_on")),
        (lambda it: it["comments"][1].update(answers=2), ("no_such_comment", "/comments/1/answers")),
        (lambda it: it["comments"][0].pop("settled_at"), ("key_missing", "/comments/0")),
        (lambda it: it["comments"][0].update(words="a\x00"), ("text_unprintable", "/comments/0/words")),
        (lambda it: it["comments"][0].update(at="2027-02-30T00:00:00Z"), ("day_unknown", "/comments/0/at")),
        (
            lambda it: it["signatures"][0]["consents"][1].update(evidence=2),
            ("no_such_evidence", "/signatures/0/consents/1/evidence"),
        ),
        (lambda it: it["evidence"][0].update(said_on="2027-02-30"), ("day_unknown", "/evidence/0/said_on")),
        (lambda it: it["signatures"][0].update(group=2), ("no_such_group", "/signatures/0/group")),
        (
            lambda it: it["course"]["release"].update(order=[3]),
            ("no_such_signature", "/course/release/order/0"),
        ),
        (lambda it: it["editions"][0].update(version=2), ("no_such_version", "/editions/0/version")),
        (lambda it: it["notes"][0]["note"].update(dated_on="2027-02-30"), ("day_unknown", "/notes/0/note/dated_on")),
        (lambda it: it["signatures"][0].update(version=2), ("no_such_version", "/signatures/0/version")),
        (
            lambda it: it["signatures"][0]["consents"][0].update(version=2),
            ("no_such_version", "/signatures/0/consents/0/version"),
        ),
        (lambda it: it["signatures"][0].update(ended_on="2027-02-29"), ("day_unknown", "/signatures/0/ended_on")),
        (
            lambda it: it["signatures"][0]["printed_names"].update(und="a\u202eb"),
            ("name_unprintable", "/signatures/0/printed_names/und"),
        ),
        (lambda it: it["invitations"][0]["answer"].update(kind="a b"), ("wrong_form", "/invitations/0/answer/kind")),
    ],
)
def test_each_mistake_has_its_words_and_its_place(change: Any, told: tuple[str, str]) -> None:
    assert told in problems(changed(change))


@pytest.mark.parametrize("data", [b'{"format": "coalition-letter"}', b"[]", b'{"format": 1}'])
def test_what_is_no_archive_is_called_so(data: bytes) -> None:
    assert problems(data) == [("not_an_archive", "")]


def test_content_of_the_version_before_is_read() -> None:
    value = json.loads(write(WHOLE)) | {"format_version": 1}
    value["letter"]["format_version"] = 1
    for name in ("editions", "notes", "deliveries", "responses", "private_notes"):
        del value[name]
    assert read(json.dumps(value).encode()).signatures == WHOLE.signatures


def test_a_newer_content_is_refused() -> None:
    assert problems(changed(lambda it: it.update(format_version=3))) == [("not_one_of", "/format_version")]
