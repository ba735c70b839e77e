"""The desk: accounts."""

from coalition.web.desk.door import desk

__all__ = ["desk"]
