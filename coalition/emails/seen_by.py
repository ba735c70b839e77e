"""Who sees a comment, in sentences: the same in the mail that asks for comments and above the box that takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from coalition.languages import isolate
from coalition.models.comment import is_named_to_invitees

if TYPE_CHECKING:
    from coalition.models.letter import Letter
    from coalition.models.organisation import Organisation


def who_sees(letter: Letter, organisation: Organisation, name: str) -> str:
    """Who sees the comments of an organisation called `name`, in the present language. Red lines come last."""
    red_line = gettext("A red line is seen by the team of this letter alone.")
    if letter.comment_audience == "team":
        return str(gettext("Only the team of this letter sees what you write."))
    if is_named_to_invitees(letter, organisation):
        seen = gettext(
            "The team of this letter and the other invited organisations see what you write, with the name of "
            "%(name)s.",
            name=isolate(name),
        )
    else:
        seen = gettext(
            "The team of this letter sees what you write. The other invited organisations see it too, without the name "
            "of %(name)s.",
            name=isolate(name),
        )
    return f"{seen} {red_line}"
