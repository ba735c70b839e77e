"""What mails of several kinds tell of a letter, and when they have lost their sense."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from coalition import clock, languages, tokens
from coalition.emails import words
from coalition.emails.case import NO_LINK, Case, NoLongerDue
from coalition.emails.own_link import own_page_address
from coalition.models.account import Account
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature, named_leads, organisation_index
from coalition.models.version import Text, Version, texts_between
from coalition.rendering.figures import fill
from coalition.rendering.kept_redline import redline_between
from coalition.rendering.kinds import kind_words
from coalition.rendering.reading import reading_text, reading_title


def common(case: Case) -> dict[str, Any]:
    """What every mail about a letter knows."""
    return without_link(case) | {"link": live_link(case)}


def without_link(case: Case) -> dict[str, Any]:
    """The same, but for the link."""
    return about_the_letter(case, name=organisation_of(case).name_in(case.to.language))


def about_the_letter(case: Case, *, name: str) -> dict[str, Any]:
    """The same again, for an organisation or a person called `name`."""
    known = case.of_letter("letter", lambda: _of_the_letter(case))
    version = case.facts.get("number") or known["version"]
    return {**known, "to_name": case.to.name, "organisation": name, "version": version}


def _of_the_letter(case: Case) -> dict[str, Any]:
    """What all mails about the letter tell in one language."""
    letter, language = case.about, case.to.language
    text = letter.text(language)
    coordinators = letter.coordinators()
    return {
        "coalition_name": case.house.name(language),
        "letter_title": fill(text.title, text.language, None) or reading_title(text),
        "short_title": reading_title(text),
        "kind_words": kind_words(letter.kind),
        "lead_names": _lead_names(case),
        "coordinator_name": coordinators[0].name if coordinators else case.house.name(language),
        "coordinator_address": coordinators[0].email if coordinators else case.house.contact_address,
        "version": letter.version.number,
        "text_language": "" if text.language == language else text.language,
    }


def _lead_names(case: Case) -> tuple[str, ...]:
    """Who leads, of those that may be named; where none may, it is the coalition that asks."""
    language = case.to.language
    leads = named_leads(case.session, case.about)
    return tuple(lead.name_in(language) for lead in leads) or (case.house.name(language),)


def what_is_asked(case: Case) -> dict[str, Any]:
    """What a mail knows that asks for a signature."""
    names = organisation_of(case).printable_names()
    asked = case.of_letter("asked", lambda: _asked_by_the_letter(case))
    language = case.of_letter("language", lambda: case.about.text(case.to.language).language)
    return common(case) | {
        **asked,
        "deadline_lines": lines_of_deadline(case),
        "printed_name": names.get(language) or names["und"],
        "note": note_to_recipient(case),
    }


def _asked_by_the_letter(case: Case) -> dict[str, Any]:
    """What all mails that ask for a signature tell in one language."""
    letter, language = case.about, case.to.language
    return {
        "who_may_sign": who_may_sign(letter),
        "deadline_day": deadline_day(case),
        "text_plain": reading_text(letter.text(language)),
        "why_now": letter.why_now.get(language) or letter.why_now.get(letter.authoritative_language, ""),
    }


def note_to_recipient(case: Case) -> str:
    """The coordinator's words to this recipient alone, as they were when the mail was queued; "" for none."""
    if case.is_preview:
        return str(case.invitation.note or "") if case.invitation else ""
    return str(case.facts.get("note") or "")


def what_changed(case: Case, before: Version | None) -> dict[str, Any]:
    """What a mail tells of the change of the text from one version to the one in force."""
    return common(case) | changes_since(case, before)


def changes_since(case: Case, before: Version | None) -> dict[str, Any]:
    """The change alone, and what the coordinator says of it. Raises NoLongerDue where there is none."""
    letter = case.about
    if before is None or before.number == letter.version.number:
        raise NoLongerDue("nothing changed since they were written to")
    old, new = texts_between(letter, before, case.to.language)
    return {
        "version_before": before.number,
        "explanations": letter.explanations_since(before, case.to.language),
        "redline": redline_between(case.session, old, new),
        "redline_language": new.language,
    }


