"""Every kind of entry that such a site has, made at the desk by its forms, and read as a careful reader would."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
import time_machine
from PIL import Image

from coalition.actions import announce, directory
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.database import db
from coalition.models.contact import Contact
from tests import builders
from tests.cast import Cast, Member
from tests.visitor import Page, Visitor

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from tests.databases import Databases
    from tests.shipped import Shipped

pytestmark = pytest.mark.only_on("sqlite")

IN_MARCH: Final = "2027-03-01T10:00:00+00:00"
TEN_MINUTES_LATER: Final = "2027-03-01T10:10:00+00:00"
TWELVE_WEEKS_LATER: Final = "2027-05-24T09:00:00+00:00"
ATOM: Final = "{http://www.w3.org/2005/Atom}"
BLOCKS: Final = {"p", "h1", "h2", "h3", "li", "figcaption", "tr"}


@dataclass(frozen=True)
class Entry:
    """What a coordinator types, form by form; a form of which nothing is named is never opened."""

    title: str
    kind: str
    body: str
    text: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    addressee: Mapping[str, str] = field(default_factory=dict)
    photo: Mapping[str, str] = field(default_factory=dict)
    note: Mapping[str, str] = field(default_factory=dict)
    """Written before the release, it comes out with it."""
    named: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


PRESS_CLUB, QUOTED, PEACE, MEMORY = "Kalina Press Club", 'The “Free Page" Club', "Ärzte für Frieden", "Memory House"
LIGHTS = "Northern Lights Reporters"
FIGURES = """As of 28 February 2027:

| Held | Country |
|---|---|
| 27 | Peru |
| 1,204 | Kenya |

