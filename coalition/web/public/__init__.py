"""The public pages: what anybody reads."""

from coalition.web.public import asking, calling, confirming, links, mailbox
from coalition.web.public.door import public

__all__ = ["asking", "calling", "confirming", "links", "mailbox", "public"]
