"""The public pages: what anybody reads."""

from coalition.web.public import (
    answering,
    asking,
    calling,
    confirming,
    health,
    links,
    mailbox,
    relay,
    reporting,
    safety,
)
from coalition.web.public.door import public

__all__ = [
    "answering",
    "asking",
    "calling",
    "confirming",
    "health",
    "links",
    "mailbox",
    "public",
    "relay",
    "reporting",
    "safety",
]