{{organisations}} {{organisations: one=organisation | other=organisations}} asked for their release."""

ENTRIES: Final = {
    "protect-those-who-write": Entry(
        "Protect those who write",
        "call_to_action",
        "We call on every government.\n\n## Laws\n\n{recommendations}\n\n1. Repeal the law.\n"
        "2. Hold *nobody* uncharged.\n\n## Prisons\n\n{recommendations}\n\n3. Let families visit.\n",
        text={"deck": "Three steps that cost nothing."},
        dates={"place": "Sofia", "printed_on": "2027-03-01"},
        named=(QUOTED, PEACE),
    ),
    "a-report-on-closed-newsrooms-is-out": Entry(
        "A report on closed newsrooms is out", "news", "It counts 41 of them. [Read it](https://coast.example/report)."
    ),
    "rehor-stastny-dang-anh-et-gulsen-ipek-relachez-les": Entry(
        "Řehoř Šťastný, Đặng Ánh et Ğülşen İpek : relâchez-les !",
        "open_letter",
        "Ça suffit — où sont-ils ? Ñandú, Þórr, Ÿ.",
        text={"salutation": "Vážený pane ministře,", "closing": "S úctou"},
        addressee={"style-0-en": "Pan", "name-0-en": "Jiří Dvořák", "office-0-en": "ministr spravedlnosti"},
        named=(PEACE,),
    ),
    "a-prize-for-those-who-cannot-collect-it": Entry(
        "A prize for those who cannot collect it",
        "news",
        "We give it together.",
        text={"kicker": "Announcement"},
        about={"series": "Day of the Imprisoned Writer 2027", "co_leads": PRESS_CLUB, "hashtags": "#FreeWords"},
        named=(PRESS_CLUB,),
    ),
    "with-the-reporters-of-the-coast": Entry(
        "With the reporters of the coast",
        "solidarity_statement",
        "We stand with them.",
        text={"deck": "“Nobody asked us to leave. They took the doors.”", "deck_speaker": "Ana Ruiz, Coast Radio"},
    ),
    "they-call-it-a-free-press": Entry(
        "“They call it ‘a “free” press’”",
        "support",
        "We join the campaign.",
        text={"second_title": "« Ils l’appellent “une presse ‘libre’” »"},
        about={"organiser": "Reporters of the Coast", "link": "https://coast.example/campaign"},
        named=(PRESS_CLUB,),
    ),
    "keep-your-word": Entry(
        "Keep your word",
        "statement",
        "You have signed the convention.",
        addressee={"name-0-en": "All states that are party to the Convention"},
    ),
    "ana-ruiz-is-free": Entry(
        "Ana Ruiz is free", "statement", "We congratulate all who kept asking.", text={"kicker": "Congratulations"}
    ),
    "they-dissolved-memory-house": Entry(
        "They dissolved Memory House",
        "joint_statement",
        "The court needed four minutes.",
        photo={
            "credit": "Sami Nasser / Coast Agency",
            "licence": "all rights reserved",
            "alternative-en": "A sealed door",
            "caption-en": "The house on the day of the ruling",
        },
        named=(MEMORY,),
    ),
    "ten-demands-to-the-summit": Entry(
        "Ten demands to the summit",
        "joint_statement",
        "Before you meet:\n\n{recommendations}\n\n" + "".join(f"{place}. Demand {place}.\n" for place in range(1, 11)),
        text={"kicker": "Joint call", "list_heading": "Those who call"},
        about={"event_en": "World Summit on Words", "event_on": "2027-06"},
        choices={"withheld_threshold": "2"},
        named=(PRESS_CLUB,),
        withheld=(LIGHTS, PEACE),
    ),
    "a-year-of-letters": Entry(
        "A year of letters",
        "campaign_snapshot",
        "It began with one.",
        text={"deck": "How one letter became two hundred."},
        dates={"printed_on": "2027-01-15"},
        note={"kind": "editors_note", "dated_on": "2027-02-20", "words-en": "First told in our *newsletter*."},
    ),
    "not-now-they-said-wait": Entry(
        '“Not now", they said: »wait‘',
        "statement",
        "He said „no\" and “never , ‘why’ : nobody knew...\n\nA 5'10\" man; rock 'n' roll -- ``quoted''.",
        text={"deck": '"One mark only'},
    ),
    "where-we-stand": Entry(
        "Where we stand", "campaign_snapshot", FIGURES, dates={"printed_on": "2027-02"}, named=(PRESS_CLUB,)
    ),
}

ORDER: Final = tuple(ENTRIES)
"""In which the editor puts them: as they stand above."""

READ: Final = {
    "protect-those-who-write": [
        "Call to action",
        "Protect those who write",
        "Three steps that cost nothing.",
        "Sofia, 1 March 2027",
        "Led by Free Voices Network",
        "3 signatories",
        "We call on every government.",
        "Laws",
        "1. Repeal the law.",
        "2. Hold nobody uncharged.",
        "Prisons",
        "3. Let families visit.",
        "Signatories 3",
        "Free Voices Network",
        "Ärzte für Frieden",
        'The “Free Page" Club',
        "What happened since",
        "Update, 24 May 2027",
        "The final version is out.",
    ],
    "a-report-on-closed-newsrooms-is-out": [
        "News",
        "A report on closed newsrooms is out",
        "1 March 2027",
        "It counts 41 of them. Read it.",
    ],
    "rehor-stastny-dang-anh-et-gulsen-ipek-relachez-les": [
        "Open letter",
        "Řehoř Šťastný, Đặng Ánh et Ğülşen İpek : relâchez-les !",
        "1 March 2027",
        "Led by Free Voices Network",
        "2 signatories",
        "Pan Jiří Dvořák / ministr spravedlnosti",
        "Vážený pane ministře,",
        "Ça suffit — où sont-ils ? Ñandú, Þórr, Ÿ.",
        "S úctou",
        "Signatories 2",
        "Free Voices Network",
        "Ärzte für Frieden",
    ],
    "a-prize-for-those-who-cannot-collect-it": [
        "Announcement",
        "A prize for those who cannot collect it",
        "1 March 2027",
        "Led by Free Voices Network and Kalina Press Club",
        "2 signatories",
        "Series: Day of the Imprisoned Writer 2027",
        "#FreeWords",
        "We give it together.",
        "Signatories 2",
        "Free Voices Network",
        "Kalina Press Club",
    ],
    "with-the-reporters-of-the-coast": [
        "Solidarity statement",
        "With the reporters of the coast",
        "“Nobody asked us to leave. They took the doors.” — Ana Ruiz, Coast Radio",
        "1 March 2027",
        "We stand with them.",
    ],
    "they-call-it-a-free-press": [
        "In support of another group’s campaign",
        "“They call it ‘a “free” press’”",
        "« Ils l’appellent “une presse ‘libre’” »",
        "1 March 2027",
        "Led by Free Voices Network",
        "2 signatories",
        "We support the campaign of Reporters of the Coast",
        "We join the campaign.",
        "Members that join 2",
        "Free Voices Network",
        "Kalina Press Club",
    ],
    "keep-your-word": [
        "Statement",
        "Keep your word",
        "1 March 2027",
        "All states that are party to the Convention",
        "You have signed the convention.",
    ],
    "ana-ruiz-is-free": [
        "Congratulations",
        "Ana Ruiz is free",
        "1 March 2027",
        "We congratulate all who kept asking.",
    ],
    "they-dissolved-memory-house": [
        "Joint statement",
        "They dissolved Memory House",
        "1 March 2027",
        "Led by Free Voices Network",
        "2 signatories",
        "[A sealed door]",
        "The house on the day of the ruling / Photo: Sami Nasser / Coast Agency, all rights reserved",
        "The court needed four minutes.",
        "Signatories 2",
        "Free Voices Network",
        "Memory House",
    ],
    "ten-demands-to-the-summit": [
        "Joint call",
        "Ten demands to the summit",
        "1 March 2027",
        "Led by Free Voices Network",
        "4 signatories",
        "World Summit on Words, June 2027",
        "Before you meet:",
        *(f"{place}. Demand {place}." for place in range(1, 11)),
        "Those who call 4",
        "Free Voices Network",
        "Kalina Press Club",
        "and 2 organisations whose names are withheld for their safety",
    ],
    "a-year-of-letters": [
        "Campaign snapshot",
        "A year of letters",
        "How one letter became two hundred.",
        "15 January 2027",
        "Editor’s note, 20 February 2027",
        "First told in our newsletter.",
        "It began with one.",
    ],
    "not-now-they-said-wait": [
        "Statement",
        '“Not now", they said: »wait‘',
        '"One mark only',
        "1 March 2027",
        'He said „no" and “never , ‘why’ : nobody knew...',
        "A 5'10\" man; rock 'n' roll -- ``quoted''.",
    ],
    "where-we-stand": [
        "Campaign snapshot",
        "Where we stand",
        "February 2027",
        "Led by Free Voices Network",
        "2 signatories",
        "As of 28 February 2027:",
        "Held | Country",
        "27 | Peru",
        "1,204 | Kenya",
        "2 organisations asked for their release.",
        "Signatories 2",
        "Free Voices Network",
        "Kalina Press Club",
    ],
}
"""What a reader of each page reads, from its top down to where the letter can be verified."""

LISTED: Final = [
    "Call to action",
    "Protect those who write",
    "Three steps that cost nothing.",
    "1 March 2027",
    "Update, 24 May 2027",
    "3 signatories",
    "News",
    "A report on closed newsrooms is out",
    "1 March 2027",
    "Open letter",
    "Řehoř Šťastný, Đặng Ánh et Ğülşen İpek : relâchez-les !",
    "1 March 2027",
    "2 signatories",
    "Announcement",
    "A prize for those who cannot collect it",
    "1 March 2027",
    "2 signatories",
    "Series: Day of the Imprisoned Writer 2027",
    "#FreeWords",
    "Solidarity statement",
    "With the reporters of the coast",
    "“Nobody asked us to leave. They took the doors.”",
    "— Ana Ruiz, Coast Radio",
    "1 March 2027",
    "In support of another group’s campaign",
    "“They call it ‘a “free” press’”",
    "« Ils l’appellent “une presse ‘libre’” »",
    "We support the campaign of Reporters of the Coast",
    "1 March 2027",
    "2 signatories",
    "Statement",
    "Keep your word",
    "1 March 2027",
    "Congratulations",
    "Ana Ruiz is free",
    "1 March 2027",
    "Joint statement",
    "They dissolved Memory House",
    "[A sealed door]",
    "The house on the day of the ruling / Photo: Sami Nasser / Coast Agency",
    "1 March 2027",
    "2 signatories",
    "Joint call",
    "Ten demands to the summit",
    "1 March 2027",
    "4 signatories",
    "Campaign snapshot",
    "A year of letters",
    "How one letter became two hundred.",
    "15 January 2027",
    "Statement",
    '“Not now", they said: »wait‘',
    '"One mark only',
    "1 March 2027",
    "Campaign snapshot",
    "Where we stand",
    "February 2027",
    "2 signatories",
]

FED: Final = {
    "Update: Protect those who write": "The final version is out.",
    "Protect those who write": "Three steps that cost nothing.",
    "A report on closed newsrooms is out": "It counts 41 of them. Read it.",
    "Řehoř Šťastný, Đặng Ánh et Ğülşen İpek : relâchez-les !": "Ça suffit — où sont-ils ? Ñandú, Þórr, Ÿ.",
    "A prize for those who cannot collect it": "We give it together.",
    "With the reporters of the coast": "“Nobody asked us to leave. They took the doors.” — Ana Ruiz, Coast Radio",
    "“They call it ‘a “free” press’”": "We join the campaign.",
    "Keep your word": "You have signed the convention.",
    "Ana Ruiz is free": "We congratulate all who kept asking.",
    "They dissolved Memory House": "The court needed four minutes.",
    "Ten demands to the summit": "Before you meet:",
    "A year of letters": "How one letter became two hundred.",
    '“Not now", they said: »wait‘': '"One mark only',
    "Where we stand": "As of 28 February 2027:",
    "Editor’s note: A year of letters": "First told in our newsletter.",
}
"""Titles and summaries of the feed, the newest first, then in the editor's order."""

