"""Names of files that strangers chose."""

from __future__ import annotations

import pytest

from coalition.intake.file_names import LIMIT, plain_file_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("minutes.pdf", "minutes.pdf"),
        ("C:\\Users\\ana\\minutes.pdf", "minutes.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x=1.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ('a"b.pdf', "ab.pdf"),
        ("\x00", "evidence"),
        ("..", "evidence"),
        ("", "evidence"),
        ("محضر.pdf", "محضر.pdf"),
    ],
)
def test_a_name_is_what_can_be_seen_of_its_last_part(sent: str, kept: str) -> None:
    assert plain_file_name(sent, otherwise="evidence") == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = plain_file_name("a" * 400 + ".pdf", otherwise="evidence")
    assert len(name) == LIMIT
    assert name.endswith("a.pdf")
