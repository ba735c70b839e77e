"""The desk: accounts."""

from coalition.web.desk import account, sign_in, team
from coalition.web.desk.door import desk

__all__ = ["account", "desk", "sign_in", "team"]
