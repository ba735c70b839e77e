"""Where a mail address and a site are at home: whether they belong together, and whose mailbox it is.

A hint for people, never a proof: which names are given out to strangers is known here only in outline.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from coalition.intake.likeness import FREE_MAIL

Fit: TypeAlias = Literal["own", "free", "other", "no_site"]

HOSTS: Final = frozenset(
    """
    blogspot.com facebook.com github.io instagram.com linkedin.com linktr.ee medium.com sites.google.com squarespace.com
    substack.com t.me tumblr.com twitter.com weebly.com wixsite.com wordpress.com x.com youtube.com
    """.split()
)
"""Where anybody gets a page: an address at the host's own domain is not the organisation's."""
_SHARED_SECOND: Final = frozenset(
    "ac asso co com edu gob gouv gov go mil ne net nom ngo or org plc sch info in web".split()
)
"""Second labels under which a country's names are given out: "co.uk", "org.br"."""
_TAG: Final = re.compile(r"\+[^@]*@")
_DOTLESS: Final = frozenset({"gmail.com", "googlemail.com"})


def fit_of(address: str, site: str) -> Fit:
    """How an address fits the site of an organisation: at its own domain, at a free service, at another domain."""
    at, home = domain_of_address(address), domain_of_site(site)
    if home and at and registrable(at) == registrable(home) and not _is_host(home) and at not in FREE_MAIL:
        return "own"
    if at in FREE_MAIL:
        return "free"
    return "other" if home else "no_site"


def domain_of_address(address: str) -> str:
    """The domain of a mail address in its ASCII form and lower case, or ""."""
    return _ascii(address.rpartition("@")[2]) if "@" in address else ""


def domain_of_site(site: str) -> str:
    """The host of a web address in its ASCII form and lower case, without "www.", or ""."""
    whole = site.strip()
    try:
        host = urlsplit(whole if "://" in whole else f"//{whole}").hostname or ""
    except ValueError:
        return ""
    return _ascii(host).removeprefix("www.")


def registrable(domain: str) -> str:
    """The part of a domain that somebody registered, in outline: "news.example.org.uk" gives "example.org.uk"."""
    labels = domain.split(".")
    is_under_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED_SECOND
    return ".".join(labels[-3:] if is_under_country else labels[-2:])


def mailbox_of(address: str) -> str:
    """The mailbox that an address reaches, for counting: "v.ictim+a@gmail.com" and "victim@googlemail.com" are one."""
    plain = _TAG.sub("@", address.strip().casefold())
    local, _, domain = plain.rpartition("@")
    if domain in _DOTLESS:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{_ascii(domain)}"


def _is_host(domain: str) -> bool:
    return any(domain == host or domain.endswith(f".{host}") for host in HOSTS)


def _ascii(domain: str) -> str:
    folded = domain.strip().strip(".").casefold()
    if folded.isascii():
        return folded
    try:
        return folded.encode("idna").decode()
    except UnicodeError:
        return folded
