"""The plain case of signing, by constant statements: the first answer of an organisation, by its one contact's link.

In the hour before a deadline nearly every form is this one, and objects are most of what it costs (docs/speed.md). Here
is no rule of its own: whatever is not plain, nothing is written, and `coalition.actions.answer.sign` decides, refuses,
and says why. What is written is what it would write (`tests/actions/test_sign_at_once.py` holds one beside the other).
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.orm import aliased

from coalition import clock
from coalition.actions.acts import checked_names, facts_told, record_detail, settled_answer
from coalition.database import Base, after_commit, direct_transaction
from coalition.emails import outbox
from coalition.intake.names import NameRefused
from coalition.models import record
from coalition.models.approval import Approval
from coalition.models.consent import WORDING, Consent
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import WHO_MAY_SIGN, Letter, Tally
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from coalition.models.signature import Signature, organisation_index
from coalition.models.version import Text, Version
from coalition.statements import Constant, Objected

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Table

    from coalition.actions.answer import SigningForm
    from coalition.database import DriverConnection


class NotPlain(Exception):
    """Something is to be looked at: nothing was written."""


class _Found(NamedTuple):
    """A text of the version in force, and all that is read beside it."""

    language: str
    fingerprint: str
    version_id: UUID
    authoritative_language: str
    deadline_at: datetime | None
    who_may_sign: str
    standing: str
    names: dict[str, str]
    contact_id: UUID
    contact_language: str


class _Signing(NamedTuple):
    """What is written of: the letter and the organisation, and the text among those found."""

    letter_id: UUID
    organisation_id: UUID
    organisation_index: bytes
    invitation_id: UUID
    text: _Found
    names: dict[str, str]
    form: SigningForm
    now: datetime

    @property
    def contact(self) -> str:
        """The contact, as mails and the record name them."""
        return f"contact:{self.text.contact_id.hex}"


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


_other, _colleague, _later = aliased(Invitation), aliased(Contact), aliased(Version)

_LOCK = Constant(
    select(Letter.id, Invitation.organisation_id)
    .join(Invitation, Invitation.letter_id == Letter.id)
    .where(Invitation.id == bindparam("invitation"))
    .with_for_update(of=Letter)
)
_FIND = Constant(
    select(
        Text.language,
        Text.fingerprint,
        Version.id,
        Letter.authoritative_language,
        Letter.deadline_at,
        Letter.who_may_sign,
        Organisation.standing,
        Organisation.names,
        Contact.id,
        Contact.language,
    )
    .select_from(Link)
    .join(Invitation, Invitation.id == Link.invitation_id)
    .join(Contact, Contact.id == Invitation.contact_id)
    .join(Organisation, Organisation.id == Invitation.organisation_id)
    .join(Letter, Letter.id == Invitation.letter_id)
    .join(Version, Version.letter_id == Letter.id)
    .join(Text, Text.version_id == Version.id)
    .where(
        # the link works, and nobody else has it
        Link.id == bindparam("link"),
        Link.purpose == "invitation",
        Link.channel == "mail",
        Link.epoch == bindparam("epoch"),
        Link.revoked_at.is_(None),
        Link.expires_at.is_(None),
        Invitation.id == bindparam("invitation"),
        Invitation.epoch == bindparam("epoch"),
        Invitation.part == "contact",
        Invitation.revoked_at.is_(None),
        Invitation.handed_over_at.is_(None),
        Invitation.passed_from_id.is_(None),
        Contact.ended_at.is_(None),
        # the letter is open, asks for no code, and shows nothing at once
        Letter.stage == "open",
        Letter.is_sensitive.is_(False),
        Letter.is_rolling.is_(False),
        # the version in force is the one that was shown
        Version.number == bindparam("version"),
        Version.put_forward_at.is_not(None),
        Text.shown_at.is_not(None),
        ~exists().where(
            _later.letter_id == Letter.id, _later.number > Version.number, _later.put_forward_at.is_not(None)
        ),
        # the organisation has no other name, never answered, and has nobody else to be told
        Organisation.confidential_at.is_(None),
        Invitation.answered_at.is_(None),
        ~exists().where(
            Signature.letter_id == Letter.id, Signature.organisation_index == bindparam("organisation_index")
        ),
        ~exists().where(Approval.asked_from_id == Invitation.id, Approval.decided_at.is_(None)),
        ~exists().where(
            _other.letter_id == Letter.id,
            _other.organisation_id == Invitation.organisation_id,
            _other.id != Invitation.id,
        ),
        ~exists().where(
            _colleague.organisation_id == Invitation.organisation_id,
            _colleague.id != Contact.id,
            _colleague.ended_at.is_(None),
            _colleague.erased_at.is_(None),
        ),
    )
    .with_for_update(of=Invitation)
)
_SIGN = Constant(
    insert(_table(Signature)),
    *("id", "letter_id", "organisation", "organisation_index", "kind", "person", "role", "printed_names"),
    *("version_id", "visibility", "shows_logo"),
)
_AGREE = Constant(
    insert(_table(Consent)),
    *("id", "signature_id", "number", "act", "version_id", "language", "fingerprint", "wording_id", "how"),
    *("invitation", "by", "on", "at", "in_grace", "idempotency_key"),
)
_HEAD = Constant(
    select(RecordEntry.number, RecordEntry.hash)
    .where(RecordEntry.chain == bindparam("chain"))
    .order_by(RecordEntry.number.desc())
    .limit(1)
)
_RECORD = Constant(
    insert(_table(RecordEntry)),
    *("id", "chain", "number", "at", "actor_kind", "actor_id", "verb", "detail", "nonce", "detail_hash"),
    *("previous_hash", "hash"),
)
_MAIL = Constant(
    insert(_table(OutgoingEmail)),
    *("id", "kind_class", "letter_id", "invitation_id", "recipient", "occasion", "context", "message_id", "date"),
    *("boundary", "state", "attempts", "next_at", "last_words"),
)
_COUNT = Constant(
    update(_table(Tally))
    .where(Tally.letter_id == bindparam("letter"))
    .values(
        signed=Tally.signed + 1,
        withheld=Tally.withheld + bindparam("one_withheld"),
        uncounted=Tally.uncounted + bindparam("one_uncounted"),
    )
)
_SETTLE = Constant(
    update(_table(Invitation))
    .where(Invitation.id == bindparam("invitation"))
    .values(answered_at=bindparam("now"), answer=bindparam("sealed"))
)


def sign(invitation_id: UUID, link_id: UUID, form: SigningForm) -> str:
    """Sign for the invited organisation, if that is plain; returns the language of the text its contact sees first.

    `form.printed_names` are the names as typed; where none was, the organisation's own stands. Raises NotPlain.
    """
    if form.shown.channel != "mail" or form.shows_logo:
        raise NotPlain
    try:
        with direct_transaction() as connection:
            return _sign(connection, invitation_id, link_id, form)
    except (Objected, NameRefused) as error:
        raise NotPlain from error


def _sign(connection: DriverConnection, invitation_id: UUID, link_id: UUID, form: SigningForm) -> str:
    texts, signing = _looked_at(connection, invitation_id, link_id, form)
    signature_id = _write_signature(connection, signing)
    _write_consent(connection, signing, signature_id)
    _write_record(connection, signing)
    _write_receipt(connection, signing)
    counted = {f"one_{visibility}": int(form.visibility == visibility) for visibility in ("withheld", "uncounted")}
    _COUNT.run(connection, {"letter": signing.letter_id, **counted})
    answer = settled_answer("sign", form.person.strip(), form.role.strip())
    sealed = Invitation.answer.sealed(answer, table=Invitation.__tablename__, row=invitation_id)
    _SETTLE.run(connection, {"invitation": invitation_id, "now": signing.now, "sealed": sealed})
    own = signing.text.contact_language
    return own if own in texts else signing.text.authoritative_language


def _looked_at(
    connection: DriverConnection, invitation_id: UUID, link_id: UUID, form: SigningForm
) -> tuple[dict[str, _Found], _Signing]:
    """The texts of the version in force by language, and what is to be written. Raises NotPlain."""
    locked = _LOCK.run(connection, {"invitation": invitation_id})
    if not locked:
        raise NotPlain
    letter_id, organisation_id = locked[0]
    asked = {"link": link_id, "invitation": invitation_id, "epoch": form.shown.epoch, "version": form.shown.version}
    index = organisation_index(letter_id, organisation_id)
    found = [_Found(*row) for row in _FIND.run(connection, {**asked, "organisation_index": index})]
    now = clock.now()
    texts = {one.language: one for one in found}
    text = texts.get(form.shown.language)
    if text is None or text.authoritative_language not in texts or text.fingerprint != form.shown.fingerprint:
        raise NotPlain
    if text.standing not in WHO_MAY_SIGN[text.who_may_sign] or (text.deadline_at and now >= text.deadline_at):
        raise NotPlain
    typed = {key: name for key, name in form.printed_names.items() if key == "und" or key in texts}
    names = checked_names({**text.names, **typed})
    return texts, _Signing(letter_id, organisation_id, index, invitation_id, text, names, form, now)


def _write_signature(connection: DriverConnection, signing: _Signing) -> UUID:
    row, table = uuid4(), Signature.__tablename__
    form = signing.form
    values = {
        "id": row,
        "letter_id": signing.letter_id,
        "organisation": Signature.organisation.sealed(signing.organisation_id.hex, table=table, row=row),
        "organisation_index": signing.organisation_index,
        "kind": "organisation",
        "person": Signature.person.sealed(form.person.strip(), table=table, row=row),
        "role": Signature.role.sealed(form.role.strip(), table=table, row=row),
        "printed_names": Signature.printed_names.sealed(signing.names, table=table, row=row),
        "version_id": signing.text.version_id,
        "visibility": form.visibility,
        "shows_logo": False,
    }
    _SIGN.run(connection, values)
    return row


def _write_consent(connection: DriverConnection, signing: _Signing, signature_id: UUID) -> None:
    row, table = uuid4(), Consent.__tablename__
    form = signing.form
    by = {"name": form.person.strip(), "role": form.role.strip(), "account": ""}
    values = {
        "id": row,
        "signature_id": signature_id,
        "number": 1,
        "act": "sign",
        "version_id": signing.text.version_id,
        "language": signing.text.language,
        "fingerprint": signing.text.fingerprint,
        "wording_id": WORDING,
        "how": "mailed_link",
        "invitation": Consent.invitation.sealed(signing.invitation_id.hex, table=table, row=row),
        "by": Consent.by.sealed(by, table=table, row=row),
        "on": signing.now.astimezone(UTC).date(),
        "at": Consent.at.sealed(signing.now.isoformat(), table=table, row=row),
        "in_grace": False,
        "idempotency_key": form.key,
    }
    _AGREE.run(connection, values)


def _write_record(connection: DriverConnection, signing: _Signing) -> None:
    chain = record.chain_of(signing.letter_id)
    head = _HEAD.run(connection, {"chain": chain})
    number, last = head[0] if head else (0, record.GENESIS)
    detail = record_detail(_act(signing.form), signing.organisation_id, signing.contact)
    who = {"verb": "answered", "actor_kind": "contact", "actor_id": ""}
    _RECORD.run(connection, record.following(number, last, chain=chain, at=signing.now, detail=detail, **who))


def _write_receipt(connection: DriverConnection, signing: _Signing) -> None:
    form = signing.form
    told = facts_told(
        _act(form),
        number=form.shown.version,
        person=form.person.strip(),
        role=form.role.strip(),
        at=signing.now,
        printed_name=signing.names["und"],
        is_withheld=form.visibility != "named",
        how="mailed_link",
    )
    values: dict[str, Any] = outbox.columns_of(
        "receipt",
        recipient=signing.contact,
        occasion=f"answer:{form.key}",
        now=signing.now,
        letter_id=signing.letter_id,
        invitation_id=signing.invitation_id,
        kind_class="answer",
        fingerprint=signing.text.fingerprint,
        **told,
    )
    _MAIL.run(connection, {**values, "attempts": 0, "last_words": ""})
    after_commit(outbox.doorbell.ring)


def _act(form: SigningForm) -> str:
    return "signed" if form.visibility == "named" else "withheld"
