"""The reviewed table: every page, and what somebody sees there in every state of its door (PAGES §2).

A page is the rule of its route; where the rule offers several words, one page for each. Its line gives for each state
the heading and, where the heading alone does not tell this state from another, words that are read below it. EACH
stands for the states that the line does not name. The doors, their states and how those are arranged stand in
`tests/house/worlds.py`: a new state goes there, and here only into the lines of pages that look different in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

EACH: Final = "each state that is not named"


@dataclass(frozen=True, slots=True)
class Seen:
    """A page: its heading ("" where it is of a day), words on it, its status."""

    heading: str
    says: str = ""
    status: int = 200
    language: str = ""
    """Where it is in one language, whoever looks."""


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is no page: its media type."""

    media_type: str


@dataclass(frozen=True, slots=True)
class Leads:
    """Another page, to which this one leads whoever comes."""

    to: str


@dataclass(frozen=True, slots=True)
class Never:
    """A state that this page can not be in, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was sent as it should not be, in a state of its door: words of the answer, its status."""

    state: str
    says: str
    status: int = 422
    fields: dict[str, str] = field(default_factory=dict)
    """What is sent; nothing but the form's token, where it is empty."""


@dataclass(frozen=True, slots=True)
class Acts:
    """A form in which nothing can be wrong, and why."""

    why: str


Line: TypeAlias = "dict[str, Seen | File | Leads | Never]"


def in_english(line: dict[str, Seen]) -> dict[str, Seen]:
    """The same pages where the contact's language is taken, for the address names none."""
    return {state: replace(seen, language="en") for state, seen in line.items()}


def in_each(states: tuple[str, ...], heading: str) -> dict[str, Seen]:
    """One heading in several states."""
    return {state: Seen(heading) for state in states}


TRIED_OFTEN: Final = "guessed@freevoices.example"
NOT_FOUND: Final = Seen("There is no page at this address", status=404)
TITLE: Final = "Free the reporters"

SIGNED: Final = (
    "signed",
    "signed by a colleague",
    "withheld",
    "disputed",
    "asked to keep",
    "kept",
    "corrected",
    "objected",
    "shown the proof",
    "recorded",
    "signed and closed",
    "published",
)
THE_LETTER: Final = {
    "in consultation": Seen(TITLE, "The text is open for comments"),
    "not answered": Seen(TITLE, "Go to your answer"),
    "signed": Seen(TITLE, "You signed for Kalina Press Club on"),
    "signed by a colleague": Seen(TITLE, "You do not need to do anything."),
    "withheld": Seen(TITLE, "The name is withheld."),
    "disputed": Seen(TITLE, "This signature is disputed"),
    "asked to keep": Seen(TITLE, "The text has changed: an answer is due"),
    "kept": Seen(TITLE, "You signed for Kalina Press Club on"),
    "corrected": Seen(TITLE, "See what changed, or object"),
    "objected": Seen(TITLE, "You have objected"),
    "shown the proof": Seen(TITLE),
    "recorded": Seen(TITLE, "Confirm it, or say that it is not right"),
    "foreseen": Seen(TITLE, "Kalina Press Club signs, unless you say no"),
    "declined": Seen(TITLE, "You declined for Kalina Press Club on"),
    "withdrawn": Seen(TITLE, "You withdrew the signature of Kalina Press Club on"),
    "closed": Seen(TITLE, "Signing closed on"),
    "signed and closed": Seen(TITLE, "Withdraw the signature"),
    "published": Seen(TITLE, "Read the letter as it was published"),
    "cancelled": Seen(TITLE, "This letter was cancelled"),
    "waits for approval": Seen(TITLE, "A colleague has to approve"),
    "to approve": Seen(TITLE, "Your approval is asked"),
    "needs time": Seen(TITLE, "Until then you get no reminders."),
    "muted": Seen(TITLE, "You get no more mails about this letter."),
}
ALL: Final = tuple(THE_LETTER)
ENDED: Final = {
    "revoked": Seen("This link was ended", status=410),
    "replaced": Seen("This link was replaced by a newer one", status=410),
    "expired": Seen("This link has expired", status=410),
}
NO_LINK: Final = {
    "not ours": Seen("Paste the link from your mail"),
    "no cookie": Seen("Paste the link from your mail"),
}
UNDECIDED: Final = ("not answered", "foreseen", "declined", "withdrawn", "needs time", "muted")
OPEN: Final = (
    "in consultation",
    "not answered",
    "waits for approval",
    "to approve",
    "needs time",
    "muted",
    *SIGNED[:-2],
    "declined",
    "withdrawn",
    "foreseen",
)
HANDED_OVER: Final = {"passed on": Seen("You have handed this over")}
SIGNING_DOOR: Final = THE_LETTER | HANDED_OVER | ENDED | NO_LINK
OF_A_FORM: Final = {EACH: Leads("/invitation/<uuid:invitation_id>")}
"""The address that a form was sent to, opened by hand: the letter again."""

OWN_PAGE: Final = {
    "no code": Seen("A code opens this page"),
    "ended": Seen("This link was replaced by a newer one", status=410),
    "no cookie": Seen("Open this page with the link from your mail"),
}
"""An organisation's own page, where it is not open."""


def led(page: str) -> Line:
    """The address of a form of the own page, opened by hand."""
    return {**OWN_PAGE, "open": Leads(f"/organisation/<uuid:organisation_id>{page}")}


CALL_ENDED: Final = {
    "ended": Seen("This call has ended", status=410),
    "not ours": Seen("This link does not work", status=404),
}

