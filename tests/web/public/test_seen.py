"""The question that only this installation can ask itself: strangers, old questions and other keys find no page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from coalition import clock, tokens
from coalition.actions import own_question
from coalition.keys import KeyRing
from coalition.tokens import NotOurs

if TYPE_CHECKING:
    from flask import Flask

pytestmark = pytest.mark.only_on("sqlite")


def asked(app: Flask, question: str) -> tuple[int, str]:
    """Status and words of what comes to this question."""
    headers = {own_question.HEADER: question, "X-Forwarded-For": "203.0.113.5", "Accept-Encoding": "gzip"}
    answer = app.test_client().get(own_question.PATH, headers=headers)
    assert "Content-Encoding" not in answer.headers
    return answer.status_code, answer.get_data(as_text=True).strip()


def test_our_own_question_is_answered_with_how_it_came_in(app: Flask) -> None:
    status, words = asked(app, own_question.ask("a"))
    seen = own_question.read_answer("a", words)
    assert (status, seen.address, seen.scheme, seen.forwarded_for) == (200, "127.0.0.1", "http", "203.0.113.5")
    with pytest.raises(NotOurs):
        own_question.read_answer("another", words)


@pytest.mark.parametrize("question", ["", "x", "é", "eyJub25jZSI6ImEifQ.x"])
def test_a_stranger_finds_no_page(app: Flask, question: str) -> None:
    client = app.test_client()
    answer = client.get(own_question.PATH, headers={own_question.HEADER: question.encode().decode("latin-1")})
    assert answer.status_code == 404


def test_an_old_question_finds_no_page(app: Flask) -> None:
    with time_machine.travel(clock.now() - timedelta(minutes=16), tick=False):
        question = own_question.ask("a")
    assert asked(app, question)[0] == 404


def test_another_installation_neither_answers_nor_is_believed(app: Flask) -> None:
    ours, question = asked(app, own_question.ask("a"))[1], own_question.ask("a")
    tokens.install(KeyRing.generate())
    assert asked(app, question)[0] == 404
    with pytest.raises(NotOurs):
        own_question.read_answer("a", ours)
