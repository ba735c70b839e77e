"""The facts of mails with a key in them: to people with an account, and the code beside a link."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from coalition import clock, config, languages, tokens
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue
from coalition.emails.telling import addressed_to
from coalition.models.account import Account
from coalition.models.link import Link
from coalition.rendering.reading import reading_title


def sign_in_code(case: Case) -> words.SignInCodeWords:
    """The facts of a mail of the kind `sign_in_code`. Raises NoLongerDue."""
    return words.SignInCodeWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        code=case.facts["code"],
        minutes=case.facts["minutes"],
    )


def step_up_code(case: Case) -> words.StepUpCodeWords:
    """The facts of a mail of the kind `step_up_code`. Raises NoLongerDue."""
    if datetime.fromisoformat(case.facts["until"]) <= clock.now():
        raise NoLongerDue("the code works no more")
    return words.StepUpCodeWords(code=case.facts["code"], minutes=case.facts["minutes"])


def team_changed(case: Case) -> words.TeamChangedWords:
    """The facts of a mail of the kind `team_changed`: a change of the team, and of the letter its title alone.

    Raises NoLongerDue for whoever is not on the team any more and is not the one it is about.
    """
    letter, facts, language = case.about, case.facts, case.to.language
    _, recipient_id = addressed_to(case.row)
    member, is_you = letter.member(recipient_id), facts["account"] == recipient_id.hex
    if member is None and not is_you:
        raise NoLongerDue("they are not on the team any more")
    own = language if member is None or member.role != "translator" else letter.authoritative_language
    tags: list[str] = facts.get("languages") or []
    return words.TeamChangedWords(
        to_name=case.to.name,
        coalition_name=case.house.name(language),
        letter_title=reading_title(letter.text(own)),
        change=facts["change"],
        person=case.session.get_one(Account, UUID(facts["account"])).name,
        by=case.session.get_one(Account, UUID(facts["by"])).name if facts["by"] else "",
        is_you=is_you,
        role=facts.get("role", ""),
        languages=languages.join([languages.name(tag, language) for tag in tags], language),
        reason=facts.get("reason", ""),
        nobody_can_act=not letter.coordinators(),
        link=f"{config.settings().root}/desk/letters/{letter.id}" if member is not None else "",
    )


def second_step_changed(case: Case) -> words.SecondStepChangedWords:
    """The facts of a mail of the kind `second_step_changed`."""
    facts = case.facts
    _, recipient_id = addressed_to(case.row)
    is_you = facts["account"] == recipient_id.hex
    place = "account/second-step" if is_you else "team"
    return words.SecondStepChangedWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        change=facts["change"],
        at=languages.moment_words(datetime.fromisoformat(facts["at"]), case.to.zone, case.to.language),
        person=case.session.get_one(Account, UUID(facts["account"])).name,
        is_you=is_you,
        by=case.session.get_one(Account, UUID(facts["by"])).name if facts["by"] else "",
        passkey=facts.get("name", ""),
        link=f"{config.settings().root}/desk/{place}",
    )


def account_changed(case: Case) -> words.AccountChangedWords:
    """The facts of a mail of the kind `account_changed`."""
    facts = case.facts
    return words.AccountChangedWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        change=facts["change"],
        at=languages.moment_words(datetime.fromisoformat(facts["at"]), case.to.zone, case.to.language),
        by=case.session.get_one(Account, UUID(facts["by"])).name if facts["by"] else "",
        link="" if facts["change"] == "ended" else f"{config.settings().root}/desk/account",
    )


def tells_of_the_end(facts: dict[str, Any]) -> bool:
    """Whether a mail is the one that goes to an account although it has ended."""
    return facts.get("kind") == "account_changed" and facts.get("change") == "ended"


def set_up_account(case: Case) -> words.SetUpAccountWords:
    """The facts of a mail of the kind `set_up_account`. Raises NoLongerDue."""
    _, account_id = addressed_to(case.row)
    link = case.session.scalars(
        select(Link).where(Link.account_id == account_id, Link.revoked_at.is_(None)).order_by(Link.created_at.desc())
    ).first()
    if link is None or link.expires_at is None:
        raise NoLongerDue("the account is set up")
    return words.SetUpAccountWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        inviter_name=case.facts["by_name"],
        inviter_address=case.facts["by_address"],
        link=f"{config.settings().root}/desk/set-up/{link.token(tokens.ours())}",
        works_until=languages.moment_words(link.expires_at, case.to.zone, case.to.language),
    )
