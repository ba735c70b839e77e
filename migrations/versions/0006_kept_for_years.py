"""Kept for years: other programs that are told of publications, which keys write, what was forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import coalition.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = coalition.database.UtcDateTime(timezone=True)
_TABLES = ("key_uses", "webhook_deliveries", "webhooks")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webhooks",
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("old_secret", sa.LargeBinary(), nullable=True),
        sa.Column("old_secret_until", _MOMENT, nullable=True),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("last_code", sa.Integer(), nullable=True),
        sa.Column("trouble", sa.String(length=24), nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'taken', 'given_up')", name=op.f("ck_webhook_deliveries_state")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_webhook_deliveries_letter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_deliveries_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("webhook_id", "occasion", name=op.f("uq_webhook_deliveries_webhook_id_occasion")),
    )
    op.create_index(op.f("ix_webhook_deliveries_letter_id"), "webhook_deliveries", ["letter_id"], unique=False)
    op.create_index("ix_webhook_deliveries_state_next_at", "webhook_deliveries", ["state", "next_at"], unique=False)

    op.create_table(
        "key_uses",
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_key_uses")),
    )
    with op.batch_alter_table("letters") as letters:
        letters.add_column(sa.Column("forgotten_at", _MOMENT, nullable=True))
    op.create_index(
        "ix_signatures_letter_id_organisation_index", "signatures", ["letter_id", "organisation_index"], unique=False
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_signatures_letter_id_organisation_index", table_name="signatures")
    with op.batch_alter_table("letters") as letters:
        letters.drop_column("forgotten_at")
    for table in _TABLES:
        op.drop_table(table)
