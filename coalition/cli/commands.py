"""The commands and their options; what each does stands in a module of its own."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from coalition.cli.refusal import Refused, opened

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("coalition"), prog_name="coalition", message="%(prog)s %(version)s")
@click.option("--home", type=FOLDER, help="The folder of the installation (COALITION_HOME; else “instance” here).")
def main(home: Path | None) -> None:
    """Joint letters: one agreed text, invited signatories, an honest list.

    Exit codes: 0 done, 1 refused (one sentence says why), 2 the command was not written as it must be.
    """
    if home is not None:
        os.environ["COALITION_HOME"] = str(home)


@main.command()
@click.option("--name", help="The coalition's name.")
@click.option("--address", help="The site's public address, like https://letters.example.org.")
@click.option("--account-name", help="Who gets the first account.")
@click.option("--account-email", help="The mail address of the first account.")
@click.option("--language", help="The site's first language: en, fr, es, pt, ar, ru or fa.")
@click.option("--zone", help="Your time zone, like Europe/Paris.")
@click.option("--mail-server", help="The server that takes our mail; empty: mail is held.")
@click.option("--mail-port", type=int, help="Its port.")
@click.option("--mail-security", help="starttls, tls or none.")
@click.option("--mail-username", help="Our user name there; empty for none.")
@click.option("--mail-password", envvar="COALITION_MAIL_PASSWORD", help="Our password there.")
@click.option("--mail-from", help="The address our mail comes from.")
@click.option("--database", help="A postgresql:// address; empty: SQLite in the home folder.")
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=int, help="The port to listen on.")
@click.option("--trusted-proxies", type=int, help="How many proxies stand in front.")
def init(**given: Any) -> None:
    """Install: settings, keys, database, the coalition and its first account.

    Asks for what no option gives. Overwrites nothing. Ends with a link that works once, by which the first account
    chooses its password.
    """
    from coalition.cli.installation import Answers, install  # noqa: PLC0415 -- each command loads what it needs

    asked = _asked(given)
    names = ("mail_server", "mail_port", "mail_security", "mail_username", "mail_password", "mail_from")
    settings = {name: asked[name] for name in (*names, "database", "host", "port", "trusted_proxies") if asked[name]}
    installed = install(
        Answers(
            coalition_name=asked["name"],
            account_name=asked["account_name"],
            account_address=asked["account_email"],
            language=asked["language"],
            zone=asked["zone"],
            settings={"public_address": asked["address"]} | settings,
        )
    )
    click.echo(f"Founded. The settings are in {installed.file}.")
    click.echo(f"The keys are in {installed.settings.keys_path}: keep a copy apart from the database and its copies.")
    click.echo("Start with `coalition serve`, then set up the first account. This link works once, for 7 days:")
    click.echo(installed.set_up_address)


QUESTIONS: dict[str, tuple[str, str | None]] = {
    "name": ("The coalition's name", None),
    "address": ("The site's public address, like https://letters.example.org", None),
    "account_name": ("Your name, for the first account", None),
    "account_email": ("Your mail address, to sign in with", None),
    "language": ("The site's first language (en, fr, es, pt, ar, ru, fa; the desk itself speaks en, fr, ar)", "en"),
    "zone": ("Your time zone", "UTC"),
    "mail_server": ("Mail server (empty: mail is held, nothing leaves this machine)", ""),
}
QUESTIONS_ABOUT_MAIL: dict[str, tuple[str, str | int | None]] = {
    "mail_port": ("Its port", 587),
    "mail_security": ("Encryption (starttls, tls; none only on this machine)", "starttls"),
    "mail_username": ("User name there (empty for none)", ""),
    "mail_from": ("The address our mail comes from", None),
}


def _asked(given: dict[str, Any]) -> dict[str, Any]:
    """The options, and answers to what they left open."""
    answers = dict(given)
    for name, (words, default) in QUESTIONS.items():
        _ask(answers, name, words, default)
    if answers["mail_server"]:
        host = urlsplit(answers["address"]).hostname or "localhost"
        for about, (words, usual) in QUESTIONS_ABOUT_MAIL.items():
            _ask(answers, about, words, f"letters@{host}" if about == "mail_from" else usual)
        if answers["mail_username"]:
            _ask(answers, "mail_password", "Password there", None, is_secret=True)
    return answers


def _ask(answers: dict[str, Any], name: str, words: str, default: Any, *, is_secret: bool = False) -> None:
    if answers[name] is not None:
        return
    try:
        answers[name] = click.prompt(words, default=default, show_default=default != "", hide_input=is_secret)
    except click.Abort as error:
        option = "--" + name.replace("_", "-")
        raise click.UsageError(f"Nobody answers here: give {option}, or run this at a terminal.") from error


@main.command()
def serve() -> None:
    """Serve: web and worker in one tree of processes. Ctrl-C or SIGTERM ends it."""
    from coalition.cli import serve as serving  # noqa: PLC0415 -- each command loads what it needs

    serving.serve()


@main.command()
def demo() -> None:
    """Serve an invented coalition on this machine alone; its mail is shown on a page. PORT chooses the port (8000).

    It is made in var/demo (or COALITION_HOME) at the first run, and kept.
    """
    from coalition.cli import demonstration  # noqa: PLC0415 -- each command loads what it needs

    demonstration.demo()


@main.command()
@click.option("--offline", "is_offline", is_flag=True, help="Ask nothing over the network.")
@click.option("--ca-file", type=FILE, help="Certificates to trust beside the system's, for a site with a private one.")
def doctor(ca_file: Path | None, *, is_offline: bool) -> None:
    """Check the whole deployment: settings, files, database, worker, public address, proxies, mail, clock.

    Run it as the user that serves, while it serves. Each line is good, to look at, or to change; nothing is changed
    and no mail is sent. The exit code is 1 where something has to change.
    """
    from coalition.cli.doctor import examine  # noqa: PLC0415 -- each command loads what it needs

    examine(is_offline=is_offline, ca_file=ca_file)


@main.command()
def migrate() -> None:
    """Bring the database to this version and no more; on SQLite a copy is made beside it first. See upgrade."""
    from coalition.cli import migration  # noqa: PLC0415 -- each command loads what it needs

    migration.migrate()


@main.command()
@click.option("--to", "key", default="", help="PostgreSQL: the public key for the backup; else backup_key.")
@click.option("--passphrase-file", type=FILE, help="PostgreSQL: a file whose first line is its passphrase.")
@click.option("--i-have-a-copy", "has_copy", is_flag=True, help="Make none: you made one yourself.")
def upgrade(key: str, passphrase_file: Path | None, *, has_copy: bool) -> None:
    """Bring the database to this version: copy it, migrate, look it over, and say how to go back (docs/upgrade.md).

    Stop everything before, start it after. Where it was cut off, run it again.
    """
    from coalition.cli import migration  # noqa: PLC0415 -- each command loads what it needs

    for words in migration.upgrade(key=key, passphrase_file=passphrase_file, has_copy=has_copy):
        click.echo(words)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--to", "key", default="", help="The public key of who may open it; else backup_key of the settings.")
@click.option("--passphrase-file", type=FILE, help="A file whose first line is the passphrase; else it is asked for.")
def backup(file: Path, key: str, passphrase_file: Path | None) -> None:
    """Write a sealed backup of the whole database into FILE, while everything runs (docs/backup.md).

    The installation's keys are never in it: copy keys.json apart, once.
    """
    from coalition.cli import backing_up  # noqa: PLC0415 -- each command loads what it needs

    click.echo(backing_up.write(file, key=key, passphrase_file=passphrase_file))


@main.command("backup-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_key(file: Path) -> None:
    """Make the key pair of the backups: the private key into FILE, the public one printed for the settings."""
    from coalition.cli import backing_up  # noqa: PLC0415 -- each command loads what it needs

    click.echo(backing_up.make_key(file))


@main.command()
@click.argument("file", type=FILE)
@click.option("--key", "key_file", type=FILE, help="The file of the private key that opens it.")
@click.option("--passphrase-file", type=FILE, help="A file whose first line is the passphrase; else it is asked for.")
@click.option("--journal", "journals", type=FILE, multiple=True, help="A journal of erasures of another machine.")
@click.option("--journal-is-lost", is_flag=True, help="Restore although who was erased since may be back.")
@click.option("--check", is_flag=True, help="Only read the whole file, and say whether it opens.")
def restore(
    file: Path,
    key_file: Path | None,
    passphrase_file: Path | None,
    journals: tuple[Path, ...],
    *,
    journal_is_lost: bool,
    check: bool,
) -> None:
    """Restore the backup FILE into this installation's empty database (docs/backup.md).

    The whole file is read before anything is touched. Who was erased since stays erased, and nothing is sent again.
    """
    from coalition.cli import restoring  # noqa: PLC0415 -- each command loads what it needs

    if check:
        click.echo(restoring.check(file, key_file=key_file, passphrase_file=passphrase_file))
        return
    for words in restoring.restore(
        file,
        key_file=key_file,
        passphrase_file=passphrase_file,
        journals=journals,
        journal_is_lost=journal_is_lost,
    ):
        click.echo(words)


@main.group()
def keys() -> None:
    """The key file."""


@keys.command("check")
def keys_check() -> None:
    """Check that the key file is private, whole, opens the database, and has every key that something there needs."""
    from coalition.cli.key_file import check  # noqa: PLC0415 -- each command loads what it needs

    click.echo(check())


@keys.command("change")
def keys_change() -> None:
    """Sign manifests with a fresh key from now on; the same as `keys add manifests`.

    Start the processes again afterwards, and copy the key file anew.
    """
    from coalition.cli.key_file import change  # noqa: PLC0415 -- each command loads what it needs

    click.echo(change())


KIND_OF_KEY = click.Choice(("links", "vault", "index", "manifests", "sessions", "forms"))


@keys.command("add")
@click.argument("kind", type=KIND_OF_KEY)
@click.option("--later", is_flag=True, help="It only reads until `rotate`: for copying it to other machines before.")
def keys_add(kind: str, *, later: bool) -> None:
    """Put a fresh key into the key file. It writes from now on; the old ones read (docs/keys.md).

    The key of the index, under which private values are found, always waits for `rotate`.
    """
    from coalition.cli.key_file import add  # noqa: PLC0415 -- each command loads what it needs

    click.echo(add(kind, is_for_later=later))


@keys.command("rotate")
@click.argument("kind", type=KIND_OF_KEY)
def keys_rotate(kind: str) -> None:
    """Write anew, with the newest key, what older ones wrote; says what is left for each.

    The site may run meanwhile. Whatever interrupts it, running it again goes on.
    """
    from coalition.cli.key_file import rotate  # noqa: PLC0415 -- each command loads what it needs

    click.echo(rotate(kind))


@keys.command("retire")
@click.argument("kind", type=KIND_OF_KEY)
@click.argument("key_id")
@click.option("--force", is_flag=True, help="Even where links, forms or sessions end by it.")
def keys_retire(kind: str, key_id: str, *, force: bool) -> None:
    """Take a key out of the key file, unless something still needs it."""
    from coalition.cli.key_file import retire  # noqa: PLC0415 -- each command loads what it needs

    click.echo(retire(kind, key_id, is_forced=force))


@main.command()
@click.argument("slug", required=False)
@click.option("--dry-run", is_flag=True, help="Say in numbers what would go, and do nothing.")
def forget(slug: str | None, *, dry_run: bool) -> None:
    """Forget who did not sign, who declined and why, and who wrote comments, long after letters closed.

    The worker does this by itself; SLUG names one letter. Numbers stay (docs/retention.md).
    """
    from coalition.cli import forgetting  # noqa: PLC0415 -- each command loads what it needs

    for words in forgetting.forget(slug, is_dry_run=dry_run):
        click.echo(words)


@main.group()
def account() -> None:
    """Accounts of the desk: for who is locked out, and for who has to be (docs/accounts.md).

    Each is found by its mail address. What is done here stands in the record, and its person is told by mail.
    """


@account.command("list")
def account_list() -> None:
    """List every account: part, second step, the day (UTC) on which it signed in last."""
    from coalition.cli import accounts  # noqa: PLC0415 -- each command loads what it needs

    for words in accounts.listed():
        click.echo(words)


@account.command("set-up")
@click.argument("address")
def account_set_up(address: str) -> None:
    """Print a link by which the person with ADDRESS chooses a new password; it works once, for 7 days.

    For who is locked out and gets no mail. The links before it work no more. A second step is asked for all the same.
    """
    from coalition.cli import accounts  # noqa: PLC0415 -- each command loads what it needs

    click.echo(accounts.set_up(address))


@account.command("take-away-second-step")
@click.argument("address")
def account_take_away_second_step(address: str) -> None:
    """Take app, passkeys and recovery codes away from who lost them all; they are signed out.

    Make sure first, by another way than mail, that it is them who ask.
    """
    from coalition.cli import accounts  # noqa: PLC0415 -- each command loads what it needs

    click.echo(accounts.take_away_second_step(address))


@account.command("end-sessions")
@click.argument("address")
def account_end_sessions(address: str) -> None:
    """Sign the person with ADDRESS out in every browser."""
    from coalition.cli import accounts  # noqa: PLC0415 -- each command loads what it needs

    click.echo(accounts.end_sessions(address))


@account.command("end")
@click.argument("address")
@click.option("--leave-alone", type=int, default=0, help="So many letters may be left with nobody to coordinate them.")
def account_end(address: str, leave_alone: int) -> None:
    """End an account for good: nobody signs in with it any more. What it did stays in the record."""
    from coalition.cli import accounts  # noqa: PLC0415 -- each command loads what it needs

    click.echo(accounts.end(address, leave_alone=leave_alone))


@account.command("administrator")
@click.argument("address")
@click.option("--no", "is_taken", is_flag=True, help="Take it from them instead.")
def account_administrator(address: str, *, is_taken: bool) -> None:
    """Make the person with ADDRESS an administrator."""
    from coalition.cli import accounts  # noqa: PLC0415 -- each command loads what it needs

    click.echo(accounts.administrator(address, is_administrator=not is_taken))


@main.group()
def directory() -> None:
    """The directory of organisations."""


@directory.command("import")
@click.argument("file", type=FILE)
@click.option("--as", "address", help="The account that acts, by its mail address; else the first administrator.")
@click.option("--language", default="", help="The language of contacts whose line names none; else the account's.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def directory_import(file: Path, address: str | None, language: str, *, dry_run: bool) -> None:
    """Enter the organisations and contacts of a CSV or XLSX file, in any order of columns.

    Lines with an error are named and left out, and the exit code is then 1. Organisations that are known are updated.
    """
    from coalition.cli.directory import import_file  # noqa: PLC0415 -- each command loads what it needs

    import_file(file, address=address, language=language, is_dry_run=dry_run)


@main.group()
def letter() -> None:
    """Letters."""


@letter.command("import")
@click.argument("file", type=FILE)
@click.option("--as", "address", help="The account that acts, by its mail address; else the first administrator.")
def letter_import(file: Path, address: str | None) -> None:
    """Take over the letter of a letter file (docs/letter-file.md). Prints its slug."""
    from coalition.cli import letters  # noqa: PLC0415 -- each command loads what it needs

    click.echo(letters.import_file(file, address=address))


@letter.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def letter_export(slug: str, file: Path | None) -> None:
    """Write a letter's public facts as a letter file, to FILE or to the terminal."""
    from coalition.cli import letters  # noqa: PLC0415 -- each command loads what it needs

    data = letters.export(slug)
    if file is None:
        click.echo(data, nl=False)
        return
    try:
        file.write_bytes(data)
    except OSError as error:
        raise Refused(f"{file} can not be written ({error.strerror}).") from error


