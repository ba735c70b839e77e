"""A person who logs in to the desk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_security.core import UserMixin
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.organisation import Organisation


class Account(Identified, Base, UserMixin):  # type: ignore[misc]  # flask_security is untyped
    """An account of the desk. The columns that Flask-Security asks for keep its names."""

    __tablename__ = "accounts"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="RESTRICT"))
    email: Mapped[str] = mapped_column("address", String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(16), default="en")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    is_administrator: Mapped[bool] = mapped_column(default=False)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    us_totp_secrets: Mapped[str | None] = mapped_column(Text)
    us_phone_number: Mapped[str | None] = mapped_column(String(128), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()

    @property
    def is_set_up(self) -> bool:
        """Whether the person has chosen a password by the one-time link."""
        return self.password is not None
