"""Comments in sentences: what each kind is called, how it was answered, who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from coalition.models.comment import is_named_to_invitees

if TYPE_CHECKING:
    from coalition.models.comment import Comment
    from coalition.web.signing.visit import Visit


def kind_words(kind: str) -> str:
    """What a kind of comment is called."""
    return str(
        {
            "question": _("Question"),
            "remark": _("Remark"),
            "wording": _("Suggested wording"),
            "cannot_while_stands": _("Red line: we cannot sign while this stands"),
            "only_if_stays": _("Red line: we sign only if this stays"),
        }[kind]
    )


def kind_options(*, has_paragraph: bool, may_be_reworded: bool) -> list[dict[str, str]]:
    """The kinds to choose from; red lines and other wording are for a paragraph."""
    options = [
        {"value": "question", "label": _("A question")},
        {"value": "remark", "label": _("A remark")},
    ]
    if may_be_reworded:
        hint = _("Change the paragraph in the last box.")
        options.append({"value": "wording", "label": _("Other wording"), "hint": hint})
    if has_paragraph:
        hint = _("A red line. Only the team of this letter sees it, whoever sees other comments.")
        options += [
            {"value": "cannot_while_stands", "label": _("We cannot sign while this stands"), "hint": hint},
            {"value": "only_if_stays", "label": _("We sign only if this stays"), "hint": hint},
        ]
    return options


def outcome_words(comment: Comment) -> str:
    """How the team answered, or that it has not."""
    if comment.taken_back_at:
        return str(_("You took it back"))
    return str(
        {
            None: _("Waits for an answer"),
            "taken": _("Taken"),
            "taken_with_edits": _("Taken, with edits"),
            "not_taken": _("Not taken"),
            "question_back": _("The team asks back"),
        }[comment.outcome]
    )


def author_words(comment: Comment, visit: Visit) -> str:
    """Who made somebody else's comment, as far as this visitor is told."""
    organisation = comment.invitation.organisation if comment.invitation else None
    if organisation is not None and is_named_to_invitees(visit.letter, organisation):
        return organisation.name_in(visit.language)
    return str(_("An organisation"))
