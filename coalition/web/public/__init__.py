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
    press_preview,
    relay,
    reporting,
    safety,
    seen,
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
    "press_preview",
    "public",
    "relay",
    "reporting",
    "safety",
    "seen",
    "signatories",
    "verifying",
]
