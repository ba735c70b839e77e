"""What a letter archive holds beyond the letter file: what only the team of a letter knows (docs/letter-archive.md).

The fields of each class stand in the file under their own names and in this order; what is empty is left out. Moments
are in UTC. Nothing here is an id: versions are named by their number, people and organisations by their names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from coalition.intake.letter_facts import (
    Addressee,
    Delivery,
    Edition,
    LetterFile,
    Note,
    PerLanguage,
    Response,
    Text,
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation by its names at the desk: a confidential one by its code name, as everywhere but in the vault."""

    names: PerLanguage
    country: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A text, and a paragraph of it where one is meant."""

    version: int
    language: str
    paragraph: str = ""


@dataclass(frozen=True, slots=True)
class VersionText:
    """One language of a version."""

    parts: Text
    state: str = "draft"
    """"draft" or "checked"."""
    checked_by: str = ""
    checked_at: datetime | None = None
    translates: Place | None = None
    """The text that its words follow."""
    shown_at: datetime | None = None
    fingerprint: str = ""
    """As signers agreed to it. The letter's own id is part of what was hashed, so that it is not computed again."""


@dataclass(frozen=True, slots=True)
class Version:
    """One numbered version of the text."""

    number: int
    written_at: datetime
    texts: dict[str, VersionText]
    follows: int | None = None
    put_forward_at: datetime | None = None
    change_class: str = ""
    """"typographical", "substantive", or nothing."""
    explanations: PerLanguage = field(default_factory=dict)
    reply_by_at: datetime | None = None
    addressees: tuple[Addressee, ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a comment: "invited" or of the "team"; "file" where it came in a file."""

    origin: str
    name: str = ""
    organisation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment: where it was made, where its paragraph is now, and what became of it.

    `answers` is the number of the comment that it answers: its place in the archive's list, from 1.
    """

    author: Author
    at: datetime
    kind: str
    made_on: Place
    words: str = ""
    wording: str = ""
    quote: str = ""
    answers: int | None = None
    now_on: Place | None = None
    orphaned_at: datetime | None = None
    taken_back_at: datetime | None = None
    outcome: str = ""
    settled_at: datetime | None = None
    settled_by: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """One act of the ledger. `said` are the English words of the wording agreed to, `wording` its name."""

    act: str
    at: datetime
    version: int
    language: str
    fingerprint: str
    wording: str
    how: str
    said: str = ""
    by: str = ""
    role: str = ""
    in_grace: bool = False
    evidence: int | None = None
    """Of what a coordinator recorded: the number of the evidence, its place in the archive's list, from 1."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a coordinator could record answers: who said it, how, on which day, in which words or with which file."""

    way: str
    who: str
    said_on: date
    recorded_at: datetime
    recorded_by: str = ""
    role: str = ""
    words: str = ""
    file_name: str = ""
    content: str = ""
    """The file's bytes in base64."""


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection to what a signature was said to stand for, and how it ended."""

    against: str
    version: int
    at: datetime
    words: str = ""
    resolved_on: date | None = None
    resolved_how: str = ""
    resolved_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature with its whole ledger, also one that was withdrawn, withheld or is disputed."""

    organisation: Organisation
    printed_names: PerLanguage
    visibility: str
    kind: str = "organisation"
    person: str = ""
    role: str = ""
    version: int | None = None
    """The version it stands for."""
    masked_at: datetime | None = None
    suspended_at: datetime | None = None
    ended_on: date | None = None
    ended_how: str = ""
    consents: tuple[Consent, ...] = ()
    objections: tuple[Objection, ...] = ()
    affiliation: str = ""
    """Of a person who signed for themselves, as printed after the name."""
    group: int | None = None
    """The part of the list it is put in: its place in the letter file's groups, from 1."""
    shows_logo: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered to an invitation, in their words."""

    kind: str
    by: str = ""
    role: str = ""
    reason: str = ""
    ask_again: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who was asked for which organisation, and what became of it. No address, and no link."""

    organisation: Organisation
    person: str = ""
    part: str = "contact"
    passed_from: str = ""
    added_at: datetime | None = None
    queued_at: datetime | None = None
    sent_at: datetime | None = None
    bounced_at: datetime | None = None
    nudged_at: datetime | None = None
    answered_at: datetime | None = None
    revoked_at: datetime | None = None
    expected_on: date | None = None
    answer: Answer | None = None
    handed_over_at: datetime | None = None
    muted_at: datetime | None = None
    note: str = ""
    """What the coordinator wrote to this recipient alone."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A step of the reminder plan, so many minutes before the deadline."""

    kind: str
    minutes_before: int = 0


@dataclass(frozen=True, slots=True)
class Release:
    """A release that is planned; `order` are numbers of signatures, for a list that is ordered by hand."""

    at: datetime
    planned_at: datetime
    by: str = ""
    overrides: dict[str, str] = field(default_factory=dict)
    order: tuple[int, ...] = ()
    failed_at: datetime | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """How the letter went: its stage, its dates, and what was chosen for it."""

    stage: str
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    comments_until_at: datetime | None = None
    no_objection_until_at: datetime | None = None
    deadline_at: datetime | None = None
    grace_minutes: int = 0
    proof_sent_at: datetime | None = None
    proof_until_at: datetime | None = None
    freshness_days: int | None = None
    comment_audience: str = "team"
    who_may_sign: str = "any"
    visible_to_invitees: str = "number"
    is_practice: bool = False
    has_individuals: bool = False
    why_now: PerLanguage = field(default_factory=dict)
    leads: tuple[Organisation, ...] = ()
    is_sensitive: bool = False
    takes_requests: bool = False
    is_rolling: bool = False
    cuts_daily: bool = False
    embargo_until_at: datetime | None = None
    reminders_at_most: int = 3
    is_urgent: bool = False
    reminders: tuple[Reminder, ...] = ()
    release: Release | None = None
    place_in_archive: int | None = None
    """Its place among the letters of the site, where the editor ordered them."""


@dataclass(frozen=True, slots=True)
class TeamNote:
    """A note of the letter, also one that is a draft or was taken back."""

    note: Note
    changed_at: datetime
    by: str = ""
    taken_back_at: datetime | None = None
    tells_signers: bool = False


@dataclass(frozen=True, slots=True)
class TeamDelivery:
    """A delivery, with what the team says of it to itself."""

    delivery: Delivery
    made_at: datetime
    is_public: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class TeamResponse:
    """A response, also one that is not published or was taken back."""

    response: Response
    made_at: datetime
    taken_back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TeamEdition:
    """An edition with what was counted on its day, also one whose release was undone."""

    edition: Edition
    version: int
    undone_at: datetime | None = None
    overrides: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PrivateNote:
    """What somebody of the team noted of an organisation, or how a call went."""

    organisation: Organisation
    at: datetime
    words: str
    kind: str = "note"
    by: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class LetterArchive:
    """A letter as its team knows it: the public facts, and all that is said above."""

    letter: LetterFile
    course: Course
    versions: tuple[Version, ...]
    published_version: int | None = None
    """The version that the letter's edition prints."""
    comments: tuple[Comment, ...] = ()
    signatures: tuple[Signature, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    editions: tuple[TeamEdition, ...] = ()
    notes: tuple[TeamNote, ...] = ()
    deliveries: tuple[TeamDelivery, ...] = ()
    responses: tuple[TeamResponse, ...] = ()
    private_notes: tuple[PrivateNote, ...] = ()
