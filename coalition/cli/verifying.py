"""`coalition verify`: files against each other on any machine, or the whole database against what was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition import signet
from coalition.actions import verify as verifying
from coalition.cli.refusal import Refused, opened
from coalition.database import db
from coalition.rendering import checking
from coalition.rendering.checking import NotAManifest
from coalition.signet import NotASigningKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KINDS: tuple[Callable[[bytes, bytes], Iterator[str]], ...] = (
    checking.problems_of_openings,
    checking.problems_of_edition,
)


def files(manifest: Path, signature: Path, key: Path, others: tuple[Path, ...]) -> str:
    """Check a manifest by its signature and a public key, and what else there is of the edition. Raises Refused."""
    content = _read(manifest)
    try:
        found = list(checking.problems_of_manifest(content, _read(signature), signet.of_pem(_read(key))))
        facts = checking.read_manifest(content)
    except NotASigningKey as error:
        raise Refused(f"{key} is no public key in PEM that signs manifests.") from error
    except NotAManifest as error:
        raise Refused(f"{manifest} is no manifest that this version reads.") from error
    for path in others:
        found += (f"{path}: {words}" for words in _of_other(path, content))
    if found:
        raise Refused("\n".join(found))
    return (
        f"Signed by {facts['signed_by']}: edition {facts['edition']} of {facts['address']}, "
        f"{len(facts['commitments'])} commitments." + (" Every file belongs to it." if others else "")
    )


def database() -> str:
    """Check the present database. Raises Refused with everything that is wrong."""
    with opened():
        session = db.session()
        found = list(verifying.problems(session))
        if found:
            raise Refused("\n".join(found))
        counted = verifying.counted(session)
    return (
        f"All is as it was signed: {counted['records']} records, {counted['manifests']} manifests, "
        f"{counted['commitments']} commitments; every tally, text and line fits."
    )


def _of_other(path: Path, manifest: bytes) -> Iterator[str]:
    """A file of the edition by what it holds: statements, the letter as JSON, or the text."""
    content = _read(path)
    for problems_of in KINDS:
        try:
            yield from problems_of(content, manifest)
        except NotAManifest:
            continue
        return
    yield from checking.problems_of_text(content, manifest)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} can not be read ({error.strerror}).") from error
