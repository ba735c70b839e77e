"""The joint letter: its stages, its deadline, and who may sign it until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account
from coalition.models.organisation import Organisation

KINDS = (
    "open_letter",
    "joint_letter",
    "joint_statement",
    "statement",
    "call_to_action",
    "solidarity_statement",
    "submission",
    "campaign_snapshot",
    "support",
    "news",
)
STAGES = ("draft", "consultation", "open", "closed", "cancelled")
LEGAL_MOVES = {
    "draft": ("consultation", "open", "closed", "cancelled"),
    "consultation": ("open", "cancelled"),
    "open": ("consultation", "closed", "cancelled"),
    "closed": ("open", "cancelled"),
    "cancelled": (),
}
WHO_MAY_SIGN = {
    "members": ("member", "dissolved"),
    "members_and_partners": ("member", "partner", "dissolved"),
    "any": ("member", "partner", "guest", "dissolved"),
}
"""Standings by what the letter says of who may sign. A member that was dissolved may still sign and be named."""
LIST_ORDERS = ("name", "country", "date", "hand")
COMMENT_AUDIENCES = ("team", "unnamed", "named")
VISIBLE_TO_INVITEES = ("nothing", "number", "names")


class LetterRule(Exception):
    """A rule of the letter stands against what was asked; the class name says which."""


class NotOpenForSigning(LetterRule):
    """Signatures are taken while the letter is open, until its deadline and the grace after it."""

    def __init__(self, stage: str, closed_at: datetime | None) -> None:
        super().__init__(stage)
        self.stage = stage
        self.closed_at = closed_at


class IllegalMove(LetterRule):
    """A letter can not go from this stage to that one."""

    def __init__(self, stage: str, to: str) -> None:
        super().__init__(f"{stage} → {to}")
        self.stage = stage
        self.to = to


class TextIsFrozen(LetterRule):
    """The text was shown to invited organisations: it changes only by a new version."""


class MayNotSign(LetterRule):
    """The letter is for other organisations (members only, for instance)."""


class AlreadyPublished(LetterRule):
    """A published letter is retracted, never cancelled."""


class Retracted(AlreadyPublished):
    """The letter was retracted: nothing is added to it or changed in it any more."""


class StillUnderEmbargo(LetterRule):
    """Until the end of its embargo nothing of a letter exists in public."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class StaleEdit(LetterRule):
    """Somebody saved another state meanwhile."""


