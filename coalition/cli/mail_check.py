"""`coalition mail check`: whether mail goes out and is believed, in sentences, and what to change."""

from __future__ import annotations

import ipaddress
import secrets
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock, config
from coalition.cli.findings import CHANGE, GOOD, LOOK, Finding, tell
from coalition.cli.refusal import Refused, opened, read_settings
from coalition.database import db
from coalition.emails import dkim, dns_records, letters
from coalition.emails.addresses import UnusableAddress, wire_address
from coalition.emails.compose import compose, message_id_for
from coalition.emails.dns_records import Dns, DnsSilent, Resolver, Spf
from coalition.emails.failures import ConfigurationFailure, DeliveryFailure, PermanentFailure, UnknownOutcome
from coalition.emails.reasons import reason_of
from coalition.emails.transport import Transport
from coalition.models.account import Account
from coalition.models.house import House

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.config import Settings
    from coalition.emails.transport import Line


def check(to: str | None, resolver: Resolver | None = None) -> None:
    """Check the mail of this installation and print what was found. Raises Refused where something must change."""
    settings = read_settings()
    if not settings.mail_server:
        raise Refused("No mail server is set: mail is held. Set mail_server and the settings beside it.")
    with opened(settings):
        recipient = _recipient(to)
        tell(chain(of_the_server(settings, recipient), of_the_domains(settings, resolver or Dns())))


def _recipient(to: str | None) -> str:
    """Where the test mail goes: where the person says, else to the first administrator."""
    if to:
        try:
            return wire_address(to)
        except UnusableAddress as error:
            raise Refused(f"{to} is not one mail address.") from error
    query = select(Account.email).where(Account.is_administrator, Account.ended_at.is_(None))
    found = db.session.scalars(query.order_by(Account.created_at)).first()
    if found is None:
        raise Refused("There is no administrator to write to: name an address by --to.")
    return found


# -- the server ------------------------------------------------------------------------------------------------------


def of_the_server(settings: Settings, recipient: str | None) -> Iterator[Finding]:
    """Connects, encrypts, signs in, and sends a test mail from each sender; with no recipient it sends nothing."""
    where = f"{settings.mail_server}, port {settings.mail_port}"
    try:
        with Transport(letters.mail_settings()).connect() as line:
            yield from _of_the_line(line, settings, where)
            if recipient:
                for sender in dict.fromkeys((settings.sender_address, settings.safe_sender_address)):
                    yield _of_the_test(line, settings, sender, recipient)
    except DeliveryFailure as failure:
        yield Finding(CHANGE, f"{where} takes no mail from us. It said: {failure}. {_what_to_change(failure)}")


def _of_the_line(line: Line, settings: Settings, where: str) -> Iterator[Finding]:
    wire = line.host
    if wire is None:
        return
    encrypted = getattr(wire.sock, "version", lambda: "")()
    if encrypted:
        yield Finding(GOOD, f"{where} answers, encrypted by {encrypted}, and proved by its certificate who it is.")
    else:
        yield Finding(GOOD, f"{where} answers, on this machine and therefore without encryption.")
    if settings.mail_username:
        yield Finding(GOOD, f"It let us in as {settings.mail_username}.")
    if not wire.has_extn("dsn"):
        yield Finding(LOOK, "It offers no DSN: what comes back may hold the whole mail, and with it a link.")
    if not wire.has_extn("smtputf8"):
        yield Finding(LOOK, "It offers no SMTPUTF8: addresses with letters outside a to z before the @ get no mail.")


def _of_the_test(line: Line, settings: Settings, sender: str, recipient: str) -> Finding:
    try:
        accepted = line.send(sender, recipient, _test_mail(settings, sender, recipient))
    except PermanentFailure as failure:
        return Finding(CHANGE, f"It refuses a mail from {sender} to {recipient}: {failure}. Try another by --to.")
    except UnknownOutcome:
        return Finding(LOOK, f"The line broke after the test mail from {sender}: it may have arrived. Try again.")
    except ConfigurationFailure as failure:
        return Finding(CHANGE, f"It takes no mail from {sender}: {failure}. {_what_to_change(failure)}")
    except DeliveryFailure as failure:
        return Finding(LOOK, f"It put the test mail from {sender} off: {failure}. Try again later.")
    return Finding(
        GOOD,
        f"It took a test mail from {sender} to {recipient}: {accepted.code} {accepted.words}. "
        "See that it arrives, and not among the spam.",
    )


