"""Reports on delivery are classed by what the server says it did, whoever wrote them and however."""

from __future__ import annotations

import base64

import pytest

from coalition.intake.mail.bounded import parsed
from coalition.intake.mail.incoming import read
from coalition.intake.mail.reports import DeliveryReport, report_in
from tests.intake.mail.samples import GROUP, a_mail, a_report


def reported(raw: bytes) -> DeliveryReport:
    """What a mail reports, which must be something."""
    found = report_in(parsed(raw))
    assert found is not None
    return found


def test_a_failure_says_who_refused_with_which_code_and_words() -> None:
    assert reported(a_report()) == DeliveryReport(
        "failed", "lina@member.example", 550, "5.1.1", "550 5.1.1 <lina@member.example>: User unknown"
    )


@pytest.mark.parametrize("action", ["failed", "delayed", "delivered", "relayed", "expanded"])
def test_the_action_decides_whatever_the_status_says(action: str) -> None:
    assert reported(a_report(action, "4.4.7")).action == action


@pytest.mark.parametrize(("status", "action"), [("5.7.1", "failed"), ("4.2.2", "delayed"), ("2.1.5", "delivered")])
def test_without_a_known_action_the_class_of_the_status_decides(status: str, action: str) -> None:
    assert reported(a_report("bounced!", status)).action == action


def test_an_expired_mail_is_a_failure_though_its_code_is_a_passing_one() -> None:
    found = reported(a_report("failed", "4.7.1", "450 4.7.1 Greylisted, try again later"))
    assert (found.action, found.code, found.status) == ("failed", 450, "4.7.1")


def test_a_refused_connection_has_words_and_no_code() -> None:
    found = reported(a_report("failed", "4.4.1", "connect to mx.member.example[192.0.2.1]:25: Connection refused"))
    assert (found.code, found.status) == (None, "4.4.1")
    assert "Connection refused" in found.words


def test_of_several_recipients_the_worst_counts() -> None:
    groups = "\n".join(
        GROUP.format(address=f"{action}@member.example", action=action, status="5.0.0", words="550 no")
        for action in ("delivered", "failed", "delayed")
    )
    assert reported(a_report(groups=groups)).address == "failed@member.example"


def test_the_address_that_refused_is_the_one_it_was_forwarded_to() -> None:
    group = GROUP.format(address="x", action="failed", status="5.1.1", words="550 no")
    moved = group.replace("Final-Recipient: rfc822; x", "Final-Recipient: rfc822; lina@new.example")
    assert reported(a_report(groups=moved)).address == "lina@new.example"


def test_a_comment_beside_the_status_and_a_folded_diagnosis_are_read() -> None:
    group = (
        "Final-Recipient: RFC822;lina@member.example (Lina)\nAction: Failed (for good)\n"
        "Status: 5.0.0 (permanent failure)\nDiagnostic-Code: SMTP;\n  554-5.7.1 Our policy\n  554 5.7.1 refuses you\n"
    )
    found = reported(a_report(groups=group))
    assert (found.action, found.status, found.code) == ("failed", "5.0.0", 554)
    assert found.words == "554-5.7.1 Our policy 554 5.7.1 refuses you"


def international(encoding: str) -> bytes:
    """A report by RFC 6533 on an address outside ASCII."""
    status = (
        "Reporting-MTA: dns; relay.test\n\nFinal-Recipient: utf-8; líná@bücher.example\nAction: failed\n"
        "Status: 5.6.7\nDiagnostic-Code: smtp; 553 5.6.7 no SMTPUTF8\n"
    )
    body = base64.encodebytes(status.encode()).decode() if encoding == "base64" else status
    return a_report().replace(
        b"Content-Type: message/delivery-status\n",
        f"Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: {encoding}\n\n{body}\n"
        "--B/relay.test\nContent-Type: text/plain\n".encode(),
    )


@pytest.mark.parametrize("encoding", ["8bit", "base64"])
def test_reports_on_international_addresses_are_read(encoding: str) -> None:
    found = reported(international(encoding))
    assert (found.address, found.status, found.code) == ("líná@bücher.example", "5.6.7", 553)


def test_an_international_address_in_ascii_is_read() -> None:
    group = "Final-Recipient: utf-8; l\\x{ED}na@member.example\nAction: failed\nStatus: 5.1.1\n"
    assert reported(a_report(groups=group)).address == "lína@member.example"


def test_what_was_sent_back_along_with_it_is_no_report() -> None:
    forwarded = (
        b"From: lina@member.example\nTo: x@letters.test\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="m"\n\n--m\nContent-Type: text/plain\n\nWhat is this?\n'
        b"--m\nContent-Type: message/rfc822\n\n" + a_report() + b"\n--m--\n"
    )
    assert report_in(parsed(forwarded)) is None
    assert read(forwarded).words.strip() == "What is this?"
    assert not read(forwarded).is_automatic


QMAIL = """\
Hi. This is the qmail-send program at mx.member.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<lina@member.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <letters@letters.test>
"""


def test_a_bounce_that_follows_no_standard_is_read_all_the_same() -> None:
    raw = a_mail(QMAIL, sender="MAILER-DAEMON@mx.member.example", subject="failure notice", more="Return-Path: <>\n")
    found = reported(raw)
    assert (found.action, found.address, found.status) == ("failed", "lina@member.example", "5.1.1")


EXIM_WARNING = """\
This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.member.example.
The following address(es) have not yet been delivered:

  lina@member.example

No action is required on your part.
"""


def test_a_warning_that_follows_no_standard_is_a_delay_or_nothing_but_no_failure() -> None:
    raw = a_mail(
        EXIM_WARNING,
        sender="Mail Delivery System <Mailer-Daemon@mx.member.example>",
        subject="Warning: message delayed 24 hours",
        more="X-Failed-Recipients: \nReturn-Path: <>\n",
    )
    found = report_in(parsed(raw))
    assert found is None or found.action == "delayed"


def test_a_daemon_s_refusal_with_a_code_is_a_failure_without_an_address() -> None:
    raw = a_mail("It did not work:\n554 5.7.1 Blocked by policy\n", sender="postmaster@odd.example", subject="Error")
    found = reported(raw)
    assert (found.action, found.address, found.code, found.status) == ("failed", "", 554, "5.7.1")


def test_a_person_who_writes_of_codes_reports_nothing() -> None:
    assert report_in(parsed(a_mail("We got 550 5.1.1 user unknown from you, is that right?"))) is None
