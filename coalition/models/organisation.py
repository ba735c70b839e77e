"""A body that can sign."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.intake.names import FOLDED_LIMIT, fold_name
from coalition.vault import Sealed

STANDINGS = ("member", "partner", "guest", "dissolved")
SAFETY_DEFAULTS = ("show", "ask", "withhold")
NAME_LIMIT = 300
TELLING = ("acronym", "site", "aliases", "sort_keys", "country_printed")
"""What tells, beside its names, which organisation it is."""


class KeptApart(Base):
    """Two organisations that look alike and are not the same: somebody said so. The smaller id stands first."""

    __tablename__ = "kept_apart"

    one_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True)
    said_at: Mapped[datetime]


class Organisation(Identified, Base):
    """An organisation of the directory. A confidential one stands here under a code name; its real names are sealed."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint("standing IN ('member', 'partner', 'guest', 'dissolved')", name="standing"),
        CheckConstraint("safety_default IN ('show', 'ask', 'withhold')", name="safety_default"),
    )

    names: Mapped[dict[str, str]]
    """Language to name; "und" is the canonical one (a code name for a confidential organisation)."""
    folded_name: Mapped[str] = mapped_column(String(400), index=True)
    """The canonical name without case and accents: only for finding and comparing, never shown."""
    sort_keys: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Language to what it is sorted under where that is not the name itself."""
    aliases: Mapped[list[str]] = mapped_column(default=list)
    """Names under which it is found too: of organisations merged into it, and earlier names."""
    acronym: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[str] = mapped_column(String(60), default="")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id", ondelete="SET NULL"))
    country: Mapped[str] = mapped_column(String(2), default="")
    """ISO 3166-1 alpha-2, or empty for none."""
    country_printed: Mapped[dict[str, str]] = mapped_column(default=dict)
    """What is printed instead of the country's name, per language ("Wales", "International")."""
    site: Mapped[str] = mapped_column(String(300), default="")
    standing: Mapped[str] = mapped_column(String(16), default="member")
    safety_default: Mapped[str] = mapped_column(String(16), default="show")
    do_not_ask_at: Mapped[datetime | None]
    confidential_at: Mapped[datetime | None]
    _real_names: Mapped[bytes | None] = mapped_column("real_names", LargeBinary)
    real_names = Sealed("_real_names", filled_to=2048)
    """Of a confidential one: {"names", and each part of TELLING}."""
    slug: Mapped[str | None] = mapped_column(String(120), unique=True)
    """Of its public page; kept once given."""
    public_page_at: Mapped[datetime | None]
    """The organisation switched its public page on; None: it has none."""
    logo_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id", ondelete="SET NULL"))
    asked_if_right_at: Mapped[datetime | None]
    """When its contacts were last asked whether its entry is right."""
    merged_at: Mapped[datetime | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id", ondelete="SET NULL"))
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    contacts: Mapped[list[Any]] = relationship("Contact", back_populates="organisation", order_by="Contact.created_at")

    @property
    def name(self) -> str:
        """The canonical name as the desk shows it."""
        return self.names["und"]

    def printable_names(self) -> dict[str, str]:
        """The names as a list would print them, "und" included: the real ones of a confidential organisation."""
        real: dict[str, Any] | None = self.real_names
        return dict(real["names"] if real else self.names)

    def conceal(self, code_name: str, names: dict[str, str], *, now: datetime) -> None:
        """Put it under a code name: its real names, and what else tells which organisation it is, go into the vault."""
        parts = {part: getattr(self, part) for part in TELLING} if not self.confidential_at else self.real_names
        self.real_names = parts | {"names": names}
        self._wear(code_name)
        self.slug = self.public_page_at = self.logo_id = None
        self.confidential_at = self.confidential_at or now

    def keep(self, part: str, value: Any) -> None:
        """Write its names or a part of TELLING as the organisation gives it: of a confidential one into the vault."""
        if self.confidential_at:
            self.real_names = self.real_names | {part: value}
        else:
            setattr(self, part, value)

    def own(self, part: str) -> Any:
        """Its names or a part of TELLING, for the organisation itself: also what rests in the vault."""
        return self.real_names[part] if self.confidential_at else getattr(self, part)

    def uncover(self) -> None:
        """Give a confidential organisation its real names back."""
        real: dict[str, Any] = self.real_names
        self.names = real["names"]
        for part in TELLING:
            setattr(self, part, real[part])
        self.folded_name = fold_name(self.name)[:FOLDED_LIMIT]
        self.real_names = self.confidential_at = None

    def hide_behind(self, other: Organisation) -> None:
        """Wear the code name of the confidential organisation into which it was merged."""
        self._wear(other.name)
        self.slug = None

    def add_aliases(self, names: Iterable[str]) -> None:
        """Have it found under these names too; those of a confidential organisation rest in the vault."""
        real: dict[str, Any] | None = self.real_names
        known = {fold_name(name) for name in (*self.printable_names().values(), self.acronym)}
        before: list[str] = real["aliases"] if real else self.aliases
        by_fold = {fold_name(name): name for name in (*names, *before) if name}
        aliases = sorted(name for folded, name in by_fold.items() if folded not in known)
        if real:
            self.real_names = real | {"aliases": aliases}
        else:
            self.aliases = aliases

    def _wear(self, code_name: str) -> None:
        self.names, self.folded_name = {"und": code_name}, fold_name(code_name)[:FOLDED_LIMIT]
        self.acronym = self.site = ""
        self.aliases, self.sort_keys, self.country_printed = [], {}, {}

    def name_in(self, language: str) -> str:
        """The name at the desk in `language`, else the canonical one."""
        return self.names.get(language) or self.name
