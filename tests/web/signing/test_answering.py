"""Signing and declining by link: what is recorded, and what comes back when it can not be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import circulate, close, draft
from coalition.actions.acts import standing_signature
from coalition.database import db
from coalition.models.consent import Consent
from coalition.models.invitation import Invitation
from coalition.models.letter import Tally
from coalition.models.signature import Signature
from coalition.web.signing.open_form import OpenForm
from tests import builders
from tests.cast import Cast
from tests.visitor import Form, Page, Visitor

GOOD = {"visibility": "named", "role": "Director", "authority": "yes"}


@pytest.fixture
def letter_id(cast: Cast) -> Any:
    """An open letter to everybody, the colleague included."""
    letter_id = builders.an_open_letter(cast)
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    return letter_id


@pytest.fixture
def page(letter_id: Any, visitor: Visitor, cast: Cast) -> Page:
    """What Kalina has before her."""
    return visitor.get(builders.link_path(letter_id, cast.small_member))


def signature_of(letter_id: Any, member: Any) -> Signature:
    """The member's standing signature."""
    found = standing_signature(db.session(), letter_id, member.organisation_id)
    assert found is not None
    return found


def nothing_is_recorded() -> bool:
    """Whether there is no signature, no act, no answer."""
    answered = select(func.count()).where(Invitation.answered_at.is_not(None))
    counts = [db.session.scalar(select(func.count()).select_from(one)) for one in (Signature, Consent)]
    return [*counts, db.session.scalar(answered)] == [0, 0, 0]


def later(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    """Let time pass."""
    then = clock.now() + timedelta(**by)
    monkeypatch.setattr(clock, "now", lambda: then)


def test_a_member_signs_with_one_choice_one_field_and_one_tick(page: Page, letter_id: Any, cast: Cast) -> None:
    receipt = page.form("sign").fill(GOOD).submit()
    assert (receipt.status, receipt.heading) == (200, "You have signed")
    assert receipt.path == f"{page.path}/receipt"
    for said in ("Kalina Ivanova, Director", "Version 1, read in English", "Repeal the law.", "(UTC)"):
        assert said in receipt.words
    signature = signature_of(letter_id, cast.small_member)
    assert (signature.person, signature.role, signature.visibility) == ("Kalina Ivanova", "Director", "named")
    assert signature.printed_names["und"] == "Kalina Press Club"


def test_a_member_signs_with_the_name_withheld(letter_id: Any, visitor: Visitor, cast: Cast) -> None:
    page = visitor.get(builders.link_path(letter_id, cast.unnamed_member))
    receipt = page.form("sign").fill(GOOD, visibility="withheld").submit()
    assert "None: the name is withheld" in receipt.words
    assert signature_of(letter_id, cast.unnamed_member).visibility == "withheld"
    assert db.session.get_one(Tally, letter_id).withheld == 1


def test_the_signature_names_the_language_that_was_read(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, languages=("en", "fr"))
    french = visitor.get(builders.link_path(letter_id, cast.small_member)).follow("français")
    receipt = french.form("sign").fill(GOOD).submit()
    assert receipt.tree.get("lang") == "fr"
    signature = signature_of(letter_id, cast.small_member)
    assert signature.consents[0].language == "fr"


def test_a_name_corrected_before_signing_is_printed_as_typed(page: Page, letter_id: Any, cast: Cast) -> None:
    name = "Kalina  Press Club (Клуб „Калина“), e.V."
    receipt = page.form("sign").fill(GOOD, name_und=name).submit()
    assert name in receipt.text.replace("&#34;", '"')
    assert signature_of(letter_id, cast.small_member).printed_names["und"] == name


def test_a_name_in_one_language_can_be_another(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, languages=("en", "fr", "ar"))
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    receipt = page.form("sign").fill(GOOD, name_fr="Maison des écrivains", name_ar="").submit()
    names = signature_of(letter_id, cast.arabic_member).printed_names
    assert names == {"und": "Amman Writers’ House", "fr": "Maison des écrivains"}
    assert "Maison des écrivains" in receipt.words


def test_a_form_sent_as_it_came_records_nothing_and_says_what_is_missing(page: Page) -> None:
    answer = page.form("sign").submit()
    assert answer.status == 422
    assert answer.title.startswith("Error:")
    assert [error.partition(" for ")[0] for error in answer.errors] == [
        "Choose whether the name is published or withheld",
        "Enter your role",
        "Confirm that you are authorised to sign",
    ]
    answer = page.form("decline").submit()
    assert (answer.status, len(answer.errors)) == (422, 1)
    assert nothing_is_recorded()


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("role", "", "Enter your role"),
        ("person", "   ", "Enter your name"),
        ("name_und", "", "Enter the name as it will be printed"),
        ("name_und", "x" * 301, "Shorten this to 300 characters: it has 301"),
        ("role", "Direc\u202etor", "Take out the characters that cannot be seen: U+202E"),
        ("person", "Kal\x00ina", "Take out the characters that cannot be seen: U+0000"),
        ("visibility", "public", "Choose whether the name is published or withheld"),
        ("visibility", ["named", "withheld"], "Choose whether the name is published or withheld"),
        ("authority", "no", "Confirm that you are authorised to sign for \u2068Kalina Press Club\u2069"),
    ],
)
def test_what_can_not_be_recorded_comes_back_whole_with_one_press_to_send_again(
    page: Page, field: str, typed: Any, error: str
) -> None:
    filled = {"visibility": "named", "role": "Chair of the board", "person": "K. Ivanova", "authority": "yes"}
    answer = page.form("sign").fill({**filled, field: typed}).submit()
    assert (answer.status, answer.errors) == (422, [error])
    assert nothing_is_recorded()
    form = answer.form("sign")
    for name, value in filled.items():
        if name != field:
            assert form.fields[name] == [value]
    right = {"name_und": "Kalina Press Club", **filled}
    assert form.fill({field: right[field]}).submit().heading == "You have signed"


