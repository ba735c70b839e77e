"""What the vault promises: bound to its row, unreadable without the key, findable by its index."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition import vault
from coalition.keys import KeyRing
from coalition.vault import SealBroken, blind_index, seal, unseal

ROW = uuid4()
PLACE: dict[str, Any] = {"table": "contacts", "column": "address", "row": ROW}


@pytest.fixture(autouse=True)
def _unlocked() -> None:
    vault.unlock(KeyRing.generate())


def test_what_was_sealed_opens_in_its_own_place() -> None:
    assert unseal(seal(b"nadia@example.org", **PLACE), **PLACE) == b"nadia@example.org"


@pytest.mark.parametrize("elsewhere", [{"table": "accounts"}, {"column": "name"}, {"row": uuid4()}])
def test_a_value_copied_into_another_place_does_not_open(elsewhere: dict[str, object]) -> None:
    with pytest.raises(SealBroken):
        unseal(seal(b"nadia@example.org", **PLACE), **{**PLACE, **elsewhere})


def test_the_same_value_is_never_sealed_to_the_same_bytes() -> None:
    assert seal(b"yes", **PLACE) != seal(b"yes", **PLACE)


def test_a_sealed_value_does_not_open_with_other_keys() -> None:
    sealed = seal(b"nadia@example.org", **PLACE)
    vault.unlock(KeyRing.generate())
    with pytest.raises(SealBroken):
        unseal(sealed, **PLACE)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_they_open_or_are_refused_in_words(garbage: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(garbage, **PLACE)


def test_a_blind_index_finds_the_same_value_and_tells_domains_and_parts_apart() -> None:
    assert blind_index("contact.address", b"a") == blind_index("contact.address", b"a")
    assert blind_index("contact.address", b"a") != blind_index("signature.organisation", b"a")
    assert blind_index("x", b"ab", b"c") != blind_index("x", b"a", b"bc")
