"""The record of a letter at the desk says everything in words."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from coalition import actions
from coalition.web.desk.log import what_happened

if TYPE_CHECKING:
    from flask import Flask

ENTERED = re.compile(r'entered\(\s*session,\s*letter,\s*"([a-z -]+)"')


def test_every_verb_that_is_entered_for_a_letter_has_words(app: Flask) -> None:
    source = "".join(path.read_text() for path in Path(actions.__file__).parent.glob("*.py"))
    verbs = set(ENTERED.findall(source))
    assert len(verbs) > 20
    with app.test_request_context("/desk"):
        said = {verb: what_happened(SimpleNamespace(verb=verb, detail={})) for verb in verbs}  # type: ignore[arg-type]  # what it reads
    assert [verb for verb, words in said.items() if words == verb] == []
