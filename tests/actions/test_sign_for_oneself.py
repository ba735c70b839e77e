"""Persons who sign for themselves: nobody does without a coordinator, and nobody is printed who does not agree."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from coalition import clock
from coalition.actions import (
    archive,
    check,
    clone,
    draft,
    give_away,
    ledger,
    live,
    proof,
    publish,
    sign_for_oneself,
    take_over,
)
from coalition.actions.acts import TextChanged
from coalition.actions.amend import has_signatures
from coalition.actions.answer import PrintedAlready
from coalition.actions.reconfirm import NothingToObjectTo
from coalition.actions.sign_for_oneself import NoListForIndividuals, NotConfirmed
from coalition.database import db
from coalition.intake import letter_archive
from coalition.models.edition import PublicLine
from coalition.models.letter import Tally
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.request import AlreadyDecided, RequestToSign
from coalition.models.signature import AlreadySigned, NoStandingSignature, Signature
from coalition.rendering.ledger import problems_of, to_json
from coalition.rendering.plain import plain_text
from tests import builders, persons

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.rendering.printed import PrintedLetter
    from tests.cast import Cast


def a_letter_for_persons(cast: Cast) -> UUID:
    """An open letter with a list for individuals that one member has signed."""
    letter_id = persons.with_individuals(cast, builders.an_open_letter(cast))
    builders.signed(letter_id, cast.small_member)
    return letter_id


def counts(letter_id: UUID) -> tuple[int, int, int]:
    """Organisations, those of them that wait, and individuals, as the letter's tally has them."""
    db.session.rollback()
    tally = db.session.get_one(Tally, letter_id)
    return tally.signed, tally.waiting, tally.individuals


def printed(letter_id: UUID) -> list[tuple[str, str]]:
    """The names that would be printed now with their affiliations, in their order."""
    letter = builders.a_letter(letter_id)
    standing = proof.in_order(proof.signers(db.session(), letter))
    return [(one.name, one.signature.printed_affiliation) for one in standing]


def mails(kind: str) -> list[dict[str, object]]:
    """What the outbox holds of a kind."""
    db.session.rollback()
    rows = db.session.query(OutgoingEmail).order_by(OutgoingEmail.date).all()
    return [row.context for row in rows if row.context.get("kind") == kind]


