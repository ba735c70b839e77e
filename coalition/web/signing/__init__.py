"""The signing door: contacts with a link."""

from coalition.web.signing import answering, arrival, changing, commenting, leaving, ledger, proofing, reconfirming
from coalition.web.signing.door import signing

__all__ = ["answering", "arrival", "changing", "commenting", "leaving", "ledger", "proofing", "reconfirming", "signing"]
