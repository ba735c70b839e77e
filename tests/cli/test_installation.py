"""`coalition init`, `keys check`, `migrate`: installing for real, and saying clearly why something can not be."""

from __future__ import annotations

import json
import stat
import tomllib

import pytest
from sqlalchemy import create_engine, text

from coalition.actions import footing
from coalition.config import Settings
from tests.cli.conftest import Terminal

KEYS = "instance/keys.json"
SETTINGS = "instance/coalition.toml"


def test_the_help_names_every_command(terminal: Terminal) -> None:
    told = terminal.run("--help").output
    for command in ("init", "serve", "demo", "keys", "directory", "letter", "migrate", "web", "worker"):
        assert f"\n  {command} " in told


@pytest.mark.parametrize(
    "words",
    [("init",), ("serve",), ("demo",), ("migrate",), ("web",), ("worker",), ("keys", "check"), ("directory", "import"),
     ("letter", "import"), ("letter", "export"), ("letter", "publish")],
)  # fmt: skip
def test_every_command_has_help(terminal: Terminal, words: tuple[str, ...]) -> None:
    done = terminal.run(*words, "--help")
    assert (done.exit_code, "Usage: " in done.output) == (0, True)


def test_an_installation_ends_with_a_link_that_works_once(installed: Terminal) -> None:
    again = installed.install()
    assert (again.exit_code, "nothing is overwritten" in again.stderr) == (1, True)


def test_the_last_line_of_an_installation_is_the_set_up_link(terminal: Terminal) -> None:
    lines = terminal.install().stdout.splitlines()
    assert lines[-1].startswith("https://letters.example.org/desk/set-up/")


def test_keys_and_settings_are_their_owners_alone(installed: Terminal) -> None:
    for name in (KEYS, SETTINGS):
        assert stat.S_IMODE((installed.folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((installed.folder / "instance").stat().st_mode) == 0o700


def test_every_setting_stands_in_the_file_with_its_meaning(installed: Terminal) -> None:
    words = (installed.folder / SETTINGS).read_text("utf-8")
    assert tomllib.loads(words)["public_address"] == "https://letters.example.org"
    for name, item in Settings.__dataclass_fields__.items():
        if name not in {"home", "demo"}:
            assert item.metadata["meaning"] in words
            assert f"{name} = " in words


def test_every_purpose_has_a_key_of_its_own(terminal: Terminal) -> None:
    terminal.install()
    mine = json.loads((terminal.folder / KEYS).read_text())
    assert len({entry["key"] for entries in mine.values() for entry in entries}) == len(mine)


def test_what_no_option_gives_is_asked(terminal: Terminal) -> None:
    database = ("--database", terminal.database) if terminal.database else ()
    typed = "Free Voices\nhttps://voices.example.org\nNadia\nnadia@voices.example\n\n\n\n"
    done = terminal.run("init", *database, typed=typed)
    assert done.exit_code == 0, done.output
    assert "The coalition's name: " in done.output
    assert "https://voices.example.org/desk/set-up/" in done.output


def test_a_mail_server_is_asked_about_in_full(terminal: Terminal) -> None:
    database = ("--database", terminal.database) if terminal.database else ()
    typed = "Free Voices\nhttps://voices.example.org\nNadia\nnadia@voices.example\nen\nUTC\nmail.example.org\n465\ntls\nus\n\nsecret\n"
    assert terminal.run("init", *database, typed=typed).exit_code == 0
    settings = tomllib.loads((terminal.folder / SETTINGS).read_text("utf-8"))
    wanted = {"mail_server": "mail.example.org", "mail_port": 465, "mail_security": "tls", "mail_username": "us",
              "mail_password": "secret", "mail_from": "letters@voices.example.org"}  # fmt: skip
    assert {name: settings[name] for name in wanted} == wanted


def test_without_a_terminal_what_is_missing_is_named(terminal: Terminal) -> None:
    done = terminal.run("init", "--name", "Free Voices", typed="")
    assert (done.exit_code, "give --address" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"address": "letters.example.org"}, "public_address: write the root of the site"),
        ({"account_email": "nadia"}, "no mail address"),
        ({"account_name": "  "}, "needs the name"),
        ({"name": " "}, "The name of the coalition is empty"),
        ({"name": "Free\u202eVoices"}, "characters that cannot be seen"),
        ({"language": "xx"}, "The language is one of: en, fr, es, pt, ar, ru, fa."),
        ({"zone": "Mars/Olympus"}, "The time zone is not known"),
        ({"mail_server": "mail.example.org", "mail_port": "25", "mail_security": "none", "mail_username": "",
          "mail_from": "letters@example.org"}, "none is only for a mail server on this machine"),
    ],
)  # fmt: skip
def test_a_wrong_answer_gets_a_sentence_and_leaves_nothing_behind(
    terminal: Terminal, changes: dict[str, str], words: str
) -> None:
    done = terminal.install(**changes)
    assert (done.exit_code, words in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.output
    assert not any(path.is_file() for path in (terminal.folder / "instance").glob("*"))
    assert terminal.install().exit_code == 0


def test_a_database_that_does_not_answer_gets_a_sentence(terminal: Terminal) -> None:
    done = terminal.run(
        "init", "--name", "X", "--address", "https://x.example", "--account-name", "A", "--account-email",
        "a@x.example", "--language", "en", "--zone", "UTC", "--mail-server", "",
        "--database", "postgresql://nobody:secret@127.0.0.1:1/none",
    )  # fmt: skip
    assert done.exit_code == 1
    assert done.stderr.startswith("The database does not answer: ")
    assert "secret" not in done.stderr
    assert not (terminal.folder / KEYS).exists()


# -- keys ---------------------------------------------------------------------------------------------------------


def test_good_keys_are_found_good(installed: Terminal) -> None:
    done = installed.run("keys", "check")
    assert (done.exit_code, "it opens the database" in done.stdout) == (0, True)


def test_keys_that_others_may_read_are_refused(installed: Terminal) -> None:
    (installed.folder / KEYS).chmod(0o640)
    done = installed.run("keys", "check")
    assert (done.exit_code, "chmod 600" in done.stderr) == (1, True)


@pytest.mark.parametrize("command", [("serve",), ("keys", "check"), ("letter", "export", "x"), ("web",), ("worker",)])
def test_without_its_keys_nothing_starts(installed: Terminal, command: tuple[str, ...]) -> None:
    (installed.folder / KEYS).rename(installed.folder / "elsewhere.json")
    done = installed.run(*command)
    assert (done.exit_code, "can not be read" in done.stderr) == (1, True)


@pytest.mark.parametrize("command", [("serve",), ("keys", "check")])
def test_with_the_keys_of_another_house_nothing_starts(installed: Terminal, command: tuple[str, ...]) -> None:
    path = installed.folder / KEYS
    path.unlink()
    from coalition.keys import KeyRing  # noqa: PLC0415 -- only here are keys made

    KeyRing.generate().write(path)
    done = installed.run(*command)
    assert (done.exit_code, "does not open this database" in done.stderr) == (1, True)


def test_a_key_file_without_one_purpose_is_named(installed: Terminal) -> None:
    path = installed.folder / KEYS
    keys = json.loads(path.read_text())
    del keys["index"]
    path.write_text(json.dumps(keys))
    done = installed.run("keys", "check")
    assert (done.exit_code, "no key for: index" in done.stderr) == (1, True)


# -- settings and schema ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("prot = 80\n", "there is no setting called prot"),
        ('port = "many"\n', "port: write a whole number"),
        ("port = \n", "coalition.toml: "),
    ],
)
def test_wrong_settings_get_a_sentence(installed: Terminal, words: str, sentence: str) -> None:
    with (installed.folder / SETTINGS).open("a") as file:
        file.write(words)
    done = installed.run("serve")
    assert (done.exit_code, sentence in done.stderr, "Traceback" in done.output) == (1, True, False)