def test_a_person_counts_as_an_individual_and_never_as_an_organisation(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    persons.signed(cast, letter_id)
    assert counts(letter_id) == (1, 0, 1)
    figures = check.check(db.session(), builders.a_letter(letter_id)).figures
    assert (figures.signatories, figures.organisations, figures.individuals, figures.countries) == (2, 1, 1, 1)


def test_persons_come_after_the_organisations_with_title_affiliation_and_mark(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    persons.signed(cast, letter_id, "Aaron Adler", title="", affiliation="", is_personal=True)
    persons.signed(cast, letter_id, "Ana Brkić")
    persons.signed(cast, letter_id, "Zoe Young", title="Writer", affiliation="", is_personal=False)
    assert printed(letter_id) == [
        ("Kalina Press Club", ""),
        ("Aaron Adler", ""),
        ("Ana Brkić", "Professor of Law, University of Split*"),
        ("Zoe Young", "Writer"),
    ]


def test_what_arabic_readers_read_is_joined_as_arabic_is(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    persons.signed(cast, letter_id, "سلمى حداد", title="كاتبة", affiliation="جامعة عمّان", is_personal=False)
    assert printed(letter_id)[-1] == ("سلمى حداد", "كاتبة، جامعة عمّان")


@pytest.mark.parametrize("is_there", [True, False])
def test_nobody_signs_alone_where_the_letter_has_no_list_for_it(cast: Cast, *, is_there: bool) -> None:
    letter_id = builders.an_open_letter(cast)
    if is_there:
        persons.signed(cast, persons.with_individuals(cast, letter_id))
        return
    with pytest.raises(NoListForIndividuals):
        persons.signed(cast, letter_id)


def test_who_did_not_confirm_the_address_is_not_accepted(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    with pytest.raises(NotConfirmed):
        persons.signed(cast, letter_id, is_confirmed=False)
    assert counts(letter_id) == (1, 0, 0)


def test_a_request_is_accepted_once(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.signed(cast, letter_id)
    with pytest.raises(AlreadyDecided):
        sign_for_oneself.accept(letter_id, request_id, by=cast.coordinator)


def test_a_person_can_not_sign_twice_whatever_they_are_called(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    persons.signed(cast, letter_id, address="ana@mail.example")
    with pytest.raises(AlreadySigned):
        persons.signed(cast, letter_id, "A. Brkić", address="Ana+letters@mail.example")
    assert counts(letter_id) == (1, 0, 1)


def test_a_person_who_is_accepted_after_publication_waits_for_the_list(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.asked(letter_id)
    builders.published(cast, letter_id)
    signature_id = sign_for_oneself.accept(letter_id, request_id, by=cast.coordinator)
    assert [one.signature.id for one in live.waiting(db.session(), builders.a_letter(letter_id))] == [signature_id]


def test_the_list_for_individuals_stays_while_somebody_stands_on_it(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.signed(cast, letter_id)
    with pytest.raises(draft.IndividualsHaveSigned):
        draft.save_choices(letter_id, {"has_individuals": False}, by=cast.coordinator)
    persons.withdrawn(request_id)
    draft.save_choices(letter_id, {"has_individuals": False}, by=cast.coordinator)
    assert not builders.a_letter(letter_id).has_individuals


def test_a_person_stands_for_the_text_they_saw_and_is_asked_where_it_changed_since(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.asked(letter_id)
    builders.amended(cast, letter_id)
    sign_for_oneself.accept(letter_id, request_id, by=cast.coordinator)
    assert printed(letter_id) == []
    assert [mail["recipient"] for mail in mails("individual_changed")] == [f"request:{request_id.hex}"]
    persons.kept(request_id)
    assert printed(letter_id) == [("Ana Brkić", "Professor of Law, University of Split*")]


def test_a_change_of_substance_carries_no_person_over(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.signed(cast, letter_id)
    builders.amended(cast, letter_id)
    assert printed(letter_id) == []
    assert counts(letter_id) == (1, 1, 1)
    codes = [one.code for one in check.check(db.session(), builders.a_letter(letter_id)).findings]
    assert "persons_not_reconfirmed" in codes
    persons.kept(request_id)
    assert [name for name, _ in printed(letter_id)] == ["Ana Brkić"]
    assert counts(letter_id) == (1, 1, 1)


def test_nothing_is_kept_for_a_text_that_was_not_in_view(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.signed(cast, letter_id)
    seen = persons.seen(request_id)
    builders.amended(cast, letter_id)
    with pytest.raises(TextChanged):
        sign_for_oneself.keep(request_id, key=secrets.token_hex(16), seen=seen)


def test_a_person_objects_to_a_correction_and_is_off_the_list_until_they_keep(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.signed(cast, letter_id)
    with pytest.raises(NothingToObjectTo):
        sign_for_oneself.object_to(
            request_id, key=secrets.token_hex(16), seen=persons.seen(request_id), against="typographical"
        )
    builders.amended(cast, letter_id, "typographical")
    assert len(printed(letter_id)) == 2
    sign_for_oneself.object_to(
        request_id, key=secrets.token_hex(16), seen=persons.seen(request_id), against="typographical", words="No."
    )
    assert [name for name, _ in printed(letter_id)] == ["Kalina Press Club"]
    assert counts(letter_id) == (1, 0, 0)
    persons.kept(request_id)
    assert counts(letter_id) == (1, 0, 1)


def test_objections_of_persons_that_a_new_version_settles_count_them_again(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.signed(cast, letter_id)
    builders.amended(cast, letter_id, "typographical")
    sign_for_oneself.object_to(
        request_id, key=secrets.token_hex(16), seen=persons.seen(request_id), against="typographical"
    )
    builders.amended(cast, letter_id, body="Something else.")
    assert counts(letter_id) == (1, 1, 1)


def test_a_person_withdraws_and_the_line_is_gone(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.signed(cast, letter_id)
    builders.published(cast, letter_id)
    assert {line.kind for line in db.session.query(PublicLine)} == {"organisation", "individual"}
    key = secrets.token_hex(16)
    sign_for_oneself.withdraw(request_id, key=key)
    sign_for_oneself.withdraw(request_id, key=key)
    db.session.rollback()
    assert {line.kind for line in db.session.query(PublicLine)} == {"organisation"}
    assert counts(letter_id) == (1, 0, 0)
    assert [mail["act"] for mail in mails("individual_receipt")] == ["signed", "withdrawn"]
    with pytest.raises(NoStandingSignature):
        persons.withdrawn(request_id)


def test_who_withdrew_can_sign_again_by_asking_again(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    persons.withdrawn(persons.signed(cast, letter_id))
    persons.signed(cast, letter_id)
    assert counts(letter_id) == (1, 0, 1)


def test_a_person_corrects_their_name_until_it_is_published(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.signed(cast, letter_id, "Ana Brkic")
    sign_for_oneself.correct_name(request_id, key=secrets.token_hex(16), name="Ana Brkić")
    assert printed(letter_id)[-1][0] == "Ana Brkić"
    builders.published(cast, letter_id)
    with pytest.raises(PrintedAlready):
        sign_for_oneself.correct_name(request_id, key=secrets.token_hex(16), name="Ana")


def test_a_person_is_told_that_a_coordinator_corrected_the_typing(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    persons.signed(cast, letter_id, "ANA BRKIĆ BRKIĆ")
    signature = db.session.query(Signature).filter_by(kind="individual").one()
    publish.correct_typing(letter_id, signature.id, {"und": "Ana Brkić"}, by=cast.coordinator)
    assert [mail["act"] for mail in mails("individual_receipt")] == ["signed", "name_corrected"]


def test_two_persons_of_nearly_one_name_are_pointed_out(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    persons.signed(cast, letter_id, "Ana Brkić", address="one@mail.example")
    persons.signed(cast, letter_id, "Ana Brkic", address="two@mail.example")
    codes = [one.code for one in check.check(db.session(), builders.a_letter(letter_id)).findings]
    assert "look_alike_names" in codes


def test_the_ledger_knows_how_a_person_agreed_and_in_which_words(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.signed(cast, letter_id)
    builders.amended(cast, letter_id)
    persons.kept(request_id)
    made = ledger.of_letter(db.session(), builders.a_letter(letter_id))
    person = next(one for one in made.signatures if one.kind == "individual")
    assert (person.organisation, person.country, person.affiliation) == (
        "Ana Brkić",
        "",
        "Professor of Law, University of Split*",
    )
    assert [(act.act, act.version, act.how) for act in person.acts] == [
        ("sign", 1, "confirmed_address"),
        ("keep", 2, "confirmed_address"),
    ]
    assert "for myself" in person.acts[0].wording
    assert problems_of(to_json(made)) == []


def test_the_link_that_confirmed_the_address_never_expires_once_the_name_stands(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request = db.session.get_one(RequestToSign, persons.signed(cast, letter_id))
    assert [link.expires_at for link in db.session.query(Link).filter_by(request_id=request.id)] == [None]


def test_a_change_has_to_be_classed_where_only_persons_have_signed(cast: Cast) -> None:
    letter_id = persons.with_individuals(cast, builders.an_open_letter(cast))
    persons.signed(cast, letter_id)
    assert has_signatures(db.session(), builders.a_letter(letter_id))


def test_a_letter_given_away_and_taken_over_again_prints_persons_as_before(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    persons.signed(cast, letter_id)
    builders.published(cast, letter_id)
    given = give_away.export_letter(letter_id)
    assert [line.affiliation for line in given.groups[-1].lines] == ["Professor of Law, University of Split*"]
    taken = take_over.import_letter(given, by=cast.coordinator)
    lines = [line for group in a_proof(taken).groups for line in group.lines]
    assert [(line.name("en"), line.kind) for line in lines] == [
        ("Kalina Press Club", "organisation"),
        ("Ana Brkić", "individual"),
    ]
    said = plain_text(a_proof(taken), "en")
    assert "Individuals" in said
    assert "Signs in a personal capacity" in said


def a_proof(letter_id: UUID) -> PrintedLetter:
    """The letter as it would be published now."""
    return proof.proof(db.session(), builders.a_letter(letter_id), now=clock.now())


def test_an_archive_holds_persons_with_their_acts(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    persons.signed(cast, letter_id)
    made = archive.archive_of(db.session(), builders.a_letter(letter_id))
    assert made.course.has_individuals
    person = next(one for one in made.signatures if one.kind == "individual")
    assert (person.organisation.names, person.affiliation) == (
        {"und": "Ana Brkić"},
        "Professor of Law, University of Split*",
    )
    assert [one.how for one in person.consents] == ["confirmed_address"]
    assert letter_archive.read(letter_archive.write(made)) == made


def test_a_letter_that_is_used_again_has_a_list_for_individuals_and_nobody_on_it(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    persons.signed(cast, letter_id)
    again = clone.clone(letter_id, by=cast.coordinator, title="Again")
    assert builders.a_letter(again).has_individuals
    assert counts(again) == (0, 0, 0)


def test_what_the_outbox_shows_plainly_never_names_a_person_who_answered(cast: Cast) -> None:
    letter_id = a_letter_for_persons(cast)
    request_id = persons.signed(cast, letter_id)
    persons.withdrawn(request_id)
    rows = [row for row in db.session.query(OutgoingEmail) if "individual" in row.context["kind"]]
    assert len(rows) == 2
    assert not any(request_id.hex in f"{row.recipient} {row.occasion}" for row in rows)