PAGES: Final[dict[str, Line]] = {
    # -- readers
    "/": {
        "filled": Seen("Letters", TITLE, language="en"),
        "empty": Seen("Letters", "No letter is published yet.", language="en"),
    },
    "/<language>/": {
        "filled": Seen("الرسائل", TITLE, language="ar"),
        "empty": Seen("الرسائل", "لم تُنشر أي رسالة بعد.", language="ar"),
    },
    "/feed.atom": {EACH: File("application/atom+xml")},
    "/feed.json": {EACH: File("application/feed+json")},
    "/feeds/<path:rest>": {EACH: NOT_FOUND},
    "/sitemap.xml": {EACH: File("application/xml")},
    "/robots.txt": {EACH: File("text/plain")},
    "/.well-known/security.txt": {EACH: File("text/plain")},
    "/.well-known/coalition-keys.json": {EACH: File("application/json")},
    "/.well-known/coalition-keys/<path:rest>": {EACH: NOT_FOUND},
    "/api/v1/<path:rest>": {EACH: NOT_FOUND},
    "/oembed": {EACH: NOT_FOUND},
    "/about": {EACH: Seen("About us", language="en")},
    "/privacy": {EACH: Seen("Privacy", "no cookie", language="en")},
    "/accessibility": {EACH: Seen("Accessibility", "WCAG 2.2", language="en")},
    "/corrections": {EACH: Seen("Corrections", "never changes in silence", language="en")},
    "/<language>/about": {EACH: Seen("", language="ar")},
    "/<language>/privacy": {EACH: Seen("", language="ar")},
    "/<language>/accessibility": {EACH: Seen("", "WCAG 2.2", language="ar")},
    "/<language>/corrections": {EACH: Seen("", language="ar")},
    "/health": {EACH: File("text/plain")},
    "/health/seen": {EACH: NOT_FOUND},
    "/health/web": {EACH: File("text/plain")},
    "/left": {EACH: Seen("You have left")},
    "/letters/<path:rest>": {
        EACH: NOT_FOUND,
        "published": Seen(TITLE, "2 signatories"),
        "being made": Seen("The site is busy", "Load the page again in a minute.", status=503),
    },
    "/lost": {EACH: Seen("Help with your link")},
    "/safety": {EACH: Seen("Safety", language="en")},
    "/<language>/safety": {EACH: Seen("السلامة", language="ar")},
    "/photos/<name>": {EACH: NOT_FOUND},
    "/documents/<digest>/<name>": {EACH: NOT_FOUND},
    "/demo/mailbox": {"demonstration": Seen("Demo mailbox", TITLE), "no demonstration": NOT_FOUND},
    "/demo/mailbox/<uuid:mail_id>": {
        "demonstration": Seen("", ": please decide by"),
        "no demonstration": NOT_FOUND,
    },
    "/demo/mailbox/<uuid:mail_id>/html": {
        "demonstration": Seen("Will Kalina Press Club sign?", language="en"),
        "no demonstration": NOT_FOUND,
    },
    # -- asking to be on a list
    "/letters/<slug>/list": {EACH: Seen("Something wrong with this list?"), "no such letter": NOT_FOUND},
    "/letters/<slug>/list/<language>": {EACH: Seen("Something wrong with this list?"), "no such letter": NOT_FOUND},
    "/letters/<slug>/signatories": {
        EACH: Seen(TITLE, "1 signatory"),
        "no such letter": NOT_FOUND,
    },
    "/letters/<slug>/signatories/<language>": {EACH: Seen(TITLE, "1 signatory"), "no such letter": NOT_FOUND},
    "/letters/<slug>/reported": {EACH: Seen("Thank you"), "no such letter": NOT_FOUND},
    "/letters/<slug>/reported/<language>": {EACH: Seen("Thank you"), "no such letter": NOT_FOUND},
    "/letters/<slug>/verify": {EACH: Seen("Verify this letter"), "no such letter": NOT_FOUND},
    "/letters/<slug>/verify/<language>": {EACH: Seen("Verify this letter"), "no such letter": NOT_FOUND},
    "/letters/<slug>/ask": {
        "takes requests": Seen("Ask to be added"),
        "takes none": Seen("No requests are taken here", status=404),
        "no such letter": NOT_FOUND,
    },
    "/letters/<slug>/ask/<language>": {
        "takes requests": Seen("Ask to be added"),
        "takes none": Seen("No requests are taken here", status=404),
        "no such letter": NOT_FOUND,
    },
    "/letters/<slug>/asked": {EACH: Seen("Look into your mailbox"), "no such letter": NOT_FOUND},
    "/letters/<slug>/asked/<language>": {EACH: Seen("Look into your mailbox"), "no such letter": NOT_FOUND},
    "/call/<token>": {"open": Seen(TITLE, "Ask to sign"), **CALL_ENDED},
    "/p/<token>": {
        "open": Seen(TITLE, "Preview for the press."),
        "ended": Seen("This preview has ended", status=410),
        "not ours": Seen("This link does not work", status=404),
    },
    "/p/<token>/photo": {
        "open": NOT_FOUND,
        "ended": Seen("This preview has ended", status=410),
        "not ours": Seen("This link does not work", status=404),
    },
    "/call/<token>/asked": {"open": Seen("Look into your mailbox"), **CALL_ENDED},
    "/c/<token>": {
        "asked": Seen("Was it you who asked to sign?"),
        "confirmed": Seen("Your address is confirmed"),
        "not them": Seen("It was not you"),
        "asked again": Seen("You have asked again since"),
        "accepted": Seen("Your request was accepted", "We have mailed you a link"),
        "accepted late": Seen("Your request was accepted", "Once it is open again"),
        "refused": Seen("Your request was not accepted"),
        "signs alone": Seen("You have signed", "Professor of Law, University of Split*"),
        "alone, asked to keep": Seen("Do you keep your signature?", "From version 1 to version 2"),
        "alone, corrected": Seen("You have signed", "I object to this change"),
        "alone, objected": Seen("You have objected", "keep my signature under version 2"),
        "alone, shown the proof": Seen("You have signed", "I object to this page"),
        "alone, suspended": Seen("Your signature is being looked into"),
        "alone, published": Seen("You have signed", "Copies and archives elsewhere may keep it."),
        "alone, cancelled": Seen("The letter is cancelled"),
        "alone, withdrawn": Seen("You have withdrawn your signature"),
        "alone, erased": Seen("Erased"),
        "not ours": Seen("This link does not work", status=404),
    },
    # -- the signing door
    "/i/": {EACH: Seen("This link does not work", status=404)},
    "/i/<path:token>": {
        **in_english(THE_LETTER | HANDED_OVER),
        "to approve": Seen("Do you approve the signature of Kalina Press Club?", language="en"),
        "asked to keep": Seen("Does Kalina Press Club keep its signature?", language="en"),
        "corrected": Seen("The typing was corrected", language="en"),
        "shown the proof": Seen("The page before it is published", language="en"),
        "recorded": Seen("It is recorded that Kalina Press Club signs", language="en"),
        **ENDED,
        "not ours": Seen("This link does not work", status=404),
        "no cookie": Never("the link itself brings the cookie"),
    },
    "/invitation/<uuid:invitation_id>": {**SIGNING_DOOR},
    "/invitation/<uuid:invitation_id>/changes": {
        **SIGNING_DOOR,
        "asked to keep": Seen("Does Kalina Press Club keep its signature?"),
        "corrected": Seen("The typing was corrected"),
        "objected": Seen("Kalina Press Club has objected"),
    },
    "/invitation/<uuid:invitation_id>/comments": {**SIGNING_DOOR, **in_each(OPEN, "Ask, or comment on the text")},
    "/invitation/<uuid:invitation_id>/comment": {**SIGNING_DOOR, **in_each(ALL, "Comment on the whole text")},
    "/invitation/<uuid:invitation_id>/comment/<key>": {**SIGNING_DOOR, **in_each(ALL, "Comment on: Title")},
    "/invitation/<uuid:invitation_id>/my-comments": {**SIGNING_DOOR, **in_each(ALL, "Your comments")},
    "/invitation/<uuid:invitation_id>/pass-on": {
        **SIGNING_DOOR,
        **in_each((*UNDECIDED, "in consultation", "waits for approval", "to approve"), "Pass on to a colleague"),
    },
    "/invitation/<uuid:invitation_id>/approval": {
        **SIGNING_DOOR,
        **in_each(UNDECIDED, "A colleague must approve"),
        "waits for approval": Seen("A colleague has to approve", "Nothing is signed yet."),
        "to approve": Seen("Do you approve the signature of Kalina Press Club?", "Or do not approve"),
    },
    "/invitation/<uuid:invitation_id>/more-time": {
        **SIGNING_DOOR,
        **in_each((*UNDECIDED, "waits for approval", "to approve"), "We need more time"),
    },
    "/invitation/<uuid:invitation_id>/deadline.ics": {
        **SIGNING_DOOR,
        **dict.fromkeys(ALL, File("text/calendar")),
        **dict.fromkeys(("in consultation", "closed", "signed and closed", "published", "cancelled"), NOT_FOUND),
    },
    "/invitation/<uuid:invitation_id>/mute": {
        **SIGNING_DOOR,
        **in_each((*ALL, "passed on"), "I did not expect this mail"),
        "muted": Seen("I did not expect this mail", "I want the mails again"),
    },
    "/invitation/<uuid:invitation_id>/unmute": {EACH: Leads("/invitation/<uuid:invitation_id>/mute")},
    "/invitation/<uuid:invitation_id>/take-it-back": {**OF_A_FORM},
    "/invitation/<uuid:invitation_id>/approve": {**OF_A_FORM},
    "/invitation/<uuid:invitation_id>/refuse": {**OF_A_FORM},
    "/invitation/<uuid:invitation_id>/take-approval-back": {**OF_A_FORM},
    "/u/": {EACH: Seen("This link does not work", status=404)},
    "/u/<path:token>": {
        "wanted": Seen("Which mails do you want to stop?"),
        "passed on": Seen("Which mails do you want to stop?", language="en"),
        "stopped": Seen("These mails are stopped", "I want the mails again", language="en"),
        "revoked": ENDED["revoked"],
        "replaced": ENDED["replaced"],
        "not ours": Seen("This link does not work", status=404),
    },
    "/invitation/<uuid:invitation_id>/take-back": {EACH: Leads("/invitation/<uuid:invitation_id>/my-comments")},
    "/invitation/<uuid:invitation_id>/proof": {
        **SIGNING_DOOR,
        "shown the proof": Seen("The page before it is published"),
    },
    "/invitation/<uuid:invitation_id>/foreseen": {
        **SIGNING_DOOR,
        "foreseen": Seen("Kalina Press Club signs, unless you say no", "To say no is no refusal"),
    },
    "/invitation/<uuid:invitation_id>/recorded": {
        **SIGNING_DOOR,
        "recorded": Seen("It is recorded that Kalina Press Club signs", "Is this right?"),
    },
    "/invitation/<uuid:invitation_id>/answer/<uuid:comment_id>": {EACH: Never("nobody commented")},
    "/invitation/<uuid:invitation_id>/keep": {**OF_A_FORM},
    "/invitation/<uuid:invitation_id>/ask": {**OF_A_FORM},
    "/invitation/<uuid:invitation_id>/object": {**OF_A_FORM},
    "/invitation/<uuid:invitation_id>/ledger": {
        **SIGNING_DOOR,
        **in_each((*SIGNED, "declined", "withdrawn", "cancelled"), "What is recorded"),
    },
    "/invitation/<uuid:invitation_id>/receipt": {
        **SIGNING_DOOR,
        **in_each(("signed", "withheld", "signed and closed", "published"), "You have signed"),
        **in_each(("asked to keep", "corrected", "shown the proof"), "You have signed"),
        "kept": Seen("The signature is kept"),
        "objected": Seen("The objection is recorded"),
        "signed by a colleague": Seen("Signed", "Kalina Ivanova signed for Kalina Press Club"),
        "recorded": Seen("Signed", "because Ana Petrova said so"),
        "withheld": Seen("You have signed", "None: the name is withheld"),
        "disputed": Seen("The signature is disputed"),
        "declined": Seen("You have declined"),
        "withdrawn": Seen("The signature is withdrawn"),
    },
    "/invitation/<uuid:invitation_id>/printed-name": {**SIGNING_DOOR, **in_each(SIGNED, "Correct the printed name")},
    "/invitation/<uuid:invitation_id>/visibility": {
        **SIGNING_DOOR,
        **in_each(SIGNED, "Withhold the name"),
        "withheld": Seen("The name is withheld"),
    },
    "/invitation/<uuid:invitation_id>/withdraw": {**SIGNING_DOOR, **in_each(SIGNED, "Withdraw the signature")},
    "/invitation/<uuid:invitation_id>/not-us": {**SIGNING_DOOR, **in_each(SIGNED, "This was not us")},
    "/invitation/<uuid:invitation_id>/sign": {**OF_A_FORM},
    "/invitation/<uuid:invitation_id>/decline": {**OF_A_FORM},
    "/invitation/<uuid:invitation_id>/reveal": {**OF_A_FORM},
    "/invitation/<uuid:invitation_id>/leave": {**OF_A_FORM},
    # -- an organisation's own page
    "/lost/asked": {EACH: Seen("Look at your mail")},
    "/organisations/<path:rest>": {"filled": Seen("Kalina Press Club", TITLE, language="en"), "empty": NOT_FOUND},
    "/logos/<name>": {EACH: NOT_FOUND},
    "/o/": {EACH: Seen("This link does not work", status=404)},
    "/o/<path:token>": {
        **OWN_PAGE,
        "open": Seen("A code opens this page"),
        "no cookie": Seen("This link does not work", status=404),
    },
    "/organisation/<uuid:organisation_id>": {**OWN_PAGE, "open": Seen("The page of your organisation", TITLE)},
    "/organisation/<uuid:organisation_id>/code": {
        EACH: Leads("/organisation/<uuid:organisation_id>"),
    },
    "/organisation/<uuid:organisation_id>/right": led(""),
    "/organisation/<uuid:organisation_id>/hide": led(""),
    "/organisation/<uuid:organisation_id>/leave": led(""),
    "/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>": {
        **OWN_PAGE,
        "open": Seen(TITLE, "The text as signed, version 1"),
    },
    **{
        f"/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/{act}": led("/letters/<uuid:letter_id>")
        for act in ("withhold", "withdraw", "ledger", "text", "logo", "proof")
    },
    "/organisation/<uuid:organisation_id>/entry": {**OWN_PAGE, "open": Seen("Short form, sorting, logo")},
    "/organisation/<uuid:organisation_id>/entry/logo": led("/entry"),
    "/organisation/<uuid:organisation_id>/entry/logo/remove": led("/entry"),
    "/organisation/<uuid:organisation_id>/logo": {**OWN_PAGE, "open": NOT_FOUND},
    "/organisation/<uuid:organisation_id>/identity": {
        **OWN_PAGE,
        "open": Seen("Another name, country, website or kind"),
    },
    "/organisation/<uuid:organisation_id>/identity/<uuid:change_id>/take-back": led("/identity"),
    "/organisation/<uuid:organisation_id>/contacts/new": {**OWN_PAGE, "open": Seen("Add a contact")},
    "/organisation/<uuid:organisation_id>/contacts/<uuid:contact_id>": {**OWN_PAGE, "open": Seen("Kalina Ivanova")},
    "/organisation/<uuid:organisation_id>/contacts/<uuid:contact_id>/end": led("/contacts/<uuid:contact_id>"),
    "/organisation/<uuid:organisation_id>/beforehand": {**OWN_PAGE, "open": Seen("Agreeing beforehand")},
    "/organisation/<uuid:organisation_id>/beforehand/<uuid:consent_id>": led("/beforehand"),
    "/organisation/<uuid:organisation_id>/public-page": {**OWN_PAGE, "open": Seen("Public page")},
    "/organisation/<uuid:organisation_id>/held": {**OWN_PAGE, "open": Seen("What is held")},
    **{
        f"/organisation/<uuid:organisation_id>/held/{act}": led("/held")
        for act in ("download", "erase-me", "erase-entry")
    },
    "/invitation/<uuid:invitation_id>/own-page": {
        **SIGNING_DOOR,
        **in_each(ALL, "Everything Kalina Press Club signed, and its details"),
    },
    "/desk/directory/changes": {
        "filled": Seen("Changes that organisations ask for", "https://kalina.example"),
        "empty": Seen("Changes that organisations ask for", "Nothing waits."),
    },
    # -- the desk
    "/desk": {"filled": Seen("Letters", "What needs you"), "empty": Seen("Letters", "There is no letter yet.")},
    "/desk/account": {EACH: Seen("Your account")},
    "/desk/second-step": {
        "owed": Seen("The second step", "The six digits that the app shows now"),
        "given": Seen("Letters", "There is no letter yet."),
    },
    "/desk/prove": {
        "old proof": Seen("Is it you?", "It counts for ten minutes."),
        "fresh proof": Seen("Letters", "There is no letter yet."),
    },
    "/desk/account/second-step": {
        "filled": Seen("Your second step", "3 recovery codes are left."),
        "empty": Seen("Your second step", "Browsers make passkeys only for a site with a name and https."),
        "required": Seen("Your second step", "this is all you see of the desk"),
    },
    "/desk/account/second-step/app": {
        "filled": Seen("Set up an app", "shows valid codes until this one has shown its first"),
        EACH: Seen("Set up an app", "Or type this secret into the app"),
    },
    "/desk/account/second-step/app/remove": {
        "filled": Seen("Remove the app?", "The others go on working."),
        EACH: Leads("/desk/account/second-step"),
    },
    "/desk/account/second-step/codes": {
        "filled": Seen("Make new recovery codes?", "Those from before cease to work."),
        EACH: Leads("/desk/account/second-step"),
    },
    "/desk/account/second-step/passkey": {EACH: Seen("Add a passkey")},
    "/desk/account/second-step/passkey/<uuid:passkey_id>/remove": {
        "filled": Seen("Remove the passkey?", "Blue key"),
        EACH: Never("there is none to be removed"),
    },
    "/desk/team/<uuid:account_id>/second-step": {
        "filled": Seen("Take the second step of Omar Haddad away?", "They have none."),
        "empty": Seen("Take the second step of ليلى away?", "They have none."),
    },
    "/desk/directory": {
        "filled": Seen("Directory", "Amman Writers’ House"),
        "empty": Seen("Directory", "1 organisation"),
    },
    "/desk/directory/<uuid:organisation_id>": {
        "filled": Seen("Kalina Press Club", TITLE),
        "empty": Seen("New Voices", "It was invited to none of the letters of your teams."),
    },
    "/desk/directory/<uuid:organisation_id>/contacts/new": {EACH: Seen("Add a contact")},
    "/desk/directory/<uuid:organisation_id>/edit": {
        "filled": Seen("Edit Kalina Press Club"),
        "empty": Seen("Edit New Voices"),
    },
    "/desk/directory/contacts/<uuid:contact_id>/edit": {
        "filled": Seen("Edit the contact"),
        "empty": Never("there is nobody to be edited"),
    },
    "/desk/directory/<uuid:organisation_id>/confidential": {
        "filled": Seen("Code name of Kalina Press Club"),
        "empty": Seen("Code name of New Voices"),
    },
    "/desk/directory/<uuid:organisation_id>/merge": {
        "filled": Seen("Merge Kalina Press Club with", "No organisation is like it."),
        "empty": Seen("Merge New Voices with", "No organisation is like it."),
    },
    "/desk/directory/<uuid:organisation_id>/merge/<uuid:other_id>": {
        "filled": Seen("Merge Kalina Press Club and Amman Writers’ House", "This can not be undone."),
        "empty": Never("there is one organisation"),
    },
    "/desk/directory/duplicates": {
        "filled": Seen("Likely duplicates", "Nothing is merged by itself."),
        "empty": Seen("Likely duplicates", "No two organisations look like one."),
    },
    "/desk/directory/export": {EACH: Seen("Take out the directory", "The record notes")},
    "/desk/directory/groups": {
        "filled": Seen("Groups", "Balkans"),
        "empty": Seen("Groups", "There is no group yet."),
    },
    "/desk/directory/groups/<uuid:group_id>": {
        "filled": Seen("Balkans", "End the group"),
        "empty": Never("there is no group"),
    },
    "/desk/directory/import": {EACH: Seen("Paste or upload a list")},
    "/desk/directory/organisations.csv": {EACH: File("text/csv")},
    "/desk/directory/new": {EACH: Seen("Add an organisation")},
    "/desk/letters/import": {EACH: Seen("Take over a letter")},
    "/desk/letters/new": {EACH: Seen("New letter")},
    "/desk/letters/open-archive": {EACH: Seen("Take over a letter from its archive")},
    "/desk/codes": {EACH: Seen("Codes to read out", "Nobody waits for a code now.")},
    "/desk/machine": {EACH: Seen("The machine", "How it is")},
    "/desk/outbox": {"filled": Seen("Outbox", "taken by the mail server"), "empty": Seen("Outbox", "1 waiting")},
    "/desk/set-up/<token>": {
        "fresh link": Seen("Choose a password", "Omar Haddad"),
        "used link": Seen("This link does not work", status=404),
        "not ours": Seen("This link does not work", status=404),
    },
    "/desk/settings": {EACH: Seen("Settings")},
    "/desk/settings/letterhead": {EACH: Seen("Letterhead", "A logo at the head of every PDF and word file.")},
    "/desk/settings/letterhead/image": {EACH: NOT_FOUND},
    "/desk/settings/webhooks": {
        "filled": Seen("Webhooks", "https://mirror.example/hooks"),
        "empty": Seen("Webhooks", "No address is told yet."),
    },
    "/desk/settings/webhooks/<uuid:webhook_id>": {
        "filled": Seen("Webhook", "Send a test"),
        "empty": Never("there is no webhook"),
    },
    "/desk/site": {
        "filled": Seen("Public site", "Order of the letters"),
        "empty": Seen("Public site", "Pages of the site"),
    },
    "/desk/site/<page>/<language>": {EACH: Seen("", "The page as readers see it")},
    "/desk/sign-in": {"signed out": Seen("Sign in"), "signed in": Seen("Letters", "What needs you")},
    "/desk/sign-in/code": {"signed out": Seen("Enter the code"), "signed in": Seen("Letters", "What needs you")},
    "/desk/team": {EACH: Seen("Team", "Nadia Rahimi (you)")},
    "/desk/team/letters": {
        "filled": Seen("Letters without a coordinator", "Appoint the coordinator"),
        "empty": Seen("Letters without a coordinator", "Every letter has somebody who coordinates it."),
    },
    "/desk/team/<uuid:account_id>/end": {
        "filled": Seen("End the account of Omar Haddad?"),
        "empty": Never("nobody ends their own account"),
    },
    # -- the desk of a letter
    "/desk/letters/<uuid:letter_id>": {
        "draft": Seen(f"{TITLE} Draft", "Do these in any order."),
        "in consultation": Seen(f"{TITLE} In consultation"),
        "open": Seen(f"{TITLE} Open for signature", "Add more people"),
        "being rewritten": Seen(f"{TITLE} Open for signature"),
        "amended": Seen(f"{TITLE} Open for signature"),
        "closed": Seen(f"{TITLE} Closed", "Check and publish"),
        "cancelled": Seen(f"{TITLE} Cancelled"),
        "published": Seen(f"{TITLE} Published", "Where it is published"),
    },
    "/desk/letters/<uuid:letter_id>/calls": {
        EACH: Seen("Call sheet", "There is nobody to call here."),
        "in consultation": Seen("Call sheet", "No telephone known"),
    },
    "/desk/letters/<uuid:letter_id>/missing": {
        EACH: Seen("Missing voices", "There is an answer from everywhere."),
        "draft": Seen("Missing voices", "Nobody was asked yet."),
        "in consultation": Seen("Missing voices", "Belarus"),
    },
    "/desk/letters/<uuid:letter_id>/archive": {EACH: Seen("Letter archive")},
    "/desk/letters/<uuid:letter_id>/import": {EACH: Seen("Bring the text from a file")},
    "/desk/letters/<uuid:letter_id>/import/<language>": {EACH: Seen("Bring the text from a file")},
    "/desk/letters/<uuid:letter_id>/import/<language>/<uuid:source_id>": {
        EACH: NOT_FOUND,
        **in_each(("draft", "being rewritten"), "The text beside its file"),
    },
    "/desk/letters/<uuid:letter_id>/ledger": {EACH: Seen("Ledger of consents")},
    "/desk/letters/<uuid:letter_id>/team": {EACH: Seen("Team of the letter")},
    "/desk/letters/<uuid:letter_id>/translate/<language>": {
        EACH: Never("the language of the address governs: there is nothing to translate into it")
    },
    "/desk/letters/<uuid:letter_id>/amend": {
        EACH: Seen("Put a version forward", "There is no further version"),
        "being rewritten": Seen("Put version 2 forward", "Who is written to"),
    },
    "/desk/letters/<uuid:letter_id>/proof": {EACH: Seen("Page proof")},
    "/desk/letters/<uuid:letter_id>/versions": {EACH: Seen("Versions")},
    "/desk/letters/<uuid:letter_id>/versions/<int:first>..<int:second>": {
        EACH: NOT_FOUND,
        **in_each(("being rewritten", "amended"), "From version 1 to version 2: English"),
    },
    "/desk/letters/<uuid:letter_id>/versions/<int:first>..<int:second>/<tag>": {
        EACH: NOT_FOUND,
        **in_each(("being rewritten", "amended"), "From version 1 to version 2: English"),
    },
    "/desk/letters/<uuid:letter_id>/addressees": {
        EACH: Seen("Addressees", "The letter was shown to organisations."),
        "draft": Seen("Addressees", "Save the addressees"),
        "being rewritten": Seen("Addressees", "You are writing version 2"),
    },
    "/desk/letters/<uuid:letter_id>/comments": {EACH: Seen("Comments")},
    "/desk/letters/<uuid:letter_id>/codes": {EACH: Seen("Codes to read out", "Nobody waits for a code now.")},
    "/desk/letters/<uuid:letter_id>/disputes": {EACH: Seen("Disputed signatures", "Nothing is disputed now.")},
    "/desk/letters/<uuid:letter_id>/reports": {EACH: Seen("Something wrong with the list?", "Nothing waits.")},
    "/desk/directory/<uuid:organisation_id>/hide": {EACH: Seen("Take a name off every list", "You see no letter here")},
    "/desk/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/list": {
        EACH: Seen("On the list", "Suspend the signature"),
        "draft": NOT_FOUND,
        "in consultation": NOT_FOUND,
    },
    "/desk/letters/<uuid:letter_id>/consultation": {EACH: Seen("Asking for comments")},
    "/desk/letters/<uuid:letter_id>/reminders": {
        EACH: Seen("Reminders", "Signing is over: nobody is reminded any more."),
        **in_each(("draft", "in consultation"), "Reminders"),
        **in_each(("open", "being rewritten", "amended"), "Reminders"),
    },
    "/desk/letters/<uuid:letter_id>/cancel": {
        EACH: Seen("Cancel this letter", "Everybody who was asked gets a mail that says so."),
        "draft": Seen("Cancel this letter", "It was not sent: nobody is told."),
        "cancelled": Seen("Cancel this letter", "The letter is cancelled."),
        "published": Seen("Cancel this letter", "A published letter is not cancelled."),
    },
    "/desk/letters/<uuid:letter_id>/press-preview": {
        EACH: Seen("Press preview", "Make a preview"),
        "cancelled": Seen("Press preview", "nobody outside its team reads it."),
        "published": Seen("Press preview", "everybody can read it."),
    },
    "/desk/letters/<uuid:letter_id>/call": {
        EACH: Seen("Open call", "Signing is not open"),
        **in_each(("open", "being rewritten", "amended"), "Open call"),
    },
    "/desk/letters/<uuid:letter_id>/requests": {
        EACH: Seen("Requests to sign", "Nothing here."),
        **in_each(("open", "being rewritten", "amended"), "Requests to sign"),
        "closed": Seen("Requests to sign", "waits until the letter is open or rolling again"),
        "published": Seen("Requests to sign", "waits until the letter is open or rolling again"),
        "cancelled": Seen("Requests to sign", "Reporters of the Coast"),
    },
    "/desk/letters/<uuid:letter_id>/replies": {EACH: Seen("Replies by mail", "Yes, we sign.")},
    "/desk/letters/<uuid:letter_id>/requests/rule": {EACH: Seen("Refuse many at once")},
    "/desk/letters/<uuid:letter_id>/individuals": {EACH: Seen("Individuals", "Nobody has signed for themselves.")},
    "/desk/letters/<uuid:letter_id>/clone": {EACH: Seen("Use this letter again")},
    "/desk/letters/<uuid:letter_id>/list": {EACH: Seen("How the list looks")},
    "/desk/letters/<uuid:letter_id>/list/parts": {EACH: Seen("Parts of the list")},
    "/desk/letters/<uuid:letter_id>/list/places": {EACH: Seen("Who stands where")},
    "/desk/letters/<uuid:letter_id>/choices": {EACH: Seen("Kind, who may sign, list of names")},
    "/desk/letters/<uuid:letter_id>/about": {EACH: Seen("Co-leads, series, topics, press")},
    "/desk/letters/<uuid:letter_id>/close": {
        "draft": Seen("Extend or close", "there is nothing to close"),
        EACH: Seen("Extend or close", "Signing goes on until then."),
        "in consultation": Seen("Extend or close", "there is nothing to close"),
        "closed": Seen("Open again", "The letter opens for signature again until then."),
        "cancelled": Seen("Extend or close", "there is nothing to close"),
        "published": Seen("Open again", "Who signs from now on is added to its list after publication."),
    },
    "/desk/letters/<uuid:letter_id>/dates": {
        EACH: Seen("Deadline and dates", "Extend or close"),
        "in consultation": Seen("Deadline and dates"),
        "draft": Seen("Deadline and dates", "Everybody sees it in this time zone, in UTC and in their own."),
    },
    "/desk/letters/<uuid:letter_id>/languages": {
        EACH: Seen("Languages", "Shown"),
        "being rewritten": Seen("Languages", "You are writing version 2"),
        "draft": Seen("Languages", "Let Arabic govern"),
    },
    "/desk/letters/<uuid:letter_id>/letter-file": {EACH: File("application/json")},
    "/desk/letters/<uuid:letter_id>/log": {EACH: Seen("What was done")},
    "/desk/letters/<uuid:letter_id>/mail": {EACH: Seen("Mail", "As it will arrive")},
    "/desk/letters/<uuid:letter_id>/mail/<uuid:invitation_id>.html": {
        EACH: Seen("Will Kalina Press Club sign?", language="en"),
        "in consultation": Seen("What does Kalina Press Club think of this text?", language="en"),
    },
    "/desk/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>": {
        EACH: Seen("Kalina Press Club Signed", "Answered by"),
        "draft": Seen("Kalina Press Club Not written to yet", "Take off the list"),
        "in consultation": Seen("Kalina Press Club No answer"),
        "amended": Seen("Kalina Press Club Signed an earlier text, asked again"),
    },
    "/desk/letters/<uuid:letter_id>/people": {
        EACH: Seen("People", "Add people"),
        "draft": Seen("People", "3 were not written to yet."),
        "closed": Seen("People", "Signing is over: nobody can be added."),
        "cancelled": Seen("People", "The letter is cancelled: nobody can be added."),
        "published": Seen("People", "The letter is published: nobody can be added."),
    },
    "/desk/letters/<uuid:letter_id>/people/choose": {
        EACH: Seen("Choose from the directory"),
        "closed": Seen("Choose from the directory", "Signing is over: nobody can be added."),
        "cancelled": Seen("Choose from the directory", "The letter is cancelled: nobody can be added."),
        "published": Seen("Choose from the directory", "The letter is published: nobody can be added."),
    },
    "/desk/letters/<uuid:letter_id>/photo": {EACH: Seen("Photo", "A letter can do without.")},
    "/desk/letters/<uuid:letter_id>/photo/image": {EACH: NOT_FOUND},
    "/desk/letters/<uuid:letter_id>/documents": {EACH: Seen("Documents", "Attach a document")},
    "/desk/letters/<uuid:letter_id>/documents/<uuid:attachment_id>": {EACH: NOT_FOUND},
    "/desk/letters/<uuid:letter_id>/copies": {EACH: Seen("One copy for each addressee")},
    "/desk/letters/<uuid:letter_id>/copies/<int:place>/<language>.docx": {EACH: NOT_FOUND},
    "/desk/letters/<uuid:letter_id>/copies/<int:place>/<language>.pdf": {EACH: NOT_FOUND},
    "/desk/letters/<uuid:letter_id>/record": {EACH: Seen("For whom do you record an answer?")},
    "/desk/letters/<uuid:letter_id>/record/<uuid:evidence_id>": {EACH: Seen("What was recorded", "The evidence")},
    "/desk/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/hand-over": {
        EACH: Seen("A link to hand over to Kalina Ivanova")
    },
    "/desk/letters/<uuid:letter_id>/preview/<language>": {
        EACH: Seen(TITLE, "This is how readers will see the letter."),
        "closed": Seen(TITLE, "We, the 2 undersigned organisations"),
        "published": Seen(TITLE, "We, the 2 undersigned organisations"),
    },
    "/desk/letters/<uuid:letter_id>/preview/<language>.pdf": {EACH: File("application/pdf")},
    "/desk/letters/<uuid:letter_id>/notes": {EACH: Seen("Notes", "Write a note")},
    "/desk/letters/<uuid:letter_id>/notes/<uuid:note_id>": {EACH: Leads("/desk/letters/<uuid:letter_id>/notes")},
    "/desk/letters/<uuid:letter_id>/editions": {
        EACH: Seen("Editions", "The letter is not published."),
        "published": Seen("Editions", "Nobody waits."),
    },
    "/desk/letters/<uuid:letter_id>/delivery": {
        EACH: Seen("Delivery and responses", "The letter is not published."),
        "published": Seen("Delivery and responses", "Write down a response"),
    },
    "/desk/letters/<uuid:letter_id>/delivery/responses/<uuid:response_id>": {
        EACH: Leads("/desk/letters/<uuid:letter_id>/delivery")
    },
    "/desk/letters/<uuid:letter_id>/publish": {
        EACH: Seen("Check and publish", "Signing is not closed yet."),
        "closed": Seen("Check and publish", "has not signed: the list does not print it."),
        "cancelled": Seen("Check and publish", "The letter is cancelled."),
        "published": Seen("Published", "Edition 1"),
    },
    "/desk/letters/<uuid:letter_id>/send": {
        EACH: Seen("Check and send", "Everybody on the list was written to."),
        "draft": Seen("Check and send", "Goes to 3 people at 3 organisations"),
        "in consultation": Seen("Check and send"),
        "closed": Seen("Check and send", "Signing is over."),
        "cancelled": Seen("Check and send", "The letter is cancelled."),
        "published": Seen("Check and send", "The letter is published."),
    },
    "/desk/letters/<uuid:letter_id>/sign": {
        EACH: Seen("Your organisation’s signature", "Signatures are taken once the letter is sent"),
        **in_each(("open", "being rewritten", "amended"), "Your organisation’s signature"),
        "open": Seen("Your organisation’s signature", "You sign for Free Voices Network."),
    },
    "/desk/letters/<uuid:letter_id>/text/<language>": {EACH: Seen("Text: English")},
}

