"""What the DNS says of a domain that sends mail: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import dns.exception
import dns.resolver

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS: Final = 5.0
MOST_LOOKUPS: Final = 10
"""More than so many make a receiver give up (RFC 7208, section 4.6.4)."""
RESULTS: Final = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


class DnsSilent(Exception):
    """No DNS server answered: nothing is known, neither good nor bad."""


class Resolver(Protocol):
    """Asks the DNS. An empty list: the answer is that there is none. Raises DnsSilent."""

    def texts(self, name: str) -> list[str]:
        """The TXT records."""

    def addresses(self, name: str) -> list[str]:
        """The A and AAAA records."""

    def mail_hosts(self, name: str) -> list[str]:
        """The hosts of the MX records."""


class Dns:
    """The DNS of this machine."""

    def texts(self, name: str) -> list[str]:
        return [b"".join(one.strings).decode("utf-8", "replace") for one in self._ask(name, "TXT")]

    def addresses(self, name: str) -> list[str]:
        return [one.address for kind in ("A", "AAAA") for one in self._ask(name, kind)]

    def mail_hosts(self, name: str) -> list[str]:
        found = sorted(self._ask(name, "MX"), key=lambda one: one.preference)
        return [host for one in found if (host := str(one.exchange).rstrip("."))]

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            return list(dns.resolver.resolve(name, kind, lifetime=SECONDS))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise DnsSilent from error


def tags(record: str) -> dict[str, str]:
    """The tags of a DKIM or DMARC record, names in small letters."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().casefold(): re.sub(r"\s+", "", value) for name, _, value in pairs if name.strip()}


def spf_records(resolver: Resolver, domain: str) -> list[str]:
    """The SPF records of a domain: there must be one."""
    return [one for one in resolver.texts(domain) if one.casefold() == "v=spf1" or one.casefold().startswith("v=spf1 ")]


def dmarc_record(resolver: Resolver, domain: str) -> tuple[str, dict[str, str]] | None:
    """The domain whose DMARC record holds for `domain`, and its tags; None where there is none."""
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        name = ".".join(labels[start:])
        found = [
            one for one in resolver.texts(f"_dmarc.{name}") if one.replace(" ", "").casefold().startswith("v=dmarc1")
        ]
        if len(found) == 1:
            return name, tags(found[0])
        if found:
            return None
    return None


def is_aligned(domain: str, with_domain: str) -> bool:
    """Whether one is the other or stands under it: what the relaxed alignment of DMARC comes to without a list."""
    one, other = domain.casefold(), with_domain.casefold()
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


@dataclass
class Spf:
    """Judges addresses by the SPF record of a domain. `result` also answers "none" and "permerror"."""

    resolver: Resolver
    lookups: int = field(default=0)

    def result(self, domain: str, address: str) -> str:
        """What a receiver finds for mail from `address`. Raises DnsSilent."""
        self.lookups = 0
        return self._result(domain, ipaddress.ip_address(address))

    def _result(self, domain: str, address: Address) -> str:
        records = spf_records(self.resolver, domain)
        if len(records) != 1:
            return "permerror" if records else "none"
        terms = records[0].split()[1:]
        for term in terms:
            if "=" in term and ":" not in term.partition("=")[0]:
                continue  # a modifier
            matched = self._matches(term.lstrip("+-~?"), domain, address)
            if self.lookups > MOST_LOOKUPS:
                return "permerror"
            if matched:
                return RESULTS.get(term[0], "pass")
        redirect = next((one.partition("=")[2] for one in terms if one.casefold().startswith("redirect=")), "")
        return self._looked_up(redirect, address) if redirect else "neutral"

    def _looked_up(self, domain: str, address: Address) -> str:
        self.lookups += 1
        return "permerror" if self.lookups > MOST_LOOKUPS else self._result(domain, address)

    def _matches(self, mechanism: str, domain: str, address: Address) -> bool:
        name, _, value = mechanism.partition(":")
        name, _, length = name.partition("/") if not value else (name, "", value.partition("/")[2])
        name = name.casefold()
        if name in {"ip4", "ip6"}:
            return _is_in(address, value)
        if name == "all":
            return True
        target = value.partition("/")[0] or domain
        if name == "include":
            return self._looked_up(target, address) == "pass"
        if name in {"a", "mx"}:
            self.lookups += 1
            return any(_is_in(address, f"{one}/{length}" if length else one) for one in self._hosts(name, target))
        return False  # ptr, exists and what has macros: not judged here

    def _hosts(self, name: str, target: str) -> Iterator[str]:
        hosts = [target] if name == "a" else self.resolver.mail_hosts(target)[:MOST_LOOKUPS]
        for host in hosts:
            yield from self.resolver.addresses(host)


def _is_in(address: Address, network: str) -> bool:
    try:
        return address in ipaddress.ip_network(network.partition("//")[0], strict=False)
    except ValueError:
        return False