@letter.command("publish")
@click.argument("slug")
@click.option("--reason", default="", help="Why what the check list points out is passed over.")
@click.option("--as", "address", help="The account that acts, by its mail address; else the first administrator.")
def letter_publish(slug: str, reason: str, address: str | None) -> None:
    """Publish a closed letter. Prints where it stands."""
    from coalition.cli import letters  # noqa: PLC0415 -- each command loads what it needs

    click.echo(letters.publish(slug, reason=reason, address=address))


@letter.command("archive")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--passphrase-file", type=FILE, help="A file whose first line is the passphrase; else it is asked for.")
@click.option("--to", "key", default="", help="The public key of who may open it, instead of a passphrase.")
@click.option("--as", "address", help="The account that acts, by its mail address; else the first administrator.")
def letter_archive(slug: str, file: Path, passphrase_file: Path | None, key: str, address: str | None) -> None:
    """Write all that its team knows of a letter into FILE, sealed (docs/letter-archive.md).

    Withheld names are in it: only a coordinator of the letter does this, and the letter's record notes it.
    """
    from coalition.cli import archives  # noqa: PLC0415 -- each command loads what it needs

    archives.write(slug, file, archives.secret_to_seal(passphrase_file, key), address=address)
    click.echo(f"Written, sealed, and noted in the letter's record: {file}")