def _what_to_change(failure: DeliveryFailure) -> str:
    """The setting to look at."""
    said = failure.words.casefold()
    if "could not prove who it is" in said:
        return (
            "Write mail_server as the name in its certificate; for an authority of your own set mail_ca_file. "
            "Where the server speaks TLS from the first byte (port 465), mail_security is tls."
        )
    if "starttls" in said:
        return "It offers no STARTTLS: mail_security is tls for port 465, or the port is another."
    reason = reason_of(failure.code, failure.words)
    if reason == "settings":
        return "Correct mail_username and mail_password, or let this machine send without them."
    if reason == "relay":
        return "It sends to others only for those it knows: set mail_username and mail_password, or let this machine."
    if failure.code is None:
        return "See that mail_server and mail_port are right, and that no firewall stands between."
    return "Ask whoever runs it why; the address in mail_from must be one that you may send from."


def _test_mail(settings: Settings, sender: str, recipient: str) -> bytes:
    house = db.session.scalars(select(House)).one()
    is_neutral = sender != settings.sender_address
    name = "Messages" if is_neutral else house.name("en")
    host = sender.rpartition("@")[2] if is_neutral else settings.mail_host
    words = "This is a test of the mail settings. Nothing is to be done."
    content = compose(
        sender_name=name,
        sender_address=sender,
        to_name="",
        to_address=recipient,
        reply_to=None,
        subject="A test of the mail settings",
        text=f"{words}\n",
        html=f'<!doctype html><html lang="en"><head><title>Test</title></head><body><p>{words}</p></body></html>\n',
        language="en",
        message_id=message_id_for(secrets.token_hex(12), host),
        date=clock.now().replace(microsecond=0),
        boundary=f"=_{secrets.token_hex(12)}",
    )
    return dkim.signed(content)


# -- the names -------------------------------------------------------------------------------------------------------


def of_the_domains(settings: Settings, resolver: Resolver) -> Iterator[Finding]:
    """What receivers find about the domains of our senders."""
    domains = dict.fromkeys(one.rpartition("@")[2] for one in (settings.sender_address, settings.safe_sender_address))
    for domain in domains:
        if not _is_public(domain):
            yield Finding(
                CHANGE, f"{domain} is no name that receivers can look up: set mail_from to an address of yours."
            )
            continue
        try:
            yield from [
                *_spf(settings, resolver, domain),
                *_dkim(resolver, domain),
                *_dmarc(settings, resolver, domain),
            ]
            yield from _way_back(settings, resolver, domain)
        except DnsSilent:
            yield Finding(LOOK, f"No DNS answers here: SPF, DKIM and DMARC of {domain} were not looked at.")


def _is_public(domain: str) -> bool:
    try:
        ipaddress.ip_address(domain)
    except ValueError:
        return "." in domain
    return False


def _spf(settings: Settings, resolver: Resolver, domain: str) -> Iterator[Finding]:
    """The envelope's domain is what SPF speaks of; DMARC wants it to be ours."""
    envelope = _envelope_domain(settings, domain)
    if not dns_records.is_aligned(envelope, domain):
        yield Finding(
            CHANGE, f"What bounces goes to {envelope}, which is not under {domain}: SPF does not count there."
        )
    records = dns_records.spf_records(resolver, envelope)
    hosts = [settings.mail_server] if not config.is_loopback(settings.mail_server) else []
    addresses = [one for host in hosts for one in resolver.addresses(host)]
    if not records:
        words = " ".join(f"ip{ipaddress.ip_address(one).version}:{one}" for one in addresses) or "a:the.sending.host"
        yield Finding(CHANGE, f"{envelope} has no SPF record. Publish as TXT: v=spf1 {words} -all")
        return
    if len(records) > 1:
        yield Finding(CHANGE, f"{envelope} has {len(records)} SPF records, so none counts. Make one of them.")
        return
    yield from _judged(resolver, envelope, addresses, settings.mail_server)


