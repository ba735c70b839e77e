"""Every setting: its meaning, where it comes from, its check at start-up.

Settings come from one TOML file (COALITION_CONFIG, else coalition.toml in the home folder) and from the environment
(COALITION_ and the name in capitals), which wins. `docs/settings.md` lists them; a test keeps it complete.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "COALITION_"
PACKAGE = Path(__file__).parent
INTAKE = re.compile(r"[A-Za-z0-9._-]{1,20}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""A local part has room for 64 characters (RFC 5321): a "+" and the tail of a signed address take 44."""


SHORTEST_MEMORY = 30
"""Days in which an organisation may still object, or ask what was recorded for it."""
SHORTEST_KEY = 20
"""Nobody is kept from trying keys at the address of a webhook."""

BACKUP_KEY = re.compile(r"coalition-backup-key:[A-Za-z0-9_-]{43}")
LAST_HOUR = 23


def folder(name: str) -> Path:
    """A folder that lies beside the package in the repository and inside it in an installed wheel."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


class SettingsWrong(Exception):
    """The settings do not hold together; the message has one sentence a line, for the operator."""


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one installation."""

    home: Path = _setting(
        Path("instance"), "Folder of the database, the keys and the job queue, unless they are set apart."
    )
    database: str = _setting("", "Address of the database; empty: coalition.sqlite in the home folder.")
    keys: str = _setting("", "Path of the key file; empty: keys.json in the home folder.")
    journal: str = _setting(
        "",
        "Path of the journal of erasures, apart from database and backups; empty: erasures.jsonl in the home folder.",
    )
    jobs: str = _setting("", "Job queue: empty for SQLite in the home folder, or a postgresql:// or redis:// address.")
    public_address: str = _setting(
        "http://127.0.0.1:8000", "The site's public root, as readers type it; all links start so."
    )
    host: str = _setting("127.0.0.1", "The address the web server listens on.")
    port: int = _setting(8000, "The port the web server listens on.")
    web_workers: int = _setting(2, "How many web processes answer.")
    web_threads: int = _setting(8, "How many requests each web process works on at once.")
    metrics_port: int = _setting(0, "Port on which figures for Prometheus are given; 0: none are.")
    metrics_host: str = _setting("127.0.0.1", "The address for that port; only programs of your own may reach it.")
    trusted_proxies: int = _setting(0, "How many proxies in front may set X-Forwarded-For and X-Forwarded-Proto.")
    mail_server: str = _setting(
        "", "Mail server that takes our mail; empty: mail is held and nothing leaves this machine."
    )
    mail_port: int = _setting(587, "Port of the mail server.")
    mail_security: str = _setting("starttls", "starttls, tls, or none (none only for a server on this machine).")
    mail_username: str = _setting("", "User name at the mail server, where it asks for one.")
    mail_password: str = _setting("", "Password at the mail server.")
    mail_connections: int = _setting(4, "How many conversations with the mail server each worker leads at once.")
    mail_timeout: int = _setting(30, "Seconds to wait for the mail server before trying later.")
    mail_ca_file: str = _setting("", "Certificates to trust beside the system's, for a mail server with a private one.")
    mail_from: str = _setting("", "Address our mail comes from; empty: letters@ and the host of the public address.")
    safe_address: str = _setting(
        "", "Root of a second, neutral host for the links of safe mail; empty: the public address."
    )
    safe_mail_from: str = _setting("", "Address that safe mail comes from; empty: the one of all mail.")
    mail_intake: str = _setting(
        "", "Address that bounces and replies come to, used with a + and a tail (post+…@); empty: none are taken in."
    )
    safe_mail_intake: str = _setting(
        "", "The same for safe mail, at a neutral host; empty: none where safe_mail_from is set."
    )
    dkim_selector: str = _setting(
        "", "Selector of our DKIM key in the DNS; empty: we sign nothing, the mail server may."
    )
    dkim_key: str = _setting("", "Path of our private DKIM key in PEM (RSA), for the domain of mail_from.")
    safe_dkim_selector: str = _setting("", "The same for the domain of safe_mail_from; empty: safe mail is not signed.")
    safe_dkim_key: str = _setting("", "Path of the private DKIM key for the domain of safe_mail_from.")
    imap_server: str = _setting(
        "", "Server of a mailbox in which that mail is fetched by IMAP; empty: a pipe brings it."
    )
    imap_port: int = _setting(993, "Port of that server.")
    imap_security: str = _setting("tls", "tls, starttls, or none (none only for a server on this machine).")
    imap_username: str = _setting("", "User name of the mailbox.")
    imap_password: str = _setting("", "Password of the mailbox.")
    imap_folder: str = _setting("INBOX", "The folder in which that mail lies.")
    imap_done: str = _setting("", "Folder to which a mail is moved when it was taken in; empty: it is marked as read.")
    relay_webhook: str = _setting(
        "", "Relay that reports bounces to /hooks/mail: postmark or mailgun; empty: there is no such address."
    )
    relay_webhook_key: str = _setting(
        "", "Its secret: the password in the address given to Postmark, or the signing key that Mailgun shows."
    )
    webhooks_to_private_networks: bool = _setting(
        default=False, meaning="Whether webhooks may go to this machine and its own networks, and without https."
    )
    backup_key: str = _setting(
        "",
        "Public key that backups are sealed for, as coalition backup-key prints it; its private half lies elsewhere.",
    )
    backup_folder: str = _setting("", "Folder of the backups made each day by a worker; empty: none are made.")
    backup_hour: int = _setting(2, "The hour of the day, in UTC, from which the day's backup is made.")
    backup_days: int = _setting(7, "Of how many days the last backup is kept.")
    backup_weeks: int = _setting(5, "Of how many weeks the last backup is kept.")
    backup_months: int = _setting(12, "Of how many months the last backup is kept.")
    forget_after_days: int = _setting(
        90, "Days after a letter's closing until who did not sign, and who wrote comments, is erased; at least 30."
    )
    seal_certificate: str = _setting(
        "", "Path of a PKCS#12 file, an RSA key and its certificate, which seal published PDFs (PAdES); empty: none."
    )
    seal_password: str = _setting("", "Password of that file, where it has one.")
    fonts: str = _setting(
        "", "Folders of further fonts for PDFs (separated by ':'), for instance Chinese and Japanese."
    )
    second_step: str = _setting(
        "required",
        "Whether administrators and teams of sensitive letters need a second step to sign in: required or offered.",
    )
    demo: bool = _setting(
        default=False, meaning="The demonstration: mail is shown on a page. Only where everything is loopback."
    )

    def __post_init__(self) -> None:
        problems = list(self._problems())
        if problems:
            raise SettingsWrong("\n".join(problems))

    def _problems(self) -> Any:
        address = urlsplit(self.public_address)
        if address.scheme not in {"http", "https"} or not address.hostname or address.path not in {"", "/"}:
            yield "public_address: write the root of the site, like https://letters.example.org"
        yield from self._problems_of_safe_mail()
        yield from self._problems_of_intake()
        yield from self._problems_of_dkim()
        yield from self._problems_of_relay()
        yield from self._problems_of_backups()
        if self.forget_after_days < SHORTEST_MEMORY:
            yield f"forget_after_days: write at least {SHORTEST_MEMORY}; until then it may be asked who answered what"
        if self.metrics_port == self.port and self.metrics_port:
            yield "metrics_port: write another port than that of the site"
        if self.second_step not in {"required", "offered"}:
            yield "second_step: write required or offered"
        if self.mail_security not in {"starttls", "tls", "none"}:
            yield "mail_security: write starttls, tls or none"
        if self.mail_security == "none" and self.mail_server and not is_loopback(self.mail_server):
            yield "mail_security: none is only for a mail server on this machine; write starttls or tls"
        if min(self.web_workers, self.web_threads, self.mail_connections) < 1:
            yield "web_workers, web_threads and mail_connections: write at least 1"
        if self.demo and not (is_loopback(self.host) and is_loopback(address.hostname or "")):
            yield "demo: the demonstration runs on this machine alone; set host and public_address to 127.0.0.1"

    def _problems_of_intake(self) -> Any:
        for name in ("mail_intake", "safe_mail_intake"):
            if getattr(self, name) and not INTAKE.fullmatch(getattr(self, name)):
                yield f"{name}: write one address like post@letters.example.org, with at most 20 letters before the @"
        if self.imap_server and self.imap_security not in {"starttls", "tls", "none"}:
            yield "imap_security: write tls, starttls or none"
        if self.imap_server and self.imap_security == "none" and not is_loopback(self.imap_server):
            yield "imap_security: none is only for a server on this machine; write tls or starttls"
        if self.imap_server and not self.mail_intake:
            yield "mail_intake: write the address whose mail lies in the mailbox of imap_server"

    def _problems_of_relay(self) -> Any:
        if self.relay_webhook not in {"", "postmark", "mailgun"}:
            yield "relay_webhook: write postmark or mailgun, or nothing"
        if bool(self.relay_webhook) != bool(self.relay_webhook_key):
            yield "relay_webhook and relay_webhook_key: write both, or neither"
        elif self.relay_webhook_key and len(self.relay_webhook_key) < SHORTEST_KEY:
            yield f"relay_webhook_key: write at least {SHORTEST_KEY} characters, made by chance"

    def _problems_of_backups(self) -> Any:
        if self.backup_key and not BACKUP_KEY.fullmatch(self.backup_key):
            yield "backup_key: write the line that `coalition backup-key` printed, coalition-backup-key: and the rest"
        if self.backup_folder and not self.backup_key:
            yield "backup_key: backups made by themselves are sealed for a key; make one by `coalition backup-key FILE`"
        if not 0 <= self.backup_hour <= LAST_HOUR:
            yield "backup_hour: write an hour from 0 to 23"
        if self.backup_days < 1 or min(self.backup_weeks, self.backup_months) < 0:
            yield "backup_days, backup_weeks and backup_months: write at least 1 day, and no number below 0"

    def _problems_of_dkim(self) -> Any:
        if bool(self.dkim_selector) != bool(self.dkim_key):
            yield "dkim_selector and dkim_key: write both, or neither"
        if bool(self.safe_dkim_selector) != bool(self.safe_dkim_key) or (
            self.safe_dkim_selector and not self.safe_mail_from
        ):
            yield "safe_dkim_selector and safe_dkim_key: write both, beside safe_mail_from, or neither"

    def _problems_of_safe_mail(self) -> Any:
        if not self.safe_address:
            return
        safe, usual = urlsplit(self.safe_address), urlsplit(self.public_address)
        if safe.scheme not in {"http", "https"} or not safe.hostname or safe.path not in {"", "/"}:
            yield "safe_address: write the root of the neutral host, like https://notes.example.net"
        elif safe.hostname == usual.hostname:
            yield "safe_address: a neutral host has another name than the public address"
        elif safe.scheme != usual.scheme:
            yield "safe_address: write https where the public address has it, and http where it has not"

    @property
    def database_url(self) -> str:
        """The database's SQLAlchemy address."""
        if not self.database:
            return f"sqlite:///{(self.home / 'coalition.sqlite').absolute()}"
        return self.database.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def keys_path(self) -> Path:
        """Where the key file lies."""
        return Path(self.keys) if self.keys else self.home / "keys.json"

    @property
    def journal_path(self) -> Path:
        """The journal of erasures."""
        return Path(self.journal) if self.journal else self.home / "erasures.jsonl"

    @property
    def root(self) -> str:
        """The public address without a slash at its end: every absolute link starts with it."""
        return self.public_address.rstrip("/")

    @property
    def safe_root(self) -> str:
        """The root that links in safe mail start with."""
        return self.safe_address.rstrip("/") or self.root

    @property
    def safe_host(self) -> str:
        """The name of the neutral host; empty where there is none."""
        return urlsplit(self.safe_address).hostname or ""

    @property
    def is_https(self) -> bool:
        """Whether readers come by https: cookies are then Secure and HSTS is sent."""
        return self.public_address.startswith("https://")

    @property
    def requires_second_step(self) -> bool:
        """Whether some accounts need a second step; the demonstration only offers it."""
        return self.second_step == "required" and not self.demo

    @property
    def mail_host(self) -> str:
        """The right-hand side of Message-IDs: never the machine's own name."""
        return urlsplit(self.public_address).hostname or "localhost"

    @property
    def sender_address(self) -> str:
        """Where our mail comes from."""
        return self.mail_from or f"letters@{self.mail_host}"

    @property
    def safe_sender_address(self) -> str:
        """Where safe mail comes from."""
        return self.safe_mail_from or self.sender_address

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """Folders of further fonts."""
        return tuple(Path(part) for part in self.fonts.split(":") if part)


