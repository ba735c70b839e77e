"""Whatever is typed into the forms of this house, or put into an address: a clear answer, never a fault (SAFETY §4)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from coalition import clock
from coalition.actions import amend, draft, show_proof
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Form, Visitor

HOSTILE: Final = {
    "what nobody can see": "a\x00b\u202ec\u2066d\ufdd0\uffff",
    "deep": ">" * 2_000
    + " x\n\n"
    + "[" * 2_000
    + "](" * 1_000
    + "*_" * 2_000
    + "\n".join(" " * depth + "- x" for depth in range(300)),
    "long": "word " * 60_000,
    "markup": "<script>alert(1)</script>{{ 7 * 7 }}{% raw %}{{organisations: one=}}[^1][^2]" + "9" * 40,
}
KEPT_AS_IT_IS: Final = {"csrf_token", "form_token"}


def filled(form: Form, value: str) -> Form:
    """The form with the value in each of its fields, and something chosen wherever there is a choice."""
    for field in form.element.iter():
        name, kind = field.get("name", ""), field.get("type", "text")
        if name in KEPT_AS_IT_IS or field.tag not in {"input", "textarea"}:
            continue
        if kind in {"radio", "checkbox"}:
            form.fields[name] = field.get("value", "on")
        elif kind not in {"hidden", "file", "submit", "date", "time"}:
            form.fields[name] = value
    return form


def an_amended_letter(cast: Cast) -> UUID:
    """Two signed, commented and were shown a proof; the text was corrected, and the next is being written."""
    letter_id = builders.an_open_letter(cast, languages=("en", "fr"))
    for member in (cast.small_member, cast.unnamed_member):
        builders.signed(letter_id, member)
    builders.said(letter_id, cast.small_member, "Why?", on="Free the reporters", kind="question")
    builders.amended(cast, letter_id)
    builders.kept(letter_id, cast.small_member)
    builders.amended(cast, letter_id, "typographical", body=builders.BODY + "\nToday!\n")
    show_proof.send_proof(letter_id, until_at=clock.now() + timedelta(days=1), by=cast.coordinator)
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": builders.BODY + "\nTomorrow.\n"}, by=cast.coordinator)
    return letter_id


AT_THE_DOOR: Final = ("", "/changes", "/proof", "/comments", "/my-comments", "/comment", "/ledger", "/receipt")
AT_THE_DESK: Final = (
    "",
    "/amend",
    "/versions",
    "/comments",
    "/consultation",
    "/import/en",
    "/text/en",
    "/text/fr",
    "/translate/fr",
    "/languages",
    "/team",
    "/proof",
    "/clone",
    "/ledger",
    "/archive",
    "/choices",
)


def press_everything(visitor: Visitor, path: str, value: str, link: str = "") -> int:
    """Send each form of a page with the value in it; returns how many."""
    pressed = 0
    while True:
        if link:
            visitor.get(link)
        page = visitor.get(path)
        if pressed >= len(page.forms):
            return pressed
        form = page.form(pressed)
        pressed += 1
        if not (form.ends_with("leave") or form.ends_with("sign-out")):
            assert filled(form, value).submit().status < 500


def test_whatever_is_typed_at_the_signing_door_gets_an_answer(visitor: Visitor, cast: Cast) -> None:
    letter_id, pressed = an_amended_letter(cast), 0
    for value in HOSTILE.values():
        for member in (cast.small_member, cast.arabic_member):
            link = builders.link_path(letter_id, member)
            path = f"/invitation/{builders.invitation_of(letter_id, member).id}"
            pressed += sum(press_everything(visitor, path + page, value, link) for page in AT_THE_DOOR)
    assert pressed > 40


def test_whatever_is_typed_at_the_desk_gets_an_answer(visitor: Visitor, cast: Cast) -> None:
    letter_id, pressed = an_amended_letter(cast), 0
    visitor.sign_in(cast.coordinator)
    for value in HOSTILE.values():
        for page in AT_THE_DESK:
            pressed += press_everything(visitor, f"/desk/letters/{letter_id}{page}", value)
    assert pressed > 40
