"""Nothing of a letter is lost on the way out and in: every column is carried, or is named here with why it is not."""

from __future__ import annotations

import dataclasses
import difflib
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import (
    annotate,
    archive,
    arrange,
    attach,
    circulate,
    cut,
    describe,
    give_away,
    illustrate,
    jot,
    retract,
    take_over,
    taken_over_names,
    unarchive,
)
from coalition.actions.annotate import NoteEntry
from coalition.actions.arrange import NoSuchPart, PartEntry
from coalition.actions.describe import About
from coalition.actions.rebuild import rebuild
from coalition.database import Base, db, transaction
from coalition.intake import letter_archive
from coalition.intake import letter_file as files
from coalition.intake.attachments import clean_attachment
from coalition.intake.photos import clean_photo
from coalition.models.addressee import Addressee
from coalition.models.edition import ListGroup, PublicLine
from coalition.models.invitation import Invitation
from coalition.models.letter import AlreadyPublished, Letter
from coalition.models.list_look import ListLook
from coalition.models.note import Delivery, Response
from coalition.models.organisation import Organisation
from coalition.models.photo import File
from coalition.models.public import PublicBody, PublicLetter
from coalition.models.release import PlannedRelease
from coalition.models.reminder_step import ReminderStep
from coalition.models.signature import Signature, organisation_index
from tests import builders
from tests.actions.test_logo import logos_of, with_logo
from tests.actions.test_take_over import a_record, body, picture

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor

pytestmark = pytest.mark.only_on("sqlite")

