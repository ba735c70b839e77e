"""What a letter says of itself around its text: at the desk, and on its page once it is published."""

from __future__ import annotations

from uuid import UUID

from coalition import clock
from coalition.actions import draft, publish
from coalition.actions.describe import About, describe
from coalition.actions.proof import draft as drafted
from coalition.database import db
from coalition.models.letter import Letter
from coalition.models.public import PublicLetter
from coalition.rendering.edition import printed_letter
from coalition.rendering.page import article
from coalition.rendering.plain import plain_text
from coalition.rendering.printed import PrintedLetter
from tests.builders import a_draft, a_letter, an_open_letter, published
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.desk.letters import path_of


def printed(letter_id: UUID) -> PrintedLetter:
    """What readers see of a published letter."""
    return printed_letter(db.session(), db.session.get_one(PublicLetter, letter_id))


def test_all_of_it_is_saved_and_shown_again_as_it_was_typed(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    typed = {
        "topics": "Press\x02 freedom\nSurveillance",
        "series": "Letters to the summit",
        "hashtags": "#FreeThem #حرية",
        "countries": "Ivory Coast\nperu",
        "organiser": "Reporters of the Coast",
        "link": "https://coast.example/campaign",
        "event_en": "World Summit",
        "event_fr": "Sommet mondial",
        "event_on": "2027-06",
        "press_contact_en": "Ana Ruiz\npress@example.org",
        "press_quotations_en": "“Free them.”\n— Ana Ruiz, Director",
        "co_leads": cast.small_member.name,
    }
    page = nadia.get(path_of(letter_id, "about")).form("series").fill(typed).submit("Save this")
    assert "This is saved." in page.words
    letter = a_letter(letter_id)
    assert letter.topics == ["Press freedom", "Surveillance"]
    assert letter.hashtags == ["FreeThem", "حرية"]
    assert letter.countries_addressed == ["CI", "PE"]
    assert letter.support == {"organiser": "Reporters of the Coast", "link": "https://coast.example/campaign"}
    assert letter.press["en"]["quotations"] == [{"words": "“Free them.”", "speaker": "Ana Ruiz", "office": "Director"}]
    again = nadia.get(path_of(letter_id, "about")).form("series").fields
    assert again["event_fr"] == ["Sommet mondial"]
    assert again["press_quotations_en"] == ["“Free them.”\n— Ana Ruiz, Director"]
    lead, co_lead = letter.lead_organisations()
    assert co_lead.id == cast.small_member.organisation_id
    assert lead.id == cast.coordinator.organisation_id


def test_what_does_not_fit_is_said_in_place_and_nothing_typed_is_lost(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    typed = {
        "series": "Kept as typed",
        "countries": "Perru",
        "link": "coast.example",
        "hashtags": "#a.b",
        "press_quotations_en": "“Nobody says this.”",
    }
    page = nadia.get(path_of(letter_id, "about")).form("series").fill(typed).submit("Save this")
    assert page.status == 422
    assert "Did you mean Peru?" in page.words
    assert "Say whose campaign this address is." in page.words
    assert "Quotation 1: say on its last line who says it" in page.words
    assert page.form("series").fields["series"] == ["Kept as typed"]
    assert a_letter(letter_id).series == ""


def test_a_co_lead_who_is_not_in_the_directory_is_named(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = nadia.get(path_of(letter_id, "about")).form("series").fill({"co_leads": "Nobody We Know"})
    assert "No organisation of the directory is called “Nobody We Know”." in form.submit("Save this").words


def test_news_closes_without_signatures_and_is_published_without_a_list(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    draft.save_choices(letter_id, {"kind": "news"}, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": "A report is out."}, by=cast.coordinator)
    nadia.get(path_of(letter_id, "close")).form("/close").submit("Nobody signs it: close it for publication")
    assert a_letter(letter_id).stage == "closed"
    publish.publish(letter_id, by=cast.coordinator)
    page = article(printed(letter_id), "en")
    assert "News" in page
    assert "Signatories" not in page


def test_the_page_says_all_of_it_and_files_say_it_too(cast: Cast) -> None:
    letter_id = a_draft(cast)
    words = {
        "kicker": "Joint call",
        "second_title": "«They said “now” », again",
        "deck": "“Enough.”",
        "deck_speaker": "Ana",
    }
    draft.save_text(letter_id, "en", words, by=cast.coordinator)
    press = {"en": {"contact": "Ana", "quotations": [{"words": "“Free them.”", "speaker": "Bo", "office": "Chair"}]}}
    said = About(
        series="Summit letters", hashtags=("FreeThem",), organiser="Coast Group", link="https://coast.example/c",
        event={"en": "World Summit"}, event_on="2027-06", press=press,
    )  # fmt: skip
    describe(letter_id, said, by=cast.coordinator)
    with db.session() as session:
        shown = drafted(session, session.get_one(Letter, letter_id), now=clock.now())
    page = article(shown, "en")
    for piece in (
        '<p class="kicker">Joint call</p>', "«They said “now” », again",
        'href="https://coast.example/c"', "Coast Group",
        "World Summit", "June 2027", "Summit letters", "#FreeThem", "For the press", "“Free them.”", "Chair",
    ):  # fmt: skip
        assert piece in page
    plain = plain_text(shown, "en")
    for piece in ("Joint call", "«They said “now” », again", "World Summit, June 2027", "#FreeThem", "Coast Group"):
        assert piece in plain


def test_publication_freezes_it(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    published(cast, letter_id)
    form = nadia.get(path_of(letter_id, "about")).form("series").fill({"series": "Later"})
    page = form.submit("Save this")
    assert page.status == 409
    assert "This does not change any more." in page.words
