"""The public pages: what anybody reads."""

from coalition.web.public import (
    answering,
    asking,
    calling,
    confirming,
    documents,
    framing,
    health,
    links,
    mailbox,
    moved,
    relay,
    reporting,
    safety,
    signatories,
    verifying,
)
from coalition.web.public.door import public

__all__ = [
    "answering",
    "asking",
    "calling",
    "confirming",
    "documents",
    "framing",
    "health",
    "links",
    "mailbox",
    "moved",
    "public",
    "relay",
    "reporting",
    "safety",
    "signatories",
    "verifying",
]