class Letter(Identified, Base):
    """The joint document."""

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint("stage IN ('draft', 'consultation', 'open', 'closed', 'cancelled')", name="stage"),
        CheckConstraint("list_order IN ('name', 'country', 'date', 'hand')", name="list_order"),
        CheckConstraint("visible_to_invitees IN ('nothing', 'number', 'names')", name="visible_to_invitees"),
        CheckConstraint("who_may_sign IN ('members', 'members_and_partners', 'any')", name="who_may_sign"),
        CheckConstraint("grace_minutes BETWEEN 0 AND 1440", name="grace_minutes"),
        CheckConstraint("comment_audience IN ('team', 'unnamed', 'named')", name="comment_audience"),
        CheckConstraint("freshness_days BETWEEN 1 AND 3650", name="freshness_days"),
    )

    slug: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(32), default="joint_letter")
    stage: Mapped[str] = mapped_column(String(16), default="draft")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    authoritative_language: Mapped[str] = mapped_column(String(16))
    deadline_at: Mapped[datetime | None]
    grace_minutes: Mapped[int] = mapped_column(default=15)
    list_order: Mapped[str] = mapped_column(String(16), default="name")
    counts_lead: Mapped[bool] = mapped_column(default=True)
    counts_withheld: Mapped[bool] = mapped_column(default=True)
    withheld_threshold: Mapped[int] = mapped_column(default=1)
    """The number of withheld names is said from this many on."""
    who_may_sign: Mapped[str] = mapped_column(String(32), default="any")
    visible_to_invitees: Mapped[str] = mapped_column(String(16), default="number")
    place: Mapped[str] = mapped_column(String(120), default="")
    printed_on: Mapped[str] = mapped_column(String(10), default="")
    """ISO 8601 day, month or year as printed; empty: the day of publication."""
    why_now: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Language to the first lines of the invitation mail, in the coordinator's words."""
    photo_id: Mapped[UUID | None] = mapped_column(ForeignKey("photos.id", ondelete="SET NULL"))
    comments_until_at: Mapped[datetime | None]
    no_objection_until_at: Mapped[datetime | None]
    """Said beforehand: who says nothing until then has no objection to the text (never a signature)."""
    comment_audience: Mapped[str] = mapped_column(String(16), default="team")
    """Who sees whose comments: the team alone, or those invited too, without or with the names. Red lines: the team."""
    freshness_days: Mapped[int | None]
    """An organisation is asked again when the release comes so many days after its last act; None: never."""
    is_practice: Mapped[bool] = mapped_column(default=False)
    """It mails only the team and can never be published; chosen when the letter is made."""
    cloned_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id", ondelete="SET NULL"))
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    """Signing it can be dangerous: every act at its door asks for a step-up code, and no standing consent signs it."""
    takes_requests: Mapped[bool] = mapped_column(default=False)
    """Whether its public page takes requests to sign."""
    has_individuals: Mapped[bool] = mapped_column(default=False)
    """Whether persons can sign it for themselves."""
    reminders_at_most: Mapped[int] = mapped_column(default=3)
    """How many reminders one contact gets for this letter, the last-day mail among them."""
    is_urgent: Mapped[bool] = mapped_column(default=False)
    """Weekends count as days: reminders go on them too."""
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    """SEQUENCE of the deadline's calendar entry (RFC 5545, section 3.8.7.4): raised when the deadline moves."""
    embargo_until_at: Mapped[datetime | None]
    """Until then nothing of it exists in public, and everything shown of it says so."""
    is_rolling: Mapped[bool] = mapped_column(default=False)
    """Published, it stays open: confirmed signatures show as added since, and editions are cut from them."""
    cuts_daily: Mapped[bool] = mapped_column(default=False)
    """Whether a rolling letter's edition is cut by itself, at most once a day."""
    list_look: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How its list is printed, where that is not the usual way (coalition.models.list_look)."""
    topics: Mapped[list[str]] = mapped_column(default=list)
    series: Mapped[str] = mapped_column(String(120), default="")
    hashtags: Mapped[list[str]] = mapped_column(default=list)
    countries_addressed: Mapped[list[str]] = mapped_column(default=list)
    """ISO 3166 codes of the countries it speaks to or about."""
    support: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Of another group's campaign: {"organiser": its name, "link": its address}."""
    event: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Language to the name of the event it was written for."""
    event_on: Mapped[str] = mapped_column(String(10), default="")
    """ISO 8601 day, month or year of that event."""
    press: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Language to its press block: {"contact", "quotations": [{"words", "speaker", "office"}]}."""
    proof_sent_at: Mapped[datetime | None]
    proof_until_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    """When what was said in private was erased, long after it closed (coalition.actions.retention)."""
    imported_at: Mapped[datetime | None]
    """Taken over from a record: its list holds lines, not signatures."""
    row_version: Mapped[int] = mapped_column(default=1)
    """Raised by every edit at the desk; a form carries the one it showed, so that no edit overwrites another unseen."""

    leads: Mapped[list[LetterLead]] = relationship(order_by="LetterLead.position", cascade="all, delete-orphan")
    team: Mapped[list[TeamMember]] = relationship(order_by="TeamMember.joined_at", cascade="all, delete-orphan")
    versions: Mapped[list[Any]] = relationship("Version", order_by="Version.number", back_populates="letter")
    photo: Mapped[Any] = relationship("Photo")

    # -- who may sign until when --------------------------------------------------------------------------------

    @property
    def signing_ends_at(self) -> datetime | None:
        """The last instant at which a form opened before the deadline is taken; None where no deadline is set."""
        if self.deadline_at is None:
            return None
        return self.deadline_at + timedelta(minutes=self.grace_minutes)

    def ensure_open_for_signing(self, *, now: datetime, form_opened_at: datetime | None = None) -> bool:
        """Raises NotOpenForSigning unless a signature is taken at `now`; says whether it is taken in the grace.

        A form opened before the deadline may be sent within the grace after it (DOMAIN §2). `now` is asked of the clock
        inside the transaction, after the letter's row is locked.
        """
        if self.stage != "open":
            raise NotOpenForSigning(self.stage, self.closed_at or self.deadline_at)
        if self.deadline_at is None or now < self.deadline_at:
            return False
        opened_in_time = form_opened_at is not None and form_opened_at < self.deadline_at
        if opened_in_time and self.signing_ends_at is not None and now <= self.signing_ends_at:
            return True
        raise NotOpenForSigning("closed", self.deadline_at)

    def is_open_for_signing(self, *, now: datetime) -> bool:
        """Whether a form opened at `now` could be sent at `now`."""
        return self.stage == "open" and (self.deadline_at is None or now < self.deadline_at)

    def ensure_may_sign(self, organisation: Organisation) -> None:
        """Raises MayNotSign when the letter is not for organisations of that standing. A lead always may."""
        is_lead = any(lead.organisation_id == organisation.id for lead in self.leads)
        if not is_lead and organisation.standing not in WHO_MAY_SIGN[self.who_may_sign]:
            raise MayNotSign

    def is_due_to_close(self, *, now: datetime) -> bool:
        """Whether the deadline and its grace have passed."""
        return self.stage == "open" and self.signing_ends_at is not None and now > self.signing_ends_at

    # -- the embargo --------------------------------------------------------------------------------------------

    def embargo_at(self, moment: datetime) -> datetime | None:
        """Until when the letter is under embargo at a moment; None where it is not."""
        until = self.embargo_until_at
        return until if until is not None and moment < until else None

    def ensure_embargo_is_over(self, *, now: datetime) -> None:
        """Raises StillUnderEmbargo."""
        until = self.embargo_at(now)
        if until is not None:
            raise StillUnderEmbargo(until)

    # -- stages -------------------------------------------------------------------------------------------------

    def move_to(self, stage: str, *, now: datetime) -> None:
        """Change the stage. Raises IllegalMove; the database refuses the same moves."""
        if stage not in LEGAL_MOVES[self.stage]:
            raise IllegalMove(self.stage, stage)
        self.stage = stage
        if stage == "open":
            self.opened_at = self.opened_at or now
            self.closed_at = None
        elif stage == "closed":
            self.closed_at = now
        elif stage == "cancelled":
            self.cancelled_at = now

    # -- texts --------------------------------------------------------------------------------------------------

    @property
    def version(self) -> Any:
        """The version in force: the last that was put forward; of a draft, the one being written."""
        in_force = [version for version in self.versions if version.put_forward_at is not None]
        return in_force[-1] if in_force else self.versions[-1]

    @property
    def next_version(self) -> Any | None:
        """The version that the team is writing to follow the one in force, or None."""
        return self.versions[-1] if self.versions[-1] is not self.version else None

    @property
    def working_version(self) -> Any:
        """The version that the team edits."""
        return self.versions[-1]

    @property
    def agreed_versions(self) -> list[Any]:
        """The versions whose signatures stand for the one in force: back to the last change of substance."""
        agreed = []
        for version in reversed([one for one in self.versions if one.number <= self.version.number]):
            agreed.append(version)
            if version.change_class == "substantive":
                break
        return agreed

    @property
    def agreed_version_ids(self) -> set[UUID]:
        """The ids of `agreed_versions`."""
        return {version.id for version in self.agreed_versions}

    def version_shown_at(self, moment: datetime) -> Any | None:
        """The version that was in force at a moment; None before the first one was put forward."""
        shown = [one for one in self.versions if one.put_forward_at is not None and one.put_forward_at <= moment]
        return shown[-1] if shown else None

    def explanations_since(self, before: Any, language: str) -> tuple[str, ...]:
        """What the coordinator said of each change since a version, in `language` where it was said in it."""
        since = [one for one in self.versions if before.number < one.number <= self.version.number]
        return tuple(filter(None, (one.explanation(language) for one in since)))

    def text(self, language: str) -> Any:
        """What a reader of `language` is shown: the text in it, else in the authoritative language.

        Once the letter went out, a text that was added since counts only from its own showing on.
        """
        text, went_out = self.version.text(language), self.version.put_forward_at is not None
        is_ready = text is not None and not text.is_empty and (not went_out or text.shown_at is not None)
        return text if is_ready else self.version.text(self.authoritative_language)

    @property
    def languages(self) -> list[str]:
        """The languages that have a text, the authoritative one first."""
        return self._languages_of(self.version)

    @property
    def working_languages(self) -> list[str]:
        """The languages of the version that the team edits, the authoritative one first."""
        return self._languages_of(self.working_version)

    def _languages_of(self, version: Any) -> list[str]:
        present = [item.language for item in version.texts]
        return sorted(present, key=lambda tag: (tag != self.authoritative_language, tag))

    @property
    def readable_languages(self) -> list[str]:
        """The languages in which an invited reader finds a text, the authoritative one first."""
        return [tag for tag in self.languages if self.text(tag).language == tag]

    # -- team ---------------------------------------------------------------------------------------------------

    def coordinators(self) -> list[Account]:
        """The coordinators of the team who can act, longest-standing first."""
        live = (member for member in self.team if member.ended_at is None and member.role == "coordinator")
        return [member.account for member in live if member.account.is_live]

    def member(self, account_id: UUID) -> TeamMember | None:
        """The account's live part in the team."""
        return next((one for one in self.team if one.account_id == account_id and one.ended_at is None), None)

    def has_on_team(self, account: Account) -> bool:
        """Whether the account may see this letter at the desk."""
        return any(member.account_id == account.id and member.ended_at is None for member in self.team)

    def lead_organisations(self) -> list[Organisation]:
        """The lead and the co-leads, in their order."""
        return [lead.organisation for lead in self.leads]


