"""What a person sees behind the link that confirmed their address, once they signed: how they stand, and what to do.

They can keep the signature under a changed text, object, correct their printed name, and withdraw, at any time. The
link is the key; each form names its choice, and records nothing when it is sent as it came.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from flask import render_template
from flask_babel import gettext as _

from coalition import clock, languages, tokens
from coalition.actions import proof
from coalition.actions.persons import signature_of_request
from coalition.actions.reconfirm import may_object, open_objections
from coalition.actions.sign_for_oneself import Seen
from coalition.database import db
from coalition.emails.words import deadline_lines
from coalition.models.consent import PERSONAL_KEPT_WORDING
from coalition.models.objection import OWN
from coalition.models.public import PublicLetter
from coalition.models.signature import IN_PERSON_MARK
from coalition.models.version import texts_between
from coalition.rendering import page
from coalition.rendering.edition import printed_letter
from coalition.rendering.kept_redline import redline_between
from coalition.rendering.list_parts import capacity_words
from coalition.rendering.reading import reading_title
from coalition.rendering.redline_view import redline_view
from coalition.tokens import NotOurs
from coalition.vault import blind_index

if TYPE_CHECKING:
    from datetime import datetime

    from markupsafe import Markup

    from coalition.models.letter import Letter
    from coalition.models.request import RequestToSign
    from coalition.models.signature import Signature
    from coalition.models.version import Text

PURPOSE: Final = "person"


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """The token of one opened page: whose, which text stood on it, and that its form counts once."""

    request_id: str
    key: str
    seen: Seen

    @classmethod
    def fresh(cls, asked: RequestToSign) -> OpenAnswer:
        """A page opened now."""
        text = text_of(asked)
        return cls(
            asked.id.hex, secrets.token_hex(16), Seen(text.fingerprint or "", text.version.number, text.language)
        )

    @classmethod
    def read(cls, token: str, asked: RequestToSign) -> OpenAnswer:
        """The page of a token that was made for this person. Raises NotOurs."""
        facts = tokens.ours().read_form(PURPOSE, token)
        try:
            opened = cls(facts["r"], str(facts["k"]), Seen(str(facts["f"]), int(facts["v"]), str(facts["g"])))
        except (KeyError, TypeError, ValueError) as error:
            raise NotOurs from error
        if opened.request_id != asked.id.hex:
            raise NotOurs
        return opened

    def key_of(self, act: str, *said: str) -> str:
        """The idempotency key of one act of this page and what it says: what is kept can be withdrawn after."""
        return f"{self.key}:{blind_index('person.act', act.encode(), *(one.encode() for one in said)).hex()[:16]}"

    def token(self) -> str:
        """The token for the form's hidden field."""
        seen = self.seen
        facts = {"r": self.request_id, "k": self.key, "f": seen.fingerprint, "v": seen.version, "g": seen.language}
        return tokens.ours().write_form(PURPOSE, facts)


@dataclass(frozen=True, slots=True)
class Person:
    """How a person who signed stands to the letter now."""

    asked: RequestToSign
    signature: Signature
    public: PublicLetter | None

    @classmethod
    def of(cls, asked: RequestToSign) -> Person | None:
        """The person behind a request, where it became a signature."""
        signature = signature_of_request(db.session(), asked) if asked.decision == "signed" else None
        if signature is None:
            return None
        return cls(asked, signature, db.session.get(PublicLetter, asked.letter_id))

    @property
    def letter(self) -> Letter:
        """What they signed."""
        return self.asked.letter

    @property
    def state(self) -> str:
        """One word for how the signature stands."""
        if self.signature.ended_on is not None:
            return "withdrawn"
        if self.letter.stage == "cancelled":
            return "cancelled"
        if self.signature.suspended_at is not None:
            return "objected" if self._has_own_objection() else "disputed"
        return "stands" if self.signature.agrees else "changed"

    @property
    def against(self) -> str:
        """What they may object to now: "typographical", "page_proof", or ""."""
        now, letter = clock.now(), self.letter
        if self.state != "stands" or self.public is not None or letter.stage not in {"open", "closed"}:
            return ""
        if may_object(letter, self.signature, now=now):
            return "typographical"
        return "page_proof" if letter.proof_until_at is not None and now < letter.proof_until_at else ""

    @property
    def choices(self) -> tuple[str, ...]:
        """What they can do now."""
        if self.state == "withdrawn":
            return ("erase",)
        is_settled = self.public is not None or self.letter.stage not in {"open", "closed"}
        keeps = ("keep",) if self.state in {"changed", "objected"} and not is_settled else ()
        objects = ("object",) if self.against else ()
        return (*keeps, *objects, "withdraw")

    @property
    def may_correct_name(self) -> bool:
        """Until it is printed."""
        return "withdraw" in self.choices and self.public is None and self.state != "cancelled"

    def until(self) -> datetime | None:
        """Until when the answer is asked for."""
        if self.against == "page_proof":
            return self.letter.proof_until_at
        is_asked = self.state == "changed" or self.against == "typographical"
        until: datetime | None = self.letter.version.reply_by_at if is_asked and self.public is None else None
        return until

    def _has_own_objection(self) -> bool:
        found = open_objections(db.session(), self.signature)
        return bool(found) and all(one.against in OWN for one in found)


