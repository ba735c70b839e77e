"""The plain facts each mail tells. The outbox fills them in at delivery; the templates find them by these names.

Everything is ready to be read in the mail's language: names as printed, moments in words. A `link` is a live address:
it is put in here when the mail is rendered and rests nowhere. An empty string: the mail does not speak of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton

from coalition import languages
from coalition.rendering.redline import Redline

Act: TypeAlias = Literal[
    "signed", "withheld", "declined", "withdrawn", "name_changed", "visibility_changed", "kept", "objected", "disputed",
    "more_time", "approval_asked", "approval_refused",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OfALetter:
    """Said of one letter, which may be under embargo."""

    embargo_until: str = ""
    """A moment in words, in the letter's zone and in UTC; the mail then opens with the embargo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords(OfALetter):
    """What every mail about a letter knows."""

    to_name: str
    coalition_name: str
    organisation: str
    letter_title: str
    short_title: str
    kind_words: str
    """The kind of letter, as its kicker has it: "Open letter"."""
    lead_names: tuple[str, ...]
    coordinator_name: str
    coordinator_address: str
    link: str
    version: int = 1
    text_language: str = ""
    """Of the title and the text, where it is not the mail's own: a letter may go out before its translations."""
    embargo_until: str = ""
    """A moment in words; the mail then opens with the embargo."""
    mute_link: str = ""
    """Where the mails are stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationWords(LetterWords):
    """An invitation, and the test of one."""

    who_may_sign: str
    """One whole sentence."""
    deadline_day: str = ""
    """For the subject: "1 March", as `day_for_subject` makes it."""
    deadline_lines: tuple[str, ...] = ()
    """The same instant in the letter's zone, in UTC and in the recipient's, as `deadline_lines` makes them."""
    printed_name: str
    text_plain: str
    """The whole text of the letter, paragraphs apart by an empty line."""
    why_now: str = ""
    note: str = ""
    """What the coordinator adds for this recipient."""
    answers_request: bool = False
    """They asked to sign, and were accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeWords(InvitationWords):
    """A reminder to those who have not answered."""

    asked_on: str = ""
    """The day of the invitation, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDayWords(NudgeWords):
    """The reminder in the last waking hours before signing closes: it says the hour."""

    closes_day: str
    """For the subject, in UTC: "1 March"."""
    closes_at: str
    """For the subject, in UTC: "17:00 UTC"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondContactWords(InvitationWords):
    """An invitation to a colleague of somebody who was asked and is silent: it says why they are asked."""

    colleague: str
    """Who was asked first: a name, or an address."""
    asked_on: str
    """The day of that, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptWords(LetterWords):
    """What was recorded just now, told to the person who did it."""

    act: Act
    person: str
    role: str
    recorded_at: str
    printed_name: str = ""
    changeable_until: tuple[str, ...] = ()
    """Until when the answer can be changed, as `deadline_lines` makes them; empty: at any time."""
    text_plain: str = ""
    """The text as signed; for an act that signs nothing, empty."""
    handed_over: bool = False
    """Whether it was done by a link that a coordinator handed over."""
    is_withheld: bool = False
    """Whether the signature is, or was when it ended, withheld: the mail then tells only that there is an answer."""
    expected_by: str = ""
    """The day that was named by "we need until", in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldColleagueWords(LetterWords):
    """Told the other contacts of an organisation that a colleague answered for it."""

    act: Act
    colleague: str
    role: str
    recorded_at: str
    printed_name: str = ""
    handed_over: bool = False
    """As in ReceiptWords."""
    is_withheld: bool = False
    """As in ReceiptWords."""
    beforehand: bool = False
    """Whether the signature was made by a consent that the colleague gave beforehand."""
    is_first: bool = False
    """Whether they were never written to about this letter: a neutral mail then brings the link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedWords(LetterWords):
    """A coordinator recorded what somebody said for the organisation: told everybody known there."""

    act: Literal["signed", "withheld", "declined", "withdrawn"]
    recorder: str
    """The coordinator."""
    person: str
    """Who said it."""
    role: str
    way: str
    """How, as it stands in brackets: "by telephone"."""
    said_on: str
    printed_name: str = ""
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHandedOverWords(LetterWords):
    """A coordinator made a link to hand over by another channel: told the contact's address."""

    maker: str
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionReceivedWords(OfALetter):
    """Signatures are disputed: told the coordinators, as a number and a link."""

    to_name: str
    coalition_name: str
    letter_title: str
    objections: int
    """How many wait to be settled."""
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBouncedWords(OfALetter):
    """Mails came back: told the coordinators, by the organisations that were asked, else as a number."""

    to_name: str
    coalition_name: str
    letter_title: str
    organisations: tuple[str, ...]
    """Whose invitation came back and who have not answered; not more than fit."""
    more: int
    """How many more of them there are."""
    others: int
    """How many other mails came back in the last day: whose is not said, for some follow an answer."""
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReceivedWords(OfALetter):
    """A contact wrote back: told the coordinators. Without `person`, it only says that somebody did."""

    to_name: str
    coalition_name: str
    letter_title: str
    link: str
    organisation: str = ""
    person: str = ""
    address: str = ""
    """Where an answer goes, by Reply-To; empty where no mail can go there."""
    their_subject: str = ""
    words: str = ""
    """What they wrote, without what they quote; as much of it as fits."""
    is_cut: bool = False
    is_from_another: bool = False
    """Whether it came from another address than the one we wrote to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNumbers:
    """What is open about a letter."""

    signed: int = 0
    unanswered: int = 0
    """Organisations that were asked and have not answered."""
    unsent: int = 0
    bounced: int = 0
    waiting: int = 0
    """Signatures under an earlier text."""
    disputed: int = 0
    comments: int = 0
    requests: int = 0
    replies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineNearWords(OfALetter):
    """A day before the deadline, told the coordinators: what is open, in numbers."""

    to_name: str
    coalition_name: str
    letter_title: str
    deadline_lines: tuple[str, ...]
    open: OpenNumbers
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatCameOfItWords(OfALetter):
    """Half a year after publication, asked the coordinators."""

    to_name: str
    coalition_name: str
    letter_title: str
    published_on: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReleaseWords(OfALetter):
    """A planned release was carried out, or stopped, told the coordinators."""

    to_name: str
    coalition_name: str
    letter_title: str
    is_out: bool
    findings: int = 0
    """How many findings of the check list stopped it."""
    undo_until: str = ""
    """Until when it can be undone, in words; empty where that is over."""
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsNumbers:
    """What happened with one letter."""

    answers: int = 0
    """Organisations that answered, whatever they said."""
    comments: int = 0
    requests: int = 0
    bounces: int = 0
    replies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterNews:
    """One letter of a digest."""

    title: str
    news: NewsNumbers
    link: str
    embargo_until: str = ""
    """As in OfALetter; of this letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWords:
    """What happened with all the letters that somebody coordinates, in numbers, in the morning."""

    to_name: str
    coalition_name: str
    since: str
    """A moment in words."""
    letters: tuple[LetterNews, ...]
    settings_link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedToYouWords(InvitationWords):
    """A colleague passed the letter on: the recipient's own way to it."""

    colleague: str
    """Who passed it on: a name, or an address."""
    words: str = ""
    """What the colleague says."""
    is_consultation: bool = False
    """The text is still talked about: `deadline_lines` are those of the comments, and nothing is signed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YouPassedOnWords(LetterWords):
    """The receipt of the one who passed it on."""

    colleague: str
    handed_over: bool
    """Whether the colleague answers in their place."""
    deadline_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAskedWords(LetterWords):
    """A colleague prepared a signature: the recipient signs it by approving, or refuses."""

    colleague: str
    deadline_day: str = ""
    deadline_lines: tuple[str, ...] = ()
    printed_name: str
    words: str = ""
    """What the colleague says."""
    text_plain: str
    is_withheld: bool = False
    """Whether the name would be withheld: the mail is then a neutral one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGivenWords(LetterWords):
    """What was prepared is approved, and signed: told the one who prepared it."""

    colleague: str
    role: str
    printed_name: str
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRefusedWords(LetterWords):
    """What was prepared is refused: told the one who prepared it."""

    colleague: str
    words: str = ""
    """Why, as the colleague says it."""
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalEndedWords(LetterWords):
    """Nothing is to be approved any more: the text changed, or it was taken back. Told both, or who was asked."""

    how: Literal["lapsed", "taken_back"]
    is_asker: bool
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeSettledWords(LetterWords):
    """A disputed signature was settled at the desk: told everybody at the organisation who has a link."""

    how: Literal["released", "ended"]
    reason: str
    """In the coordinator's words."""
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendedWords(LetterWords):
    """The desk suspended a signature: told everybody at the organisation, who can say their word."""

    reason: str
    """In the coordinator's words."""
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedWords(LetterWords):
    """The coordinators took the name off every list, or put it back: the signature stands."""

    is_masked: bool
    is_first: bool = False
    """As in ToldColleagueWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedEverywhereWords:
    """The organisation's name was taken off every list at once: told its contacts."""

    to_name: str
    coalition_name: str
    organisation: str
    contact_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReportedWords(OfALetter):
    """Readers say that something is wrong with a list: told the coordinators, as a number and a link."""

    to_name: str
    coalition_name: str
    letter_title: str
    reports: int
    """How many wait."""
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotExpectedWords(OfALetter):
    """Somebody did not expect the mail: told the coordinators, as a number and a link."""

    to_name: str
    coalition_name: str
    letter_title: str
    people: int
    """How many said so."""
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedWords(LetterWords):
    """Signing is over: told those who signed."""

    printed_name: str
    closed_at: str
    published_from: str = ""
    """When the letter will be published, in words, where that is known."""
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedWords(LetterWords):
    """The deadline was moved: told those who have not answered."""

    deadline_day: str
    deadline_lines: tuple[str, ...]
    former_deadline: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedLinkWords(LetterWords):
    """A new link; the one before does nothing any more."""

    deadline_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedWords(LetterWords):
    """The letter is out: told those who signed."""

    published_address: str
    signatories: int
    """0 where the letter does not say."""
    share_words: str = ""
    """A sentence or two to paste elsewhere, without the address."""
    pdf_address: str = ""
    card_address: str = ""
    """A picture of the letter's title, for those who share it."""
    printed_name: str = ""
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWords(LetterWords):
    """A note was published beside the letter they signed."""

    note_kind: str
    """What the note is called: "Update", "What came of it"."""
    note_day: str
    note_text: str
    """Its words as plain text."""
    published_address: str
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCorrectedWords(LetterWords):
    """The coordinator corrected the typing of a printed name."""

    former_name: str
    printed_name: str
    changeable_until: tuple[str, ...] = ()
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledWords(LetterWords):
    """The letter will not be published."""

    has_signed: bool
    reason: str = ""
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedWords(LetterWords):
    """The text has changed since the recipient was asked, or answered."""

    version_before: int
    """The number of the version that the redline begins with."""
    explanations: tuple[str, ...]
    """What changed and why, in the coordinator's words; one for each version since."""
    redline: Redline
    """The mail shows as much of it as it has room for; the link leads to all of it."""
    redline_language: str
    """Of the texts that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAskedWords(ChangedWords):
    """The substance changed: those who signed are asked whether they keep their signature."""

    reply_day: str
    """For the subject, as `day_for_subject` makes it."""
    reply_lines: tuple[str, ...]
    """As `deadline_lines` makes them."""
    reply_utc: str
    printed_name: str
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCorrectedWords(ChangedWords):
    """Typing was corrected: the signature stands, and each may object until a time."""

    object_day: str
    object_lines: tuple[str, ...]
    printed_name: str
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAgainWords(ChangedWords):
    """Told those who declined and asked to be asked again."""

    deadline_day: str = ""
    deadline_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersionWords(ChangedWords):
    """Told those who have not answered."""

    deadline_day: str = ""
    deadline_lines: tuple[str, ...] = ()
    is_consultation: bool = False
    """The text is still talked about: `deadline_lines` are those of the comments, and nothing is signed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationWords(LetterWords):
    """The text is shown for comments, before anything is signed."""

    comments_day: str = ""
    comments_lines: tuple[str, ...] = ()
    reply_utc: str = ""
    """The same instant in UTC alone, for safe mail."""
    no_objection_lines: tuple[str, ...] = ()
    """Until when silence is taken as no objection to the text; empty: silence means nothing at all."""
    who_sees: str
    """Who will see a comment, in whole sentences."""
    text_plain: str
    why_now: str = ""
    note: str = ""
    """As in InvitationWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultedAgainWords(LetterWords):
    """An open letter went back to comments, or its text changed there: told those who signed or were asked."""

    reason: str
    comments_day: str = ""
    comments_lines: tuple[str, ...] = ()
    no_objection_lines: tuple[str, ...] = ()
    has_signed: bool = False
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyToSignWords(InvitationWords):
    """After the comments: the text is final and can be signed."""

    has_signed: bool = False
    """Their signature stands already, for this very text."""
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAnsweredWords(LetterWords):
    """The team answered a comment: told its author."""

    outcome: Literal["taken", "taken_with_edits", "not_taken", "question_back"]
    quote: str = ""
    """The paragraph as the author read it; empty: the whole text."""
    said: str = ""
    """What the author wrote."""
    reply: str = ""
    wording: str = ""
    """How the paragraph reads in the text that the team is writing now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentReceivedWords(OfALetter):
    """New comments: told the coordinators, as a number and a link."""

    to_name: str
    coalition_name: str
    letter_title: str
    comments: int
    """How many wait for an answer."""
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageAddedWords(LetterWords):
    """The letter can be read in the recipient's language now; what was agreed to is the same."""

    has_signed: bool
    deadline_lines: tuple[str, ...] = ()
    """Until when one can decide; for those who have not signed."""
    governing: str = ""
    """Which language's text is authoritative, as a whole sentence."""
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualReceiptWords(LetterWords):
    """What was recorded for a person who signs for themselves, told to them; `organisation` is their name."""

    act: Literal["signed", "kept", "objected", "name_changed", "name_corrected", "withdrawn"]
    recorded_at: str
    printed_name: str
    affiliation: str = ""
    """As printed after the name."""
    former_name: str = ""
    """Before a coordinator corrected the typing."""
    text_plain: str = ""
    """The text as signed; for an act that signs nothing, empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualChangedWords(ChangedWords):
    """The text has changed since a person signed it: told them, with what it means for their signature."""

    reply_day: str
    """For the subject, as `day_for_subject` makes it."""
    reply_lines: tuple[str, ...]
    """As `deadline_lines` makes them."""
    printed_name: str
    is_correction: bool
    """Whether only typing was corrected: the signature stands, and they may object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualNewsWords(LetterWords):
    """What becomes of the letter or of their line: told the persons who signed it for themselves."""

    news: Literal[
        "closed", "page_proof", "published", "cancelled", "masked", "unmasked", "suspended", "released", "ended",
        "update",
    ]  # fmt: skip
    printed_name: str
    reason: str = ""
    """In the coordinator's words."""
    note_text: str = ""
    """The words of a note that was published beside the letter."""
    published_address: str = ""
    reply_day: str = ""
    """Until when one can object to the page, for the subject."""
    reply_lines: tuple[str, ...] = ()
    """As `deadline_lines` makes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInCodeWords:
    """A code to enter at the desk."""

    to_name: str
    coalition_name: str
    code: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUpCodeWords:
    """A code that proves, beside the link, who reads this mail; it says of nothing what it is for."""

    code: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChangedWords(OfALetter):
    """Somebody joined or left the team of a letter: told everybody on it, and the one it is about."""

    to_name: str
    coalition_name: str
    letter_title: str
    change: Literal["joined", "part changed", "appointed", "left", "taken off", "account ended"]
    person: str
    by: str
    """Who did it."""
    is_you: bool = False
    """Whether the recipient is the one it is about."""
    role: Literal["", "coordinator", "translator", "observer"] = ""
    languages: str = ""
    """Of a translator, as a list in words."""
    reason: str = ""
    nobody_can_act: bool = False
    """No coordinator is left who could."""
    link: str = ""
    """To the letter at the desk; empty for whoever is not on the team any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStepChangedWords:
    """Something about the second step of an account: told its person, and of its end all administrators."""

    to_name: str
    coalition_name: str
    change: Literal[
        "app added", "app removed", "passkey added", "passkey removed", "codes made", "code used", "tried", "taken away"
    ]
    at: str
    """A moment in words."""
    person: str
    """Whose second step."""
    is_you: bool = True
    by: str = ""
    """The administrator who took it away; empty where it was done on the machine itself."""
    passkey: str = ""
    """What its person calls it."""
    link: str
    """To the recipient's own second step at the desk, or to the team for whoever it is not about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChangedWords:
    """Somebody else changed what a person's account can do: told its person."""

    to_name: str
    coalition_name: str
    change: Literal["sessions ended", "link made", "ended", "administrator", "no administrator"]
    at: str
    """A moment in words."""
    by: str = ""
    """The administrator who did it; empty where it was done on the machine itself."""
    link: str = ""
    """To the person's account at the desk; empty where it has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpAccountWords:
    """A colleague is invited to work at the desk."""

    to_name: str
    coalition_name: str
    inviter_name: str
    inviter_address: str
    link: str
    works_until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmRequestWords(OfALetter):
    """Asked of an address that a form named: was it they? Not a word of that form stands in it (SAFETY §3)."""

    coalition_name: str
    letter_title: str
    """Ours: the letter's own."""
    link: str
    works_until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefusedWords(OfALetter):
    """A request to sign is refused, in stock words."""

    coalition_name: str
    letter_title: str
    reason: Literal["not_for", "unverified", "late", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsWaitingWords(OfALetter):
    """Requests to sign wait: told the coordinators, as numbers and a link."""

    to_name: str
    coalition_name: str
    letter_title: str
    requests: int
    """How many wait for a decision."""
    quarantined: int
    """How many were set aside as likely spam."""
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactJoinedWords:
    """Who asked to sign was taken as a contact of an organisation that we know: told its other contacts."""

    to_name: str
    coalition_name: str
    organisation: str
    person: str
    address: str
    coordinator_name: str
    coordinator_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeInvitationWords:
    """An invitation, nudge, extension or new link under safe mail: no title, organisation, country or person."""

    link: str
    deadline_utc: str = ""
    """In UTC alone: the recipient's own zone would tell the country."""
    asks_comments: bool = False
    """Whether only what they think is asked, and no decision yet."""
    mute_link: str = ""
    """As in LetterWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeNoticeWords:
    """Any other news under safe mail or about a withheld signature: no more than what it is about."""

    has_answer: bool = True
    """Whether it is about an answer of theirs; else about the letter."""
    link: str = ""
    """Only where the one they have does not lead to it."""
    mute_link: str = ""
    """As in LetterWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageProofWords(LetterWords):
    """Before release: the page can be looked at, and objected to until a time."""

    object_day: str
    """For the subject, as `day_for_subject` makes it."""
    object_lines: tuple[str, ...]
    """As `deadline_lines` makes them."""
    printed_name: str
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StillAgreeWords(LetterWords):
    """Their answer is old and the letter was not published yet: does it still stand?"""

    agreed_on: str
    """The day of their last word, spelled out."""
    printed_name: str
    is_withheld: bool = False
    """As in ReceiptWords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingForeseenWords(LetterWords):
    """A consent given beforehand will sign this letter, unless somebody there says no until a time."""

    veto_day: str
    """For the subject, as `day_for_subject` makes it."""
    veto_lines: tuple[str, ...]
    """As `deadline_lines` makes them."""
    reply_utc: str
    colleague: str
    """Who gave the consent."""
    given_on: str
    printed_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingVetoedWords(LetterWords):
    """A colleague said no to what a consent given beforehand would have signed."""

    colleague: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPageWords:
    """The link to the organisation's own page, as it was asked for."""

    to_name: str
    coalition_name: str
    contact_address: str
    """Of the secretariat, for whoever did not expect the mail."""
    organisation: str
    link: str
    """Empty for those who have no way to the page any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingConsentWords(OwnPageWords):
    """A consent was given beforehand, or revoked: told everybody known at the organisation."""

    is_given: bool
    colleague: str
    lead: str
    """Whose letters they are."""
    kinds: tuple[str, ...]
    veto_hours: int
    lapses_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsThisRightWords(OwnPageWords):
    """Once a year: what stands in the directory, to be looked at."""

    printed_name: str
    country: str = ""
    site: str = ""
    people: tuple[str, ...] = ()
    """Who is written to for the organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsChangedWords(OwnPageWords):
    """From the organisation's own page somebody changed who is written to: told the others, and whom it is about."""

    change: Literal["added", "changed", "moved", "ended", "erased"]
    person: str
    """Who did it."""
    colleague: str
    """Whom it is about; empty for somebody who erased themself."""
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityDecidedWords(OwnPageWords):
    """What became of a change of name, country, website, parent or kind that the organisation asked for."""

    is_accepted: bool
    wanted: tuple[str, ...]
    """What was asked for, a line each."""
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesJoinedWords(OwnPageWords):
    """Two entries of the directory became one: told the contacts of both."""

    printed_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesWaitingWords:
    """Changes that organisations ask for wait: told whoever may decide, as a number and a link."""

    to_name: str
    coalition_name: str
    changes: int
    link: str


@dataclass(frozen=True, slots=True)
class LinkAgain:
    """One live link and what it is for; `title` is empty for the organisation's own page."""

    title: str
    organisation: str
    link: str
    embargo_until: str = ""
    """As in OfALetter; of this letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksAgainWords:
    """Every live link of an address, asked for by whoever has lost them."""

    to_name: str
    coalition_name: str
    contact_address: str
    letters: tuple[LinkAgain, ...]
    pages: tuple[LinkAgain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeLinksWords:
    """The same under safe mail: nothing but the links."""

    links: tuple[str, ...]


Words: TypeAlias = (
    InvitationWords
    | LastDayWords
    | SecondContactWords
    | ReceiptWords
    | ToldColleagueWords
    | PassedToYouWords
    | YouPassedOnWords
    | ApprovalAskedWords
    | ApprovalGivenWords
    | ApprovalRefusedWords
    | ApprovalEndedWords
    | DisputeSettledWords
    | SuspendedWords
    | MaskedWords
    | MaskedEverywhereWords
    | ListReportedWords
    | NotExpectedWords
    | RecordedWords
    | LinkHandedOverWords
    | ObjectionReceivedWords
    | MailBouncedWords
    | ReplyReceivedWords
    | DeadlineNearWords
    | WhatCameOfItWords
    | PlannedReleaseWords
    | DigestWords
    | ClosedWords
    | ExtendedWords
    | ReplacedLinkWords
    | PublishedWords
    | UpdateWords
    | NameCorrectedWords
    | CancelledWords
    | KeepAskedWords
    | TextCorrectedWords
    | AskedAgainWords
    | NewVersionWords
    | ConsultationWords
    | ConsultedAgainWords
    | ReadyToSignWords
    | PageProofWords
    | StillAgreeWords
    | CommentAnsweredWords
    | CommentReceivedWords
    | LanguageAddedWords
    | IndividualReceiptWords
    | IndividualChangedWords
    | IndividualNewsWords
    | SignInCodeWords
    | StepUpCodeWords
    | SetUpAccountWords
    | AccountChangedWords
    | SecondStepChangedWords
    | TeamChangedWords
    | StandingForeseenWords
    | StandingVetoedWords
    | StandingConsentWords
    | OwnPageWords
    | IsThisRightWords
    | ContactsChangedWords
    | IdentityDecidedWords
    | EntriesJoinedWords
    | ChangesWaitingWords
    | LinksAgainWords
    | SafeLinksWords
    | ConfirmRequestWords
    | RequestRefusedWords
    | RequestsWaitingWords
    | ContactJoinedWords
    | SafeInvitationWords
    | SafeNoticeWords
)

KINDS: dict[str, type[Words]] = {
    "invitation": InvitationWords,
    "test": InvitationWords,
    "nudge": NudgeWords,
    "reminder": NudgeWords,
    "last_day": LastDayWords,
    "second_contact": SecondContactWords,
    "receipt": ReceiptWords,
    "told_colleague": ToldColleagueWords,
    "passed_to_you": PassedToYouWords,
    "you_passed_on": YouPassedOnWords,
    "approval_asked": ApprovalAskedWords,
    "approval_given": ApprovalGivenWords,
    "approval_refused": ApprovalRefusedWords,
    "approval_ended": ApprovalEndedWords,
    "dispute_settled": DisputeSettledWords,
    "suspended": SuspendedWords,
    "masked": MaskedWords,
    "masked_everywhere": MaskedEverywhereWords,
    "list_reported": ListReportedWords,
    "not_expected": NotExpectedWords,
    "recorded": RecordedWords,
    "link_handed_over": LinkHandedOverWords,
    "objection_received": ObjectionReceivedWords,
    "mail_bounced": MailBouncedWords,
    "reply_received": ReplyReceivedWords,
    "deadline_near": DeadlineNearWords,
    "what_came_of_it": WhatCameOfItWords,
    "planned_release": PlannedReleaseWords,
    "digest": DigestWords,
    "closed": ClosedWords,
    "extended": ExtendedWords,
    "replaced_link": ReplacedLinkWords,
    "published": PublishedWords,
    "update": UpdateWords,
    "name_corrected": NameCorrectedWords,
    "cancelled": CancelledWords,
    "keep_asked": KeepAskedWords,
    "text_corrected": TextCorrectedWords,
    "asked_again": AskedAgainWords,
    "new_version": NewVersionWords,
    "consultation": ConsultationWords,
    "consulted_again": ConsultedAgainWords,
    "ready_to_sign": ReadyToSignWords,
    "page_proof": PageProofWords,
    "still_agree": StillAgreeWords,
    "comment_answered": CommentAnsweredWords,
    "comment_received": CommentReceivedWords,
    "language_added": LanguageAddedWords,
    "individual_receipt": IndividualReceiptWords,
    "individual_changed": IndividualChangedWords,
    "individual_news": IndividualNewsWords,
    "sign_in_code": SignInCodeWords,
    "step_up_code": StepUpCodeWords,
    "set_up_account": SetUpAccountWords,
    "account_changed": AccountChangedWords,
    "second_step_changed": SecondStepChangedWords,
    "team_changed": TeamChangedWords,
    "standing_foreseen": StandingForeseenWords,
    "standing_vetoed": StandingVetoedWords,
    "standing_consent": StandingConsentWords,
    "own_page": OwnPageWords,
    "is_this_right": IsThisRightWords,
    "contacts_changed": ContactsChangedWords,
    "identity_decided": IdentityDecidedWords,
    "entries_joined": EntriesJoinedWords,
    "changes_waiting": ChangesWaitingWords,
    "links_again": LinksAgainWords,
    "safe_links": SafeLinksWords,
    "confirm_request": ConfirmRequestWords,
    "request_refused": RequestRefusedWords,
    "requests_waiting": RequestsWaitingWords,
    "contact_joined": ContactJoinedWords,
    "safe_invitation": SafeInvitationWords,
    "safe_notice": SafeNoticeWords,
}
"""Every kind of mail with the facts it tells; its templates are in `templates/emails/<kind>`."""

ASKING = frozenset(
    {
        "invitation",
        "nudge",
        "reminder",
        "last_day",
        "second_contact",
        "extended",
        "replaced_link",
        "keep_asked",
        "asked_again",
        "new_version",
        "consultation",
        "ready_to_sign",
        "page_proof",
        "still_agree",
        "passed_to_you",
        "approval_asked",
        "standing_foreseen",
    }
)
"""Kinds that ask for a decision and bring the link."""

FOR_THE_DESK = frozenset(
    {
        "sign_in_code",
        "set_up_account",
        "account_changed",
        "second_step_changed",
        "team_changed",
        "test",
        "comment_received",
        "not_expected",
        "requests_waiting",
        "changes_waiting",
        "objection_received",
        "mail_bounced",
        "reply_received",
        "deadline_near",
        "what_came_of_it",
        "planned_release",
        "digest",
        "list_reported",
    }
)
"""Kinds that go to accounts, who have no safe mail."""
TO_COORDINATORS = frozenset(
    {
        "comment_received",
        "not_expected",
        "requests_waiting",
        "objection_received",
        "mail_bounced",
        "reply_received",
        "deadline_near",
        "what_came_of_it",
        "planned_release",
        "list_reported",
    }
)
"""Of these those about one letter: whoever left its team since they were queued gets none."""

BULK = frozenset(
    {
        "invitation",
        "consultation",
        "nudge",
        "reminder",
        "last_day",
        "second_contact",
        "extended",
        "ready_to_sign",
        "asked_again",
        "new_version",
        "consulted_again",
        "language_added",
        "closed",
        "cancelled",
        "published",
        "update",
    }
)
"""Kinds that go to many at once because we decided so: each says in its header how to stop them in one click."""

STOPPED_WHEN_MUTED = BULK | {"test", "passed_to_you", "approval_asked", "is_this_right"}
"""Kinds that do not come to whoever wants no more mails. What follows an act of theirs comes, and so does what was done
in their organisation's name: they must be able to say that it was not them."""

NEUTRAL = frozenset({"step_up_code", "safe_invitation", "safe_links", "safe_notice"})
"""Kinds that say nothing which would not be safe for everybody: neutral sender, no name, no thread of a letter."""


WESTERN_DIGITS = "0123456789"
"""What Babel writes days with, also where the language has digits of its own."""


def deadline_lines(instant: datetime, language: str, *, letter_zone: str, own_zone: str) -> tuple[str, ...]:
    """One aware instant in words: in the letter's zone, in UTC, and in the recipient's own where that clock differs."""
    lines = [languages.moment_words(instant, zone, language) for zone in dict.fromkeys((letter_zone, "UTC"))]
    own = languages.moment_words(instant, own_zone, language)
    is_news = all(_clock(own) != _clock(line) for line in lines)
    return (*lines, own) if is_news else tuple(lines)


def day_for_subject(instant: datetime, language: str, *, zone: str) -> str:
    """The day of an aware instant in the letter's zone, without its year: "1 March", "1er mars"."""
    day = instant.astimezone(ZoneInfo(zone)).date()
    locale = Locale("en", "GB") if language == "en" else languages.babel_locale(language)
    words = format_skeleton("MMMMd", day, locale=locale)
    if locale.language == "fr" and day.day == 1:
        words = words.replace("1", "1er", 1)
    return "".join(languages.number(int(sign), language) if sign in WESTERN_DIGITS else sign for sign in words)


def _clock(line: str) -> str:
    return line.partition("(")[0]
