"""Our DKIM signature, verified by a library that is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dkim as library
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from coalition import config
from coalition.config import Settings, SettingsWrong
from coalition.emails import dkim, outbox
from coalition.emails.compose import compose
from coalition.emails.failures import ConfigurationFailure
from coalition.emails.transport import Transport
from tests.builders import an_open_letter
from tests.cast import Cast
from tests.emails.smtp import Mailbox, mail_server, settings_for

pytestmark = pytest.mark.only_on("sqlite")

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_file(folder: Path) -> Path:
    path = folder / "key.pem"
    path.write_bytes(
        KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture
def key(settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The path of a key that is set up for letters.example."""
    path = str(key_file(tmp_path))
    config.install(replace(settings, mail_from="letters@letters.example", dkim_selector="post", dkim_key=path))
    yield path
    config.install(settings)


def mail(sender: str = "letters@letters.example", text: str = "One line \n.\n\ttwo  blanks\n\n\n") -> bytes:
    return compose(
        sender_name="Free Voices Network", sender_address=sender, to_name="لينا", to_address="lina@press.example",
        reply_to=("Nadia Rahimi", "nadia@freevoices.example"), language="ar", message_id="<1@letters.example>",
        date=datetime(2026, 3, 1, 17, tzinfo=UTC), boundary="=_one", list_unsubscribe_url="https://letters.example/u/x",
        subject="Une lettre à signer – من فضلك", text=text, html="<p>é</p>\n",
    )  # fmt: skip


def verified(content: bytes) -> bool:
    def answer(name: bytes, **_: object) -> bytes:
        assert name == b"post._domainkey.letters.example."
        return f"v=DKIM1; k=rsa; p={dkim.public_part(KEY)}".encode()

    return bool(library.verify(content, dnsfunc=answer))


@pytest.mark.usefixtures("key")
def test_a_library_verifies_the_signature_and_the_bytes_are_the_same_each_time() -> None:
    content = dkim.signed(mail())
    assert content.endswith(mail())
    assert verified(content)
    assert dkim.signed(mail()) == content
    assert max(len(line) for line in content.split(b"\r\n\r\n")[0].split(b"\r\n")) <= 100
    assert verified(dkim.signed(mail(text="")))


@pytest.mark.usefixtures("key")
def test_what_was_changed_on_the_way_is_seen() -> None:
    content = dkim.signed(mail())
    assert not verified(content.replace(b"two", b"ten"))
    assert not verified(content.replace(b"List-Unsubscribe: <https", b"List-Unsubscribe: <http"))
    assert not verified(b"From: <stranger@elsewhere.example>\r\n" + content)


def test_a_mail_from_another_domain_is_not_signed_by_ours(key: str) -> None:
    neutral = mail("notes@notes.example")
    assert dkim.signed(neutral) == neutral
    config.install(
        replace(config.settings(), safe_mail_from="notes@notes.example", safe_dkim_selector="n", safe_dkim_key=key)
    )
    signature = dkim.signed(neutral).removesuffix(neutral)
    assert b"d=notes.example; s=n;" in signature
    assert b"letters.example" not in signature


def test_a_key_that_is_none_is_said(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no key")
    with pytest.raises(ConfigurationFailure, match="can not be read"):
        dkim.private_key(str(tmp_path / "no.pem"))
    with pytest.raises(SettingsWrong, match="write both, or neither"):
        replace(settings, dkim_selector="post")
    with pytest.raises(SettingsWrong, match="beside safe_mail_from"):
        replace(settings, safe_dkim_selector="post", safe_dkim_key="x")


def test_what_goes_over_the_wire_is_signed(cast: Cast, tmp_path: Path) -> None:
    before = config.settings()
    config.install(
        replace(before, mail_from="letters@letters.example", dkim_selector="post", dkim_key=str(key_file(tmp_path)))
    )
    mailbox = Mailbox()
    an_open_letter(cast, cast.arabic_member)
    with mail_server(mailbox) as port:
        outbox.drain(Transport(settings_for(port)))
    config.install(before)
    assert mailbox.received
    assert all(verified(one.content) for one in mailbox.received)
