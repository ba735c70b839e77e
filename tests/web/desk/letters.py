"""What the tests of letters at the desk share: addresses, texts, a draft that is ready, and reading a task list."""

from __future__ import annotations

from uuid import UUID

import pytest

from coalition.actions import circulate
from coalition.models.version import Text
from tests.builders import a_draft, a_letter
from tests.cast import Cast
from tests.visitor import Page, Visitor


def path_of(letter_id: UUID, *rest: str) -> str:
    return "/".join(("/desk/letters", str(letter_id), *rest))


def the_text(letter_id: UUID, language: str = "en") -> Text:
    found: Text = a_letter(letter_id).working_version.text(language)
    return found


def writing(visitor: Visitor, letter_id: UUID, language: str = "en") -> Page:
    """The page of a text with its form, after pressing Edit where it is only read."""
    page = visitor.get(path_of(letter_id, "text", language))
    return page.form("/edit").submit() if any(form.ends_with("/edit") for form in page.forms) else page


def ready(cast: Cast, *, languages: tuple[str, ...] = ("en",)) -> UUID:
    """A draft with all three members on its list."""
    letter_id = a_draft(cast, languages=languages)
    members = (cast.small_member, cast.arabic_member, cast.unnamed_member)
    circulate.invite(letter_id, [member.contact_id for member in members], by=cast.coordinator)
    return letter_id


def state_of(page: Page, task: str) -> str:
    """What the task list says of a task."""
    for line in page.tree.iter("li"):
        said = " ".join("".join(line.itertext()).split())
        if said.startswith(task):
            return said
    pytest.fail(f"{page.path} has no task {task!r}")