def test_an_error_leads_to_its_field(page: Page) -> None:
    answer = page.form("sign").submit()
    for words, href in answer.links().items():
        if words in answer.errors:
            assert answer.tree.find(f".//*[@id='{href.removeprefix('#')}']") is not None


def test_two_answers_at_once_are_refused_in_words(page: Page) -> None:
    for act in ("sign", "decline"):
        form = page.form(act)
        fields = {**form.fields, **GOOD, "decision": ["sign", "decline"]}
        answer = page.visitor.post(form.action, fields)
        assert answer.status == 422
        assert answer.errors == [
            "Two answers were sent, to sign and to decline. Nothing was recorded. Send one of them."
        ]
        assert answer.form("sign").fields["role"] == ["Director"]
    assert nothing_is_recorded()


def test_fields_that_are_not_ours_are_passed_over(page: Page, letter_id: Any, cast: Cast) -> None:
    form = page.form("sign").fill(GOOD)
    extra = {"is_admin": "1", "name_de": "Presseklub", "organisation": "Another", "name_": "x", "epoch": "99"}
    assert page.visitor.post(form.action, {**form.fields, **extra}).heading == "You have signed"
    assert signature_of(letter_id, cast.small_member).printed_names == {"und": "Kalina Press Club"}


def test_the_same_form_sent_twice_is_one_act(page: Page, letter_id: Any) -> None:
    form = page.form("sign").fill(GOOD)
    first, second = form.submit(), form.submit()
    assert (first.heading, second.heading) == ("You have signed", "You have signed")
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 1
    assert db.session.get_one(Tally, letter_id).signed == 1


def test_one_page_open_twice_is_one_signature(page: Page, visitor: Visitor) -> None:
    other_tab = visitor.get(page.path)
    page.form("sign").fill(GOOD).submit()
    answer = other_tab.form("sign").fill(GOOD).submit()
    assert answer.status == 409
    assert "You signed for Kalina Press Club on" in answer.words
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 1