CARRIED = {
    "letters": "kind stage zone authoritative_language deadline_at grace_minutes list_order counts_lead "
    "counts_withheld withheld_threshold who_may_sign visible_to_invitees place printed_on why_now "
    "photo_id comments_until_at no_objection_until_at comment_audience freshness_days is_practice "
    "is_sensitive takes_requests has_individuals reminders_at_most is_urgent embargo_until_at is_rolling "
    "cuts_daily list_look topics series hashtags countries_addressed support event event_on press "
    "proof_sent_at proof_until_at opened_at closed_at cancelled_at",
    "versions": "number follows_id change_class explanations reply_by_at created_at put_forward_at",
    "texts": "language title second_title kicker short_title deck deck_speaker salutation body closing disclaimers "
    "list_heading photo_caption photo_alternative contact_line fingerprint translates_text_id state checked_by_id "
    "checked_at shown_at",
    "addressees": "position block styles names offices",
    "photos": "file_id credit licence",
    "files": "media_type bytes",
    "editions": "number how version_id figures withheld_count published_at undone_at overrides",
    "list_groups": "position headings unnamed for_persons",
    "public_lines": "from_edition list_group_id position printed country kind affiliation is_lead country_printed "
    "logo_id added_on",
    "public_letters": "slug retracted_at retraction place",
    "slug_history": "slug left_at",
    "notes": "kind words dated_on by_id published_at taken_back_at tells_signers changed_at",
    "deliveries": "edition addressee way delivered_on by_name acknowledged_on is_public remark made_at",
    "responses": "addressee names responded_on words recommendations published_at taken_back_at made_at",
    "attachments": "position file_id labels language file_name",
    "planned_releases": "at by_id overrides order made_at failed_at failure",
    "reminder_steps": "kind minutes_before",
    "private_notes": "organisation_id account_id kind words created_at",
    "letter_leads": "organisation_id position",
    "signatures": "organisation kind affiliation person role printed_names version_id visibility list_group_id "
    "shows_logo masked_at suspended_at ended_on ended_how",
    "consents": "number act version_id language fingerprint wording_id how by evidence_file_id at in_grace",
    "objections": "version_id against words at resolved_on resolution",
    "comments": "text_id paragraph_key quote now_text_id now_key orphaned_at invitation_id account_id author_name kind "
    "words wording answers_id created_at taken_back_at outcome settled_at settled_by_id reply",
    "evidence": "account_id said content",
    "invitations": "organisation_id contact_id part passed_from_id created_at queued_at sent_at bounced_at nudged_at "
    "answered_at revoked_at expected_on handed_over_at muted_at note answer",
}
LEFT_OUT = {
    "letters": {
        "slug": "that of a letter nobody could read is said nowhere; a public one stands in public_letters",
        "cloned_from_id": "a row of another letter",
        "calendar_sequence": "counts the entries that calendars have of this row; another row starts anew",
        "created_at": "when this row was made",
        "imported_at": "when this row was made",
        "forgotten_at": "who was asked here was erased: what is left says so by itself",
        "row_version": "of the forms that are open now",
    },
    "texts": {"editing_by_id": "who is at it now", "editing_since": "who is at it now"},
    "addressees": {
        "postal": "rests in the vault and in no file of ours",
        "address": "rests in the vault and in no file of ours",
    },
    "photos": {"width": "measured anew", "height": "measured anew"},
    "files": {"sha256": "computed", "created_at": "when this row was made"},
    "editions": {
        "printed": "made from versions, texts and choices, all of which are carried",
        "record_head": "of a record that stays here",
    },
    "public_lines": {
        "until_edition": "no act sets it",
        "sort_keys": "computed",
        "signature": "a row of this house; who signed stands in the ledger",
        "signature_index": "made with a key of this house",
    },
    "public_letters": {
        "edition_id": "the last of the editions",
        "withheld_now": "the number that the letter file says",
        "first_published_at": "when the first edition was published",
        "updated_at": "when pages were made anew here",
        "announced_at": "when mails and feeds of this house told of it",
    },
    "attachments": {"added_at": "when this row was made"},
    "signatures": {
        "organisation_index": "made with a key of this house",
        "person_index": "made with a key of this house",
    },
    "consents": {
        "invitation": "a row of this house",
        "on": "the day of `at`",
        "idempotency_key": "of a form that was sent",
    },
    "objections": {"on": "the day of `at`"},
    "evidence": {"created_at": "the moment stands in `said`"},
    "invitations": {"epoch": "of links that open nothing elsewhere"},
}
TABLES_LEFT_OUT = {
    "approvals": "of forms that wait; what was decided is an act of the ledger",
    "incoming_emails": "mail of this house",
    "outgoing_emails": "mail of this house",
    "links": "they open nothing elsewhere",
    "letter_archives": "what an archive brought goes out again, part by part",
    "public_bodies": "made from the rest",
    "search_texts": "made from the rest",
    "redlines": "made from the texts",
    "reports": "told to this house, with addresses of people",
    "requests_to_sign": "told to this house, with addresses of people; who was taken signed",
    "standing_acts": "of consents that organisations gave this house",
    "tallies": "counted anew",
    "team_members": "accounts of this house",
    "text_sources": "files that became texts",
    "webhook_deliveries": "told to programs by this house",
    "kept_copies": "the copies as delivered stay in this vault; their hashes are public",
    "manifests": "signed by this house, for its own record",
    "commitments": "signed by this house, for its own record",
    "openings": "signed by this house, for its own record",
}
OWN = {"id", "letter_id", "version_id", "signature_id"}
"""What ties a row to its letter."""


def test_every_column_is_carried_or_is_left_out_for_a_reason() -> None:
    for name, carried in CARRIED.items():
        known = {*carried.split(), *LEFT_OUT.get(name, {})}
        columns = {column.name for column in Base.metadata.tables[name].columns}
        assert columns - OWN == known - OWN, name


def test_every_table_of_letters_is_carried_or_is_left_out_for_a_reason() -> None:
    of_letters = {"letters", "versions", "texts", "signatures", "editions", "comments", "commitments"}
    tied = {
        name
        for name, table in Base.metadata.tables.items()
        if any(key.column.table.name in of_letters for key in table.foreign_keys) or "letter_id" in table.columns
    }
    assert tied - CARRIED.keys() - {"contacts"} == tied & TABLES_LEFT_OUT.keys()


# -- a letter that is filled in every place ---------------------------------------------------------------------------


