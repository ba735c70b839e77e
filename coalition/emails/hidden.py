"""The facts of mails about names that were taken off a list, and about readers who find a list wrong."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from coalition import config
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue
from coalition.emails.telling import common, standing
from coalition.models.organisation import Organisation
from coalition.models.report import Report
from coalition.rendering.reading import reading_title


def suspended(case: Case) -> words.SuspendedWords:
    """The facts of a mail of the kind `suspended`. Raises NoLongerDue."""
    signature = standing(case)
    if signature is None or signature.suspended_at is None:
        raise NoLongerDue("it was settled")
    is_withheld = case.facts["is_withheld"] or signature.visibility != "named"
    return words.SuspendedWords(**common(case), reason=case.facts["reason"], is_withheld=is_withheld)


def masked(case: Case) -> words.MaskedWords:
    """The facts of a mail of the kind `masked`. Raises NoLongerDue."""
    signature, is_masked = standing(case), case.facts["is_masked"]
    if signature is None or signature.visibility != "named" or (signature.masked_at is not None) != is_masked:
        raise NoLongerDue("it was changed since")
    return words.MaskedWords(**common(case), is_masked=is_masked, is_first=case.facts["is_first"])


def masked_everywhere(case: Case) -> words.MaskedEverywhereWords:
    """The facts of a mail of the kind `masked_everywhere`. Raises NoLongerDue."""
    organisation = case.session.get(Organisation, UUID(case.facts["organisation"]))
    if organisation is None:
        raise NoLongerDue("the organisation is gone")
    return words.MaskedEverywhereWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        organisation=organisation.name_in(case.to.language),
        contact_address=case.house.contact_address,
    )


def list_reported(case: Case) -> words.ListReportedWords:
    """The facts of a mail of the kind `list_reported`. Raises NoLongerDue."""
    letter = case.about
    query = select(func.count()).where(Report.letter_id == letter.id, Report.settled_at.is_(None))
    number = case.session.scalar(query) or 0
    if not number:
        raise NoLongerDue("every report is dealt with")
    return words.ListReportedWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        letter_title=reading_title(letter.text(case.to.language)),
        reports=number,
        link=f"{config.settings().root}/desk/letters/{letter.id}/reports",
    )