def test_the_second_contact_sees_that_and_by_whom_it_was_answered(
    page: Page, letter_id: Any, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    kofi = visitors()
    before = kofi.get(builders.link_path_of(builders.invitation_to(letter_id, cast.colleague_contact_id)))
    page.form("sign").fill(GOOD).submit()
    after = kofi.get(before.path)
    assert "Kalina Ivanova signed for Kalina Press Club on" in after.words
    assert "You do not need to do anything." in after.words
    late = before.form("sign").fill(GOOD).submit()
    assert (late.status, "Kalina Ivanova signed for" in late.words) == (409, True)
    declining = before.form("decline").fill(decision="decline").submit()
    assert (declining.status, "has signed this letter already" in declining.words) == (409, True)


@pytest.mark.parametrize("token", ["", "garbled", "ImEi.x"])
def test_a_form_with_a_token_that_is_not_ours_comes_back_whole(page: Page, token: str) -> None:
    form = page.form("sign").fill(GOOD, person="K. Ivanova")
    form.fields["form_token"] = token
    answer = form.submit()
    assert (answer.status, len(answer.errors)) == (422, 1)
    assert nothing_is_recorded()
    again = answer.form("sign")
    assert (again.fields["person"], again.fields["visibility"]) == (["K. Ivanova"], ["named"])
    assert again.submit().heading == "You have signed"


def test_a_form_that_was_open_for_days_comes_back_whole(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    form = page.form("sign").fill(GOOD)
    later(monkeypatch, days=3)
    answer = form.submit()
    assert (answer.status, len(answer.errors)) == (422, 1)
    assert nothing_is_recorded()
    assert answer.form("sign").submit().heading == "You have signed"


def test_nothing_is_recorded_for_a_text_that_was_not_shown(page: Page, letter_id: Any, cast: Cast) -> None:
    invitation = builders.invitation_of(letter_id, cast.small_member)
    shown = OpenForm.fresh(invitation.links[-1], invitation.letter.text("en"))
    form = page.form("sign").fill(GOOD)
    form.fields["form_token"] = OpenForm(
        link_id=shown.link_id,
        epoch=1,
        fingerprint="0" * 64,
        version=1,
        language="en",
        opened_at=shown.opened_at,
        key="k",
    ).token()
    answer = form.submit()
    assert (answer.status, answer.errors[0].partition(".")[0]) == (
        409,
        "The text has changed since you opened this page",
    )
    assert nothing_is_recorded()
    assert answer.form("sign").submit().heading == "You have signed"


def test_a_form_sent_after_closing_shows_its_answers(page: Page, letter_id: Any, cast: Cast) -> None:
    close.close(letter_id, by=cast.coordinator)
    answer = page.form("sign").fill(GOOD, person="K. Ivanova", role="Chair").submit()
    assert answer.status == 409
    assert answer.errors[0].startswith("Signing closed on")
    assert answer.errors[0].endswith("Your answers are below.")
    for said in ("K. Ivanova", "Chair", "Publish the name", "Ask to be added"):
        assert said in answer.words
    assert nothing_is_recorded()


def test_a_form_opened_before_the_deadline_is_taken_within_the_grace(
    page: Page, letter_id: Any, visitors: Callable[..., Visitor], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadline = builders.a_letter(letter_id).deadline_at
    assert deadline is not None
    now = deadline - timedelta(minutes=5)
    monkeypatch.setattr(clock, "now", lambda: now)
    in_time = visitors().get(builders.link_path(letter_id, cast.arabic_member))
    now = deadline + timedelta(minutes=10)
    missing = in_time.form("sign").fill(GOOD, role="").submit()
    assert missing.status == 422
    late = visitors().get(builders.link_path(letter_id, cast.small_member))
    assert "Signing closed on" in late.words
    assert not [form for form in late.forms if form.ends_with("/sign")]
    assert missing.form("sign").fill(role="Editor").submit().status == 200
    assert signature_of(letter_id, cast.arabic_member).consents[0].in_grace
    now = deadline + timedelta(minutes=16)
    assert page.form("sign").fill(GOOD).submit().status in {409, 422}


def test_a_member_declines_in_three_clicks(page: Page, letter_id: Any, cast: Cast) -> None:
    receipt = page.form("decline").fill(decision="decline").submit()
    assert (receipt.status, receipt.heading) == (200, "You have declined")
    assert builders.invitation_of(letter_id, cast.small_member).answer_kind == "decline"


def test_a_reason_is_kept_for_the_coordinators_and_shown_to_nobody_else(
    page: Page, letter_id: Any, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    reason = "Our board meets\r\nin April."
    receipt = page.form("decline").fill(decision="decline", reason=reason, ask_again="yes").submit()
    assert "Our board meets in April." in receipt.words
    kept = builders.invitation_of(letter_id, cast.small_member).answer
    assert (kept["reason"], kept["ask_again"]) == ("Our board meets\nin April.", True)
    kofi = visitors().get(builders.link_path_of(builders.invitation_to(letter_id, cast.colleague_contact_id)))
    assert "Kalina Ivanova declined for Kalina Press Club on" in kofi.words
    assert "April" not in kofi.text


@pytest.mark.parametrize("reason", ["x" * 5001, "a\x00b"])
def test_a_reason_that_can_not_be_kept_comes_back(page: Page, reason: str) -> None:
    answer = page.form("decline").fill(decision="decline", reason=reason).submit()
    assert answer.status == 422
    assert answer.form("decline").fields["decision"] == ["decline"]
    assert nothing_is_recorded()


def test_a_refusal_becomes_a_signature_while_the_letter_is_open(page: Page, letter_id: Any, visitor: Visitor) -> None:
    page.form("decline").fill(decision="decline").submit()
    again = visitor.get(page.path)
    assert "You declined for Kalina Press Club on" in again.words
    assert "You can still sign below." in again.words
    assert again.form("sign").fill(GOOD).submit().heading == "You have signed"
    tally = db.session.get_one(Tally, letter_id)
    assert (tally.signed, tally.declined) == (1, 0)


def test_declining_twice_is_declining_once(page: Page, letter_id: Any) -> None:
    form: Form = page.form("decline").fill(decision="decline")
    assert [form.submit().heading for _ in range(2)] == ["You have declined", "You have declined"]
    assert db.session.get_one(Tally, letter_id).declined == 1


def test_an_organisation_that_may_not_sign_is_told_so(page: Page, letter_id: Any, cast: Cast) -> None:
    draft.save_choices(letter_id, {"who_may_sign": "members"}, by=cast.coordinator)
    cast.small_member.contact.organisation.standing = "guest"
    db.session.commit()
    answer = page.form("sign").fill(GOOD).submit()
    assert (answer.status, answer.errors[0]) == (
        409,
        "This letter is for other organisations. Your answer was not recorded.",
    )
    assert nothing_is_recorded()


def test_what_echoes_is_not_compressed_and_what_does_not_may_be(page: Page, visitor: Visitor) -> None:
    takes = {"Accept-Encoding": "br, gzip"}
    assert page.form("sign").submit(headers=takes).headers.get("Content-Encoding") is None
    pasted = visitor.post(page.path, {"link": "x"}, headers=takes)
    assert pasted.headers.get("Content-Encoding") is None
    visitor.inspects = False
    assert visitor.get(page.path, headers=takes).headers["Content-Encoding"] == "br"


def test_a_language_that_was_not_shown_yet_is_not_offered_and_does_not_spoil_the_answer(
    visitor: Visitor, cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    for language, parts in (("fr", {"title": "Libérez-les", "body": "Un texte à part."}), ("ar", {})):
        draft.add_language(letter_id, language, by=cast.coordinator)
        draft.save_text(letter_id, language, parts, by=cast.coordinator)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert "français" not in page.text
    page = visitor.get(f"{page.path}?lang=fr")
    assert page.form("sign").fill(GOOD).submit().status == 200
    assert signature_of(letter_id, cast.small_member).consents[0].language == "en"