def test_where_nothing_is_installed_it_is_said_what_to_do(terminal: Terminal) -> None:
    done = terminal.run("serve")
    assert (done.exit_code, "run `coalition init`" in done.stderr) == (1, True)


def database_of(terminal: Terminal) -> str:
    return terminal.database or f"sqlite:///{terminal.folder / 'instance' / 'coalition.sqlite'}"


def mark_revision(terminal: Terminal, revision: str) -> None:
    engine = create_engine(database_of(terminal))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


def test_a_newer_database_is_refused(installed: Terminal) -> None:
    mark_revision(installed, "9999")
    for command in ("serve", "migrate"):
        done = installed.run(command)
        assert (done.exit_code, "newer version" in done.stderr) == (1, True)


def test_a_database_that_is_at_this_version_needs_no_migration(installed: Terminal) -> None:
    done = installed.run("migrate")
    assert (done.exit_code, "at this version already" in done.stdout) == (0, True)


def test_a_database_without_tables_is_refused(installed: Terminal) -> None:
    engine = create_engine(database_of(installed))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    engine.dispose()
    done = installed.run("serve")
    assert (done.exit_code, "has no tables yet" in done.stderr) == (1, True)


def test_an_older_database_is_refused_and_copied_before_it_is_migrated(
    installed: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footing, "schema", lambda _session: "older")
    refused = installed.run("serve")
    assert (refused.exit_code, "run `coalition upgrade`" in refused.stderr) == (1, True)
    done = installed.run("migrate")
    assert (done.exit_code, "at this version now" in done.stdout) == (0, True)
    if installed.database:
        return
    (copy,) = (installed.folder / "instance").glob("coalition.sqlite.before-*")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
