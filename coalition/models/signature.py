"""An organisation's consent to a version. Which organisation it is rests in the vault."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, validates

from coalition.database import Base, Identified
from coalition.intake.domains import mailbox_of
from coalition.languages import script_direction
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.vault import Sealed, blind_index

VISIBILITIES = ("named", "withheld", "uncounted")
"""From what everybody reads to what nobody outside the team learns: a later one hides more."""
IN_PERSON_MARK = "*"
"""Ends the affiliation of a person who signs in a personal capacity; one sentence under the list says what it means."""


class AlreadySigned(Exception):
    """The organisation has a standing signature on this letter."""


class NoStandingSignature(Exception):
    """There is no signature to change or withdraw."""


def organisation_index(letter_id: UUID, organisation_id: UUID) -> bytes:
    """The letter-scoped blind index: an organisation's signatures on two letters can not be joined without the key."""
    return blind_index("signature.organisation", letter_id.bytes, organisation_id.bytes)


def person_index(letter_id: UUID, address: str) -> bytes:
    """The letter-scoped blind index of a person who signs for themselves, by their mailbox."""
    return blind_index("signature.person", letter_id.bytes, mailbox_of(address).encode())


def line_index(letter_id: UUID, signature_id: UUID) -> bytes:
    """The index that a public line keeps of its signature, so that it can be found to be taken off."""
    return blind_index("public_line.signature", letter_id.bytes, signature_id.bytes)


def affiliation_as_printed(title: str, affiliation: str, *, is_personal: bool) -> str:
    """A person's title and affiliation as one line prints them after the name; "" where neither is given.

    A personal capacity is said of something: without title and affiliation there is nothing to mark.
    """
    parts = [part.strip() for part in (title, affiliation) if part.strip()]
    if not parts:
        return ""
    between = "، " if script_direction(" ".join(parts)) == "rtl" else ", "
    return between.join(parts) + (IN_PERSON_MARK if is_personal else "")


class Signature(Identified, Base):
    """One signature. At most one stands per organisation and letter: the database keeps that promise."""

    __tablename__ = "signatures"
    __table_args__ = (
        Index(
            "uq_signatures_letter_id_organisation_index",
            "letter_id",
            "organisation_index",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index(
            "uq_signatures_letter_id_person_index",
            "letter_id",
            "person_index",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index("ix_signatures_letter_id_id", "letter_id", "id"),
        # Whether an organisation has signed, or withdrew, is asked by each that signs and by each page: never a scan.
        Index("ix_signatures_letter_id_organisation_index", "letter_id", "organisation_index"),
        CheckConstraint("visibility IN ('named', 'withheld', 'uncounted')", name="visibility"),
        CheckConstraint("kind IN ('organisation', 'individual')", name="kind"),
        CheckConstraint("(ended_on IS NULL) = (ended_how IS NULL)", name="ended"),
        # Without a row id, SQLite keeps the rows by their random ids: their order tells nobody who signed when.
        {"sqlite_with_rowid": False},
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="RESTRICT"))
    _organisation: Mapped[bytes | None] = mapped_column("organisation", LargeBinary)
    organisation = Sealed("_organisation")
    """The organisation's id, 32 hexadecimal digits."""
    organisation_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(String(16), default="organisation")
    person_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Of an individual: the letter-scoped blind index of the address, as `organisation_index` for organisations."""
    _affiliation: Mapped[bytes | None] = mapped_column("affiliation", LargeBinary)
    affiliation = Sealed("_affiliation", filled_to=512)
    """Of an individual: {"title", "affiliation", "is_personal", "request"}."""
    _person: Mapped[bytes | None] = mapped_column("person", LargeBinary)
    person = Sealed("_person")
    _role: Mapped[bytes | None] = mapped_column("role", LargeBinary)
    role = Sealed("_role")
    _printed_names: Mapped[bytes | None] = mapped_column("printed_names", LargeBinary)
    printed_names = Sealed("_printed_names")
    """Language to name as printed, "und" the canonical one."""
    version_id: Mapped[UUID] = mapped_column(ForeignKey("versions.id", ondelete="RESTRICT"))
    """The version that the organisation agreed to last, by signing or by keeping its signature."""
    visibility: Mapped[str] = mapped_column(String(16), default="named")
    list_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("list_groups.id", ondelete="SET NULL"))
    """The part of the list it is printed in, where the letter has several."""
    shows_logo: Mapped[bool] = mapped_column(default=False)
    """Whether the organisation lets its logo stand beside its name on this letter."""
    masked_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    """The day in UTC since which something is said against it, never the minute: that could be joined with answers."""
    ended_on: Mapped[date | None]
    ended_how: Mapped[str | None] = mapped_column(String(16))

    letter: Mapped[Letter] = relationship()
    version: Mapped[Any] = relationship("Version")
    consents: Mapped[list[Any]] = relationship("Consent", order_by="Consent.number", back_populates="signature")

    @validates("visibility", "masked_at")
    def _forget_where_it_stood(self, part: str, value: Any) -> Any:
        """Whoever stands on no list stands in no part of it, and beside no logo: both would tell something of them."""
        if value is not None and (part, value) != ("visibility", "named"):
            self.list_group_id, self.shows_logo = None, False
        return value

    @property
    def organisation_id(self) -> UUID:
        """Which organisation signed. Opens the vault."""
        return UUID(self.organisation)

    @property
    def is_individual(self) -> bool:
        """Whether a person signed for themselves, and no organisation."""
        return self.kind == "individual"

    @property
    def printed_affiliation(self) -> str:
        """What is printed after a person's name: title and affiliation, marked where they bind nobody else; or ""."""
        said: dict[str, Any] = (self.affiliation or {}) if self.is_individual else {}
        return affiliation_as_printed(
            said.get("title", ""), said.get("affiliation", ""), is_personal=bool(said.get("is_personal"))
        )

    @property
    def is_public(self) -> bool:
        """Whether its name may stand on a list."""
        return (
            self.visibility == "named"
            and self.masked_at is None
            and self.suspended_at is None
            and self.ended_on is None
        )

    @property
    def agrees(self) -> bool:
        """Whether it stands for the version in force: agreed to it, or to one of which it is a typographical twin."""
        return self.version_id in self.letter.agreed_version_ids

    @property
    def is_on_list(self) -> bool:
        """Whether an edition would be made with it now, by name or counted."""
        return self.ended_on is None and self.suspended_at is None and self.agrees

    def public_index(self) -> bytes:
        """The index that a public line keeps, so that it can be found to be taken off."""
        return line_index(self.letter_id, self.id)


def named_leads(session: Session, letter: Letter) -> list[Organisation]:
    """The leads that may be named to others than the team, in their order.

    One that has signed and is on no list is not: withheld, masked, disputed or withdrawn, its name stands nowhere
    (docs/decisions/0031). One that has not signed yet leads by name.
    """
    by_index = {organisation_index(letter.id, one.organisation_id): one.organisation_id for one in letter.leads}
    signed = session.scalars(
        select(Signature).where(Signature.letter_id == letter.id, Signature.organisation_index.in_(by_index))
    ).all()
    shown = {one.organisation_index for one in signed if one.is_public}
    hidden = {by_index[one.organisation_index] for one in signed if one.organisation_index} - {
        by_index[index] for index in shown if index
    }
    return [organisation for organisation in letter.lead_organisations() if organisation.id not in hidden]
