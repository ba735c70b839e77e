"""The seal of a published PDF (PAdES, ETSI EN 319 142): the coalition's certificate, where its operator has one.

A reader's program then says whose file it is and that it was not changed. The same edition still gives the same bytes:
the seal is dated as the edition is, and RSA signs without chance.
"""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from coalition import config
from coalition.config import SettingsWrong

if TYPE_CHECKING:
    from datetime import datetime

FIELD: Final = "Seal"


def check() -> None:
    """Look at the certificate that the settings name, if any. Raises SettingsWrong, in a sentence for the operator."""
    settings = config.settings()
    if settings.seal_certificate:
        _signer(settings.seal_certificate, settings.seal_password)


def sealed(content: bytes, *, at: datetime) -> bytes:
    """A PDF with the seal, as an update at its end; as it is where no certificate is set. Raises SettingsWrong.

    `at` is the instant that the seal says: the edition's.
    """
    settings = config.settings()
    if not settings.seal_certificate:
        return content
    return _sealed(content, _signer(settings.seal_certificate, settings.seal_password), at)


def fingerprint() -> str:
    """What tells one certificate from another: another one, other bytes."""
    path = config.settings().seal_certificate
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else ""


def _sealed(content: bytes, signer: Any, at: datetime) -> bytes:
    from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject  # noqa: PLC0415 -- of an extra
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 -- of an extra
    from pyhanko.sign import fields, signers  # noqa: PLC0415 -- of an extra

    writer: Any = IncrementalPdfFileWriter(io.BytesIO(content))
    # What the library would write by the clock and by chance: the file's metadata, and which state of it this is.
    writer._update_meta = lambda: None  # noqa: SLF001 -- it has no other way
    first, _second = writer._document_id  # noqa: SLF001 -- it has no other way
    writer._document_id = ArrayObject([first, ByteStringObject(hashlib.sha256(content).digest()[:16])])  # noqa: SLF001 -- it has no other way
    # Out of the page and printable: a widget that is no part of the tagged text, as PDF/A-3 and PDF/UA-1 both want it.
    unseen = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
    pen: Any = signers.PdfSigner(
        signers.PdfSignatureMetadata(field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES),
        signer,
        new_field_spec=fields.SigFieldSpec(FIELD, invis_sig_settings=unseen),
    )
    begin = pen.init_signing_session

    def begin_at(*given: Any, **named: Any) -> Any:
        session = begin(*given, **named)
        session.system_time = at
        return session

    pen.init_signing_session = begin_at
    out = io.BytesIO()
    # It signs within a loop of its own, which a thread that runs one already would refuse.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(pen.sign_pdf, writer, output=out).result()
    return out.getvalue()


@cache
def _signer(path: str, password: str) -> Any:
    """Whoever signs with the certificate and the key in a PKCS#12 file."""
    try:
        from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415 -- of an extra
    except ImportError as error:
        raise SettingsWrong("seal_certificate: install the extra that seals, pip install 'coalition[seal]'") from error
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise SettingsWrong(f"seal_certificate: {path} can not be read") from error
    try:
        key = pkcs12.load_pkcs12(content, password.encode() or None).key
    except ValueError as error:
        raise SettingsWrong(f"seal_certificate: {path} is no PKCS#12 file, or seal_password is another one") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise SettingsWrong(f"seal_certificate: {path} has no RSA key beside its certificate")
    signer = SimpleSigner.load_pkcs12_data(content, [], password.encode() or None)
    if signer is None or signer.signing_cert is None:
        raise SettingsWrong(f"seal_certificate: {path} has no certificate for its key")
    return signer
