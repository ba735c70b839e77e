"""The text at a moment, in each of its languages; frozen, text by text, at the first showing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy import Text as LongString
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account
from coalition.models.addressee import Addressee
from coalition.models.fingerprint import canonical, fingerprint
from coalition.models.letter import Letter

TITLE_LIMIT = 200
FINGERPRINTED = ("title", "deck", "salutation", "body", "closing", "disclaimers")
CHANGE_CLASSES = ("typographical", "substantive")
OUTSIDE = (
    "second_title",
    "kicker",
    "short_title",
    "deck_speaker",
    "list_heading",
    "photo_caption",
    "photo_alternative",
    "contact_line",
)
PARTS = (*FINGERPRINTED, *OUTSIDE)


class Version(Identified, Base):
    """One numbered version of a letter; it holds one text per language."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("letter_id", "number"),
        CheckConstraint("change_class IN ('', 'typographical', 'substantive')", name="change_class"),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    number: Mapped[int]
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("versions.id", ondelete="RESTRICT"))
    change_class: Mapped[str] = mapped_column(String(16), default="")
    """What putting it forward means for those who signed before: nothing yet, typographical, or substantive."""
    explanations: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Language to what changed and why, in the coordinator's words."""
    reply_by_at: Mapped[datetime | None]
    """Until when a typographical change can be objected to, or a substantive one answered."""
    created_at: Mapped[datetime]
    put_forward_at: Mapped[datetime | None]
    """When it became the version in force; until then the team is writing it."""

    follows: Mapped[Version | None] = relationship(remote_side="Version.id")
    letter: Mapped[Letter] = relationship(back_populates="versions")
    texts: Mapped[list[Text]] = relationship(
        order_by="Text.language", back_populates="version", cascade="all, delete-orphan"
    )
    addressees: Mapped[list[Addressee]] = relationship(order_by="Addressee.position", cascade="all, delete-orphan")

    def text(self, language: str) -> Text | None:
        """The text in exactly that language."""
        return next((item for item in self.texts if item.language == language), None)

    @property
    def is_shown(self) -> bool:
        """Whether any of its texts was shown outside the team."""
        return any(item.shown_at for item in self.texts)

    def explanation(self, language: str) -> str:
        """What changed and why, in `language`, else in whichever language the coordinator wrote it."""
        return self.explanations.get(language) or next((words for words in self.explanations.values() if words), "")

    def put_forward(self, *, now: datetime) -> None:
        """Let it be the version in force: every text that has words is frozen and shown."""
        for text in self.texts:
            if not text.is_empty:
                text.freeze(now=now)
        self.put_forward_at = self.put_forward_at or now


