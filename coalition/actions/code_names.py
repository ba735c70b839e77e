"""Confidential organisations: at the desk they stand under a code name, their real names rest in the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from coalition import clock
from coalition.actions import take_off
from coalition.actions.own_entry import drop_logo
from coalition.actions.team import NotAllowed
from coalition.database import transaction
from coalition.intake.names import check_name, fold_name
from coalition.models import record
from coalition.models.letter import LetterLead
from coalition.models.organisation import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account


class CodeNameTells(Exception):
    """The code name is part of a real name, or the other way round."""


class LeadsALetter(Exception):
    """It leads a letter, which says so by its name."""


def conceal(organisation_id: UUID, *, code_name: str, names: dict[str, str], by: Account) -> None:
    """Put an organisation under a code name, or give a confidential one another code name or other real names.

    `names` are the real ones, "und" the canonical one. Every contact gets safe mail from now on; its public page and
    its logo go. Only administrators. Raises NotAllowed, CodeNameTells, LeadsALetter, NameRefused.
    """
    _ensure_administrator(by)
    with transaction() as session:
        organisation = _locked(session, organisation_id)
        checked = {language: check_name(name) for language, name in names.items() if name.strip() or language == "und"}
        _ensure_tells_nothing(code_name, checked.values())
        if session.scalar(select(func.count()).where(LetterLead.organisation_id == organisation.id)):
            raise LeadsALetter
        had_page = organisation.public_page_at is not None
        drop_logo(session, organisation)
        organisation.conceal(check_name(code_name), checked, now=clock.now())
        for contact in organisation.contacts:
            contact.safe_mail = True
        if had_page:
            take_off.bodies(session, None)
        _entered(session, "organisation concealed", by, organisation)


def uncover(organisation_id: UUID, *, by: Account) -> None:
    """Give a confidential organisation its real names back at the desk. Only administrators. Raises NotAllowed."""
    _ensure_administrator(by)
    with transaction() as session:
        organisation = _locked(session, organisation_id)
        if organisation.confidential_at:
            organisation.uncover()
            _entered(session, "organisation uncovered", by, organisation)


def show_real_names(organisation_id: UUID, *, by: Account) -> dict[str, str]:
    """Note in the record that an administrator looks at the real names of a confidential organisation; the names.

    Raises NotAllowed.
    """
    _ensure_administrator(by)
    with transaction() as session:
        organisation = _locked(session, organisation_id)
        _entered(session, "real names shown", by, organisation)
        return organisation.printable_names()


def _ensure_administrator(by: Account) -> None:
    if not by.is_administrator:
        raise NotAllowed


def _ensure_tells_nothing(code_name: str, names: Iterable[str]) -> None:
    code = fold_name(code_name)
    for name in map(fold_name, names):
        if code and (code in name or name in code):
            raise CodeNameTells


def _locked(session: Session, organisation_id: UUID) -> Organisation:
    return session.get_one(Organisation, organisation_id, with_for_update=True)


def _entered(session: Session, verb: str, by: Account, organisation: Organisation) -> None:
    record.enter(session, verb, at=clock.now(), actor_kind="account", actor_id=by.id, organisation=organisation.id.hex)
