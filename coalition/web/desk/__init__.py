"""The desk: accounts."""

from coalition.web.desk import account, contacts, directory, directory_import, people, sign_in, team
from coalition.web.desk.door import desk

__all__ = ["account", "contacts", "desk", "directory", "directory_import", "people", "sign_in", "team"]
