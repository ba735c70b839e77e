"""The text changes by versions: comments, redlines, objections, re-confirmation, translations and their state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import coalition.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


_MOMENT = coalition.database.UtcDateTime(timezone=True)
_WITHOUT_ROWID = {"sqlite_with_rowid": False}


class NotBackward(Exception):
    """Signatures were kept under changed texts: the tables of before can not hold these acts."""


def upgrade() -> None:
    op.create_table(
        "text_sources",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('docx', 'odt', 'html', 'markdown')", name=op.f("ck_text_sources_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'converted', 'failed', 'used', 'dropped')", name=op.f("ck_text_sources_state")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_text_sources_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_text_sources_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_sources")),
    )
    with op.batch_alter_table("text_sources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_sources_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "comments",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column("paragraph_key", sa.String(length=64), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("now_text_id", sa.Uuid(), nullable=True),
        sa.Column("now_key", sa.String(length=64), nullable=False),
        sa.Column("orphaned_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("wording", sa.LargeBinary(), nullable=True),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", coalition.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("settled_at", coalition.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('question', 'remark', 'wording', 'cannot_while_stands', 'only_if_stays')",
            name=op.f("ck_comments_kind"),
        ),
        sa.CheckConstraint(
            "outcome IN ('taken', 'taken_with_edits', 'not_taken', 'question_back')", name=op.f("ck_comments_outcome")
        ),
        sa.CheckConstraint("invitation_id IS NULL OR account_id IS NULL", name=op.f("ck_comments_one_author")),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_comments_settled")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_comments_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["comments.id"], name=op.f("fk_comments_answers_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_comments_invitation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_comments_letter_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["now_text_id"], ["texts.id"], name=op.f("fk_comments_now_text_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["accounts.id"], name=op.f("fk_comments_settled_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["text_id"], ["texts.id"], name=op.f("fk_comments_text_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comments_invitation_id"), ["invitation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comments_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "objections",
        sa.Column("signature_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("against", sa.String(length=16), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.LargeBinary(), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("resolution", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "against IN ('typographical', 'page_proof', 'not_us', 'recorded')", name=op.f("ck_objections_against")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signatures.id"], name=op.f("fk_objections_signature_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_objections_version_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("objections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objections_signature_id"), ["signature_id"], unique=False)

    op.create_table(
        "letter_archives",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_letter_archives_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_archives")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_letter_archives_letter_id")),
    )
    op.create_table(
        "redlines",
        sa.Column("from_text_id", sa.Uuid(), nullable=False),
        sa.Column("to_text_id", sa.Uuid(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_text_id"], ["texts.id"], name=op.f("fk_redlines_from_text_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_text_id"], ["texts.id"], name=op.f("fk_redlines_to_text_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redlines")),
        sa.UniqueConstraint("from_text_id", "to_text_id", name=op.f("uq_redlines_from_text_id_to_text_id")),
    )
    with op.batch_alter_table("letters") as letters:
        letters.add_column(sa.Column("comments_until_at", _MOMENT, nullable=True))
        letters.add_column(sa.Column("no_objection_until_at", _MOMENT, nullable=True))
        letters.add_column(sa.Column("comment_audience", sa.String(16), nullable=False, server_default="team"))
        letters.add_column(sa.Column("freshness_days", sa.Integer(), nullable=True))
        letters.add_column(sa.Column("is_practice", sa.Boolean(), nullable=False, server_default=sa.false()))
        letters.add_column(sa.Column("cloned_from_id", sa.Uuid(), nullable=True))
        letters.add_column(sa.Column("proof_sent_at", _MOMENT, nullable=True))
        letters.add_column(sa.Column("proof_until_at", _MOMENT, nullable=True))
        letters.create_foreign_key(
            op.f("fk_letters_cloned_from_id"), "letters", ["cloned_from_id"], ["id"], ondelete="SET NULL"
        )
        letters.create_check_constraint(
            op.f("ck_letters_comment_audience"), "comment_audience IN ('team', 'unnamed', 'named')"
        )
        letters.create_check_constraint(op.f("ck_letters_freshness_days"), "freshness_days BETWEEN 1 AND 3650")
    with op.batch_alter_table("tallies") as tallies:
        tallies.add_column(sa.Column("waiting", sa.Integer(), nullable=False, server_default="0"))
    _let_accounts_have_a_part()
    with op.batch_alter_table("team_members") as members:
        members.add_column(sa.Column("languages", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("texts") as texts:
        texts.add_column(sa.Column("state", sa.String(16), nullable=False, server_default="draft"))
        texts.add_column(sa.Column("checked_by_id", sa.Uuid(), nullable=True))
        texts.add_column(sa.Column("checked_at", _MOMENT, nullable=True))
        texts.add_column(sa.Column("editing_by_id", sa.Uuid(), nullable=True))
        texts.add_column(sa.Column("editing_since", _MOMENT, nullable=True))
        for column in ("checked_by_id", "editing_by_id"):
            texts.create_foreign_key(op.f(f"fk_texts_{column}"), "accounts", [column], ["id"], ondelete="SET NULL")
        texts.create_check_constraint(op.f("ck_texts_state"), "state IN ('draft', 'checked')")
    with op.batch_alter_table("versions") as versions:
        versions.add_column(sa.Column("explanations", sa.JSON(), nullable=False, server_default="{}"))
        versions.add_column(sa.Column("reply_by_at", _MOMENT, nullable=True))
        versions.add_column(sa.Column("put_forward_at", _MOMENT, nullable=True))
        versions.drop_column("reason")
        versions.create_check_constraint(
            op.f("ck_versions_change_class"), "change_class IN ('', 'typographical', 'substantive')"
        )
    with op.batch_alter_table("signatures", table_kwargs=_WITHOUT_ROWID) as signatures:
        signatures.add_column(sa.Column("version_id", sa.Uuid(), nullable=True))
    _tell_what_is_in_force()
    with op.batch_alter_table("signatures", table_kwargs=_WITHOUT_ROWID) as signatures:
        signatures.alter_column("version_id", existing_type=sa.Uuid(), nullable=False)
        signatures.create_foreign_key(
            op.f("fk_signatures_version_id"), "versions", ["version_id"], ["id"], ondelete="RESTRICT"
        )
    _let_acts_be("'sign', 'keep', 'visibility', 'printed_name', 'withdraw'")


def _tell_what_is_in_force() -> None:
    """The texts that were shown are in force, and each signature stands for the version of its first act."""
    op.execute(
        "UPDATE versions SET put_forward_at = "
        "(SELECT min(texts.shown_at) FROM texts WHERE texts.version_id = versions.id)"
    )
    op.execute(
        "UPDATE signatures SET version_id = (SELECT consents.version_id FROM consents "
        "WHERE consents.signature_id = signatures.id AND consents.number = 1)"
    )


def _let_accounts_have_a_part() -> None:
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("role", sa.String(16), nullable=False, server_default="coordinator"))
        accounts.create_check_constraint(op.f("ck_accounts_role"), "role IN ('coordinator', 'translator', 'observer')")


def _let_acts_be(acts: str) -> None:
    with op.batch_alter_table("consents", table_kwargs=_WITHOUT_ROWID) as consents:
        consents.drop_constraint(op.f("ck_consents_act"), type_="check")
        consents.create_check_constraint(op.f("ck_consents_act"), f"act IN ({acts})")


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM consents WHERE act = 'keep'")):
        raise NotBackward("Signatures were kept under changed texts; the tables of before can not hold these acts.")
    _let_acts_be("'sign', 'visibility', 'printed_name', 'withdraw'")
    with op.batch_alter_table("signatures", table_kwargs=_WITHOUT_ROWID) as signatures:
        signatures.drop_constraint(op.f("fk_signatures_version_id"), type_="foreignkey")
        signatures.drop_column("version_id")
    with op.batch_alter_table("versions") as versions:
        versions.drop_constraint(op.f("ck_versions_change_class"), type_="check")
        versions.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        for column in ("put_forward_at", "reply_by_at", "explanations"):
            versions.drop_column(column)
    with op.batch_alter_table("texts") as texts:
        texts.drop_constraint(op.f("ck_texts_state"), type_="check")
        for column in ("checked_by_id", "editing_by_id"):
            texts.drop_constraint(op.f(f"fk_texts_{column}"), type_="foreignkey")
        for column in ("editing_since", "editing_by_id", "checked_at", "checked_by_id", "state"):
            texts.drop_column(column)
    with op.batch_alter_table("team_members") as members:
        members.drop_column("languages")
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_constraint(op.f("ck_accounts_role"), type_="check")
        accounts.drop_column("role")
    with op.batch_alter_table("tallies") as tallies:
        tallies.drop_column("waiting")
    with op.batch_alter_table("letters") as letters:
        letters.drop_constraint(op.f("ck_letters_freshness_days"), type_="check")
        letters.drop_constraint(op.f("ck_letters_comment_audience"), type_="check")
        letters.drop_constraint(op.f("fk_letters_cloned_from_id"), type_="foreignkey")
        for column in (
            "proof_until_at", "proof_sent_at", "cloned_from_id", "is_practice", "freshness_days",
            "comment_audience", "no_objection_until_at", "comments_until_at",
        ):  # fmt: skip
            letters.drop_column(column)
    for table in ("redlines", "letter_archives", "objections", "comments", "text_sources"):
        op.drop_table(table)
