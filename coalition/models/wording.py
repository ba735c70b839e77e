"""The sentence a signer ticks, kept for good: the ledger names it by its id, so that its words can always be shown.

A sentence that was ever used is never edited; a new one gets a new id. Translations are the catalogue's.
"""

from __future__ import annotations

from coalition.models.consent import WORDING

AUTHORITY = {
    "authority-1": "I am authorised to sign for %(organisation)s, and it agrees to this text.",
    "keep-1": "%(organisation)s has seen what changed and keeps its signature under version %(version)s.",
    "recorded-1": "%(organisation)s agreed to version %(version)s, and a coordinator recorded it with the evidence.",
    "confirmed-1": "%(organisation)s agrees to version %(version)s, as it was recorded.",
    "approve-1": "I am authorised to sign for %(organisation)s, and I approve exactly what stands here.",
    "standing-1": (
        "%(organisation)s agrees beforehand to such letters. Before each signature all its contacts are told, and "
        "any of them can say no."
    ),
    "personal-1": "I sign this text for myself, and my name may be printed under it.",
    "personal-keep-1": "I have seen what changed and keep my signature under version %(version)s.",
}


def current() -> str:
    """The English words of the sentence that is shown now."""
    return AUTHORITY[WORDING]
