"""Links: what the row keeps makes none, what was tampered with is not ours, and the same row makes the same one."""

from __future__ import annotations

import base64
import secrets
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.keys import KeyRing
from coalition.tokens import ID_BYTES, NotOurs, Tokens

RING = KeyRing.generate()
TOKENS = Tokens(RING)


def an_id(*, epoch: int = 1, purpose: str = "invitation", nonce: bytes = b"n" * 16) -> bytes:
    return TOKENS.link_id(purpose, nonce=nonce, epoch=epoch, key_id=TOKENS.current_key_id())


def test_a_token_leads_back_to_its_link() -> None:
    assert TOKENS.read("invitation", TOKENS.write("invitation", an_id())) == an_id()


def test_a_retried_mail_renders_the_same_link() -> None:
    assert TOKENS.write("invitation", an_id()) == TOKENS.write("invitation", an_id())


def test_another_epoch_nonce_or_purpose_is_another_link() -> None:
    assert len({an_id(), an_id(epoch=2), an_id(nonce=b"m" * 16), an_id(purpose="account")}) == 4


def test_a_token_for_one_purpose_is_not_ours_for_another() -> None:
    with pytest.raises(NotOurs):
        TOKENS.read("account", TOKENS.write("invitation", an_id()))


def test_a_token_made_with_other_keys_is_not_ours() -> None:
    with pytest.raises(NotOurs):
        Tokens(KeyRing.generate()).read("invitation", TOKENS.write("invitation", an_id()))


def test_every_form_of_a_malleable_token_is_the_same_link_or_not_ours() -> None:
    token = TOKENS.write("invitation", an_id())
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for variant in [token[:-1] + letter for letter in alphabet] + [token + "=", token + "=="]:
        try:
            assert TOKENS.read("invitation", variant) == an_id()
        except NotOurs:
            continue


def test_a_signed_payload_of_another_length_is_not_ours() -> None:
    with pytest.raises(NotOurs):
        TOKENS.read("invitation", TOKENS.write("invitation", secrets.token_bytes(ID_BYTES + 1)))


@given(st.text(max_size=120))
def test_whatever_comes_as_a_token_is_ours_or_refused(garbage: str) -> None:
    with pytest.raises(NotOurs):
        TOKENS.read("invitation", garbage)


def test_a_form_token_gives_back_its_facts_and_nothing_else_does() -> None:
    token = TOKENS.write_form("sign", {"invitation": "x"})
    assert TOKENS.read_form("sign", token) == {"invitation": "x"}
    for other in (token[:-2], base64.urlsafe_b64encode(b"{}").decode(), "", "é"):
        with pytest.raises(NotOurs):
            TOKENS.read_form("sign", other)
    with pytest.raises(NotOurs):
        TOKENS.read_form("withdraw", token)


def test_what_nobody_proved_is_not_unpacked_without_end() -> None:
    bomb = "." + base64.urlsafe_b64encode(zlib.compress(b'{"g":"' + b"f" * 5_000_000 + b'"}')).decode() + ".forged"
    assert len(bomb) < 10_000
    with pytest.raises(NotOurs):
        TOKENS.unproved(bomb)
    assert TOKENS.unproved(TOKENS.write_form("sign", {"g": "fr"})) == {"g": "fr"}