@letter.command("open-archive")
@click.argument("file", type=FILE)
@click.option("--passphrase-file", type=FILE, help="A file whose first line is the passphrase; else it is asked for.")
@click.option("--key", "key_file", type=FILE, help="The file of the private key, instead of a passphrase.")
@click.option(
    "--json", "content_file", type=click.Path(dir_okay=False, path_type=Path), help="Where to write what is in it."
)
@click.option("--as", "address", help="The account that acts, by its mail address; else the first administrator.")
def letter_open_archive(
    file: Path, passphrase_file: Path | None, key_file: Path | None, content_file: Path | None, address: str | None
) -> None:
    """Take over the letter of an archive as a record. Prints its slug.

    With --json nothing is taken over: what is in the archive is written to a file that only you can read.
    """
    from coalition.cli import archives  # noqa: PLC0415 -- each command loads what it needs

    content = archives.content(file, passphrase_file, key_file)
    if content_file is None:
        click.echo(archives.take_over(content, address=address))
    else:
        archives.write_private(content, content_file)


@letter.command("check-ledger")
@click.argument("file", type=FILE)
def letter_check_ledger(file: Path) -> None:
    """Check a downloaded ledger (docs/ledger.md): every act names a text that is in it. Needs no installation."""
    from coalition.cli import ledgers  # noqa: PLC0415 -- each command loads what it needs

    click.echo(ledgers.check(file))


