"""The public pages: what anybody reads."""

from coalition.web.public import mailbox
from coalition.web.public.door import public

__all__ = ["mailbox", "public"]
