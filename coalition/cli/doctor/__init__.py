"""`coalition doctor`: whether a deployment is as it must be, in sentences, and what to change."""

from coalition.cli.doctor.examining import examine

__all__ = ["examine"]
