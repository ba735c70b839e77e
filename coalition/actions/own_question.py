"""A question that only this installation can ask itself, and only it can answer: how does a request look from inside?

`coalition doctor` asks it at the public address, as a reader would, through every proxy. Question and answer are signed
with the installation's own keys, so the answer comes from this installation and no other, and who else asks finds no
page. The answer tells of the request that asked, and of nothing else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from coalition import clock, tokens
from coalition.tokens import NotOurs

PATH: Final = "/health/seen"
HEADER: Final = "X-Coalition-Question"
HOLDS_FOR: Final = timedelta(minutes=15)
"""Clocks that differ are told of elsewhere: they must not keep the question from being answered."""
_QUESTION: Final = "doctor's question"
_ANSWER: Final = "doctor's answer"


@dataclass(frozen=True, slots=True)
class Seen:
    """How a request looked when it had come in."""

    peer: str
    """The address of whoever connected to the web process: a proxy, where there is one."""
    address: str
    """The address that the reader is believed to have."""
    scheme: str
    """http or https, as it is believed to have been asked."""
    host: str
    forwarded_for: str
    """X-Forwarded-For as it came, with what each proxy wrote."""
    forwarded_proto: str
    version: str
    """The version of the code that answered."""


def ask(nonce: str) -> str:
    """The question, for one request's header."""
    return tokens.ours().write_form(_QUESTION, {"nonce": nonce, "at": int(clock.now().timestamp())})


def answer(question: str, seen: Seen) -> str:
    """The answer to a question of ours. Raises NotOurs where it is none, or an old one."""
    facts = tokens.ours().read_form(_QUESTION, question)
    if abs(clock.now() - datetime.fromtimestamp(facts["at"], UTC)) > HOLDS_FOR:
        raise NotOurs
    return tokens.ours().write_form(_ANSWER, {"nonce": facts["nonce"], "seen": asdict(seen)})


def read_answer(nonce: str, words: str) -> Seen:
    """What the answer to the question with this nonce tells. Raises NotOurs where another installation gave it."""
    facts = tokens.ours().read_form(_ANSWER, words)
    if facts["nonce"] != nonce:
        raise NotOurs
    return Seen(**facts["seen"])
