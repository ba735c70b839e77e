"""The facts of the mail that tells coordinators of mails that came back."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from coalition import config
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.rendering.reading import reading_title

NAMED = 12
"""So many organisations are named; the board has them all."""


def mail_bounced(case: Case) -> words.MailBouncedWords:
    """The facts of a mail of the kind `mail_bounced`. Raises NoLongerDue.

    Only who was asked and has not answered is named: of other mails the very address could tell who signed. Raises
    NoLongerDue.
    """
    letter, language = case.about, case.to.language
    names = sorted(
        {
            one.organisation.name
            for one in case.session.scalars(
                select(Invitation).where(
                    Invitation.letter_id == letter.id,
                    Invitation.bounced_at.is_not(None),
                    Invitation.answered_at.is_(None),
                    Invitation.revoked_at.is_(None),
                )
            )
        }
    )
    others = case.session.scalar(
        select(func.count()).where(
            OutgoingEmail.letter_id == letter.id,
            OutgoingEmail.recipient.startswith("sealed:"),
            OutgoingEmail.state.in_(("refused", "bounced")),
            OutgoingEmail.settled_at > case.row.date - timedelta(days=1),
        )
    )
    if not names and not others:
        raise NoLongerDue("nothing is left that came back")
    root = config.settings().root
    return words.MailBouncedWords(
        to_name=case.to.name,
        coalition_name=case.house.name(language),
        letter_title=reading_title(letter.text(language)),
        organisations=tuple(names[:NAMED]),
        more=max(len(names) - NAMED, 0),
        others=others or 0,
        link=f"{root}/desk/letters/{letter.id}?state=bounced" if names else f"{root}/desk/outbox?state=bounced",
    )
