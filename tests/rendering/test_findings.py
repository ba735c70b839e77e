"""What the check list finds is said in words, whatever it is."""

from __future__ import annotations

import re
from pathlib import Path

from coalition.actions import check
from coalition.rendering.findings import WORDS


def test_everything_the_check_list_can_find_has_words() -> None:
    found = set(re.findall(r'Finding\(\s*"(\w+)"', Path(check.__file__).read_text()))
    assert len(found) > 10
    assert found == set(WORDS)
