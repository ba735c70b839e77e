"""What docs/proof.md says of manifests is true: its vectors hold, also for openssl."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

from coalition import signet
from coalition.rendering.manifest import commitment, text_alone
from coalition.signet import Signet
from tests.house.source import words_of
from tests.rendering.letters import letter

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

DOCUMENT = words_of("docs/proof.md")
HASHED = re.compile(r"Hashed:\n\n```\n(.*?)\n```\n\nCommitment: `(\w{64})`")
SIGNED = re.compile(
    r"Signed:\n\n```\n(?P<content>.*?)\n```\n\nPublic key:\n\n```\n(?P<pem>.*?\n)```\n\n"
    r"Fingerprint of the key: `(?P<key>\w{64})`\n\nSignature: `(?P<signature>\w{128})`",
    re.DOTALL,
)


def test_the_statement_of_the_document_has_its_commitment() -> None:
    ((statement, told),) = HASHED.findall(DOCUMENT)
    assert commitment(json.loads(statement)) == told


def test_the_signature_of_the_document_verifies_by_the_documented_command(tmp_path: Path) -> None:
    found = SIGNED.search(DOCUMENT)
    assert found
    ours = Signet(bytes(range(32)))
    content = found["content"].encode()
    assert (ours.fingerprint, ours.sign(content).hex()) == (found["key"], found["signature"])
    assert signet.of_pem(found["pem"].encode()) == ours.public_key
    (tmp_path / "manifest.json").write_bytes(content)
    (tmp_path / "manifest.sig").write_bytes(bytes.fromhex(found["signature"]))
    (tmp_path / "key.pem").write_text(found["pem"])
    command = next(line for line in DOCUMENT.splitlines() if line.startswith("openssl pkeyutl")).split()
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / "manifest.json").write_bytes(content.replace(b"1", b"2", 1))
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode != 0


def test_the_text_of_a_manifest_names_nobody_of_the_list_and_no_lead(app: Flask) -> None:  # noqa: ARG001 -- its words
    text = text_alone(letter(), "en")
    assert "Hear us before the vote" in text
    assert "Ines Calder" in text
    for name in ("River Alliance", "Wells Trust", "River Valley Secretariat"):
        assert name not in text
