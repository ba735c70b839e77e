"""One mail that is to be made: its row, its recipient, the letter and the invitation it is about."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from coalition import config
from coalition.models.contact import Contact
from coalition.models.house import House
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


Found = TypeVar("Found")
NO_LINK = "…"
"""What stands for the link where a mail is only looked at: nobody but its recipient sees a live one (SAFETY §2)."""


class NoLongerDue(Exception):
    """Since it was queued the mail lost its sense; the message says why, for the desk."""


class NotYet(NoLongerDue):
    """It is due later, and waits in the outbox `until` then: its recipient sleeps."""

    def __init__(self, until: datetime) -> None:
        super().__init__("it waits until they are awake")
        self.until = until


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom, in which language and zone; `contact` where it is one."""

    name: str
    address: str
    language: str
    zone: str
    contact: Contact | None = None


class Shared:
    """What the mails made in one transaction have in common: each fact of a letter is looked up once for all of them.

    It lives as long as that transaction, for nothing else says that its facts are still so.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What `find` finds, asked once for each key."""
        try:
            found: Found = self._known[key]
        except KeyError:
            found = self._known[key] = find()
        return found


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a mail's function looks at."""

    session: Session
    row: OutgoingEmail
    facts: dict[str, Any]
    to: Recipient
    house: House
    invitation: Invitation | None
    letter: Letter | None
    is_preview: bool = False
    """Looked at before it is sent: there is no link yet, and none is shown."""
    shared: Shared = field(default_factory=Shared)

    def of_letter(self, fact: str, find: Callable[[], Found]) -> Found:
        """A fact that is the same in all mails about this letter in this language, found once."""
        return self.shared.once((fact, self.about.id, self.to.language), find)

    def of_letter_in_zone(self, fact: str, find: Callable[[], Found]) -> Found:
        """The same for a fact that is told in the recipient's zone."""
        return self.shared.once((fact, self.about.id, self.to.language, self.to.zone), find)

    @property
    def root(self) -> str:
        """The root of the links in this mail: of the neutral host for a contact with safe mail."""
        settings = config.settings()
        return settings.safe_root if self.to.contact is not None and self.to.contact.safe_mail else settings.root

    @property
    def about(self) -> Letter:
        """The letter it is about."""
        if self.letter is None:
            raise NoLongerDue("the letter is gone")
        return self.letter