ONLY_ON_PAGES: Final = ("[A sealed door]",)
"""What a picture shows is said beside it alone; its caption, and what was said since, stand in the plain text too."""


@dataclass
class Site:
    """What readers find, by the end of each letter's address."""

    pages: dict[str, Page]
    plain: dict[str, str]
    home: Page
    atom: Element
    updates: Page


class Desk:
    """A coordinator at the desk."""

    def __init__(self, visitor: Visitor, cast: Cast) -> None:
        self.visitor = visitor
        self.members = {one.name: one for one in (cast.small_member, cast.unnamed_member)}
        for name, country, standing in (
            (PEACE, "DE", "member"),
            (MEMORY, "RU", "dissolved"),
            (QUOTED, "RO", "partner"),
        ):
            self.members[name] = a_member(cast, name, country, standing)
        visitor.sign_in(cast.coordinator)
        self.empty = visitor.get("/desk/letters/new")

    def make(self, entry: Entry) -> None:
        """From the empty form to what is published and told."""
        self.here = self.begun(entry)
        self.fill("text/en", "kicker", entry.text, opens=True)
        self.fill("about", "series", entry.about)
        self.fill("dates", "printed_on", entry.dates)
        self.fill("choices", "kind", entry.choices)
        self.fill("addressees", "block-0", entry.addressee)
        self.fill("photo", "picture", entry.photo, picture=(a_picture(), "house.jpg") if entry.photo else None)
        if entry.note:
            self.write_note(entry.note)
        if entry.named:
            self.signed(entry)
        self.visitor.get(f"{self.here}/close").form("/close").submit(follow=False)
        self.release()

    def begun(self, entry: Entry) -> str:
        fields = {"title": entry.title, "kind": entry.kind, "body": entry.body, "closes_date": "2027-04-01"}
        return self.empty.form("title").fill(fields).submit(follow=False).headers["Location"]

    def fill(self, part: str, field: str, values: Mapping[str, str], *, opens: bool = False, **more: Any) -> None:
        """Fill in a form of the letter and press its button."""
        if not values:
            return
        page = self.visitor.get(f"{self.here}/{part}")
        page = page.form("/edit").submit() if opens else page
        answer = page.form(field).fill(values, **more).submit(follow=False)
        assert answer.status == 303, answer.errors

    def write_note(self, fields: Mapping[str, str]) -> None:
        form = self.visitor.get(f"{self.here}/notes").form("dated_on")
        assert form.fill(fields).submit("Publish the note", follow=False).status == 303

    def signed(self, entry: Entry) -> None:
        """Sent to the members, and signed: by the secretariat at the desk, by the others by their links."""
        members = [self.members[name] for name in (*entry.named, *entry.withheld)]
        choose = self.visitor.get(f"{self.here}/people/choose").form("contact")
        choose.fill(contact=[str(one.contact_id) for one in members]).submit(follow=False)
        self.visitor.get(f"{self.here}/send").form("/send").submit("Send version 1", follow=False)
        sign = self.visitor.get(f"{self.here}/sign").form("role")
        sign.fill(visibility="named", role="Coordinator", authority="yes").submit(follow=False)
        for one in members:
            builders.signed(self.letter_id, one, is_withheld=one.name in entry.withheld)

    @property
    def letter_id(self) -> UUID:
        return UUID(self.here.rpartition("/")[2])

    def release(self) -> None:
        check = self.visitor.get(f"{self.here}/publish").form("/publish")
        reasons = {name: "So they write it." for name in check.names if name.startswith("reason:")}
        page = check.fill(reasons).submit("Continue").form("/publish").submit("Publish the letter")
        assert page.heading == "Published", page.words
        assert "/EMBED" not in page.words

    def put_in_order(self, slugs: tuple[str, ...]) -> None:
        page = self.visitor.get("/desk/site")
        fields = {
            heading.get("id", "").replace("letter_", "place_"): str(1 + slugs.index(_end(link)))
            for heading in page.tree.iter("th")
            for link in heading.iter("a")
        }
        page.form("order").fill({"order": "hand"} | fields).submit("Save the order", follow=False)