class LetterLead(Base):
    """A lead or co-lead of a letter."""

    __tablename__ = "letter_leads"

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

    organisation: Mapped[Organisation] = relationship()


class TeamMember(Identified, Base):
    """An account's part in a letter's team."""

    __tablename__ = "team_members"
    __table_args__ = (
        CheckConstraint("role IN ('coordinator', 'translator', 'observer')", name="role"),
        Index(
            "uq_team_members_letter_id_account_id",
            "letter_id",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    role: Mapped[str] = mapped_column(String(16), default="coordinator")
    languages: Mapped[list[str]] = mapped_column(default=list)
    """The languages that a translator sees and edits."""
    joined_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class Tally(Base):
    """The letter's counts, kept in the transaction of each act and never counted on a page."""

    __tablename__ = "tallies"

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    invited: Mapped[int] = mapped_column(default=0)
    signed: Mapped[int] = mapped_column(default=0)
    """Standing signatures, the withheld and the uncounted ones included, disputed ones not."""
    withheld: Mapped[int] = mapped_column(default=0)
    uncounted: Mapped[int] = mapped_column(default=0)
    """Of those signed: the ones that stand neither by name nor in a number, to whoever is not of the team."""
    declined: Mapped[int] = mapped_column(default=0)
    individuals: Mapped[int] = mapped_column(default=0)
    """Standing signatures of persons; `signed`, `withheld` and `waiting` count organisations."""
    waiting: Mapped[int] = mapped_column(default=0)
    """Of those signed: the ones that have not agreed to the version in force since its substance changed."""

    @property
    def agreed(self) -> int:
        """Standing signatures under the version in force."""
        return self.signed - self.waiting