class Text(Identified, Base):
    """One language of a version. Once shown, its fingerprinted parts never change; the database sees to it."""

    __tablename__ = "texts"
    __table_args__ = (
        UniqueConstraint("version_id", "language"),
        CheckConstraint("state IN ('draft', 'checked')", name="state"),
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(TITLE_LIMIT), default="")
    second_title: Mapped[str] = mapped_column(String(TITLE_LIMIT), default="")
    kicker: Mapped[str] = mapped_column(String(80), default="")
    """What stands above the title in place of the kind."""
    short_title: Mapped[str] = mapped_column(String(TITLE_LIMIT), default="")
    deck: Mapped[str] = mapped_column(LongString, default="")
    deck_speaker: Mapped[str] = mapped_column(String(200), default="")
    salutation: Mapped[str] = mapped_column(LongString, default="")
    body: Mapped[str] = mapped_column(LongString, default="")
    closing: Mapped[str] = mapped_column(LongString, default="")
    disclaimers: Mapped[str] = mapped_column(LongString, default="")
    list_heading: Mapped[str] = mapped_column(String(300), default="")
    photo_caption: Mapped[str] = mapped_column(LongString, default="")
    photo_alternative: Mapped[str] = mapped_column(LongString, default="")
    contact_line: Mapped[str] = mapped_column(LongString, default="")
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    """Set at the first showing."""
    translates_text_id: Mapped[UUID | None] = mapped_column(ForeignKey("texts.id", ondelete="SET NULL"))
    """The text of the authoritative language that its words follow: it lags once that one says something else."""
    state: Mapped[str] = mapped_column(String(16), default="draft")
    checked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    checked_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    editing_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    """Who pressed Edit last and has not saved since; advice to the others, not a lock that keeps anybody out."""
    editing_since: Mapped[datetime | None]

    version: Mapped[Version] = relationship(back_populates="texts")
    translates: Mapped[Text | None] = relationship(remote_side="Text.id", foreign_keys=[translates_text_id])
    checked_by: Mapped[Account | None] = relationship(foreign_keys=[checked_by_id])
    editing_by: Mapped[Account | None] = relationship(foreign_keys=[editing_by_id])

    @property
    def display_title(self) -> str:
        """Short title, else title, else the first words of the text."""
        return self.short_title or self.title or _first_words(self.body)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to agree to yet."""
        return not self.body.strip()

    def reworked(self) -> None:
        """Its words changed: nobody has checked them, and a translation follows what governs in its version now.

        Where the text that governs changed, nobody has compared the translations with it either.
        """
        governing = self.version.text(self.version.letter.authoritative_language)
        for text in self.version.texts if governing is self else (self,):
            text.state, text.checked_by_id, text.checked_at = "draft", None, None
        if governing is not None and governing is not self:
            self.translates_text_id = governing.id

    def freeze(self, *, now: datetime) -> None:
        """Fix the text at its first showing: its fingerprint is computed, and it changes no more."""
        if self.shown_at:
            return
        self.fingerprint = self.compute_fingerprint()
        self.shown_at = now

    def compute_fingerprint(self) -> str:
        """The fingerprint of the text as it stands: words that were shown before keep theirs."""
        before = self.followed
        if before is not None and before.fingerprint and self.says_the_same_as(before):
            return before.fingerprint
        return fingerprint(
            letter=self.version.letter_id.hex,
            version=self.version.number,
            language=self.language,
            parts={name: getattr(self, name) for name in FINGERPRINTED},
            addressees=self.printed_addressees,
        )

    @property
    def followed(self) -> Text | None:
        """The text of the same language in the version before."""
        return self.version.follows.text(self.language) if self.version.follows else None

    @property
    def origin_number(self) -> int:
        """The number of the version in which these words were put forward first; it stands in the fingerprint."""
        before = self.followed
        if before is not None and before.fingerprint and self.says_the_same_as(before):
            return before.origin_number
        return self.version.number

    @property
    def printed_addressees(self) -> list[dict[str, str]]:
        """To whom it speaks, as printed in its language."""
        return [one.printed(self.language) for one in self.version.addressees]

    def says_the_same_as(self, other: Text) -> bool:
        """Whether what is agreed to is the same in both, letter for letter as it is fingerprinted."""
        return self.printed_addressees == other.printed_addressees and all(
            canonical(getattr(self, name)) == canonical(getattr(other, name)) for name in FINGERPRINTED
        )

    @property
    def is_lagging(self) -> bool:
        """Whether the authoritative text of its version says something else than the one it was made from."""
        authoritative = self.version.text(self.version.letter.authoritative_language)
        source = self.translates
        if authoritative is None or source is None or authoritative is self or source is authoritative:
            return False
        return not authoritative.says_the_same_as(source)


def texts_between(letter: Letter, before: Version, language: str) -> tuple[Text, Text]:
    """The text of a version and the one in force, in a reader's language, else in the authoritative one.

    Both are in one language: where a reader's was added since, what changed is shown in the authoritative one.
    """
    now: Text = letter.text(language)
    then = before.text(now.language)
    if then is not None and not then.is_empty:
        return then, now
    governing = before.text(letter.authoritative_language)
    assert governing is not None  # noqa: S101 -- every version has its authoritative text  # nosec B101
    return governing, letter.version.text(letter.authoritative_language)


def _first_words(body: str, limit: int = 80) -> str:
    line = next((line.strip("#>*_ \t") for line in body.splitlines() if line.strip("#>*_ \t")), "")
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"
