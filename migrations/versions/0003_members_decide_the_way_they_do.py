"""Members decide the way members really decide: approvals, requests, recorded answers, codes, standing consent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import coalition.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = coalition.database.UtcDateTime(timezone=True)
_WITHOUT_ROWID = {"sqlite_with_rowid": False}
_OLD_HOWS = "'mailed_link', 'handed_over_link', 'own_account'"
_NEW_HOWS = f"{_OLD_HOWS}, 'own_page', 'approved', 'recorded', 'standing_consent', 'confirmed_address'"
_OLD_AGAINST = "'typographical', 'page_proof', 'not_us', 'recorded'"
_OLD_PARTS = "'contact', 'colleague', 'approver'"
_OLD_SUBJECT = (
    "(invitation_id IS NOT NULL AND account_id IS NULL) OR (invitation_id IS NULL AND account_id IS NOT NULL)"
)
_LINK_SUBJECTS = ("contact_id", "request_id", "letter_id")
_NEW_SUBJECT = (
    " + ".join(
        f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in ("invitation_id", "account_id", *_LINK_SUBJECTS)
    )
    + " = 1"
)
_SIGNED_BY_PERSON = {
    "sqlite_where": sa.text("ended_on IS NULL"),
    "postgresql_where": sa.text("ended_on IS NULL"),
}


class NotBackward(Exception):
    """Organisations answered in ways that the tables of before can not hold."""


def upgrade() -> None:
    _make_tables()
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("is_told", sa.Boolean(), nullable=False, server_default=sa.true()))
        contacts.add_column(sa.Column("wants_updates", sa.Boolean(), nullable=False, server_default=sa.true()))
        contacts.add_column(sa.Column("epoch", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("houses") as houses:
        houses.add_column(sa.Column("safety_words", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("invitations") as invitations:
        invitations.add_column(sa.Column("handed_over_at", _MOMENT, nullable=True))
        invitations.add_column(sa.Column("muted_at", _MOMENT, nullable=True))
        invitations.add_column(sa.Column("note", sa.LargeBinary(), nullable=True))
    _let_parts_be(f"{_OLD_PARTS}, 'told'")
    with op.batch_alter_table("letters") as letters:
        for column in ("is_sensitive", "takes_requests", "has_individuals"):
            letters.add_column(sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("links") as links:
        for column, table in zip(_LINK_SUBJECTS, ("contacts", "requests_to_sign", "letters"), strict=True):
            links.add_column(sa.Column(column, sa.Uuid(), nullable=True))
            links.create_index(op.f(f"ix_links_{column}"), [column], unique=False)
            links.create_foreign_key(op.f(f"fk_links_{column}"), table, [column], ["id"], ondelete="CASCADE")
    _let_links_be(_NEW_SUBJECT, "'invitation', 'account', 'organisation', 'request', 'call'")
    with op.batch_alter_table("organisations") as organisations:
        organisations.add_column(sa.Column("sort_keys", sa.JSON(), nullable=False, server_default="{}"))
        organisations.add_column(sa.Column("aliases", sa.JSON(), nullable=False, server_default="[]"))
        organisations.add_column(sa.Column("slug", sa.String(length=120), nullable=True))
        organisations.add_column(sa.Column("logo_id", sa.Uuid(), nullable=True))
        for column in ("public_page_at", "asked_if_right_at", "merged_at"):
            organisations.add_column(sa.Column(column, _MOMENT, nullable=True))
        organisations.create_unique_constraint(op.f("uq_organisations_slug"), ["slug"])
        organisations.create_foreign_key(
            op.f("fk_organisations_logo_id"), "files", ["logo_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("signatures", table_kwargs=_WITHOUT_ROWID) as signatures:
        signatures.add_column(sa.Column("person_index", sa.LargeBinary(), nullable=True))
        signatures.add_column(sa.Column("affiliation", sa.LargeBinary(), nullable=True))
        signatures.create_index(
            "uq_signatures_letter_id_person_index", ["letter_id", "person_index"], unique=True, **_SIGNED_BY_PERSON
        )
    with op.batch_alter_table("tallies") as tallies:
        tallies.add_column(sa.Column("individuals", sa.Integer(), nullable=False, server_default="0"))
    _let_acts_come(_NEW_HOWS)
    _let_objections_be(f"{_OLD_AGAINST}, 'disputed'")


def _let_links_be(subject: str, purposes: str) -> None:
    with op.batch_alter_table("links") as links:
        for name, condition in (("one_subject", subject), ("purpose", f"purpose IN ({purposes})")):
            links.drop_constraint(op.f(f"ck_links_{name}"), type_="check")
            links.create_check_constraint(op.f(f"ck_links_{name}"), condition)


def _let_acts_come(hows: str) -> None:
    with op.batch_alter_table("consents", table_kwargs=_WITHOUT_ROWID) as consents:
        consents.drop_constraint(op.f("ck_consents_how"), type_="check")
        consents.create_check_constraint(op.f("ck_consents_how"), f"how IN ({hows})")


def _let_objections_be(against: str) -> None:
    with op.batch_alter_table("objections", table_kwargs=_WITHOUT_ROWID) as objections:
        objections.drop_constraint(op.f("ck_objections_against"), type_="check")
        objections.create_check_constraint(op.f("ck_objections_against"), f"against IN ({against})")


def _let_parts_be(parts: str) -> None:
    with op.batch_alter_table("invitations") as invitations:
        invitations.drop_constraint(op.f("ck_invitations_part"), type_="check")
        invitations.create_check_constraint(op.f("ck_invitations_part"), f"part IN ({parts})")


def _make_tables() -> None:

    op.create_table(
        "directory_groups",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_directory_groups_name")),
    )
    op.create_table(
        "kept_apart",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("said_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["one_id"], ["organisations.id"], name=op.f("fk_kept_apart_one_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["organisations.id"], name=op.f("fk_kept_apart_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_kept_apart")),
    )
    op.create_table(
        "memberships",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["directory_groups.id"], name=op.f("fk_memberships_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_memberships_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "organisation_id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "standing_consents",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("lead_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("veto_hours", sa.Integer(), nullable=False),
        sa.Column("given_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("by", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("veto_hours BETWEEN 24 AND 336", name=op.f("ck_standing_consents_veto_hours")),
        sa.ForeignKeyConstraint(
            ["lead_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_standing_consents_lead_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_standing_consents_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_consents")),
    )
    with op.batch_alter_table("standing_consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_consents_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_evidence_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_evidence_letter_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "identity_changes",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "decision IN ('accepted', 'refused', 'taken_back')", name=op.f("ck_identity_changes_decision")
        ),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_identity_changes_decided")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_identity_changes_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_identity_changes_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_changes")),
    )
    with op.batch_alter_table("identity_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_changes_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "private_notes",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('note', 'call')", name=op.f("ck_private_notes_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_private_notes_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_private_notes_letter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_private_notes_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_notes")),
    )
    with op.batch_alter_table("private_notes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_private_notes_letter_id_organisation_id", ["letter_id", "organisation_id"], unique=False
        )

    op.create_table(
        "reports",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_reports_letter_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["accounts.id"], name=op.f("fk_reports_settled_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("key", name=op.f("uq_reports_key")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "requests_to_sign",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("address_index", sa.LargeBinary(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("quarantined_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("quarantined_for", sa.String(length=16), nullable=False),
        sa.Column("decided_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("refused_together_id", sa.Uuid(), nullable=True),
        sa.Column("taken_for", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "decision IN ('invited', 'merged', 'signed', 'refused', 'withdrawn')",
            name=op.f("ck_requests_to_sign_decision"),
        ),
        sa.CheckConstraint("kind IN ('organisation', 'individual')", name=op.f("ck_requests_to_sign_kind")),
        sa.CheckConstraint("origin IN ('page', 'call', 'late')", name=op.f("ck_requests_to_sign_origin")),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_requests_to_sign_decided")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_requests_to_sign_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_requests_to_sign_letter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_requests_to_sign_version_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests_to_sign")),
        sa.UniqueConstraint("key", name=op.f("uq_requests_to_sign_key")),
    )
    with op.batch_alter_table("requests_to_sign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_to_sign_address_index"), ["address_index"], unique=False)
        batch_op.create_index("ix_requests_to_sign_letter_id_decided_at", ["letter_id", "decided_at"], unique=False)

    op.create_table(
        "standing_acts",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_index", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_standing_acts_letter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_standing_acts_version_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_acts")),
        sa.UniqueConstraint(
            "letter_id", "organisation_index", name=op.f("uq_standing_acts_letter_id_organisation_index")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "approvals",
        sa.Column("asked_from_id", sa.Uuid(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("prepared", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["invitations.id"], name=op.f("fk_approvals_approver_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["asked_from_id"], ["invitations.id"], name=op.f("fk_approvals_asked_from_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_approvals_version_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approvals_approver_id"), ["approver_id"], unique=False)
        batch_op.create_index(
            "uq_approvals_asked_from_id",
            ["asked_from_id"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.create_table(
        "step_up_codes",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(), nullable=False),
        sa.Column("authorises_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("channel IN ('mail', 'other')", name=op.f("ck_step_up_codes_channel")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_step_up_codes_link_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_up_codes")),
    )
    with op.batch_alter_table("step_up_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_up_codes_link_id"), ["link_id"], unique=False)


def downgrade() -> None:
    _ensure_nothing_new()
    op.execute(sa.text("DELETE FROM links WHERE purpose IN ('organisation', 'request', 'call')"))
    _let_objections_be(_OLD_AGAINST)
    _let_acts_come(_OLD_HOWS)
    with op.batch_alter_table("tallies") as tallies:
        tallies.drop_column("individuals")
    with op.batch_alter_table("signatures", table_kwargs=_WITHOUT_ROWID) as signatures:
        signatures.drop_index("uq_signatures_letter_id_person_index")
        signatures.drop_column("affiliation")
        signatures.drop_column("person_index")
    with op.batch_alter_table("organisations") as organisations:
        organisations.drop_constraint(op.f("fk_organisations_logo_id"), type_="foreignkey")
        organisations.drop_constraint(op.f("uq_organisations_slug"), type_="unique")
        for column in ("merged_at", "asked_if_right_at", "public_page_at", "logo_id", "slug", "aliases", "sort_keys"):
            organisations.drop_column(column)
    _let_links_be(_OLD_SUBJECT, "'invitation', 'account'")
    with op.batch_alter_table("links") as links:
        for column in _LINK_SUBJECTS:
            links.drop_constraint(op.f(f"fk_links_{column}"), type_="foreignkey")
            links.drop_index(op.f(f"ix_links_{column}"))
            links.drop_column(column)
    with op.batch_alter_table("letters") as letters:
        for column in ("has_individuals", "takes_requests", "is_sensitive"):
            letters.drop_column(column)
    op.execute(sa.text("UPDATE invitations SET part = 'contact' WHERE part = 'told'"))
    _let_parts_be(_OLD_PARTS)
    with op.batch_alter_table("invitations") as invitations:
        for column in ("note", "muted_at", "handed_over_at"):
            invitations.drop_column(column)
    with op.batch_alter_table("houses") as houses:
        houses.drop_column("safety_words")
    with op.batch_alter_table("contacts") as contacts:
        for column in ("epoch", "wants_updates", "is_told"):
            contacts.drop_column(column)
    for table in (
        "step_up_codes",
        "approvals",
        "standing_acts",
        "requests_to_sign",
        "reports",
        "private_notes",
        "identity_changes",
        "evidence",
        "standing_consents",
        "memberships",
        "kept_apart",
        "directory_groups",
    ):
        op.drop_table(table)


def _ensure_nothing_new() -> None:
    """Raises NotBackward rather than forget an act of consent or an objection."""
    kept = {
        "consents": f"how NOT IN ({_OLD_HOWS})",
        "objections": f"against NOT IN ({_OLD_AGAINST})",
        "signatures": "kind = 'individual'",
    }
    for table, condition in kept.items():
        if op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {table} WHERE {condition}")):  # noqa: S608 -- our own words  # nosec B608
            raise NotBackward("Answers came in new ways; the tables of before can not hold these acts.")
