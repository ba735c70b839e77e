"""Doing what is due for many letters, so that one that fails keeps back no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID


def one_by_one(letter_ids: Iterable[UUID], work: Callable[[UUID], bool]) -> list[UUID]:
    """Do a work, which owns its transaction, for each letter; returns the ids of those where it was still to do.

    What went wrong first is raised after the last.
    """
    done: list[UUID] = []
    failures: list[Exception] = []
    for letter_id in letter_ids:
        try:
            if work(letter_id):
                done.append(letter_id)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the others are due too
            failures.append(error)
    if failures:
        raise failures[0]
    return done