def is_loopback(host: str) -> bool:
    """Whether `host` can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load(environment: dict[str, str] | None = None) -> Settings:
    """The settings of this machine. Raises SettingsWrong."""
    environment = dict(os.environ) if environment is None else environment
    home = Path(environment.get(PREFIX + "HOME", "instance"))
    path = Path(environment.get(PREFIX + "CONFIG", home / "coalition.toml"))
    values = _from_file(path) if path.exists() else {}
    known = {item.name: item for item in fields(Settings)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise SettingsWrong(f"{path}: there is no setting called {', '.join(unknown)}")
    for name in known:
        if PREFIX + name.upper() in environment:
            values[name] = environment[PREFIX + name.upper()]
    if path.exists():
        values.setdefault("home", path.parent)
    return replace(Settings(), **{name: _typed(name, value, known[name].default) for name, value in values.items()})


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsWrong(f"{path}: {error}") from error


def _typed(name: str, value: Any, default: Any) -> Any:
    """A value from the file or the environment as the type of its default."""
    try:
        if isinstance(default, bool):
            return (
                value
                if isinstance(value, bool)
                else {"1": True, "true": True, "0": False, "false": False, "": False}[str(value).lower()]
            )
        return type(default)(value) if not isinstance(default, Path) else Path(value)
    except (KeyError, ValueError) as error:
        kind = {bool: "true or false", int: "a whole number"}.get(type(default), "text")
        raise SettingsWrong(f"{name}: write {kind}, not {value!r}") from error


class _Keeper:
    settings: Settings | None = None


_keeper = _Keeper()


def install(settings: Settings) -> None:
    """Make these the settings of this process. Called once by create_app."""
    _keeper.settings = settings


def settings() -> Settings:
    """The settings of this process."""
    if _keeper.settings is None:
        raise SettingsWrong("No settings yet: create_app installs them.")
    return _keeper.settings
