"""Coming in: a link that works, links that do not, and what each of them gives away."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.http import parse_cookie

from coalition import clock, tokens
from coalition.actions import circulate, close
from coalition.database import db
from coalition.models.link import Link
from tests import builders
from tests.cast import Cast
from tests.visitor import Page, Visitor


def variants_of(token: str) -> list[str]:
    """Tokens that are not ours: unknown, malformed, cut off, forged, of another purpose."""
    payload, _, signature = token.partition(".")
    other_purpose = tokens.ours().write("account", base64.urlsafe_b64decode(payload + "=="))
    return [
        tokens.ours().write("invitation", b"sixteen bytes id"),
        "x",
        "%00",
        "../../etc/passwd",
        "é" * 30,
        payload,
        token[:-6],
        f"{payload}.{signature[::-1]}",
        f"A{payload[1:]}.{signature}",
        other_purpose,
        "x" * 3000,
    ]


def end(link: Link, why: str, cast: Cast) -> None:
    invitation = link.invitation
    assert invitation is not None
    if why == "revoked":
        circulate.revoke(invitation.id, by=cast.coordinator)
    elif why == "replaced":
        circulate.replace_link(invitation.id, by=cast.coordinator)
    else:
        link.expires_at = clock.now() - timedelta(seconds=1)
        db.session.commit()


def test_a_link_leads_to_a_page_without_its_token(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    path = builders.link_path(letter_id, cast.small_member)
    answer = visitor.get(path, follow=False)
    assert (answer.status, answer.content.find(path.encode())) == (303, -1)
    assert answer.headers["Location"] == f"/invitation/{builders.invitation_of(letter_id, cast.small_member).id}"
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
    page = visitor.get(path)
    assert "Kalina Press Club" in page.words
    assert path.removeprefix("/i/") not in page.text


def test_the_cookie_belongs_to_one_invitation_for_a_day(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    token = builders.link_path_of(invitation).removeprefix("/i/")
    answer = visitor.get(f"/i/{token}", follow=False)
    [cookie] = visitor.cookies()
    assert cookie.path == f"/invitation/{invitation.id}"
    assert (cookie.max_age, cookie.http_only, cookie.same_site, cookie.secure) == (86400, True, "Lax", False)
    assert token not in str(parse_cookie(answer.headers["Set-Cookie"]))


def test_head_leads_the_same_way_and_leaves_nothing(visitor: Visitor, cast: Cast) -> None:
    path = builders.link_path(builders.an_open_letter(cast), cast.small_member)
    answer = visitor.head(path)
    assert (answer.status, visitor.cookies()) == (303, [])


def test_every_token_that_is_not_ours_gets_the_same_answer(visitor: Visitor, cast: Cast) -> None:
    token = builders.link_path(builders.an_open_letter(cast), cast.small_member).removeprefix("/i/")
    pages = [visitor.get(f"/i/{variant}") for variant in variants_of(token)] + [visitor.get("/i/")]
    assert {page.status for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert "cut a long link" in pages[0].words
    assert pages[0].links()["Ask for help with your link"] == "/lost"
    assert visitor.cookies() == []


def test_a_token_spelled_otherwise_is_the_same_link(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    path = builders.link_path(letter_id, cast.small_member)
    payload, _, signature = path.removeprefix("/i/").partition(".")
    assert visitor.get(f"/i/{payload}.{signature}=").path == visitor.get(path).path


@pytest.mark.parametrize(("why", "said"), [("revoked", "was ended"), ("replaced", "newer one"), ("expired", "expired")])
def test_a_link_that_was_ours_says_why_it_ended_and_nothing_else(
    visitor: Visitor, cast: Cast, why: str, said: str
) -> None:
    letter_id = builders.an_open_letter(cast, title="Free the reporters")
    path = builders.link_path(letter_id, cast.small_member)
    before = visitor.get(path)
    link = builders.invitation_of(letter_id, cast.small_member).links[-1]
    end(link, why, cast)
    for page in (visitor.get(path), visitor.get(before.path)):
        assert (page.status, said in page.words) == (410, True), page.words
        assert not [word for word in ("Kalina", "reporters", "Nadia", "Club") if word in page.text]


@pytest.mark.parametrize("why", ["revoked", "replaced", "expired"])
def test_link_session_and_open_form_end_together(visitor: Visitor, cast: Cast, why: str) -> None:
    letter_id = builders.an_open_letter(cast)
    open_page = visitor.get(builders.link_path(letter_id, cast.small_member))
    end(builders.invitation_of(letter_id, cast.small_member).links[-1], why, cast)
    form = open_page.form("sign").fill(visibility="named", role="Director", authority="yes")
    assert form.submit().status == 410
    assert visitor.get(open_page.path).status == 410
    visitor.client._cookies = {}
    assert form.submit().status == 410
    assert builders.a_letter(letter_id).stage == "open"
    assert not builders.invitation_of(letter_id, cast.small_member).answered_at


def test_a_new_link_opens_where_the_old_one_ended(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    visitor.get(builders.link_path(letter_id, cast.small_member))
    circulate.replace_link(builders.invitation_of(letter_id, cast.small_member).id, by=cast.coordinator)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert (page.status, "Kalina Press Club" in page.words) == (200, True)


def test_two_invitations_in_one_browser_never_mix(visitor: Visitor, cast: Cast) -> None:
    first = builders.an_open_letter(cast, title="The first letter")
    second = builders.an_open_letter(cast, title="The second letter")
    paths = {
        "The first letter": visitor.get(builders.link_path(first, cast.small_member)).path,
        "The second letter": visitor.get(builders.link_path(second, cast.arabic_member)).path,
    }
    for title, path in paths.items():
        assert visitor.get(path).heading == title
    page = visitor.get(paths["The first letter"])
    elsewhere = visitor.get(paths["The second letter"])
    form = elsewhere.form("sign").fill(visibility="named", role="Director", authority="yes")
    form.fields["form_token"] = page.form("sign").fields["form_token"]
    assert form.submit().status == 422
    assert not builders.invitation_of(second, cast.arabic_member).answered_at
    assert not builders.invitation_of(first, cast.small_member).answered_at


def test_a_stranger_without_the_link_learns_nothing(visitors: Callable[..., Visitor], cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    known = visitors().get(f"/invitation/{invitation.id}")
    unknown = visitors().get(f"/invitation/{letter_id}")
    assert (known.status, known.heading) == (200, "Paste the link from your mail")
    assert without_addresses(known) == without_addresses(unknown)
    for page in ("receipt", "printed-name", "visibility", "withdraw", "not-us"):
        assert visitors().get(f"/invitation/{invitation.id}/{page}").heading == "Paste the link from your mail"
    for act in ("sign", "decline", "printed-name", "visibility", "withdraw", "not-us"):
        answer = visitors().post(f"/invitation/{invitation.id}/{act}", {"authority": "yes", "confirm": "yes"})
        assert (answer.status, answer.heading) == (422, "Paste the link from your mail")


def without_addresses(page: Page) -> str:
    return page.text.replace(page.path, "")


def test_a_forged_cookie_opens_nothing(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    mine = builders.invitation_of(letter_id, cast.small_member)
    visitor.get(builders.link_path_of(mine))
    [cookie] = visitor.cookies()
    theirs = builders.invitation_of(letter_id, cast.arabic_member)
    for value in (cookie.value, cookie.value[::-1], ""):
        visitor.client.set_cookie(
            f"i-{theirs.id.hex[:8]}", value, domain="letters.test", path=f"/invitation/{theirs.id}"
        )
        assert visitor.get(f"/invitation/{theirs.id}").heading == "Paste the link from your mail"


def test_a_cookie_ends_after_its_day(visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visitor.get(builders.link_path(builders.an_open_letter(cast), cast.small_member))
    tomorrow = clock.now() + timedelta(hours=24, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert visitor.get(page.path).heading == "Paste the link from your mail"


def test_a_form_from_another_site_is_refused(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    form = page.form("sign").fill(visibility="named", role="Director", authority="yes")
    refused = form.submit(headers={"Sec-Fetch-Site": "cross-site"})
    assert (refused.status, "Nothing was recorded" in refused.words) == (403, True)
    assert not builders.invitation_of(letter_id, cast.small_member).answered_at
    assert form.submit(headers={"Sec-Fetch-Site": "same-origin"}).status == 200


def test_closed_and_cancelled_letters_keep_their_page(visitor: Visitor, cast: Cast) -> None:
    closed, cancelled = builders.an_open_letter(cast, title="Closed"), builders.an_open_letter(cast, title="Cancelled")
    close.close(closed, by=cast.coordinator)
    circulate.cancel(cancelled, by=cast.coordinator)
    page = visitor.get(builders.link_path(closed, cast.small_member))
    assert (page.status, page.heading) == (200, "Closed")
    assert "Signing closed on" in page.words
    page = visitor.get(builders.link_path(cancelled, cast.small_member))
    assert "This letter was cancelled" in page.words
    assert [form.action for form in page.forms if not form.action.endswith("/leave")] == []


def test_a_contact_who_left_has_no_link(visitor: Visitor, cast: Cast) -> None:
    path = builders.link_path(builders.an_open_letter(cast), cast.small_member)
    cast.small_member.contact.ended_at = clock.now()
    db.session.commit()
    assert visitor.get(path).status == 410
