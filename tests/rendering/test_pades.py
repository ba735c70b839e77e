"""The seal of a PDF: readers' programs find it good, what was there stays, and a wrong certificate is told."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from coalition import config
from coalition.config import SettingsWrong
from coalition.rendering import forms, pades
from coalition.rendering.imprint import imprint
from coalition.rendering.pdf import make_pdf
from tests.rendering.letters import letter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.usefixtures("app")]
PASSWORD = "a word of the operator"


def certificate(key: Any) -> bytes:
    """A PKCS#12 file with a certificate that the key gave to itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Coalition for Common Waters")])
    made = datetime(2026, 1, 1, tzinfo=UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(made)
        .not_valid_after(made + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"seal", key, signed, None, BestAvailableEncryption(PASSWORD.encode()))


@pytest.fixture
def with_seal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the certificate of the installation."""

    def set_it(content: bytes, password: str = PASSWORD) -> None:
        path = tmp_path / "seal.p12"
        path.write_bytes(content)
        pades._signer.cache_clear()
        settings = replace(config.settings(), seal_certificate=str(path), seal_password=password)
        monkeypatch.setattr(config._keeper, "settings", settings)

    return set_it


def told(content: bytes, path: Path) -> str:
    """What poppler says of the seals of a PDF."""
    path.write_bytes(content)
    return subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, check=False, text=True).stdout


def test_a_published_pdf_is_sealed_and_stays_what_it_was(with_seal: Callable[..., None], tmp_path: Path) -> None:
    before = imprint()
    with_seal(certificate(rsa.generate_private_key(65537, 2048)))
    plain = make_pdf(letter(), "en").content
    content = forms.FORMS[".pdf"][1](letter(), "en")
    said = told(content, tmp_path / "letter.pdf")
    assert "Signature is Valid." in said
    assert "ETSI.CAdES.detached" in said
    assert "Coalition for Common Waters" in said
    assert "Mar 01 2027" in said  # the edition's date, not that of the press
    assert "Total document signed" in said
    assert content.startswith(plain)  # all that was there, and the seal after it
    with pikepdf.open(io.BytesIO(plain)) as old, pikepdf.open(io.BytesIO(content)) as new:
        for part in ("/Lang", "/MarkInfo", "/ViewerPreferences"):
            assert str(new.Root.get(part)) == str(old.Root.get(part))
        assert new.Root.StructTreeRoot.K is not None
        assert new.Root.Metadata.read_bytes() == old.Root.Metadata.read_bytes()
        [field] = new.Root.AcroForm.Fields
        assert int(field.F) & 0b100111 == 0b100  # printable and not hidden, as PDF/A has it
        assert all(float(side) < 0 for side in field.Rect)  # and out of the page, so no text that is untagged (PDF/UA)
        assert new.pages[0].Tabs == "/S"
    assert forms.FORMS[".pdf"][1](letter(), "en") == content
    assert imprint() != before
    assert forms.FORMS[".pdf"][1](replace(letter(), edition=0), "en").count(b"/ByteRange") == 0
    at = plain.index(b"stream") + 20
    changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    assert "Signature is Valid." not in told(changed, tmp_path / "changed.pdf")


def test_without_a_certificate_nothing_is_sealed() -> None:
    pades.check()
    assert forms.FORMS[".pdf"][1](letter(), "en") == make_pdf(letter(), "en").content


def test_a_certificate_that_can_not_seal_is_told_in_a_sentence(
    with_seal: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = certificate(rsa.generate_private_key(65537, 2048))
    for content, password, words in (
        (b"no such file", PASSWORD, "is no PKCS#12 file, or seal_password is another one"),
        (good, "another word", "is no PKCS#12 file, or seal_password is another one"),
        (certificate(ec.generate_private_key(ec.SECP256R1())), PASSWORD, "has no RSA key beside its certificate"),
    ):
        with_seal(content, password)
        with pytest.raises(SettingsWrong, match=re.escape(words)):
            pades.check()
    (tmp_path / "seal.p12").unlink()
    pades._signer.cache_clear()
    with pytest.raises(SettingsWrong, match="can not be read"):
        pades.check()
    with_seal(good)
    pades.check()
    pades._signer.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "pyhanko.sign.signers", None)
    with pytest.raises(SettingsWrong, match=re.escape("pip install 'coalition[seal]'")):
        pades.check()
