"""The libraries that hook into Flask, made once and given to the app by create_app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_mail import Mail
from flask_migrate import Migrate
from flask_security import Security
from flask_wtf import CSRFProtect
from huey import PostgresHuey, RedisHuey, SqliteHuey

if TYPE_CHECKING:
    from coalition.config import Settings

babel = Babel()
compress = Compress()
csrf = CSRFProtect()
# What is limited is counted in the database (coalition.models.limit). With the first route of its own, switch this on.
limiter = Limiter(get_remote_address, default_limits=[], enabled=False)
mail = Mail()
migrate = Migrate()
security = Security()


def make_huey(settings: Settings) -> Any:
    """The job queue's doorbell: SQLite in the home folder, or the database that `jobs` names."""
    scheme = urlsplit(settings.jobs).scheme
    if scheme.startswith("redis"):
        return RedisHuey("coalition", url=settings.jobs)
    if scheme.startswith("postgres"):
        return PostgresHuey("coalition", dsn=settings.jobs.replace("+psycopg", ""))
    return SqliteHuey("coalition", filename=str(settings.home / "jobs.sqlite"))