def answered_so(case: Case, signature: Signature) -> dict[str, Any]:
    """How the organisation stands printed, and whether that may be said."""
    is_withheld = case.facts["is_withheld"] or signature.visibility != "named"
    return {"printed_name": case.facts["printed_name"], "is_withheld": is_withheld}


def of_those_who_signed(case: Case) -> Signature:
    """The signature that stands, where its organisation has still to be told of the version. Raises NoLongerDue."""
    ensure_in_force(case)
    if case.session.get(PublicLetter, case.about.id):
        raise NoLongerDue("the letter is published")
    signature = standing(case)
    if signature is None:
        raise NoLongerDue("they have withdrawn")
    return signature


def of_those_on_the_list(case: Case) -> Signature:
    """The signature, where an edition would be made with it. Raises NoLongerDue."""
    if case.session.get(PublicLetter, case.about.id):
        raise NoLongerDue("the letter is published")
    signature = standing(case)
    if signature is None or not signature.is_on_list:
        raise NoLongerDue("they are not on the list now")
    return signature


def of_those_who_did_not(case: Case) -> Invitation:
    """The invitation of an organisation that can still answer. Raises NoLongerDue."""
    invitation = invited(case)
    ensure_in_force(case)
    if case.about.stage not in {"consultation", "open"}:
        raise NoLongerDue("signing is over")
    if standing(case) is not None:
        raise NoLongerDue("they have signed")
    return invitation


def ensure_in_force(case: Case) -> None:
    """Ensure in force."""
    if case.about.version.id.hex != case.facts["version"]:
        raise NoLongerDue("a later version was put forward")
    if case.about.stage == "cancelled":
        raise NoLongerDue("the letter was cancelled")


def standing(case: Case) -> Signature | None:
    """Standing."""
    index = organisation_index(case.about.id, organisation_of(case).id)
    return case.session.scalar(
        select(Signature).where(
            Signature.letter_id == case.about.id, Signature.organisation_index == index, Signature.ended_on.is_(None)
        )
    )


def reply_by(case: Case, *, now: datetime) -> datetime:
    """Until when an answer is asked for; every version put forward over signatures has such a time."""
    until: datetime | None = case.about.version.reply_by_at
    return until or now


def in_zones(case: Case, instant: datetime) -> tuple[str, ...]:
    """An instant in the letter's zone, in UTC and in the recipient's, in words."""
    return words.deadline_lines(instant, case.to.language, letter_zone=case.about.zone, own_zone=case.to.zone)


def who_may_sign(letter: Letter) -> str:
    """Who may sign, in one sentence in the present language."""
    sentences = {
        "members": gettext("Members of the coalition may sign this letter."),
        "members_and_partners": gettext("Members of the coalition and its partners may sign this letter."),
        "any": gettext("Any organisation that was invited may sign this letter."),
    }
    also = gettext("People may sign it for themselves too, in a list of their own.") if letter.has_individuals else ""
    return f"{sentences[letter.who_may_sign]} {also}".strip()


def organisation_of(case: Case) -> Organisation:
    """The organisation that the recipient answers for. Raises NoLongerDue."""
    if case.invitation:
        return case.invitation.organisation
    if case.to.contact is not None:  # an act from the organisation's own page
        organisation: Organisation = case.to.contact.organisation
        return organisation
    kind, account_id = addressed_to(case.row)
    if kind != "account":
        raise NoLongerDue("the invitation is gone")
    return case.session.get_one(Account, account_id).organisation


def invited(case: Case) -> Invitation:
    """The invitation it is about, which still works. Raises NoLongerDue."""
    if case.invitation is None:
        raise NoLongerDue("the invitation is gone")
    if case.invitation.revoked_at:
        raise NoLongerDue("the invitation was revoked")
    return case.invitation


def ensure_link_is_current(case: Case) -> None:
    """Raises NoLongerDue where the link was replaced since."""
    if case.is_preview:
        return
    if invited(case).epoch != case.facts["epoch"]:
        raise NoLongerDue("the link was replaced")