def _end(link: Element) -> str:
    return link.get("href", "").rpartition("/")[2]


def a_member(cast: Cast, name: str, country: str, standing: str) -> Member:
    address = f"secretariat@{country.lower()}.example"
    organisation_id = directory.add_organisation(
        OrganisationEntry(names={"und": name}, country=country, standing=standing),
        [ContactEntry(address=address, name="Ida Roth", language="en", zone="Europe/Berlin")],
        by=cast.coordinator,
    )
    contact_id = db.session.query(Contact.id).filter_by(organisation_id=organisation_id).scalar()
    return Member(organisation_id, contact_id, name, address)


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture(scope="module")
def site(shipped: Shipped, databases: Databases, assembled: tuple[str, Cast]) -> Iterator[Site]:
    """Everything made once, and read once."""
    of_the_cast, cast = assembled
    address = databases.copy(of_the_cast)
    with shipped.at(address) as app:
        with time_machine.travel(IN_MARCH, tick=False):
            desk = Desk(Visitor(app, inspects=False), cast)
            for entry in reversed(ENTRIES.values()):
                desk.make(entry)
            desk.put_in_order(ORDER)
        with time_machine.travel(TEN_MINUTES_LATER, tick=False):
            announce.announce_due()
        with time_machine.travel(TWELVE_WEEKS_LATER, tick=False):
            desk.visitor.sign_in(cast.coordinator)
            desk.write_note({"kind": "update", "dated_on": "2027-05-24", "words-en": "The **final version** is out."})
            reader = Visitor(app)
            yield Site(
                pages={slug: reader.get(f"/letters/{slug}") for slug in ENTRIES},
                plain={slug: reader.get(f"/letters/{slug}.txt").text for slug in ENTRIES},
                home=reader.get("/"),
                atom=ET.fromstring(reader.get("/feed.atom").content),  # noqa: S314 -- our own feed
                updates=reader.get(f"/letters/{ORDER[0]}/updates"),
            )
    databases.drop(address)