def described(cast: Cast, letter_id: UUID) -> None:
    with transaction() as session:
        session.add(
            Addressee(
                version_id=session.get_one(Letter, letter_id).version.id, position=0, styles={"en": "Mr"},
                names={"und": "N. N."}, offices={"en": "Minister"},
            )
        )  # fmt: skip
    about = About(
        topics=("press freedom",), series="Reports", hashtags=("Free",), countries_addressed=("TN",),
        organiser="Tunis Circle", link="https://circle.example/", event={"en": "Summit", "ar": "قمة"},
        event_on="2027-04",
        press={
            "en": {"contact": "press@free.example", "quotations": [{"words": "Now.", "speaker": "A", "office": "B"}]}
        },
    )  # fmt: skip
    describe.describe(letter_id, about, by=cast.coordinator)
    look = ListLook(form="table", shows_logos=True, orders={"ar": "country"}, order_words={"en": "As signed."})
    arrange.save_look(letter_id, "hand", look, by=cast.coordinator)
    parts = [
        PartEntry(headings={"en": "Press", "ar": "صحافة"}, unnamed={"en": "about 500 students"}),
        PartEntry(headings={"en": "People"}, for_persons=True),
    ]
    arrange.save_parts(letter_id, parts, by=cast.coordinator)
    illustrate.save_photo(letter_id, clean_photo(picture("PNG")), by=cast.coordinator)
    illustrate.describe_photo(
        letter_id,
        illustrate.PhotoWords("Ada", "CC BY 4.0", {"en": "Sea", "ar": "بحر"}, {"en": "Waves"}),
        by=cast.coordinator,
    )
    attach.attach(
        letter_id, clean_attachment(b"A,B\n", "annex.csv"), labels={"en": "Annex"}, language="en", by=cast.coordinator
    )
    attach.attach(letter_id, clean_attachment(picture("PNG"), "map.png"), labels={}, language="", by=cast.coordinator)


def a_filled_letter(cast: Cast, *, is_open: bool = False) -> UUID:
    """Signed by two with names, one with a logo, and one withheld; with all that a letter can say of itself."""
    letter_id = builders.a_draft(cast, languages=("en", "ar"))
    described(cast, letter_id)
    members = (cast.small_member, cast.arabic_member, cast.unnamed_member)
    circulate.invite(letter_id, [one.contact_id for one in members], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=3)
    with_logo(cast.small_member)
    for member in members:
        builders.signed(letter_id, member, is_withheld=member is cast.unnamed_member)
    part = db.session.scalars(select(ListGroup).where(ListGroup.headings != {}).order_by(ListGroup.position)).first()
    assert part is not None
    index = organisation_index(letter_id, cast.small_member.organisation_id)
    first = db.session.scalars(select(Signature).where(Signature.organisation_index == index)).one()
    jot.note(letter_id, first.organisation_id, "Hesitates.", by=cast.coordinator, form=first.id)
    first_contact = cast.small_member.contact_id  # a colleague who was only told is in no archive
    with transaction() as session:
        letter = session.get_one(Letter, letter_id)
        signature = session.get_one(Signature, first.id)
        signature.list_group_id, signature.shows_logo = part.id, True
        letter.embargo_until_at, letter.is_urgent, letter.reminders_at_most = clock.now() - timedelta(1), True, 5
        letter.cuts_daily, letter.takes_requests, letter.is_sensitive = True, True, True
        letter.place, letter.printed_on, letter.counts_lead = "Tunis", "2027-03", False
        letter.counts_withheld, letter.withheld_threshold = False, 0
        session.add(ReminderStep(letter_id=letter_id, kind="second_contact", minutes_before=77))
        invitation = session.scalars(
            select(Invitation).where(Invitation.letter_id == letter_id, Invitation.contact_id == first_contact)
        ).one()
        invitation.handed_over_at = invitation.muted_at = clock.now()
        invitation.note = "As said on the telephone."
        if is_open:
            plan = PlannedRelease(
                letter_id=letter_id, at=clock.now() + timedelta(2), by_id=cast.coordinator_id, made_at=clock.now(),
                order=[signature.id.hex], failed_at=clock.now(), failure="unread",
            )  # fmt: skip
            plan.overrides = {"unread": "Read aloud."}
            session.add(plan)
    return letter_id