def live_link(case: Case) -> str:
    """The live address: made again each time, stored nowhere. A test's opens nothing; accounts get the desk's."""
    root = case.root
    if case.is_preview:
        return NO_LINK
    if case.facts["kind"] == "test":
        return f"{root}/i/test"
    if case.invitation is None and case.to.contact is not None:
        return own_page_address(case, case.to.contact)
    if case.invitation is None:
        page = "/sign" if case.facts["kind"] in {"keep_asked", "text_corrected"} else ""
        return f"{root}/desk/letters/{case.about.id}{page}"
    mailed = [
        link
        for link in case.invitation.links
        if link.epoch == case.invitation.epoch and link.revoked_at is None and link.channel == "mail"
    ]
    if not mailed:
        raise NoLongerDue("its link was ended")
    return f"{root}/i/{mailed[-1].token(tokens.ours())}"


def mute_link(case: Case) -> str:
    """The address where the mails of an invitation are stopped; "" where there is none.

    The link is made with the invitation's first; after that one was replaced, by the first mail that needs it.
    """
    if case.is_preview:
        return NO_LINK
    if case.facts["kind"] == "test":
        return f"{case.root}/u/test"
    if case.invitation is None or case.to.contact is None:
        return ""
    epoch = case.invitation.epoch
    link = next((one for one in case.invitation.mute_links if one.epoch == epoch), None)
    if link is None:
        # Two mails of one invitation may be made at once: whoever comes second takes what the first one made.
        case.session.get_one(Invitation, case.invitation.id, with_for_update=True)
        link = _first_mute_link(case, case.invitation)
    if link is None:
        link = Link.for_mute(case.invitation, tokens.ours(), now=clock.now())
        case.session.add(link)
        case.session.flush()
    return f"{case.root}/u/{link.token(tokens.ours())}"


def _first_mute_link(case: Case, invitation: Invitation) -> Link | None:
    query = (
        select(Link)
        .where(Link.invitation_id == invitation.id, Link.purpose == "mute", Link.epoch == invitation.epoch)
        .order_by(Link.created_at, Link.id)
    )
    return case.session.scalars(query).first()


def lines_of_deadline(case: Case) -> tuple[str, ...]:
    """The deadline as `words.deadline_lines` has it; () for a letter without one."""
    deadline = case.about.deadline_at
    if deadline is None:
        return ()
    return case.of_letter_in_zone("deadline", lambda: in_zones(case, deadline))


def deadline_day(case: Case) -> str:
    """The day of the deadline for a subject; "" for a letter without one."""
    deadline = case.about.deadline_at
    if deadline is None:
        return ""
    return words.day_for_subject(deadline, case.to.language, zone=case.about.zone)


def comments_until(case: Case) -> dict[str, Any]:
    """Until when comments are taken, and until when silence is no objection to the text."""
    letter = case.about
    until, silent = letter.comments_until_at, letter.no_objection_until_at
    return {
        "comments_day": words.day_for_subject(until, case.to.language, zone=letter.zone) if until else "",
        "comments_lines": in_zones(case, until) if until else (),
        "no_objection_lines": in_zones(case, silent) if silent else (),
    }


def deadline_utc(case: Case) -> str:
    """The deadline in UTC, in words; "" for a letter without one."""
    deadline = case.letter.deadline_at if case.letter else None
    return languages.moment_words(deadline, "UTC", case.to.language) if deadline else ""


def moment_in_words(case: Case, iso: str) -> str:
    """An ISO 8601 instant in the recipient's zone and language."""
    return languages.moment_words(datetime.fromisoformat(iso), case.to.zone, case.to.language)


def text_as_signed(case: Case) -> str:
    """The text that was agreed to, to be read; "" where it is gone."""
    text = case.session.scalars(
        select(Text)
        .join(Version, Version.id == Text.version_id)
        .where(Version.letter_id == case.about.id, Text.fingerprint == case.facts["fingerprint"])
    ).first()
    return reading_text(text) if text else ""


def addressed_to(row: OutgoingEmail) -> tuple[str, UUID]:
    """The kind of recipient, "contact" or "account", and its id. Raises NoLongerDue."""
    to = row.addressed_to
    if to is None:
        raise NoLongerDue("its content was erased")
    return to
