"""One mail handed over, to real servers that behave and that do not."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_mail
import pytest

from coalition.emails.failures import scope_of
from coalition.emails.transport import (
    Accepted,
    ConfigurationFailure,
    DeliveryFailure,
    MailSettings,
    PermanentFailure,
    TemporaryFailure,
    Transport,
    UnknownOutcome,
)
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
    settings_for,
)

SENDER = "letters@coalition.example"
MEMBER = "lina@member.example"
MAIL = b"From: letters@coalition.example\r\nSubject: One\r\n\r\nDear Lina,\r\n.\r\n..dots\r\nThe end.\r\n"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"), "localhost", "127.0.0.1")


def send(settings: MailSettings, recipient: str = MEMBER, mail: bytes = MAIL) -> Accepted:
    with Transport(settings).connect() as line:
        return line.send(SENDER, recipient, mail)


def failure(settings: MailSettings, recipient: str = MEMBER, mail: bytes = MAIL) -> DeliveryFailure:
    with pytest.raises(DeliveryFailure) as raised:
        send(settings, recipient, mail)
    return raised.value


# Servers that behave.


def test_a_mail_arrives_byte_for_byte() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        accepted = send(settings_for(port))
    assert accepted == Accepted(250, "2.0.0 Taken")
    assert [(mail.sender, mail.recipient, mail.content) for mail in mailbox.received] == [(SENDER, MEMBER, MAIL)]


def test_line_ends_are_made_crlf_and_nothing_else_is_touched() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        send(settings_for(port), mail=b"Subject: x\n\n.a \rb\r\n\r\n.")
    assert mailbox.received[0].content == b"Subject: x\r\n\r\n.a \r\nb\r\n\r\n.\r\n"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_travels_encrypted_with_login(security: Any, certificates: Certificates) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, security=security, certificates=certificates, asks_for_login=True) as port:
        settings = settings_for(
            port, security=security, ca_file=certificates.ca_file, username=USERNAME, password=PASSWORD
        )
        send(settings)
    assert mailbox.received[0].content == MAIL


def test_many_mails_go_over_one_line_with_a_reset_only_after_a_refusal() -> None:
    mailbox = Mailbox(answers={"nobody@member.example": "550 5.1.1 no such person"})
    with mail_server(mailbox) as port, Transport(settings_for(port)).connect() as line:
        line.send(SENDER, "member0@member.example", MAIL)
        line.send(SENDER, "member1@member.example", MAIL)
        with pytest.raises(PermanentFailure):
            line.send(SENDER, "nobody@member.example", MAIL)
        line.send(SENDER, "member2@member.example", MAIL)
    assert [mail.recipient for mail in mailbox.received] == [f"member{number}@member.example" for number in range(3)]
    assert mailbox.steps == ["EHLO coalition.example", "RSET", "QUIT"]


def test_the_size_is_announced() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        send(settings_for(port))
    assert mailbox.received[0].options == (f"SIZE={len(MAIL)}",)


def test_sent_mails_can_be_recorded_as_with_flask_mail() -> None:
    with mail_server(Mailbox()) as port:
        transport = Transport(settings_for(port))
        with transport.record_messages() as sent, transport.connect() as line:
            line.send(SENDER, MEMBER, MAIL)
    assert [(mail.recipients, mail.as_bytes()) for mail in sent] == [([MEMBER], MAIL)]
    assert isinstance(transport, flask_mail.Mail)


def test_a_local_part_outside_ascii_travels_as_utf8_and_its_domain_in_ascii() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        send(settings_for(port), "líná@bücher.example")
    assert mailbox.received[0].recipient == "líná@xn--bcher-kva.example"
    assert "SMTPUTF8" in mailbox.received[0].options


def test_a_server_without_utf8_refuses_such_an_address_for_good_and_takes_the_next() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, takes_utf8=False) as port, Transport(settings_for(port)).connect() as line:
        with pytest.raises(PermanentFailure, match="letters outside a to z"):
            line.send(SENDER, "líná@member.example", MAIL)
        line.send(SENDER, "lina@bücher.example", MAIL)
    assert [mail.recipient for mail in mailbox.received] == ["lina@xn--bcher-kva.example"]


# Settings that can not work.


def test_an_unencrypted_line_leads_to_this_machine_only() -> None:
    for server in ("localhost", "127.0.0.1", "127.8.0.1", "::1"):
        Transport(settings_for(25, server=server))
    for server in ("mail.example.org", "192.0.2.1", "localhost.example.org", "::"):
        with pytest.raises(ConfigurationFailure, match="must be encrypted"):
            Transport(settings_for(25, server=server))


def test_a_missing_file_of_trusted_certificates_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFailure, match="trusted certificates"):
        Transport(settings_for(25, security="tls", ca_file=tmp_path / "none.pem"))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_untrusted_certificate_ends_the_conversation_before_the_password(
    security: Any, certificates: Certificates
) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, security=security, certificates=certificates, asks_for_login=True) as port:
        found = failure(settings_for(port, security=security, username=USERNAME, password=PASSWORD))
    assert isinstance(found, ConfigurationFailure)
    assert "could not prove who it is" in found.words
    assert mailbox.received == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_for_another_name_is_refused(security: Any, tmp_path: Path) -> None:
    others = make_certificates(tmp_path, "mail.elsewhere.example")
    with mail_server(Mailbox(), security=security, certificates=others) as port:
        found = failure(settings_for(port, security=security, ca_file=others.ca_file))
    assert isinstance(found, ConfigurationFailure)
    assert "localhost" in found.words


def test_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    old = make_certificates(tmp_path, "localhost", is_expired=True)
    with mail_server(Mailbox(), security="starttls", certificates=old) as port:
        found = failure(settings_for(port, security="starttls", ca_file=old.ca_file))
    assert isinstance(found, ConfigurationFailure)
    assert "expired" in found.words


def test_a_server_that_offers_no_starttls_gets_no_mail() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        assert isinstance(failure(settings_for(port, security="starttls")), ConfigurationFailure)
    assert mailbox.received == []


def test_a_wrong_password_is_our_fault_not_the_recipients() -> None:
    with mail_server(Mailbox(), asks_for_login=True) as port:
        found = failure(settings_for(port, username=USERNAME, password="wrong"))
    assert (type(found), found.code) == (ConfigurationFailure, 535)


def test_a_missing_login_is_our_fault_not_the_recipients() -> None:
    with mail_server(Mailbox(), asks_for_login=True) as port:
        found = failure(settings_for(port))
    assert (type(found), found.code) == (ConfigurationFailure, 530)


def test_a_password_outside_ascii_is_said_not_raised_raw() -> None:
    with mail_server(Mailbox(), asks_for_login=True) as port:
        assert isinstance(failure(settings_for(port, username=USERNAME, password="schlüssel")), ConfigurationFailure)


def test_the_password_is_not_in_the_words_of_the_settings() -> None:
    assert PASSWORD not in repr(settings_for(25, password=PASSWORD))


# Servers that are not there.


def test_a_refused_connection_is_temporary() -> None:
    assert isinstance(failure(settings_for(free_port())), TemporaryFailure)


def test_a_name_that_does_not_resolve_is_temporary(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_name(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    found = failure(settings_for(465, security="tls", server="mail.coalition.example"))
    assert isinstance(found, TemporaryFailure)
    assert "name resolution" in found.words


def silent(caller: Caller) -> None:
    caller.hear()


def drip(caller: Caller) -> None:
    for _ in range(1_200):  # a minute, if nobody hangs up
        caller.connection.sendall(b"2")
        time.sleep(0.05)


@pytest.mark.parametrize("security", ["none", "tls"])
@pytest.mark.parametrize("script", [silent, drip])
def test_a_server_that_says_nothing_or_next_to_nothing_is_given_up(
    script: Callable[[Caller], None], security: Any
) -> None:
    begun = time.monotonic()
    with scripted_server(script) as port:
        found = failure(settings_for(port, security=security, timeout=0.2))
    assert isinstance(found, TemporaryFailure | ConfigurationFailure)
    assert isinstance(found, TemporaryFailure) or security == "tls"
    assert time.monotonic() - begun < 50


def test_a_server_that_drips_in_the_middle_of_a_mail_is_given_up() -> None:
    def script(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until("RCPT")
        drip(caller)

    begun = time.monotonic()
    with scripted_server(script) as port:
        assert isinstance(failure(settings_for(port, timeout=0.2)), TemporaryFailure)
    assert time.monotonic() - begun < 50


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [("421 4.3.2 closing", TemporaryFailure), ("554 5.3.2 go away", ConfigurationFailure)],
)
def test_a_server_that_greets_with_a_refusal(greeting: str, kind: type[DeliveryFailure]) -> None:
    with scripted_server(lambda caller: caller.say(greeting)) as port:
        found = failure(settings_for(port))
    assert (type(found), found.code) == (kind, int(greeting[:3]))


# Refusals.


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("450 4.2.0 Greylisted", TemporaryFailure),
        ("452 4.2.2 Mailbox full", TemporaryFailure),
        ("550 5.1.1 No such user", PermanentFailure),
        ("554 5.7.1 Relay access denied", ConfigurationFailure),
        ("530 5.7.0 Authentication required", ConfigurationFailure),
    ],
)
def test_a_refused_recipient_among_several_is_known_and_the_others_get_theirs(
    answer: str, kind: type[DeliveryFailure]
) -> None:
    mailbox = Mailbox(answers={"refused@member.example": answer})
    with mail_server(mailbox) as port, Transport(settings_for(port)).connect() as line:
        line.send(SENDER, "first@member.example", MAIL)
        with pytest.raises(DeliveryFailure) as raised:
            line.send(SENDER, "refused@member.example", MAIL)
        line.send(SENDER, "last@member.example", MAIL)
    found = raised.value
    assert (type(found), found.code, found.words) == (kind, int(answer[:3]), answer[4:])
    assert [mail.recipient for mail in mailbox.received] == ["first@member.example", "last@member.example"]


@pytest.mark.parametrize(
    ("answer", "kind"), [("451 4.7.1 Later", TemporaryFailure), ("554 5.6.0 Not like this", PermanentFailure)]
)
def test_an_answer_to_the_whole_mail_is_an_answer(answer: str, kind: type[DeliveryFailure]) -> None:
    mailbox = Mailbox(answers_to_data={MEMBER: answer})
    with mail_server(mailbox) as port:
        found = failure(settings_for(port))
    assert (type(found), found.code) == (kind, int(answer[:3]))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 5.7.1 Sender not allowed", ConfigurationFailure),
        ("552 5.3.4 Too large", PermanentFailure),
        ("451 4.3.0 Busy", TemporaryFailure),
    ],
)
def test_a_refused_sender_is_our_fault_but_a_refused_size_is_the_mails(
    answer: str, kind: type[DeliveryFailure]
) -> None:
    def script(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until("MAIL")
        caller.say(answer)
        caller.hear()

    with scripted_server(script) as port:
        assert type(failure(settings_for(port))) is kind


def test_a_server_that_has_had_enough_is_called_anew_for_the_next_mail() -> None:
    taken: list[bytes] = []

    def polite(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until("DATA")
        caller.say("354 go on")
        taken.append(caller.hear_mail())
        caller.say("250 taken")
        caller.hear()
        caller.say("421 4.7.0 Enough for one connection")

    with scripted_server(polite) as port, Transport(settings_for(port)).connect() as line:
        for _ in range(3):
            line.send(SENDER, MEMBER, MAIL)
    assert len(taken) == 3


def test_421_to_a_recipient_is_temporary_and_the_line_goes_on() -> None:
    taken: list[bytes] = []

    def tired(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until("RCPT")
        caller.say("421 4.3.2 Shutting down")

    def polite(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until("DATA")
        caller.say("354 go on")
        taken.append(caller.hear_mail())
        caller.say("250 taken")
        caller.hear()

    with scripted_server(tired, polite) as port, Transport(settings_for(port)).connect() as line:
        with pytest.raises(TemporaryFailure) as raised:
            line.send(SENDER, MEMBER, MAIL)
        line.send(SENDER, MEMBER, MAIL)
    assert raised.value.code == 421
    assert taken == [MAIL.replace(b"\r\n.", b"\r\n..")]


# Lines that break.


@pytest.mark.parametrize("walk_away", [Caller.leave, Caller.reset])
@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_drop_at_any_command_is_temporary(command: str, walk_away: Callable[[Caller], None]) -> None:
    def script(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until(command)
        walk_away(caller)

    with scripted_server(script) as port:
        assert isinstance(failure(settings_for(port)), TemporaryFailure)


def test_a_drop_before_the_final_dot_is_temporary() -> None:
    def script(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until("DATA")
        caller.say("354 go on")
        caller.hear()
        caller.reset()

    long_mail = MAIL + b"And more of it.\r\n" * 1_000_000  # more than the buffers between us take
    with scripted_server(script) as port:
        found = failure(settings_for(port), mail=long_mail)
    assert isinstance(found, TemporaryFailure)


def test_a_server_that_leaves_while_we_write_has_surely_not_delivered() -> None:
    def script(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until("DATA")
        caller.connection.sendall(b"354 go on\r\n421 4.3.2 Shutting down\r\n")
        caller.leave()

    with scripted_server(script) as port:
        assert isinstance(failure(settings_for(port)), TemporaryFailure)


@pytest.mark.parametrize("walk_away", [Caller.leave, Caller.reset])
def test_a_drop_after_the_final_dot_leaves_the_outcome_unknown(walk_away: Callable[[Caller], None]) -> None:
    def script(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until("DATA")
        caller.say("354 go on")
        caller.hear_mail()
        walk_away(caller)

    with scripted_server(script) as port:
        assert isinstance(failure(settings_for(port)), UnknownOutcome)


def say_half_a_yes(caller: Caller) -> None:
    caller.connection.sendall(b"250 ")


@pytest.mark.parametrize("stall", [silent, drip, say_half_a_yes, lambda caller: caller.say("what?")])
def test_no_clear_word_after_the_final_dot_leaves_the_outcome_unknown(stall: Callable[[Caller], None]) -> None:
    def script(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until("DATA")
        caller.say("354 go on")
        caller.hear_mail()
        stall(caller)

    with scripted_server(script) as port:
        assert isinstance(failure(settings_for(port, timeout=1)), UnknownOutcome)  # time enough to get there


def test_a_server_may_take_its_time_to_read_the_mail_through() -> None:
    def script(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until("DATA")
        caller.say("354 go on")
        caller.hear_mail()
        time.sleep(1.2)
        caller.say("250 taken")
        caller.hear()

    with scripted_server(script) as port:
        assert send(settings_for(port, timeout=1)).code == 250


def test_a_retry_hands_over_the_same_bytes() -> None:
    heard: list[bytes] = []

    def forgetful(caller: Caller) -> None:
        caller.say("220 hello")
        caller.take_until("DATA")
        caller.say("354 go on")
        heard.append(caller.hear_mail())

    with scripted_server(forgetful) as port, Transport(settings_for(port)).connect() as line:
        for _ in range(2):
            with pytest.raises(UnknownOutcome):
                line.send(SENDER, MEMBER, MAIL)
    assert heard[0] == heard[1]


# Words and addresses.


@pytest.mark.parametrize("address", ["", "nobody", "a@b.example, c@d.example", "a@b.example\r\nRCPT TO:<c@d.example>"])
def test_what_is_not_one_address_never_reaches_the_server(address: str) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        assert isinstance(failure(settings_for(port), address), PermanentFailure)
    assert mailbox.received == []


def test_the_words_kept_name_no_address_and_no_path() -> None:
    answer = f"550 5.1.1 <{MEMBER}>: refused, see https://blocklist.example/why?mail={MEMBER} for help"
    mailbox = Mailbox(answers={MEMBER: answer})
    with mail_server(mailbox) as port:
        found = failure(settings_for(port))
    assert found.words == "5.1.1 … refused, see https://blocklist.example/… for help"
    assert MEMBER not in str(found)


def test_a_trial_installation_writes_from_this_machine() -> None:
    mailbox = Mailbox()
    with (
        mail_server(mailbox) as port,
        Transport(settings_for(port, sender_address="letters@127.0.0.1")).connect() as line,
    ):
        line.send("letters@127.0.0.1", MEMBER, MAIL)
    assert mailbox.received[0].sender == "letters@[127.0.0.1]"


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        ("4.7.1 Greylisted, please try again in 300 seconds", "mail"),
        ("4.2.2 over quota", "mail"),
        ("4.2.1 The user is receiving mail at a rate that prevents additional messages", "mail"),
        ("4.1.2 Recipient address rejected: Domain not found", "host"),
        ("4.4.1 connect to mx.amman.example: Connection timed out", "host"),
        ("4.7.1 Too many mails to this destination domain", "host"),
        ("4.7.0 Too many messages, slow down", "line"),
        ("4.3.2 System not accepting network messages", "line"),
        ("4.7.28 rate limit exceeded", "line"),
        ("Requested action aborted: local error in processing", "mail"),
    ],
)
def test_a_refusal_for_now_speaks_of_a_mail_a_host_or_the_line(words: str, scope: str) -> None:
    assert scope_of(words) == scope
