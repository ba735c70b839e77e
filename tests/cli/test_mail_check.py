"""`coalition mail check`: what it says of servers and domains, good and not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from coalition import config
from coalition.cli import mail_check, main
from coalition.cli.refusal import Refused
from coalition.config import Settings
from coalition.emails import dkim
from coalition.emails.dns_records import DnsSilent, Spf
from tests.cast import Cast
from tests.emails.smtp import (
    PASSWORD,
    USERNAME,
    Caller,
    Certificates,
    Mailbox,
    free_port,
    mail_server,
    make_certificates,
    scripted_server,
)
from tests.emails.test_dkim import KEY, key_file

pytestmark = pytest.mark.only_on("sqlite")


@dataclass
class Known:
    """A DNS that knows what it is told."""

    txt: dict[str, list[str]] = field(default_factory=dict)
    hosts: dict[str, list[str]] = field(default_factory=dict)
    mx: dict[str, list[str]] = field(default_factory=dict)

    def texts(self, name: str) -> list[str]:
        return self.txt.get(name, [])

    def addresses(self, name: str) -> list[str]:
        return self.hosts.get(name, [])

    def mail_hosts(self, name: str) -> list[str]:
        return self.mx.get(name, [])


class Silent(Known):
    """A DNS that does not answer."""

    def texts(self, name: str) -> list[str]:
        raise DnsSilent


WELL = Known(
    txt={
        "letters.example": ["v=spf1 include:relay.example -all"],
        "relay.example": ["v=spf1 ip4:203.0.113.0/24 ~all"],
        "_dmarc.letters.example": ["v=DMARC1; p=reject"],
        "post._domainkey.letters.example": [f"v=DKIM1; k=rsa; p={dkim.public_part(KEY)}"],
    },
    hosts={"smtp.relay.example": ["203.0.113.7"]},
    mx={"letters.example": ["mx.letters.example"]},
)
SETTINGS = Settings(mail_from="letters@letters.example", mail_server="smtp.relay.example")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"), "localhost")


@pytest.fixture
def here(settings: Settings) -> Iterator[Settings]:
    """The settings of the tests, put back afterwards."""
    yield settings
    config.install(settings)


def domains(known: Known, settings: Settings = SETTINGS) -> list[str]:
    config.install(settings)
    return [f"{one.kind}: {one.words}" for one in mail_check.of_the_domains(settings, known)]


def without(name: str, *records: str) -> Known:
    return replace(WELL, txt=WELL.txt | {name: list(records)})


@pytest.mark.usefixtures("here")
def test_a_domain_that_is_set_up_well(tmp_path: Path) -> None:
    said = domains(WELL, replace(SETTINGS, dkim_selector="post", dkim_key=str(key_file(tmp_path))))
    assert said == [
        "good: SPF: letters.example lets smtp.relay.example send.",
        "good: DKIM: we sign for letters.example, and post._domainkey.letters.example has our key.",
        "good: DMARC: what others send in the name of letters.example is refused or set aside (p=reject).",
    ]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            without("letters.example"),
            "change: letters.example has no SPF record. Publish as TXT: v=spf1 ip4:203.0.113.7 -all",
        ),
        (without("letters.example", "v=spf1 -all", "v=spf1 ~all"), "change: letters.example has 2 SPF records"),
        (without("letters.example", "v=spf1 +all"), "change: The SPF record of letters.example lets everybody send"),
        (
            without("letters.example", "v=spf1 include:letters.example -all"),
            "change: The SPF record of letters.example can not",
        ),
        (
            without("letters.example", "v=spf1 ip4:198.51.100.1 -all"),
            "look: SPF: letters.example does not name 203.0.113.7",
        ),
        (without("_dmarc.letters.example"), "change: letters.example has no DMARC record"),
        (replace(WELL, mx={}), "change: No mail can come to letters.example"),
    ],
)
def test_what_is_wrong_with_a_domain_is_said(known: Known, said: str) -> None:
    assert any(one.startswith(said) for one in domains(known)), domains(known)


@pytest.mark.usefixtures("here")
def test_keys_are_compared_and_a_missing_one_is_printed_to_be_published(tmp_path: Path) -> None:
    ours = replace(SETTINGS, dkim_selector="post", dkim_key=str(key_file(tmp_path)))
    (missing,) = [one for one in domains(without("post._domainkey.letters.example"), ours) if "DKIM:" in one]
    assert missing.endswith(f"Publish as TXT: v=DKIM1; k=rsa; p={dkim.public_part(KEY)}")
    (other,) = [
        one for one in domains(without("post._domainkey.letters.example", "v=DKIM1; p=AAAA"), ours) if "DKIM:" in one
    ]
    assert "another key than ours" in other
    (none,) = [one for one in domains(WELL) if "DKIM:" in one]
    assert none.startswith("look: DKIM: we do not sign for letters.example.")


@pytest.mark.usefixtures("here")
def test_alignment_is_looked_at_where_bounces_go_elsewhere() -> None:
    said = domains(WELL, replace(SETTINGS, mail_intake="post@elsewhere.example"))
    assert any("elsewhere.example, which is not under letters.example" in one for one in said)


@pytest.mark.usefixtures("here")
def test_where_no_dns_answers_it_says_so_and_nothing_else() -> None:
    assert domains(Silent()) == [
        "look: No DNS answers here: SPF, DKIM and DMARC of letters.example were not looked at."
    ]
    assert domains(WELL, Settings(mail_server="localhost"))[0].startswith("change: 127.0.0.1 is no name")


def test_spf_is_judged_as_receivers_do() -> None:
    known = Known(
        txt={
            "a.example": ["v=spf1 mx/24 a:b.example ip6:2001:db8::/32 ?ip4:192.0.2.0/25 redirect=c.example"],
            "c.example": ["v=spf1 -all"],
        },
        hosts={"mx.a.example": ["203.0.113.9"], "b.example": ["198.51.100.4"]},
        mx={"a.example": ["mx.a.example"]},
    )
    expected = {
        "203.0.113.200": "pass", "198.51.100.4": "pass", "2001:db8::1": "pass", "192.0.2.5": "neutral",
        "198.51.100.5": "fail",
    }  # fmt: skip
    assert {address: Spf(known).result("a.example", address) for address in expected} == expected
    assert Spf(known).result("nowhere.example", "192.0.2.1") == "none"


# -- servers -----------------------------------------------------------------------------------------------------------


def server_at(here: Settings, port: int, **changes: object) -> Settings:
    settings = replace(
        here, mail_server="localhost", mail_port=port, mail_security="none", mail_timeout=3,
        mail_from="letters@letters.example",
    )  # fmt: skip
    settings = replace(settings, **changes)  # type: ignore[arg-type]  # each test knows its settings
    config.install(settings)
    return settings


def found(settings: Settings) -> list[str]:
    return [f"{one.kind}: {one.words}" for one in mail_check.of_the_server(settings, "nadia@freevoices.example")]


@pytest.mark.usefixtures("cast")
def test_a_good_server_gets_a_test_mail(here: Settings, certificates: Certificates) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, security="starttls", certificates=certificates, asks_for_login=True) as port:
        said = found(
            server_at(
                here, port, mail_security="starttls", mail_ca_file=str(certificates.ca_file),
                mail_username=USERNAME, mail_password=PASSWORD,
            )
        )  # fmt: skip
    assert any(one.startswith("good: localhost, port") and "encrypted by TLSv1" in one for one in said)
    assert f"good: It let us in as {USERNAME}." in said
    assert any(
        "It took a test mail from letters@letters.example to nadia@freevoices.example: 250" in one for one in said
    )
    assert b"Subject: A test of the mail settings" in mailbox.received[0].content
    assert PASSWORD not in " ".join(said)


@pytest.mark.usefixtures("cast")
def test_what_a_server_refuses_says_what_to_change(here: Settings, certificates: Certificates) -> None:
    def refuses(caller: Caller) -> None:
        caller.say("220 here")
        caller.take_until("RCPT")
        caller.say("554 5.7.1 Relay access denied")
        caller.hear()

    with mail_server(Mailbox(), security="starttls", certificates=certificates) as port:
        (untrusted,) = found(server_at(here, port, mail_security="starttls"))
    assert "mail_ca_file" in untrusted
    with mail_server(Mailbox()) as port:
        (plain,) = found(server_at(here, port, mail_security="starttls"))
        assert "It offers no STARTTLS" in plain
    with mail_server(Mailbox(), asks_for_login=True) as port:
        (login,) = found(server_at(here, port, mail_username=USERNAME, mail_password="wrong"))
    assert "Correct mail_username and mail_password" in login
    with scripted_server(refuses) as port:
        assert "It sends to others only for those it knows" in found(server_at(here, port))[-1]
    (away,) = found(server_at(here, free_port()))
    assert away.startswith("change: ")
    assert "firewall" in away


def test_the_command_prints_it_and_its_exit_code_tells(
    here: Settings, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        settings = server_at(here, port)
        monkeypatch.setattr(mail_check, "read_settings", lambda: settings)
        monkeypatch.setattr(mail_check, "opened", nullcontext)
        with pytest.raises(Refused, match="3 things have to change"):
            mail_check.check("omar@forum.example", Known())
        assert [one.recipient for one in mailbox.received] == ["omar@forum.example"]
        mail_check.check(None, WELL)
    assert mailbox.received[1].recipient == cast.coordinator.email


def test_without_a_mail_server_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_check, "read_settings", Settings)
    with pytest.raises(Refused, match="No mail server is set"):
        mail_check.check(None)
    assert "--to" in CliRunner().invoke(main, ["mail", "check", "--help"]).output