FORMS: Final[dict[str, Refused | Acts]] = {
    # -- the signing door
    "/invitation/<uuid:invitation_id>": Refused(
        "no cookie", "Copy the whole link from the mail", fields={"link": "https://letters.example/i/cut"}
    ),
    "/invitation/<uuid:invitation_id>/sign": Refused("not answered", "Enter your role"),
    "/invitation/<uuid:invitation_id>/keep": Refused("asked to keep", "keeps its signature under version 2"),
    "/invitation/<uuid:invitation_id>/comment": Refused("in consultation", "Choose what kind of comment this is"),
    "/invitation/<uuid:invitation_id>/take-back": Refused("in consultation", "This form is not there any more", 409),
    "/invitation/<uuid:invitation_id>/proof": Refused("shown the proof", "objects to this page"),
    "/invitation/<uuid:invitation_id>/recorded": Refused("recorded", "Tick that"),
    "/invitation/<uuid:invitation_id>/foreseen": Refused("foreseen", "is not to sign beforehand"),
    "/invitation/<uuid:invitation_id>/object": Refused("corrected", "objects to this change"),
    "/invitation/<uuid:invitation_id>/ledger": Acts("a file in one of two forms, the PDF unless JSON is chosen"),
    "/invitation/<uuid:invitation_id>/decline": Refused("not answered", "Tick that"),
    "/invitation/<uuid:invitation_id>/printed-name": Refused("signed", "Tick that the name is to be printed like this"),
    "/invitation/<uuid:invitation_id>/visibility": Refused("signed", "Choose how the name of"),
    "/invitation/<uuid:invitation_id>/reveal": Refused("withheld", "Tick that the name of"),
    "/invitation/<uuid:invitation_id>/withdraw": Refused("signed", "Tick that the signature of"),
    "/invitation/<uuid:invitation_id>/not-us": Refused("signed by a colleague", "did not agree to this signature"),
    "/invitation/<uuid:invitation_id>/pass-on": Refused("not answered", "Choose whether you can still answer yourself"),
    "/invitation/<uuid:invitation_id>/take-it-back": Refused("passed on", "Tick that you take it back"),
    "/invitation/<uuid:invitation_id>/approval": Refused("not answered", "Enter one email address"),
    "/invitation/<uuid:invitation_id>/approve": Refused("to approve", "Confirm that you may approve for"),
    "/invitation/<uuid:invitation_id>/refuse": Refused("to approve", "Tick that you do not approve it"),
    "/invitation/<uuid:invitation_id>/take-approval-back": Refused("waits for approval", "Tick that you take it back"),
    "/invitation/<uuid:invitation_id>/more-time": Refused("not answered", "Enter the day by which you answer"),
    "/invitation/<uuid:invitation_id>/mute": Refused("not answered", "Tick that you did not expect this mail"),
    "/invitation/<uuid:invitation_id>/unmute": Refused("muted", "Tick that you want the mails again"),
    "/hooks/mail": Acts("it has no page: a relay's machines send there, and nobody else is answered"),
    "/u/<path:token>": Refused("wanted", "Choose which mails"),
    "/invitation/<uuid:invitation_id>/leave": Acts("whoever leaves is gone"),
    # -- an organisation's own page
    "/lost": Refused("filled", "Enter the email address to which the links were mailed"),
    "/invitation/<uuid:invitation_id>/own-page": Refused("not answered", "Tick that you want the link by mail"),
    "/organisation/<uuid:organisation_id>/code": Refused(
        "no code", "Type the code: it has 8 digits", fields={"code": " "}
    ),
    "/organisation/<uuid:organisation_id>/leave": Acts("whoever leaves is gone"),
    "/organisation/<uuid:organisation_id>/right": Acts("one press"),
    "/organisation/<uuid:organisation_id>/hide": Refused("open", "Tick that the name is to leave every published list"),
    "/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/withhold": Refused("open", "Choose how the name of"),
    "/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/withdraw": Refused(
        "open", "Tick that the signature of"
    ),
    "/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/ledger": Acts("it only gives a file"),
    "/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/proof": Acts("it only gives a file"),
    "/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/text": Acts("it only gives a file"),
    "/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/logo": Acts("what is no yes is a no"),
    "/organisation/<uuid:organisation_id>/entry": Refused(
        "open", "Write at most 60 characters here.", fields={"acronym": "K" * 61}
    ),
    "/organisation/<uuid:organisation_id>/entry/logo": Refused("open", "Choose a picture file."),
    "/organisation/<uuid:organisation_id>/entry/logo/remove": Acts("one press"),
    "/organisation/<uuid:organisation_id>/identity": Refused("open", "Everything is as it stands already."),
    "/organisation/<uuid:organisation_id>/identity/<uuid:change_id>/take-back": Acts("one press"),
    "/organisation/<uuid:organisation_id>/contacts/new": Refused("open", "Enter the person’s name"),
    "/organisation/<uuid:organisation_id>/contacts/<uuid:contact_id>": Refused("open", "Enter the person’s name"),
    "/organisation/<uuid:organisation_id>/contacts/<uuid:contact_id>/end": Refused(
        "open", "Tick that this person is written to no more"
    ),
    "/organisation/<uuid:organisation_id>/beforehand": Refused("open", "Choose at least one kind of letter"),
    "/organisation/<uuid:organisation_id>/beforehand/<uuid:consent_id>": Acts("what is none ends with nothing"),
    "/organisation/<uuid:organisation_id>/public-page": Refused("open", "Choose whether there is a public page"),
    "/organisation/<uuid:organisation_id>/held/download": Acts("it only gives a file"),
    "/organisation/<uuid:organisation_id>/held/erase-me": Refused("open", "Tick that what is held on you"),
    "/organisation/<uuid:organisation_id>/held/erase-entry": Refused("open", "Tick that the entry of"),
    "/desk/directory/changes/<uuid:change_id>": Refused("filled", "Choose whether to accept the change"),
    "/invitation/<uuid:invitation_id>/ask": Refused("closed", "Tick that you ask to be added"),
    # -- asking to be on a list
    "/letters/<slug>/verify": Refused("takes requests", "Paste a copy of the letter, or choose a file"),
    "/letters/<slug>/verify/<language>": Refused("takes requests", "Paste a copy of the letter, or choose a file"),
    "/letters/<slug>/list": Refused("takes requests", "Write what is wrong"),
    "/letters/<slug>/list/<language>": Refused("takes requests", "Write what is wrong"),
    "/letters/<slug>/ask": Refused("takes requests", "Enter the name of your organisation"),
    "/letters/<slug>/ask/<language>": Refused("takes requests", "Enter your email address"),
    "/call/<token>": Refused("open", "Enter the name of your organisation"),
    "/c/<token>": Refused("asked", "Choose one of the two answers"),
    "/c/<token>/signature": Refused("signs alone", "Choose one of these answers"),
    "/c/<token>/name": Refused("signs alone", "Enter the name as it will be printed."),
    # -- the desk
    "/desk/account": Refused("filled", "Enter your name"),
    "/desk/account/mails": Acts("two ticks"),
    "/desk/account/second-step/app": Acts("a code of the secret that was offered; without it, it begins again"),
    "/desk/account/second-step/app/remove": Acts("one press, on a page that says what it does"),
    "/desk/account/second-step/codes": Acts("one press, on a page that says what it does"),
    "/desk/account/second-step/passkey": Acts(
        "a name, and an answer of the browser; here it makes none, and is told so"
    ),
    "/desk/account/second-step/passkey/<uuid:passkey_id>/remove": Acts("one press, on a page that says what it does"),
    "/desk/prove": Refused("old proof", "Enter your password"),
    "/desk/second-step": Refused("owed", "Enter the code"),
    "/desk/sign-in/passkey": Acts("what a browser answers for a passkey; anything else leads to the sign-in page"),
    "/desk/team/<uuid:account_id>/second-step": Acts("one press, on a page that says what it does"),
    "/desk/account/password": Refused("filled", "This is not your present password"),
    "/desk/directory/<uuid:organisation_id>/contacts/new": Refused("filled", "Enter the email address"),
    "/desk/directory/<uuid:organisation_id>/edit": Refused("filled", "Enter the organisation’s name"),
    "/desk/directory/contacts/<uuid:contact_id>/back": Acts("one press"),
    "/desk/directory/contacts/<uuid:contact_id>/edit": Refused("filled", "Enter the email address"),
    "/desk/directory/contacts/<uuid:contact_id>/left": Acts("one press"),
    "/desk/directory/<uuid:organisation_id>/confidential": Refused("filled", "Enter the code name"),
    "/desk/directory/<uuid:organisation_id>/merge/<uuid:other_id>": Refused("filled", "has changed meanwhile", 409),
    "/desk/directory/<uuid:organisation_id>/real-names": Acts("one press; a 404 where there is no code name"),
    "/desk/directory/<uuid:organisation_id>/uncover": Acts("one press"),
    "/desk/directory/duplicates/apart": Acts("one press on a pair"),
    "/desk/directory/export": Acts("a file"),
    "/desk/directory/groups": Refused("filled", "Enter the name of the group"),
    "/desk/directory/groups/<uuid:group_id>": Refused("filled", "Enter the name of the group"),
    "/desk/directory/groups/<uuid:group_id>/delete": Acts("one press"),
    "/desk/directory/import": Refused("empty", "There is no line in it."),
    "/desk/directory/in-groups": Refused("filled", "Tick organisations"),
    "/desk/directory/new": Refused("empty", "Enter the organisation’s name"),
    "/desk/letters/import": Refused("empty", "Choose a letter file."),
    "/desk/letters/open-archive": Refused("filled", "Choose a letter archive."),
    "/desk/letters/new": Refused("empty", "Give the letter a title."),
    "/desk/outbox": Acts("one press on a mail, or on the ticked ones"),
    "/desk/outbox/go-on": Acts("one press; does nothing where no restore waits for it"),
    "/desk/outbox/release": Acts("one press"),
    "/desk/set-up/<token>": Refused("fresh link", "Choose a password of at least 12 characters"),
    "/desk/settings": Refused("filled", "Enter the coalition’s name"),
    "/desk/settings/letterhead": Refused("filled", "Choose a picture file."),
    "/desk/settings/letterhead/remove": Acts("one press"),
    "/desk/settings/webhooks": Refused("filled", "Enter the address."),
    "/desk/settings/webhooks/<uuid:webhook_id>/test": Acts("one press"),
    "/desk/settings/webhooks/<uuid:webhook_id>/secret": Acts("one press"),
    "/desk/settings/webhooks/<uuid:webhook_id>/end": Acts("one press"),
    "/desk/site": Refused("filled", "Choose the order of the letters."),
    "/desk/site/<page>/<language>": Refused("filled", "Give the page a title."),
    "/desk/sign-in": Refused("signed out", "Enter your email address"),
    "/desk/sign-in/code": Refused("signed out", "Enter the code from the mail"),
    "/desk/sign-out": Acts("one press"),
    "/desk/team": Refused("filled", "Enter your colleague’s name"),
    "/desk/team/<uuid:account_id>/end": Acts("one press, on a page that says what it does"),
    "/desk/team/<uuid:account_id>/set-up": Acts("one press"),
    "/desk/team/<uuid:account_id>/sessions/end": Acts("one press"),
    "/desk/account/sessions/<uuid:session_id>/end": Acts("one press"),
    "/desk/account/sessions/end": Acts("one press"),
    "/desk/team/letters/<uuid:letter_id>": Refused("filled", "Choose a colleague."),
    # -- the desk of a letter
    "/desk/directory/<uuid:organisation_id>/hide": Refused("filled", "Tick that the name is to leave every list"),
    "/desk/letters/<uuid:letter_id>/codes/<uuid:code_id>": Refused("open", "This code works no more", 409),
    "/desk/codes/<uuid:code_id>": Refused("filled", "This code works no more", 409),
    "/desk/letters/<uuid:letter_id>/disputes/<uuid:objection_id>": Refused("open", "This form is not there any", 409),
    "/desk/letters/<uuid:letter_id>/reports/<uuid:report_id>": Acts("what was done is said, or not"),
    "/desk/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/mask": Refused(
        "open", "Tick that the name is to leave the list", fields={"act": "mask"}
    ),
    "/desk/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/suspend": Refused("open", "Write the reason"),
    "/desk/letters/<uuid:letter_id>/addressees": Refused("open", "Its addressees do not change any more.", 409),
    "/desk/letters/<uuid:letter_id>/archive": Refused("closed", "Choose how the archive is sealed."),
    "/desk/letters/<uuid:letter_id>/ledger": Refused("closed", "Choose the form of the file."),
    "/desk/letters/<uuid:letter_id>/team": Refused("open", "Choose a colleague."),
    "/desk/letters/<uuid:letter_id>/team/<uuid:account_id>/leave": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/leave": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/translate/<language>": Acts("nothing of a translation has to be filled in"),
    "/desk/letters/<uuid:letter_id>/versions/begin": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/versions/drop": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/languages/<language>/checked": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/languages/<language>/follows": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/text/<language>/edit": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/text/<language>/stop": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/text/<language>/look": Acts("for the script of the page, which shows the text"),
    "/desk/letters/<uuid:letter_id>/text/<language>/paste": Acts(
        "for the script of the page, which pastes plain words"
    ),
    "/desk/letters/<uuid:letter_id>/amend": Refused("being rewritten", "Change the text first.", 409),
    "/desk/letters/<uuid:letter_id>/ask-again": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/import/<language>": Refused("draft", "Choose a file, or paste the text below."),
    "/desk/letters/<uuid:letter_id>/import/<language>/<uuid:source_id>": Acts("takes what stands on the page"),
    "/desk/letters/<uuid:letter_id>/comments/<uuid:comment_id>": Refused(
        "in consultation", "Choose how this comment is answered."
    ),
    "/desk/letters/<uuid:letter_id>/consultation": Refused("draft", "Choose who sees comments."),
    "/desk/letters/<uuid:letter_id>/reminders": Refused("draft", "Enter a whole number from 0 to 10."),
    "/desk/letters/<uuid:letter_id>/consultation/again": Refused("open", "Choose who sees comments."),
    "/desk/letters/<uuid:letter_id>/send/comments": Refused("draft", "changed since this page was made.", 409),
    "/desk/letters/<uuid:letter_id>/proof": Refused("closed", "Enter the day."),
    "/desk/letters/<uuid:letter_id>/sign/keep": Refused("amended", "This page was open too long.", 409),
    "/desk/letters/<uuid:letter_id>/cancel": Refused("open", "Confirm that this letter is cancelled for good."),
    "/desk/letters/<uuid:letter_id>/clone": Refused("closed", "Give the letter a title."),
    "/desk/letters/<uuid:letter_id>/list": Refused("open", "Choose the form of the list."),
    "/desk/letters/<uuid:letter_id>/list/parts": Acts("empty parts are none"),
    "/desk/letters/<uuid:letter_id>/list/places": Acts("whoever is not in the form stays"),
    "/desk/letters/<uuid:letter_id>/choices": Refused("open", "Choose what kind of letter this is."),
    "/desk/letters/<uuid:letter_id>/about": Refused("published", "This does not change any more.", 409),
    "/desk/letters/<uuid:letter_id>/choices/requests": Acts("one tick"),
    "/desk/letters/<uuid:letter_id>/call": Refused("open", "Choose what to do with the call."),
    "/desk/letters/<uuid:letter_id>/requests/<uuid:request_id>": Refused("open", "Choose what is answered."),
    "/desk/letters/<uuid:letter_id>/requests/<uuid:request_id>/person": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/individuals/<uuid:signature_id>": Refused("open", "Choose what is to be done."),
    "/desk/letters/<uuid:letter_id>/replies/<uuid:reply_id>": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/requests/free": Refused("open", "Tick the requests that are no spam."),
    "/desk/letters/<uuid:letter_id>/requests/undo": Refused("open", "Choose which refusal to take back."),
    "/desk/letters/<uuid:letter_id>/requests/rule": Refused(
        "open", "Choose a reason.", fields={"by": "words", "value": "coast"}
    ),
    "/desk/letters/<uuid:letter_id>/close": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/dates": Refused("published", "Its dates do not change any more.", 409),
    "/desk/letters/<uuid:letter_id>/extend": Refused("closed", "Enter the day."),
    "/desk/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/address": Refused(
        "open", "Enter the email address."
    ),
    "/desk/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/replace": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/revoke": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/languages": Refused("draft", "Choose a language to add."),
    "/desk/letters/<uuid:letter_id>/languages/<language>/govern": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/languages/<language>/remove": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/mail": Refused("published", "nobody is asked any more.", 409),
    "/desk/letters/<uuid:letter_id>/mail/test": Refused("draft", "Choose the language of the test."),
    "/desk/letters/<uuid:letter_id>/nudge": Acts("nobody chosen leads back to the board, which says so"),
    "/desk/letters/<uuid:letter_id>/nudge/send": Acts("nobody chosen leads back to the board, which says so"),
    "/desk/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/answer": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/notes": Refused("open", "Write the note."),
    "/desk/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/notes/<uuid:note_id>/remove": Acts(
        "one press"
    ),
    "/desk/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/note": Acts("without words there are none"),
    "/desk/letters/<uuid:letter_id>/calls": Acts("without an outcome it leads back to the sheet, which says so"),
    "/desk/letters/<uuid:letter_id>/organisations/<uuid:organisation_id>/name": Refused(
        "closed", "Enter the name as it will be printed."
    ),
    "/desk/letters/<uuid:letter_id>/people": Refused("draft", "There is no line in it."),
    "/desk/letters/<uuid:letter_id>/people/choose": Refused("open", "Tick the people to put on the list"),
    "/desk/letters/<uuid:letter_id>/people/take-off": Acts("nobody ticked leads back to the list, which says so"),
    "/desk/letters/<uuid:letter_id>/photo": Refused("draft", "Choose a picture file."),
    "/desk/letters/<uuid:letter_id>/photo/remove": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/documents": Refused("draft", "Choose a file."),
    "/desk/letters/<uuid:letter_id>/documents/<uuid:attachment_id>": Refused(
        "draft", "This form is not there any more", status=409
    ),
    "/desk/letters/<uuid:letter_id>/documents/<uuid:attachment_id>/remove": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/copies": Acts("every field may be empty"),
    "/desk/letters/<uuid:letter_id>/notes/<uuid:note_id>": Refused("open", "Choose what kind of note it is."),
    "/desk/letters/<uuid:letter_id>/notes/<uuid:note_id>/remove": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/delivery/<uuid:delivery_id>": Refused(
        "published", "This form is not there any more", 409
    ),
    "/desk/letters/<uuid:letter_id>/delivery/<uuid:delivery_id>/remove": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/delivery/responses/<uuid:response_id>": Refused(
        "published", "Choose who answered."
    ),
    "/desk/letters/<uuid:letter_id>/delivery/responses/<uuid:response_id>/remove": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/publish": Refused("open", "Choose when the letter is released."),
    "/desk/letters/<uuid:letter_id>/press-preview": Refused("open", "Enter the day."),
    "/desk/letters/<uuid:letter_id>/publish/plan": Acts("where no release is planned it leads back, and says so"),
    "/desk/letters/<uuid:letter_id>/editions/add": Acts("where nobody was chosen it leads back, and says so"),
    "/desk/letters/<uuid:letter_id>/editions/cut": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/editions/rolling": Acts("without a tick the letter is not rolling"),
    "/desk/letters/<uuid:letter_id>/editions/address": Refused("published", "Enter the end of the address."),
    "/desk/letters/<uuid:letter_id>/editions/retract": Refused("published", "Say why, in English at least"),
    "/desk/letters/<uuid:letter_id>/editions/copies/<uuid:copy_id>": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/publish/undo": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/publish/announce": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/record": Refused(
        "open", "Choose for whom this is recorded.", 422, {"act": "record"}
    ),
    "/desk/letters/<uuid:letter_id>/record/<uuid:evidence_id>/open": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/record/<uuid:evidence_id>/file": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/invitations/<uuid:invitation_id>/hand-over": Refused(
        "open", "Say why mail cannot reach this person."
    ),
    "/desk/letters/<uuid:letter_id>/links/<uuid:link_id>/end": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/send": Refused("draft", "changed since this page was made.", 409),
    "/desk/letters/<uuid:letter_id>/sign": Refused("open", "This page was open too long.", 409),
    "/desk/letters/<uuid:letter_id>/sign/withdraw": Acts(
        "without a signature it leads back to the page, which says so"
    ),
    "/desk/letters/<uuid:letter_id>/text/<language>": Refused("published", "Its words do not change any more.", 409),
    "/desk/letters/<uuid:letter_id>/text/<language>/show": Acts("one press"),
    "/desk/letters/<uuid:letter_id>/withheld": Acts("one press"),
}
"""Every form, and what it answers where it is sent empty or as the line says."""

