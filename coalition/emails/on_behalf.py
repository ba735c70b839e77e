"""The facts of mails about what a coordinator did for an organisation: an answer recorded, a link handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext
from sqlalchemy import func, select

from coalition import config, languages
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue
from coalition.emails.telling import common, invited, moment_in_words
from coalition.models.objection import OWN, Objection
from coalition.models.signature import Signature
from coalition.rendering.reading import reading_title
from coalition.rendering.way_words import way_words

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session


def recorded(case: Case) -> words.RecordedWords:
    """The facts of a mail of the kind `recorded`. Raises NoLongerDue."""
    facts = case.facts
    return words.RecordedWords(
        **common(case),
        act=facts["act"],
        recorder=facts["recorder"],
        person=facts["person"],
        role=facts["role"] or gettext("contact person"),
        way=way_words(facts["way"]),
        said_on=languages.date_words(facts["on"], case.to.language),
        printed_name=facts["printed_name"],
        is_withheld=facts["is_withheld"],
    )


def link_handed_over(case: Case) -> words.LinkHandedOverWords:
    """The facts of a mail of the kind `link_handed_over`. Raises NoLongerDue."""
    invited(case)
    return words.LinkHandedOverWords(
        **common(case), maker=case.facts["maker"], made_at=moment_in_words(case, case.facts["at"])
    )


def _where(session: Session, letter_id: UUID) -> str:
    """Where it is settled; what an organisation says against a text is its own to lift, and stands on the board."""
    to_settle = select(Objection.id).join(Signature, Signature.id == Objection.signature_id).where(
        Signature.letter_id == letter_id, Signature.ended_on.is_(None), Objection.resolved_on.is_(None),
        Objection.against.not_in(OWN),
    )  # fmt: skip
    return "/disputes" if session.scalar(to_settle.limit(1)) is not None else "?state=suspended"


def objection_received(case: Case) -> words.ObjectionReceivedWords:
    """The facts of a mail of the kind `objection_received`. Raises NoLongerDue."""
    letter = case.about
    query = select(func.count()).where(
        Signature.letter_id == letter.id, Signature.ended_on.is_(None), Signature.suspended_at.is_not(None)
    )
    number = case.session.scalar(query) or 0
    if not number:
        raise NoLongerDue("nothing is disputed any more")
    return words.ObjectionReceivedWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        letter_title=reading_title(letter.text(case.to.language)),
        objections=number,
        link=f"{config.settings().root}/desk/letters/{letter.id}{_where(case.session, letter.id)}",
    )