def an_afterlife(cast: Cast, letter_id: UUID) -> None:
    """Released, cut again, moved, noted, delivered, answered, retracted."""
    builders.published(cast, letter_id)
    for kind, is_told in (("correction", True), ("outcome", False), ("update", False)):
        note_id = uuid4()
        entry = NoteEntry(kind, date(2027, 3, 2), {"en": f"A *{kind}*."}, tells_signers=is_told)
        annotate.write_note(letter_id, note_id, entry, by=cast.coordinator)
        if kind != "update":
            annotate.publish_note(letter_id, note_id, by=cast.coordinator)
        if kind == "outcome":
            annotate.take_back_note(letter_id, note_id, by=cast.coordinator)
    with transaction() as session:
        for is_public in (True, False):
            delivery = Delivery(
                letter_id=letter_id, edition=1, addressee=0, way="post", delivered_on=date(2027, 3, 3), by_name="Ada",
                acknowledged_on=date(2027, 3, 9), is_public=is_public, made_at=clock.now(),
            )  # fmt: skip
            delivery.remark = "They were late."
            session.add(delivery)
            session.add(
                Response(
                    letter_id=letter_id, addressee=0 if is_public else None, names={"en": "The cabinet"},
                    responded_on=date(2027, 3, 9), words={"en": "No."}, recommendations=["r1"], made_at=clock.now(),
                    published_at=clock.now(), taken_back_at=None if is_public else clock.now(),
                )
            )  # fmt: skip
        public = session.get_one(PublicLetter, letter_id)
        public.place = 7
        line = session.scalars(select(PublicLine).where(PublicLine.letter_id == letter_id)).all()[-1]
        line.is_lead, line.affiliation = True, "Tunis"
        line.from_edition, line.added_on, line.country_printed = 2, date(2027, 3, 4), {"und": "Wales"}
    cut.cut(letter_id, by=cast.coordinator)
    retract.change_address(letter_id, "free-all-the-reporters", by=cast.coordinator)


def content(letter_id: UUID) -> bytes:
    db.session.rollback()
    return letter_archive.write(archive.archive_of(db.session(), db.session.get_one(Letter, letter_id)))


def plain(letter_id: UUID) -> bytes:
    db.session.rollback()
    return files.write(give_away.export_letter(letter_id))


def told_apart(one: bytes, other: bytes) -> list[str]:
    """The lines that differ, for whoever reads a failure."""
    return list(difflib.unified_diff(one.decode().splitlines(), other.decode().splitlines(), n=1))[:40]


OF_READERS = (
    "editions list_groups public_lines public_letters slug_history notes deliveries responses attachments "
    "private_notes addressees"
).split()
NOUGHT = {"position", "addressee", "outcome"}
"""Columns whose 0 is a place."""


def unfilled(letter_id: UUID, tables: list[str]) -> set[str]:
    """The carried columns that no row of the letter has anything in: what is not there can not be lost."""
    db.session.rollback()
    version_ids = [one.id for one in db.session.get_one(Letter, letter_id).versions]
    missing = set()
    for name in tables:
        table = Base.metadata.tables[name]
        owner = table.c.letter_id == letter_id if "letter_id" in table.c else table.c.version_id.in_(version_ids)
        rows = db.session.execute(select(table).where(owner)).mappings().all()
        wanted = set(CARRIED[name].split()) - NOUGHT
        missing |= {f"{name}.{column}" for column in wanted if not any(row[column] for row in rows)}
    return missing


def test_a_letter_filled_in_every_place_comes_back_whole(cast: Cast) -> None:
    letter_id = a_filled_letter(cast)
    an_afterlife(cast, letter_id)
    retract.retract(letter_id, {"en": "It was wrong.", "ar": "خطأ"}, by=cast.coordinator)
    assert unfilled(letter_id, OF_READERS) == {"editions.undone_at"}
    file, before = plain(letter_id), content(letter_id)
    told = files.read(file)
    usual = files.LetterFile(kind="news", authoritative_language="fr", texts={})
    for part in dataclasses.fields(told):
        assert getattr(told, part.name) != getattr(usual, part.name), part.name
    again = take_over.import_letter(told, by=cast.coordinator)
    assert told_apart(plain(again), file) == []
    unsealed = unarchive.take_over_archive(letter_archive.read(before), by=cast.coordinator)
    assert told_apart(content(unsealed), before) == []
    assert told_apart(plain(unsealed), file) == []
    for one in (again, unsealed):
        builders.published(cast, one)
        assert told_apart(plain(one), file) == []
    assert told_apart(content(unsealed), before) == []