FURTHER: Final[tuple[tuple[str, Refused], ...]] = (
    (
        "/desk/sign-in",
        Refused("signed out", "Too many tries with this address.", 429, {"address": TRIED_OFTEN, "act": "code"}),
    ),
    ("/invitation/<uuid:invitation_id>/sign", Refused("closed", "Signing closed on", 409)),
    ("/invitation/<uuid:invitation_id>/sign", Refused("cancelled", "Nothing was recorded", 409)),
    ("/invitation/<uuid:invitation_id>/sign", Refused("signed by a colleague", "has signed this letter already.", 409)),
    ("/invitation/<uuid:invitation_id>/withdraw", Refused("not answered", "There is no signature of", 409)),
    ("/desk/letters/<uuid:letter_id>/cancel", Refused("published", "A published letter is not cancelled.", 409)),
    ("/desk/letters/<uuid:letter_id>/extend", Refused("cancelled", "there is nothing to close", 409)),
    (
        "/desk/letters/<uuid:letter_id>/people",
        Refused("cancelled", "The letter is cancelled: nobody can be added.", 409),
    ),
)
"""Further answers of forms that are worth a look: in other states, to other wrong things."""

STATES_OF_PAGES: Final = {
    "empty": ("/desk", "empty"),
    "draft": ("/desk/letters/<uuid:letter_id>", "draft"),
    "embargoed: not found in public": ("/letters/<path:rest>", "closed"),
    "open": ("/invitation/<uuid:invitation_id>", "not answered"),
    "passed on": ("/invitation/<uuid:invitation_id>", "passed on"),
    "needs re-confirmation": ("/invitation/<uuid:invitation_id>/changes", "asked to keep"),
    "answered": ("/invitation/<uuid:invitation_id>", "signed"),
    "closed": ("/invitation/<uuid:invitation_id>", "closed"),
    "cancelled": ("/invitation/<uuid:invitation_id>", "cancelled"),
    "revoked": ("/i/<path:token>", "revoked"),
    "replaced": ("/i/<path:token>", "replaced"),
    "not found": ("/letters/<path:rest>", "never there"),
    "busy": ("/letters/<path:rest>", "being made"),
    "published": ("/letters/<path:rest>", "published"),
    "no cookie": ("/invitation/<uuid:invitation_id>", "no cookie"),
    "too many requests": ("/desk/sign-in", "signed out"),
    "error form": ("/invitation/<uuid:invitation_id>/sign", "not answered"),
}
"""The states of PAGES §2, each with a page in it. Not built yet: passed on."""
