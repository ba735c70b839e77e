"""Mail addresses as they travel: the domain in ASCII, the part before the @ as typed."""

from __future__ import annotations

from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

THIS_MACHINE = {"localhost": "localhost", "127.0.0.1": "[127.0.0.1]", "::1": "[IPv6:::1]"}
"""Domains of a trial installation, with their form in a mail (RFC 5321, section 4.1.3)."""


class UnusableAddress(ValueError):
    """The words given are not one mail address. The message never repeats the address."""


@lru_cache(maxsize=512)
def wire_address(address: str) -> str:
    """`address` with its domain in A-labels (IDNA 2008); only a local part outside ASCII stays outside ASCII.

    Raises UnusableAddress for anything else than one bare address: a name, a list, a line break, a control character.
    The last ones are remembered: a mail names its sender and its recipient in its headers and on the wire.
    """
    local_part, _, domain = address.rpartition("@")
    here = THIS_MACHINE.get(domain)
    try:
        checked = f"{local_part}@example.org" if here else address
        found = validate_email(checked, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise UnusableAddress("These words are not one mail address.") from error
    return f"{found.local_part}@{here or found.ascii_domain}"
