"""The facts of mails about an organisation's own page, and of the one that brings lost links again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask_babel import get_locale, gettext
from sqlalchemy import func, select

from coalition import clock, config, languages, tokens
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue, Recipient
from coalition.emails.embargo import embargo_words
from coalition.emails.own_link import own_page_address
from coalition.models.contact import Contact, address_index
from coalition.models.identity_change import IdentityChange
from coalition.models.invitation import Invitation
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.rendering.reading import reading_title

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def own_page(case: Case) -> words.OwnPageWords:
    """The facts of a mail of the kind `own_page`. Raises NoLongerDue."""
    return words.OwnPageWords(**_about_the_page(case))


def is_this_right(case: Case) -> words.IsThisRightWords:
    """The facts of a mail of the kind `is_this_right`. Raises NoLongerDue."""
    contact = _contact(case)
    if not contact.wants_updates:
        raise NoLongerDue("they want no such mail")
    organisation = contact.organisation
    people = [one.name or one.address for one in organisation.contacts if not (one.ended_at or one.erased_at)]
    return words.IsThisRightWords(
        **_about_the_page(case),
        printed_name=organisation.printable_names()["und"],
        country=languages.country_name(organisation.country, case.to.language) if organisation.country else "",
        site=organisation.site,
        people=tuple(people),
    )


def contacts_changed(case: Case) -> words.ContactsChangedWords:
    """The facts of a mail of the kind `contacts_changed`. Raises NoLongerDue.

    Whoever was taken off, and an address that was given up, are told too, without a link.
    """
    facts = case.facts
    return words.ContactsChangedWords(
        **_about_the_page(case, has_link=not facts.get("address")),
        change=facts["change"],
        person=facts["person"],
        colleague=facts["colleague"],
        recorded_at=_moment(case, facts["at"]),
    )


def identity_decided(case: Case) -> words.IdentityDecidedWords:
    """The facts of a mail of the kind `identity_decided`. Raises NoLongerDue."""
    facts = case.facts
    return words.IdentityDecidedWords(
        **_about_the_page(case, has_link=not facts.get("address")),
        is_accepted=facts["is_accepted"],
        wanted=tuple(f"{identity_part_words(part)} {value}" for part, value in facts["wanted"]),
        reply=facts["reply"],
    )


def changes_waiting(case: Case) -> words.ChangesWaitingWords:
    """The facts of a mail of the kind `changes_waiting`. Raises NoLongerDue."""
    query = select(func.count(IdentityChange.id)).where(IdentityChange.decision.is_(None))
    number = case.session.scalar(query) or 0
    if not number:
        raise NoLongerDue("every change is decided")
    return words.ChangesWaitingWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        changes=number,
        link=f"{config.settings().root}/desk/directory/changes",
    )


def entries_joined(case: Case) -> words.EntriesJoinedWords:
    """The facts of a mail of the kind `entries_joined`. Raises NoLongerDue."""
    names = _contact(case).organisation.printable_names()
    printed = names.get(case.to.language) or names["und"]
    return words.EntriesJoinedWords(**_about_the_page(case), printed_name=printed)


def identity_part_words(part: str) -> str:
    """What a part of an organisation's identity is called, with its colon; a name by its language."""
    if part.startswith("name_"):
        tag = part.removeprefix("name_")
        if tag == "und":
            return str(gettext("Name:"))
        return str(gettext("Name in %(language)s:", language=languages.name(tag, _spoken())))
    named = {
        "country": gettext("Country:"),
        "country_printed": gettext("Printed instead of the country:"),
        "site": gettext("Website:"),
        "kind": gettext("Kind of organisation:"),
        "parent": gettext("Part of:"),
        "erase": gettext("Erase the entry:"),
    }
    return str(named[part])


def recipient_of_links(session: Session, facts: dict[str, Any]) -> Recipient:
    """Who has the address for which links were asked: the first of its contacts. Raises NoLongerDue where nobody."""
    found = _contacts_at(session, facts["address"])
    if not found:
        raise NoLongerDue("nothing is known under that address")
    first = next((one for one in found if one.safe_mail), found[0])
    return Recipient(first.name or "", first.address, first.language, first.zone, first)


def links_again(case: Case) -> words.LinksAgainWords:
    """The facts of a mail of the kind `links_again`: everything that waits for the address. Raises NoLongerDue."""
    found, now = _contacts_at(case.session, case.facts["address"]), clock.now()
    language = case.to.language
    return words.LinksAgainWords(
        to_name=case.to.name,
        coalition_name=case.house.name(language),
        contact_address=case.house.contact_address,
        letters=tuple(
            words.LinkAgain(
                title=reading_title(invitation.letter.text(language)),
                organisation=invitation.organisation.name_in(language),
                link=f"{case.root}/i/{link.token(tokens.ours())}",
                embargo_until=embargo_words(invitation.letter, case),
            )
            for contact in found
            for invitation, link in _live_links(case.session, contact, now=now)
        ),
        pages=tuple(
            words.LinkAgain(
                title="",
                organisation=contact.organisation.name_in(language),
                link=own_page_address(case, contact),
            )
            for contact in found
        ),
    )


def _contacts_at(session: Session, address: str) -> list[Contact]:
    """The live contacts of that address, one for each organisation where it stands."""
    return list(
        session.scalars(
            select(Contact)
            .join(Organisation, Organisation.id == Contact.organisation_id)
            .where(
                Contact.address_index == address_index(address),
                Contact.ended_at.is_(None),
                Contact.erased_at.is_(None),
                Organisation.erased_at.is_(None),
                Organisation.merged_into_id.is_(None),
            )
            .order_by(Contact.created_at, Contact.id)
        )
    )


def _live_links(session: Session, contact: Contact, *, now: datetime) -> list[tuple[Invitation, Link]]:
    """The contact's invitations whose mailed link works, the newest letter first, each with its newest link."""
    rows = session.execute(
        select(Invitation, Link)
        .join(Link, Link.invitation_id == Invitation.id)
        .where(
            Invitation.contact_id == contact.id,
            Invitation.revoked_at.is_(None),
            Invitation.queued_at.is_not(None),
            Link.epoch == Invitation.epoch,
            Link.revoked_at.is_(None),
            Link.expires_at.is_(None) | (Link.expires_at > now),
            Link.purpose == "invitation",
            Link.channel == "mail",
        )
        .order_by(Link.created_at.desc(), Link.id)
    )
    newest: dict[Any, tuple[Invitation, Link]] = {}
    for invitation, link in rows:
        newest.setdefault(invitation.id, (invitation, link))
    return [pair for pair in newest.values() if not pair[0].letter.is_practice]


def _about_the_page(case: Case, *, has_link: bool = True) -> dict[str, Any]:
    contact = _contact(case)
    return {
        "to_name": case.to.name,
        "coalition_name": case.house.name(case.to.language),
        "contact_address": case.house.contact_address,
        "organisation": contact.organisation.name_in(case.to.language),
        "link": own_page_address(case, contact) if has_link else "",
    }


def _contact(case: Case) -> Contact:
    if case.to.contact is None:
        raise NoLongerDue("the contact is there no more")
    return case.to.contact


def _moment(case: Case, iso: str) -> str:
    return languages.moment_words(datetime.fromisoformat(iso), case.to.zone, case.to.language)


def _spoken() -> str:
    return languages.interface_language(str(get_locale() or "en"))
