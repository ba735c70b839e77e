"""Published once: planned releases, editions that follow, what comes after, the site's own pages, and the proof."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import coalition.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = coalition.database.UtcDateTime(timezone=True)
_OLD_PURPOSES = "'invitation', 'account', 'organisation', 'request', 'call', 'mute'"
_FILES = (("houses", "logo_id", "files"), ("public_lines", "logo_id", "files"))
_COLUMNS = {
    "editions": (("how", sa.String(length=8), "release"),),
    "houses": (("archive_by_hand", sa.Boolean(), sa.false()),),
    "letters": (
        ("is_rolling", sa.Boolean(), sa.false()),
        ("cuts_daily", sa.Boolean(), sa.false()),
        ("list_look", sa.JSON(), "{}"),
        ("topics", sa.JSON(), "[]"),
        ("series", sa.String(length=120), ""),
        ("hashtags", sa.JSON(), "[]"),
        ("countries_addressed", sa.JSON(), "[]"),
        ("support", sa.JSON(), "{}"),
        ("event", sa.JSON(), "{}"),
        ("event_on", sa.String(length=10), ""),
        ("press", sa.JSON(), "{}"),
    ),
    "public_lines": (("country_printed", sa.JSON(), "{}"),),
    "links": (("shows_list", sa.Boolean(), sa.false()),),
    "list_groups": (("unnamed", sa.JSON(), "{}"), ("for_persons", sa.Boolean(), sa.false())),
    "public_letters": (("retraction", sa.JSON(), "{}"),),
    "signatures": (("shows_logo", sa.Boolean(), sa.false()),),
    "texts": (("second_title", sa.String(length=200), ""), ("kicker", sa.String(length=80), "")),
}
"""Columns that rows of before have empty: table to name, type, what such a row holds."""
_OPEN = {
    "letters": (("embargo_until_at", _MOMENT),),
    "public_letters": (("announced_at", _MOMENT), ("retracted_at", _MOMENT), ("place", sa.Integer())),
}
"""Columns that may hold nothing."""
_TABLES = (
    "search_texts",
    "slug_history",
    "pages",
    "openings",
    "commitments",
    "manifests",
    "signing_keys",
    "kept_copies",
    "responses",
    "deliveries",
    "notes",
    "attachments",
    "planned_releases",
)


def upgrade() -> None:
    _make_tables_of_the_site()
    _make_tables_of_the_proof()
    _make_tables_of_after()
    _make_indexes()
    for table in sorted({*_COLUMNS, *_OPEN}):
        with op.batch_alter_table(table) as changed:
            for name, kind, value in _COLUMNS.get(table, ()):
                changed.add_column(sa.Column(name, kind, nullable=False, server_default=value))
            for name, kind in _OPEN.get(table, ()):
                changed.add_column(sa.Column(name, kind, nullable=True))
    for table, column, to in (*_FILES, ("signatures", "list_group_id", "list_groups")):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column(column, sa.Uuid(), nullable=True))
            changed.create_foreign_key(op.f(f"fk_{table}_{column}"), to, [column], ["id"], ondelete="SET NULL")
    # What was published before has been told of already.
    op.execute(sa.text("UPDATE public_letters SET announced_at = first_published_at"))
    _let_lists_be_in("'name', 'country', 'date', 'hand'")
    _let_links_be_for(f"{_OLD_PURPOSES}, 'press'")
    with op.batch_alter_table("editions") as editions:
        editions.create_check_constraint(op.f("ck_editions_how"), "how IN ('release', 'hand', 'daily')")


def downgrade() -> None:
    with op.batch_alter_table("editions") as editions:
        editions.drop_constraint(op.f("ck_editions_how"), type_="check")
    op.execute(sa.text("DELETE FROM links WHERE purpose = 'press'"))
    _let_links_be_for(_OLD_PURPOSES)
    op.execute(sa.text("UPDATE letters SET list_order = 'name' WHERE list_order IN ('country', 'date')"))
    _let_lists_be_in("'name', 'hand'")
    for table, column, _to in (*_FILES, ("signatures", "list_group_id", "list_groups")):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")
            changed.drop_column(column)
    for table in sorted({*_COLUMNS, *_OPEN}):
        with op.batch_alter_table(table) as changed:
            for name, *_rest in (*_COLUMNS.get(table, ()), *_OPEN.get(table, ())):
                changed.drop_column(name)
    for table in _TABLES:
        op.drop_table(table)


def _let_links_be_for(purposes: str) -> None:
    with op.batch_alter_table("links") as links:
        links.drop_constraint(op.f("ck_links_purpose"), type_="check")
        links.create_check_constraint(op.f("ck_links_purpose"), f"purpose IN ({purposes})")


def _let_lists_be_in(orders: str) -> None:
    with op.batch_alter_table("letters") as letters:
        letters.drop_constraint(op.f("ck_letters_list_order"), type_="check")
        letters.create_check_constraint(op.f("ck_letters_list_order"), f"list_order IN ({orders})")


def _make_tables_of_the_site() -> None:
    op.create_table(
        "pages",
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("slug", "language", name=op.f("uq_pages_slug_language")),
    )
    op.create_table(
        "attachments",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_attachments_file_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_attachments_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("letter_id", "position", name=op.f("uq_attachments_letter_id_position")),
    )
    op.create_table(
        "planned_releases",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("overrides", sa.LargeBinary(), nullable=True),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("failed_at", _MOMENT, nullable=True),
        sa.Column("failure", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["accounts.id"], name=op.f("fk_planned_releases_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_planned_releases_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_releases")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_planned_releases_letter_id")),
    )
    op.create_table(
        "slug_history",
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("left_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_slug_history_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_slug_history")),
    )
    op.create_table(
        "search_texts",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["public_letters.letter_id"], name=op.f("fk_search_texts_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter_id", "language", name=op.f("pk_search_texts")),
    )


def _make_tables_of_the_proof() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("first_used_at", _MOMENT, nullable=False),
        sa.Column("retired_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_signing_keys")),
    )
    op.create_table(
        "commitments",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_commitments_edition_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
        sa.UniqueConstraint("edition_id", "hash", name=op.f("uq_commitments_edition_id_hash")),
    )
    op.create_table(
        "kept_copies",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("kept_at", _MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_kept_copies_edition_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_copies")),
        sa.UniqueConstraint("edition_id", "language", "form", name=op.f("uq_kept_copies_edition_id_language_form")),
    )
    op.create_table(
        "manifests",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_manifests_edition_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_keys.key_id"], name=op.f("fk_manifests_key_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manifests")),
        sa.UniqueConstraint("edition_id", "language", name=op.f("uq_manifests_edition_id_language")),
    )
    op.create_table(
        "openings",
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("public_line_id", sa.Uuid(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("withheld", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(public_line_id IS NULL) = (salt IS NULL)", name=op.f("ck_openings_public_salt_of_a_public_line")
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_openings_commitment_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["public_line_id"], ["public_lines.id"], name=op.f("fk_openings_public_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
        sa.UniqueConstraint("commitment_id", name=op.f("uq_openings_commitment_id")),
    )


def _make_tables_of_after() -> None:
    op.create_table(
        "deliveries",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("addressee", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "way IN ('mail', 'post', 'by_hand', 'meeting', 'form', 'fax', 'other')", name=op.f("ck_deliveries_way")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_deliveries_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_table(
        "notes",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.Column("taken_back_at", _MOMENT, nullable=True),
        sa.Column("tells_signers", sa.Boolean(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('editors_note', 'update', 'correction', 'republication', 'outcome')", name=op.f("ck_notes_kind")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_notes_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_notes_letter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_table(
        "responses",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("addressee", sa.Integer(), nullable=True),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("responded_on", sa.Date(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("recommendations", sa.JSON(), nullable=False),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.Column("taken_back_at", _MOMENT, nullable=True),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_responses_letter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responses")),
    )


def _make_indexes() -> None:
    op.create_index(op.f("ix_deliveries_letter_id"), "deliveries", ["letter_id"], unique=False)
    op.create_index(op.f("ix_notes_letter_id"), "notes", ["letter_id"], unique=False)
    op.create_index(op.f("ix_planned_releases_at"), "planned_releases", ["at"], unique=False)
    op.create_index(op.f("ix_responses_letter_id"), "responses", ["letter_id"], unique=False)
    op.create_index(op.f("ix_slug_history_letter_id"), "slug_history", ["letter_id"], unique=False)
    op.create_index(op.f("ix_openings_public_line_id"), "openings", ["public_line_id"], unique=False)
