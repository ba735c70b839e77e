"""`coalition demo`: an invented coalition on this machine alone, made at the first run and kept."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import click

from coalition.cli import schema, serve
from coalition.cli.refusal import Refused, opened, refuse_another_schema
from coalition.config import PREFIX, Settings, SettingsWrong
from coalition.keys import KeyRing

FOLDER = Path("var") / "demo"
SIGN_IN = "sign-in.json"


@dataclass(frozen=True, slots=True)
class SignIn:
    """How the coordinator of the demonstration signs in."""

    address: str
    password: str


def demo() -> None:
    """Serve the demonstration until told to end. Raises Refused."""
    settings = _settings()
    serve.refuse_taken_port(settings)
    if not settings.home.exists():
        click.echo("Making the demonstration …")
        _make(settings)
    with opened(settings):
        refuse_another_schema()
    sign_in = _sign_in(settings.home)
    _settle(settings)
    serve.run(settings, lambda: click.echo(_welcome(settings, sign_in)))


def _settings() -> Settings:
    """The settings of the demonstration: nothing of a real installation is read, nothing leaves this machine."""
    typed = os.environ.get("PORT", "8000")
    if not typed.isdecimal() or not 0 < int(typed) < 65536:
        raise Refused(f"PORT: write a port between 1 and 65535, not {typed!r}.")
    home = Path(os.environ.get("COALITION_HOME", FOLDER)).absolute()
    if (home / "coalition.toml").exists():
        raise Refused(f"{home} is a real installation. Choose another folder for the demonstration by COALITION_HOME.")
    try:
        return Settings(home=home, port=int(typed), public_address=f"http://127.0.0.1:{typed}", demo=True)
    except SettingsWrong as error:
        raise Refused(str(error)) from error


def _settle(settings: Settings) -> None:
    """Have every process of the tree read the settings of the demonstration and none of a real installation."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    ours = {"HOME": settings.home, "PORT": settings.port, "PUBLIC_ADDRESS": settings.public_address, "DEMO": "true"}
    os.environ.update({PREFIX + name: str(value) for name, value in ours.items()})


def _make(settings: Settings) -> None:
    """Make keys, database and coalition in a folder beside, which takes its place once everything is there."""
    from coalition.cli.demonstration import building, people  # noqa: PLC0415 -- only the first run needs them

    beside = settings.home.with_name(f"{settings.home.name}.being-made")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700, parents=True)
    sign_in = SignIn(people.ADDRESS, "-".join(secrets.token_hex(2) for _ in range(4)))
    KeyRing.generate().write(beside / "keys.json")
    with opened(replace(settings, home=beside), whatever_schema=True):
        schema.bring_up()
        building.build(sign_in.password)
    with os.fdopen(os.open(beside / SIGN_IN, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"address": sign_in.address, "password": sign_in.password}, file)
    beside.rename(settings.home)


def _sign_in(home: Path) -> SignIn:
    try:
        return SignIn(**json.loads((home / SIGN_IN).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise Refused(f"{home} holds no whole demonstration. Remove it and start again.") from error


def _welcome(settings: Settings, sign_in: SignIn) -> str:
    root = settings.root
    return f"""
The demonstration is ready. Everybody and everything in it is invented; no mail leaves this machine.

  Public site   {root}/
  Desk          {root}/desk
                sign in as {sign_in.address}
                password   {sign_in.password}
  Mailbox       {root}/demo/mailbox   (every mail that would have gone out)

Ctrl-C ends it. It is kept in {settings.home}; remove that folder to begin anew."""
