"""The signet: what it signs can be checked by anybody, and by nothing of ours."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from coalition import signet
from coalition.keys import KeyRing
from coalition.signet import NotASigningKey, Signet

SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
"""The first key of RFC 8032 §7.1."""
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def test_it_signs_as_the_standard_does() -> None:
    ours = Signet(SECRET)
    assert ours.public_key.hex() == PUBLIC
    assert ours.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155")
    assert signet.is_signed(b"", ours.sign(b""), ours.public_key)


def test_one_changed_byte_or_another_key_is_not_signed() -> None:
    ours, other = Signet(SECRET), Signet(bytes(32))
    signature, jws = ours.sign(b"text"), ours.sign_jws(b"text")
    assert not signet.is_signed(b"texT", signature, ours.public_key)
    assert not signet.is_signed(b"text", signature, other.public_key)
    assert not signet.is_signed(b"text", b"", ours.public_key)
    assert not signet.is_signed_jws(b"texT", jws, ours.public_key)
    assert not signet.is_signed_jws(b"text", jws, other.public_key)
    assert not signet.is_signed_jws(b"text", "no jws", ours.public_key)


def test_a_jws_is_the_same_with_its_middle_part_and_without() -> None:
    ours = Signet(SECRET)
    apart = ours.sign_jws(b"text")
    whole = signet.whole_jws(b"text", apart)
    assert whole.count(".") == apart.count(".") == 2
    assert signet.is_signed_jws(b"text", apart, ours.public_key)
    assert signet.is_signed_jws(b"text", whole, ours.public_key)
    assert not signet.is_signed_jws(b"text", signet.whole_jws(b"other", apart), ours.public_key)


def test_a_key_goes_through_pem_and_is_known_by_what_openssl_prints(tmp_path: Path) -> None:
    ours = Signet(SECRET)
    path = tmp_path / "key.pem"
    path.write_text(signet.pem(ours.public_key))
    assert signet.of_pem(path.read_bytes()) == ours.public_key
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", str(path), "-outform", "DER"], check=True, capture_output=True
    ).stdout
    assert hashlib.sha256(der).hexdigest() == ours.fingerprint


def test_what_is_no_such_key_is_refused() -> None:
    with pytest.raises(NotASigningKey):
        signet.of_pem(b"no key")


def test_the_key_file_is_rewritten_whole_with_one_new_key_and_the_others_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    before = KeyRing.generate()
    before.write(path)
    before.with_a_new("manifest").rewrite(path)
    after = KeyRing.read(path)
    assert len(after.secrets("manifest")) == 1
    assert after.secrets("manifest") != before.secrets("manifest")
    assert all(after.secrets(name) == before.secrets(name) for name in ("link", "form", "session", "vault", "index"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]
