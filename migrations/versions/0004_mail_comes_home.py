"""Mail arrives once and comes home: reminder plans, mail that comes in, hosts that ask to wait, runs of the tick."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import coalition.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = coalition.database.UtcDateTime(timezone=True)
_OLD_STATES = "'queued', 'held', 'claimed', 'transmitting', 'accepted', 'deferred', 'refused', 'unknown', 'stopped'"
_OLD_PURPOSES = "'invitation', 'account', 'organisation', 'request', 'call'"


def upgrade() -> None:
    _make_tables()
    with op.batch_alter_table("accounts") as accounts:
        for column in ("wants_digest", "wants_alerts"):
            accounts.add_column(sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("bounce", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("tallies") as tallies:
        tallies.add_column(sa.Column("uncounted", sa.Integer(), nullable=False, server_default="0"))
    # Nobody could choose it before: no signature is uncounted yet.
    with op.batch_alter_table("letters") as letters:
        letters.add_column(sa.Column("reminders_at_most", sa.Integer(), nullable=False, server_default="3"))
        letters.add_column(sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        letters.add_column(sa.Column("calendar_sequence", sa.Integer(), nullable=False, server_default="0"))
    _let_links_be_for(f"{_OLD_PURPOSES}, 'mute'")
    _let_mails_be(f"{_OLD_STATES}, 'bounced'")


def downgrade() -> None:
    op.execute(sa.text("UPDATE outgoing_emails SET state = 'refused' WHERE state = 'bounced'"))
    _let_mails_be(_OLD_STATES)
    op.execute(sa.text("DELETE FROM links WHERE purpose = 'mute'"))
    _let_links_be_for(_OLD_PURPOSES)
    with op.batch_alter_table("tallies") as tallies:
        tallies.drop_column("uncounted")
    with op.batch_alter_table("letters") as letters:
        for column in ("calendar_sequence", "is_urgent", "reminders_at_most"):
            letters.drop_column(column)
    with op.batch_alter_table("contacts") as contacts:
        contacts.drop_column("bounce")
    with op.batch_alter_table("accounts") as accounts:
        for column in ("wants_alerts", "wants_digest"):
            accounts.drop_column(column)
    for table in ("reminder_steps", "incoming_emails", "mail_hosts", "tick_runs"):
        op.drop_table(table)


def _let_links_be_for(purposes: str) -> None:
    with op.batch_alter_table("links") as links:
        links.drop_constraint(op.f("ck_links_purpose"), type_="check")
        links.create_check_constraint(op.f("ck_links_purpose"), f"purpose IN ({purposes})")


def _let_mails_be(states: str) -> None:
    with op.batch_alter_table("outgoing_emails") as emails:
        emails.drop_constraint(op.f("ck_outgoing_emails_state"), type_="check")
        emails.create_check_constraint(op.f("ck_outgoing_emails_state"), f"state IN ({states})")


def _make_tables() -> None:
    op.create_table(
        "mail_hosts",
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("paused_until", _MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_mail_hosts")),
    )
    op.create_table(
        "tick_runs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.Column("failed_at", _MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tick_runs")),
    )
    op.create_table(
        "reminder_steps",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("minutes_before", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('reminder', 'second_contact', 'last_day')", name=op.f("ck_reminder_steps_kind")),
        sa.CheckConstraint("minutes_before >= 0", name=op.f("ck_reminder_steps_minutes_before")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_reminder_steps_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_steps")),
        sa.UniqueConstraint(
            "letter_id", "kind", "minutes_before", name=op.f("uq_reminder_steps_letter_id_kind_minutes_before")
        ),
    )
    op.create_table(
        "incoming_emails",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("outgoing_email_id", sa.Uuid(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("forwarded_at", _MOMENT, nullable=True),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('bounce', 'delay', 'delivered', 'reply', 'automatic', 'unmatched')",
            name=op.f("ck_incoming_emails_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_incoming_emails_invitation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_incoming_emails_letter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["outgoing_email_id"],
            ["outgoing_emails.id"],
            name=op.f("fk_incoming_emails_outgoing_email_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_emails")),
        sa.UniqueConstraint("key", name=op.f("uq_incoming_emails_key")),
    )
    with op.batch_alter_table("incoming_emails") as emails:
        for column in ("invitation_id", "letter_id", "outgoing_email_id"):
            emails.create_index(op.f(f"ix_incoming_emails_{column}"), [column], unique=False)
