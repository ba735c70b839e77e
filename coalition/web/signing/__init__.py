"""The signing door: contacts with a link."""

from coalition.web.signing.door import signing

__all__ = ["signing"]
