"""The coalition itself: the one row that says whose installation this is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, inspect, select
from sqlalchemy.orm import Mapped, load_only, mapped_column

from coalition import vault
from coalition.database import Base, Identified, db
from coalition.keys import KeysUnusable
from coalition.models.key_use import KeyUse, learn
from coalition.vault import SealBroken, Sealed

CANARY = "the keys of this house"


class WrongKeys(Exception):
    """The key file does not belong to this database."""


class House(Identified, Base):
    """The network that runs this installation."""

    __tablename__ = "houses"
    __table_args__ = (CheckConstraint("place = 1", name="only_one"),)

    place: Mapped[int] = mapped_column(unique=True, default=1)
    names: Mapped[dict[str, str]]
    """Language to the coalition's name; "und" is the canonical one."""
    language: Mapped[str] = mapped_column(String(16))
    contact_address: Mapped[str] = mapped_column(String(320), default="")
    """Where readers and members write to; printed on public pages."""
    safety_words: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Language to how a person is reached now: the first lines of `/safety`."""
    archive_by_hand: Mapped[bool] = mapped_column(default=False)
    """Whether the list of letters stands in the editor's order, and not by date."""
    logo_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id", ondelete="SET NULL"))
    """The letterhead's logo."""
    _canary: Mapped[bytes] = mapped_column("canary", LargeBinary)
    canary = Sealed("_canary")
    founded_at: Mapped[datetime]

    def name(self, language: str) -> str:
        """The coalition's name in `language`, else the canonical one."""
        return self.names.get(language) or self.names["und"]

    def check_keys(self) -> None:
        """Raises WrongKeys unless the vault's keys open this database."""
        try:
            fits = self.canary == CANARY
        except SealBroken as error:
            raise WrongKeys("The key file does not open this database. Put the right one back.") from error
        if not fits:
            raise WrongKeys("The key file does not open this database. Put the right one back.")


def _check_that_those_in_use_are_held() -> None:
    learn(db.session())
    try:
        for purpose in ("vault", "index", "link"):
            vault.writes_with(purpose)
    except KeysUnusable as error:
        raise WrongKeys(f"{error} Put the newest key file that has it back.") from error


def check_keys_of_the_house() -> None:
    """Raises WrongKeys unless the keys open the present database; one without tables or house has nothing to open."""
    if not inspect(db.engine).has_table(House.__tablename__):
        return
    try:
        house = db.session.scalar(select(House).options(load_only(House._canary)).limit(1))  # noqa: SLF001 -- our own column
        if house is not None:
            house.check_keys()
        if inspect(db.engine).has_table(KeyUse.__tablename__):
            _check_that_those_in_use_are_held()
    except WrongKeys:
        db.session.remove()
        db.engine.dispose()  # nobody gets the app, so nobody could close its connections
        raise
    db.session.rollback()