def test_a_letter_whose_release_is_planned_comes_back_whole(cast: Cast) -> None:
    letter_id = a_filled_letter(cast, is_open=True)
    assert unfilled(letter_id, ["planned_releases", "reminder_steps"]) == set()
    before = content(letter_id)
    told = letter_archive.read(before)
    assert (told.course.release, told.course.is_urgent, told.course.reminders_at_most) != (None, False, 3)
    assert {one.group for one in told.signatures} == {None, 1}
    again = unarchive.take_over_archive(told, by=cast.coordinator)
    assert told_apart(content(again), before) == []
    letter = builders.a_letter(again)
    assert (letter.is_rolling, letter.cuts_daily, letter.takes_requests) == (False, False, False)


def test_a_draft_comes_back_with_all_that_it_says_of_itself(cast: Cast) -> None:
    letter_id = builders.a_draft(cast, languages=("en", "ar"))
    described(cast, letter_id)
    file, before = plain(letter_id), content(letter_id)
    told = files.read(file)
    assert [group.for_persons for group in told.groups] == [False, True]
    again = take_over.import_letter(told, by=cast.coordinator)
    assert told_apart(plain(again), file) == []
    assert builders.a_letter(again).stage == "draft"
    rows = db.session.scalars(select(ListGroup).where(ListGroup.letter_id == again).order_by(ListGroup.position))
    assert [row.position for row in rows] == [1, 2]
    unsealed = unarchive.take_over_archive(letter_archive.read(before), by=cast.coordinator)
    assert told_apart(content(unsealed), before) == []


def test_what_only_the_team_knows_is_in_no_letter_file(cast: Cast) -> None:
    letter_id = a_filled_letter(cast, is_open=True)
    an_afterlife(cast, letter_id)
    file, sealed = plain(letter_id).decode(), content(letter_id).decode()
    for private in (
        "Hesitates.",
        "They were late.",
        "As said on the telephone.",
        "A *update*.",
        "A *outcome*.",
        "seen",
    ):
        assert private in sealed, private
        assert private not in file, private
    assert cast.unnamed_member.name in sealed
    assert cast.unnamed_member.name not in file
    told = files.read(plain(letter_id))
    assert (len(told.notes), len(told.deliveries), len(told.responses)) == (1, 1, 1)


def test_a_letter_that_was_retracted_elsewhere_says_so_here(cast: Cast, visitor: Visitor) -> None:
    letter_id = a_filled_letter(cast)
    an_afterlife(cast, letter_id)
    retract.retract(letter_id, {"en": "It was wrong."}, by=cast.coordinator)
    told = files.read(plain(letter_id))
    moved = dataclasses.replace(
        told, addresses=(files.Address("old-reporters", told.published_at), files.Address("new"))
    )
    again = take_over.import_letter(moved, by=cast.coordinator)
    builders.published(cast, again, is_announced=False)
    rebuild()
    page = visitor.get("/letters/new")
    assert "It was wrong." in page.text
    assert "Kalina Press Club" not in page.text
    assert visitor.get("/letters/old-reporters", follow=False).headers["Location"].endswith("/letters/new")


def taken_off(cast: Cast) -> None:
    """The first line that prints the small member's name goes."""
    with transaction() as session:
        organisation = session.get_one(Organisation, cast.small_member.organisation_id)
        lines = taken_over_names.lines_named_like(session, organisation)
        taken_over_names.take_lines_off(session, organisation, [lines[0].id], now=clock.now())


def test_a_logo_that_came_with_a_record_goes_with_the_last_name_beside_which_it_stands(cast: Cast) -> None:
    logo = files.Logo("image/png", picture("PNG"))
    lines = [files.Line({"und": cast.small_member.name}, logo=logo)] * 2
    record = a_record(groups=(files.ListGroup((*lines, files.Line({"und": "Other"}))),), look={"shows_logos": True})
    letter_id = take_over.import_letter(record, by=cast.coordinator)
    builders.published(cast, letter_id)
    for left in (2, 1, 0):
        assert len(logos_of(letter_id)) == left
        assert bool(db.session.scalars(select(File.id).where(File.content == logo.content)).all()) == bool(left)
        if left:
            taken_off(cast)


