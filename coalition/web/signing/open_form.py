"""The signed token in every form of the door: which link, which text was shown, since when, and that it counts once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from coalition import clock, tokens
from coalition.actions.acts import Shown
from coalition.tokens import NotOurs

if TYPE_CHECKING:
    from coalition.models.link import Link
    from coalition.models.version import Text

PURPOSE: Final = "answer"
LASTS: Final = timedelta(hours=24)
"""After that the form comes back with the text as it is now, to be looked at and sent again."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """What a form shows to whom. Its token alone proves the link too: the door works where cookies do not."""

    link_id: UUID
    epoch: int
    fingerprint: str
    version: int
    language: str
    """The language of the text that is shown."""
    opened_at: datetime
    key: str
    """Makes each act that this page sends count once."""
    channel: str = "mail"
    """How the link came: "mail", or "hand" where a coordinator handed it over; the ledger tells the two apart."""
    is_proved: bool = False
    """Whether a step-up code was taken for what is sent now. It stands in no token."""

    @classmethod
    def fresh(cls, link: Link, text: Text) -> OpenForm:
        """A form opened now."""
        return cls(
            link_id=link.id,
            epoch=link.epoch,
            fingerprint=text.fingerprint or "",
            version=text.version.number,
            language=text.language,
            opened_at=clock.now(),
            key=secrets.token_hex(16),
            channel=link.channel,
        )

    @classmethod
    def read(cls, token: str) -> OpenForm:
        """The form of a token. Raises NotOurs."""
        facts = tokens.ours().read_form(PURPOSE, token)
        try:
            return cls(
                link_id=UUID(facts["l"]),
                epoch=int(facts["e"]),
                fingerprint=str(facts["f"]),
                version=int(facts["v"]),
                language=str(facts["g"]),
                opened_at=datetime.fromisoformat(facts["o"]),
                key=str(facts["k"]),
                channel=str(facts.get("c", "mail")),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise NotOurs from error

    def token(self) -> str:
        """The token for the form's hidden field."""
        facts = {
            "l": self.link_id.hex,
            "e": self.epoch,
            "f": self.fingerprint,
            "v": self.version,
            "g": self.language,
            "o": self.opened_at.isoformat(),
            "k": self.key,
            "c": self.channel,
        }
        return tokens.ours().write_form(PURPOSE, facts)

    def is_old(self) -> bool:
        """Whether it was opened too long ago to be taken without another look at the text."""
        return clock.now() - self.opened_at > LASTS

    def key_of(self, act: str) -> str:
        """The idempotency key of one act of this page: the same page may withhold today and withdraw after."""
        return f"{self.key}:{act}"

    @property
    def shown(self) -> Shown:
        """What the signer has in view, as the verbs want it."""
        return Shown(
            fingerprint=self.fingerprint,
            version=self.version,
            language=self.language,
            opened_at=self.opened_at,
            epoch=self.epoch,
            channel=self.channel,
            is_proved=self.is_proved,
        )