@main.group()
def archive() -> None:
    """Letter archives."""


@archive.command("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def archive_key(file: Path) -> None:
    """Make a key pair to open letter archives with: the private key into FILE, the public one printed as a line.

    Hand the line on to who writes archives for you (docs/letter-archive.md). Keep FILE: nothing else opens them.
    """
    from coalition.cli import archive_keys  # noqa: PLC0415 -- each command loads what it needs

    click.echo(archive_keys.make(file))


@main.group()
def mail() -> None:
    """Mail that goes out, and mail that comes in."""


@mail.command("receive")
@click.option("--to", "envelope_to", help="The address that the mail was sent to; else ORIGINAL_RECIPIENT.")
def mail_receive(envelope_to: str | None) -> None:
    """Take in one mail from standard input: a mail server's pipe calls this (docs/mail.md).

    Exit codes: 0 taken in, 75 not now, so that the mail server keeps the mail and tries again.
    """
    from coalition.cli import intake  # noqa: PLC0415 -- each command loads what it needs

    sys.exit(intake.take(sys.stdin.buffer, envelope_to=envelope_to))


@mail.command("check")
@click.option("--to", help="Where a test mail goes; else to the first administrator.")
def mail_check(to: str | None) -> None:
    """Check the mail settings: connect, sign in, send a test mail, look at SPF, DKIM and DMARC in the DNS.

    Each line is good, to look at, or to change. The exit code is 1 where something has to change.
    """
    from coalition.cli.mail_check import check  # noqa: PLC0415 -- each command loads what it needs

    check(to)


@mail.command("lmtp")
@click.option("--listen", required=True, help="Where: 127.0.0.1:2424, or the path of a socket.")
def mail_lmtp(listen: str) -> None:
    """Take in mail by LMTP from a mail server on this machine, until told to end (docs/mail.md)."""
    from coalition.cli import lmtp  # noqa: PLC0415 -- each command loads what it needs

    lmtp.run(listen)


@main.command()
@click.argument("files", nargs=-1, type=FILE)
@click.option("--manifest", type=FILE, help="A manifest.json that you kept; without it the database is checked.")
@click.option("--signature", type=FILE, help="Its manifest.sig.")
@click.option("--key", type=FILE, help="The public key in PEM.")
def verify(files: tuple[Path, ...], manifest: Path | None, signature: Path | None, key: Path | None) -> None:
    """Check the whole database against what was signed, or files that somebody kept (docs/proof.md).

    With --manifest, --signature and --key it needs no installation; FILES are then openings, an organisation's proof,
    the text or the JSON form of the same edition. The exit code is 1 where anything does not fit, and each is named.
    """
    from coalition.cli import verifying  # noqa: PLC0415 -- each command loads what it needs

    if manifest is None and signature is None and key is None and not files:
        click.echo(verifying.database())
    elif manifest is None or signature is None or key is None:
        raise click.UsageError("Give --manifest, --signature and --key together.")
    else:
        click.echo(verifying.files(manifest, signature, key, files))


@main.command()
def web() -> None:
    """Serve the web processes alone, where the workers run on other machines."""
    from coalition.cli import web as processes  # noqa: PLC0415 -- each command loads what it needs

    with opened():
        pass
    processes.run()


@main.command()
def worker() -> None:
    """Run a worker alone: mail, closing, PDFs."""
    from coalition.cli import worker as process  # noqa: PLC0415 -- each command loads what it needs

    with opened():
        pass
    process.run()


@main.command()
def metrics() -> None:
    """Give figures for Prometheus at metrics_port, where web and workers run alone."""
    from coalition.cli import metrics as process  # noqa: PLC0415 -- each command loads what it needs

    process.refuse_unset()
    with opened():
        pass
    process.run()


@main.command()
@click.argument("folder", type=FOLDER)
def export(folder: Path) -> None:
    """Write the public site as plain files into FOLDER, for a host that serves nothing but files.

    Run it again after each change: it writes what changed and removes what the site no longer says. PDFs and other
    files are made on the way, so the first run takes its time.
    """
    from coalition.cli.export import export as write  # noqa: PLC0415 -- each command loads what it needs

    written = write(folder)
    for path in written.missing:
        click.echo(f"{path} can not be made: a glyph is missing.", err=True)
    click.echo(f"Wrote {written.files} files into {folder}.")
