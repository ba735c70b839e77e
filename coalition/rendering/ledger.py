"""The ledger of a letter on paper and as data: who agreed to which text, when, in which words.

The JSON holds the texts themselves: a program makes each fingerprint again and compares (docs/ledger.md).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from coalition.models.fingerprint import fingerprint

if TYPE_CHECKING:
    from datetime import datetime

FORMAT: Final = "coalition-ledger-1"


@dataclass(frozen=True, slots=True)
class LedgerText:
    """One language of a version, as it was put forward. `origin`: the number of the version in its fingerprint."""

    language: str
    fingerprint: str
    origin: int
    parts: dict[str, str]
    addressees: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class LedgerVersion:
    """A version that was put forward, and what was said of the change."""

    number: int
    put_forward_at: str
    change_class: str
    explanations: dict[str, str]
    texts: tuple[LedgerText, ...]


@dataclass(frozen=True, slots=True)
class LedgerRecorded:
    """Of an act that a coordinator recorded: who did, how it was said and on which day (ISO 8601). Never the words."""

    by: str
    way: str
    said_on: str


@dataclass(frozen=True, slots=True)
class LedgerAct:
    """One act of consent. `at` is an ISO 8601 instant in UTC; `wording` the sentence that was agreed to, in English."""

    number: int
    act: str
    version: int
    language: str
    fingerprint: str
    wording: str
    how: str
    person: str
    role: str
    at: str
    in_grace: bool
    recorded: LedgerRecorded | None = None


@dataclass(frozen=True, slots=True)
class LedgerObjection:
    """An objection and how it ended; `resolved_on` is empty while it is open."""

    against: str
    version: int
    words: str
    at: str
    resolved_on: str


@dataclass(frozen=True, slots=True)
class LedgerSignature:
    """One signature with all its acts. `ended_on` is empty while it stands."""

    organisation: str
    country: str
    printed_names: dict[str, str]
    visibility: str
    is_suspended: bool
    ended_on: str
    acts: tuple[LedgerAct, ...]
    objections: tuple[LedgerObjection, ...]
    kind: str = "organisation"
    """ "individual" for a person who signed for themselves: `organisation` is then their name."""
    affiliation: str = ""
    """Of a person, as printed after the name."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of a letter, or of one organisation on it. `left_out` counts withheld signatures it does not name."""

    coalition: str
    letter: str
    slug: str
    title: str
    zone: str
    authoritative_language: str
    made_at: datetime
    versions: tuple[LedgerVersion, ...]
    signatures: tuple[LedgerSignature, ...]
    left_out: int = 0
    embargo_until: str = ""
    """ISO 8601 instant in UTC; empty where there is no embargo, or it is over."""


class NotALedger(ValueError):
    """The document is not a ledger of this form."""


def to_json(ledger: Ledger) -> bytes:
    """The ledger as UTF-8 JSON, names sorted; `problems_of` checks it."""
    document = {"format": FORMAT} | asdict(ledger) | {"made_at": ledger.made_at.isoformat()}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def problems_of(content: bytes) -> list[str]:
    """What does not fit in a ledger's JSON, one sentence each; [] where every act names a text that is in it.

    Raises NotALedger for what is no ledger at all.
    """
    try:
        document = json.loads(content)
        if document["format"] != FORMAT:
            raise NotALedger
        found = [problem for version in document["versions"] for problem in _of_version(document["letter"], version)]
        texts = {
            (version["number"], text["language"]): text["fingerprint"]
            for version in document["versions"]
            for text in version["texts"]
        }
        for signature in document["signatures"]:
            found.extend(_of_signature(signature, texts))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotALedger from error
    return found


def _of_version(letter: str, version: dict[str, Any]) -> list[str]:
    return [
        f"Version {version['number']}, {text['language']}: the text does not have the fingerprint that is written."
        for text in version["texts"]
        if text["fingerprint"]
        != fingerprint(
            letter=letter,
            version=text["origin"],
            language=text["language"],
            parts=text["parts"],
            addressees=text["addressees"],
        )
    ]


def _of_signature(signature: dict[str, Any], texts: dict[tuple[int, str], str]) -> list[str]:
    name, found, before = signature["organisation"], [], ""
    for place, act in enumerate(signature["acts"], start=1):
        if act["number"] != place:
            found.append(f"{name}: act {place} is missing.")
        if texts.get((act["version"], act["language"])) != act["fingerprint"]:
            found.append(f"{name}, act {act['number']}: it names a text that is not in this ledger.")
        if act["at"] < before:
            found.append(f"{name}, act {act['number']}: it is older than the act before.")
        before = act["at"]
    return found