def test_a_lead_of_a_record_is_named_no_more_once_its_line_was_taken_off(cast: Cast) -> None:
    leads = ({"und": "The Secretariat"}, {"und": cast.small_member.name, "fr": "Club"})
    lines = (files.Line({"und": cast.small_member.name}), files.Line({"und": "Other"}))
    record = a_record(leads=leads, groups=(files.ListGroup(lines),), edition=1)
    letter_id = take_over.import_letter(record, by=cast.coordinator)
    builders.published(cast, letter_id)
    slug = builders.a_letter(letter_id).slug
    assert cast.small_member.name.encode() in body(f"/letters/{slug}.json")
    with transaction() as session:
        session.scalars(select(PublicLine).where(PublicLine.letter_id == letter_id)).all()[-1].from_edition = 2
    taken_off(cast)
    cut.cut(letter_id, by=cast.coordinator)
    assert give_away.export_letter(letter_id).leads == leads[:1]
    rebuild()
    query = select(PublicBody.path, PublicBody.content).where(PublicBody.encoding == "")
    assert [path for path, content in db.session.execute(query) if cast.small_member.name.encode() in content] == []


def test_the_parts_of_a_record_get_other_headings_and_another_order_and_keep_their_names(cast: Cast) -> None:
    of = [files.ListGroup((files.Line({"und": name}),), {"en": name, "und": "x"}) for name in ("First", "Second")]
    letter_id = take_over.import_letter(a_record(groups=tuple(of)), by=cast.coordinator)
    db.session.rollback()
    rows = db.session.scalars(select(ListGroup).where(ListGroup.letter_id == letter_id).order_by(ListGroup.position))
    first, second = [row.id for row in rows]
    parts = [
        PartEntry(second, {"en": "Begun first"}, {"en": "about 500 students"}),
        PartEntry(first),
        PartEntry(headings={"en": "Late"}),
    ]
    arrange.save_parts(letter_id, parts, by=cast.coordinator)
    told = give_away.export_letter(letter_id).groups
    assert [(group.headings, group.unnamed, [line.names["und"] for line in group.lines]) for group in told] == [
        ({"en": "Begun first", "und": "x"}, {"en": "about 500 students"}, ["Second"]),
        ({"und": "x"}, {}, ["First"]),
        ({"en": "Late"}, {}, []),
    ]
    with pytest.raises(NoSuchPart):
        arrange.save_parts(letter_id, parts[:1], by=cast.coordinator)
    builders.published(cast, letter_id)
    with pytest.raises(AlreadyPublished):
        arrange.save_parts(letter_id, parts, by=cast.coordinator)


def test_the_names_of_a_record_are_put_into_other_parts_until_it_is_released(cast: Cast, visitor: Visitor) -> None:
    lines = tuple(files.Line({"und": name}) for name in ("Alder", "Birch", "Cedar"))
    of = (
        files.ListGroup(lines),
        files.ListGroup((files.Line({"und": "Ana Roth"}, kind="individual"),), for_persons=True),
    )
    letter_id = take_over.import_letter(a_record(groups=of), by=cast.coordinator)
    query = select(ListGroup.id).where(ListGroup.letter_id == letter_id).order_by(ListGroup.position)
    first, persons = db.session.scalars(query).all()
    arrange.save_parts(
        letter_id, [PartEntry(first), PartEntry(headings={"en": "Trees"}), PartEntry(persons)], by=cast.coordinator
    )
    [trees] = [one for one in db.session.scalars(query).all() if one not in {first, persons}]
    visitor.sign_in(cast.coordinator)
    form = visitor.get(f"/desk/letters/{letter_id}/list/places").form("/places")
    line_of = {one.printed["und"]: one for one in db.session.scalars(select(PublicLine)) if one.letter_id == letter_id}
    with pytest.raises(NoSuchPart):
        arrange.place(letter_id, {}, by=cast.coordinator, lines={line_of["Ana Roth"].id: trees})
    page = form.fill(**{f"line-{line_of['Alder'].id.hex}": trees.hex}).submit()
    assert "The names stand where you put them." in page.words
    told = give_away.export_letter(letter_id).groups
    assert [(group.headings, [line.names["und"] for line in group.lines]) for group in told] == [
        ({}, ["Birch", "Cedar"]),
        ({"en": "Trees"}, ["Alder"]),
        ({}, ["Ana Roth"]),
    ]
    builders.published(cast, letter_id)
    form.fill(**{f"line-{line_of['Birch'].id.hex}": trees.hex}).submit()
    assert [len(group.lines) for group in give_away.export_letter(letter_id).groups] == [2, 1, 1]