def lines(element: Element | None) -> list[str]:
    """What somebody reads, block by block, a line break as " / ", a picture as what it shows."""
    assert element is not None
    return list(_blocks(element))


def _blocks(element: Element) -> Iterator[str]:
    first = int(element.get("start", "1")) if element.tag == "ol" else 0
    for place, child in enumerate(element):
        if child.tag == "img":
            yield f"[{child.get('alt')}]"
        elif child.tag in BLOCKS and not any(one.tag in BLOCKS for one in child.iter() if one is not child):
            for line in child.iter("br"):
                line.text = " / "
            cells = [_said(cell) for cell in child] if child.tag == "tr" else []
            yield " | ".join(cells) or (f"{first + place}. " if first else "") + _said(child)
        elif child.tag == "footer" and not any(one.tag in BLOCKS for one in child.iter()):
            yield _said(child)
        else:
            yield from _blocks(child)


def _said(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize("slug", ENTRIES)
def test_its_page_says_what_was_typed_in_the_order_of_such_a_page(site: Site, slug: str) -> None:
    page = site.pages[slug]
    read = lines(page.tree.find(".//article"))
    assert read[: read.index("Verify this letter")] == READ[slug]
    assert page.heading == ENTRIES[slug].title


@pytest.mark.parametrize("slug", ENTRIES)
def test_its_plain_text_says_the_same(site: Site, slug: str) -> None:
    said, _, _edition = site.plain[slug].partition("\n-- \n")
    written = [line for line in said.splitlines() if line and not line.startswith("---")]
    assert written == list(in_plain_text(READ[slug]))


def in_plain_text(read: list[str]) -> Iterator[str]:
    """The lines of a page as its plain text has them."""
    for line in read:
        if line in ONLY_ON_PAGES or line.endswith(" signatories"):
            continue
        heading, _, count = line.rpartition(" ")
        if heading in {"Signatories", "Members that join", "Those who call"}:
            yield f"{heading} ({count})"
        elif line.startswith("“Nobody asked"):
            yield from line.replace(" — ", "\n— ").splitlines()
        elif line.startswith("We support the campaign"):
            yield from (line, "https://coast.example/campaign")
        else:
            said = line.replace("Read it.", "Read it <https://coast.example/report>.")
            yield from said.split(" / ", maxsplit=1 if "Photo: " in said else -1)


def test_the_listing_stands_in_the_editors_order(site: Site) -> None:
    listed = site.home.tree.find(".//ul[@class='letters']")
    assert lines(listed) == LISTED


def test_the_feed_tells_each_with_its_deck_and_who_says_it(site: Site) -> None:
    told = {one.findtext(f"{ATOM}title"): one.findtext(f"{ATOM}summary") for one in site.atom.iter(f"{ATOM}entry")}
    assert told == FED
    assert next(iter(told)) == "Update: Protect those who write"


def test_everything_since_has_a_page_of_its_own_the_newest_first(site: Site) -> None:
    assert lines(site.updates.tree.find(".//article")) == [
        "Updates",
        "Protect those who write",
        "Everything that was published about this letter, the newest first.",
        "Update, 24 May 2027",
        "The final version is out.",
        "The release, 1 March 2027",
        "Edition 1",
    ]
    assert site.pages[ORDER[0]].links()["All updates"] == f"/letters/{ORDER[0]}/updates"
    assert "All updates" not in site.pages["keep-your-word"].links()


def test_recommendations_and_titles_can_be_linked_to(site: Site) -> None:
    page = site.pages["ten-demands-to-the-summit"]
    assert {element.get("id") for element in page.tree.iter("li")} >= {f"r{place}" for place in range(1, 11)}
    assert site.pages["they-call-it-a-free-press"].links()["Reporters of the Coast"] == "https://coast.example/campaign"


def test_nobody_withheld_is_read_anywhere(site: Site) -> None:
    said = "".join(page.text for page in (*site.pages.values(), site.home)) + "".join(site.plain.values())
    assert LIGHTS not in said
    assert site.pages["ten-demands-to-the-summit"].text.count(PEACE) == 0


def test_what_nobody_signs_has_no_list_to_find_wrong(site: Site) -> None:
    links = site.pages["ana-ruiz-is-free"].links()
    assert "Something wrong with this list?" not in links
    assert "names as CSV" not in links
