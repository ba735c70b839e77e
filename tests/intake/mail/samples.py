"""Mails as servers and people send them, made from a few facts."""

from __future__ import annotations

HOME = "post+bxyz@letters.test"

POSTFIX = """\
Return-Path: <>
Date: Mon, 23 Nov 2026 09:00:00 +0000 (UTC)
From: MAILER-DAEMON@relay.test (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {home}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="B/relay.test"
Message-Id: <20261123090000.1@relay.test>

This is a MIME-encapsulated message.

--B/relay.test
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host relay.test.

<lina@member.example>: host mx.member.example[192.0.2.1] said: 550 5.1.1
    <lina@member.example>: User unknown (in reply to RCPT TO command)

--B/relay.test
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.test
X-Postfix-Queue-ID: 8F3A
Arrival-Date: Mon, 23 Nov 2026 08:59:00 +0000 (UTC)

{groups}
--B/relay.test
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: "Free Voices" <letters@letters.test>
To: lina@member.example
Subject: A letter to sign

--B/relay.test--
"""

GROUP = """\
Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.member.example
Diagnostic-Code: smtp; {words}
"""


def a_report(
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "550 5.1.1 <lina@member.example>: User unknown",
    *,
    address: str = "lina@member.example",
    home: str = HOME,
    groups: str = "",
) -> bytes:
    """A report on delivery as Postfix writes it, sent to `home`."""
    said = groups or GROUP.format(address=address, action=action, status=status, words=words)
    return POSTFIX.format(home=home, groups=said).encode()


def a_mail(
    words: str = "We sign with pleasure.",
    *,
    to: str = HOME,
    subject: str = "Re: A letter to sign",
    sender: str = "Lina Haddad <lina@member.example>",
    more: str = "",
    kind: str = "text/plain; charset=utf-8",
) -> bytes:
    """A mail as a person's program sends it; `more` are further header lines, each ended by a line break."""
    return (
        f"From: {sender}\nTo: {to}\nSubject: {subject}\nDate: Mon, 23 Nov 2026 10:00:00 +0100\n"
        f"Message-ID: <a@member.example>\n{more}MIME-Version: 1.0\nContent-Type: {kind}\n\n{words}\n"
    ).encode()