def _judged(resolver: Resolver, domain: str, addresses: list[str], server: str) -> Iterator[Finding]:
    spf = Spf(resolver)
    results = {one: spf.result(domain, one) for one in addresses}
    anybody = spf.result(domain, "192.0.2.1")  # an address that is nobody's (RFC 5737)
    if "permerror" in {*results.values(), anybody}:
        yield Finding(
            CHANGE, f"The SPF record of {domain} can not be followed: more than 10 look-ups, or one is wrong."
        )
    elif anybody == "pass":
        yield Finding(CHANGE, f"The SPF record of {domain} lets everybody send in your name. End it with -all or ~all.")
    elif results and set(results.values()) == {"pass"}:
        yield Finding(GOOD, f"SPF: {domain} lets {server} send.")
    elif results:
        others = ", ".join(one for one, result in results.items() if result != "pass")
        yield Finding(
            LOOK,
            f"SPF: {domain} does not name {others} of {server}. If it hands mail on through other machines, ask who "
            "runs it what to include; the test mail shows “spf=pass” among its headers when it is right.",
        )
    else:
        yield Finding(LOOK, f"SPF: {domain} has a record. See that it names the addresses this machine sends from.")


def _envelope_domain(settings: Settings, domain: str) -> str:
    is_neutral = domain != settings.sender_address.rpartition("@")[2]
    intake = settings.safe_mail_intake if is_neutral else settings.mail_intake
    return intake.rpartition("@")[2] or domain


def _dkim(resolver: Resolver, domain: str) -> Iterator[Finding]:
    found = dkim.key_of(domain)
    if found is None:
        yield Finding(
            LOOK,
            f"DKIM: we do not sign for {domain}. If the mail server does, the test mail has “dkim=pass” with "
            f"d={domain} among its headers; else set dkim_selector and dkim_key.",
        )
        return
    selector, path = found
    try:
        wanted = dkim.public_part(dkim.private_key(path))
    except ConfigurationFailure as failure:
        yield Finding(CHANGE, f"DKIM: {failure.words} ({path})")
        return
    name = f"{selector}._domainkey.{domain}"
    records = [dns_records.tags(one) for one in resolver.texts(name)]
    keys = [one["p"] for one in records if "p" in one]
    if keys == [wanted]:
        yield Finding(GOOD, f"DKIM: we sign for {domain}, and {name} has our key.")
    elif not keys:
        yield Finding(CHANGE, f"DKIM: {name} has no record. Publish as TXT: v=DKIM1; k=rsa; p={wanted}")
    else:
        yield Finding(CHANGE, f"DKIM: {name} has another key than ours. Publish as TXT: v=DKIM1; k=rsa; p={wanted}")


def _dmarc(settings: Settings, resolver: Resolver, domain: str) -> Iterator[Finding]:
    found = dns_records.dmarc_record(resolver, domain)
    if found is None:
        words = f"v=DMARC1; p=none; rua=mailto:{settings.sender_address}"
        yield Finding(CHANGE, f"{domain} has no DMARC record, or several. Publish as TXT of _dmarc.{domain}: {words}")
        return
    name, record = found
    policy = record.get("sp", record.get("p", "")) if name != domain else record.get("p", "")
    envelope = _envelope_domain(settings, domain)
    if record.get("aspf", "r") == "s" and envelope != domain:
        yield Finding(
            LOOK, f"DMARC of {name} wants SPF for {domain} itself, and bounces go to {envelope}: sign by DKIM."
        )
    if policy in {"quarantine", "reject"}:
        yield Finding(GOOD, f"DMARC: what others send in the name of {domain} is refused or set aside (p={policy}).")
    else:
        yield Finding(GOOD, f"DMARC: {name} has a record (p={policy or 'none'}).")


def _way_back(settings: Settings, resolver: Resolver, domain: str) -> Iterator[Finding]:
    """Whether what is written to these addresses arrives anywhere."""
    for one in dict.fromkeys((domain, _envelope_domain(settings, domain))):
        if not resolver.mail_hosts(one) and not resolver.addresses(one):
            yield Finding(
                CHANGE, f"No mail can come to {one}: it has no MX record. Receivers refuse senders like that."
            )