def text_of(asked: RequestToSign) -> Text:
    """The text in force that a person reads, in the language in which they asked where there is one."""
    text: Text = asked.letter.text(asked.language)
    return text


def person_html(
    token: str,
    person: Person,
    *,
    opened: OpenAnswer | None = None,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    """The page; with what was typed and what has to change in it, where a form comes back."""
    asked, letter, text = person.asked, person.letter, text_of(person.asked)
    own = str(person.signature.printed_names["und"])
    until = person.until()
    return render_template(
        "public/person.html",
        path=f"/c/{token}",
        state=person.state,
        is_sensitive=letter.is_sensitive,
        against=person.against,
        title=reading_title(text),
        own=own,
        affiliation=person.signature.printed_affiliation,
        capacity=capacity_words() if person.signature.printed_affiliation.endswith(IN_PERSON_MARK) else "",
        signed_version=languages.number(person.signature.version.number, _spoken(asked)),
        version=languages.number(letter.version.number, _spoken(asked)),
        address=_published_address(person, text.language),
        until=deadline_lines(until, _spoken(asked), letter_zone=letter.zone, own_zone=letter.zone) if until else (),
        changes=_changes(person, text),
        choices=_choice_options(person),
        can=person.choices,
        may_correct_name=person.may_correct_name,
        form_token=(opened or OpenAnswer.fresh(asked)).token(),
        article=_article(person, text, own),
        text_language=text.language,
        text_direction=languages.direction(text.language),
        values={"decision": "", "words": "", "name": own} | (typed or {}),
        errors=errors or {},
    )


def _spoken(asked: RequestToSign) -> str:
    return languages.interface_language(asked.language)


def _choice_options(person: Person) -> list[dict[str, str]]:
    """What can be chosen, none of it beforehand, and what each means."""
    kept = {"personal-keep-1": _("I have seen what changed and keep my signature under version %(version)s.")}
    version = languages.number(person.letter.version.number, _spoken(person.asked))
    gone = _("The name leaves every page that we serve at once. Copies and archives elsewhere may keep it.")
    silent = _("The letter is not published: no reader learns that there was a signature.")
    options = {
        "erase": {
            "label": _("I want what is held of me erased"),
            "hint": _(
                "Your address, your mails and the copies of the letter as it was delivered are erased, and this link"
                " ends. That this name signed and withdrew stays in the record of what was agreed to."
            ),
        },
        "keep": {"label": kept[PERSONAL_KEPT_WORDING] % {"version": version}, "hint": ""},
        "object": {
            "label": _("I object to this page") if person.against == "page_proof" else _("I object to this change"),
            "hint": _("Your name is off the list until you keep your signature after all."),
        },
        "withdraw": {"label": _("I withdraw my signature"), "hint": gone if person.public is not None else silent},
    }
    return [{"value": name} | options[name] for name in person.choices]


def _changes(person: Person, text: Text) -> dict[str, Any] | None:
    """The redline from what they agreed to, and why; None where nothing changed, or it does not matter any more."""
    before, letter = person.signature.version, person.letter
    if before.number >= letter.version.number or person.public is not None or person.state == "withdrawn":
        return None
    old, new = texts_between(letter, before, text.language)
    view = redline_view(redline_between(db.session(), old, new), new.language, _spoken(person.asked))
    said = letter.explanations_since(before, text.language)
    return {"before": languages.number(before.number, _spoken(person.asked)), "explanations": said, "view": view}


def _published_address(person: Person, language: str) -> str:
    if person.public is None:
        return ""
    letter = printed_letter(db.session(), person.public)
    return letter.address(language if language in letter.texts else letter.authoritative_language)


def _article(person: Person, text: Text, own: str) -> Markup | None:
    """The text; once a proof was shown, the page as it will be, with their own line marked. None once it is public."""
    letter = person.letter
    if person.public is not None or letter.stage == "cancelled":
        return None
    if letter.proof_sent_at is None:
        drafted = replace(proof.draft(db.session(), letter, now=clock.now()), photo=None)
        return page.article(drafted, text.language, as_part=True)
    marked = own if person.signature.is_public and person.signature.is_on_list else ""
    seen = proof.as_seen_by(db.session(), letter, marked, text.language)
    return page.article(replace(seen.letter, photo=None), text.language, as_part=True, marked=marked)
