"""Comments at the desk in sentences: kinds, answers, tallies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from coalition import languages
from coalition.languages import isolate
from coalition.web.desk.frame import language

if TYPE_CHECKING:
    from coalition.models.comment import Comment
    from coalition.web.desk.comment_groups import Group


def kind_words(kind: str) -> str:
    """What a kind of comment is called."""
    return str(
        {
            "question": _("Question"),
            "remark": _("Remark"),
            "wording": _("Suggested wording"),
            "cannot_while_stands": _("Cannot sign while this stands"),
            "only_if_stays": _("Signs only if this stays"),
        }[kind]
    )


def outcome_words(outcome: str | None) -> str:
    """How a comment was answered."""
    return str(
        {
            None: pgettext("a comment", "Open"),
            "taken": _("Taken"),
            "taken_with_edits": _("Taken, with edits"),
            "not_taken": _("Not taken"),
            "question_back": _("Asked back"),
        }[outcome]
    )


def author_words(comment: Comment) -> str:
    """Who made it, for the team."""
    if comment.invitation is not None:
        who = comment.invitation.contact.name or comment.invitation.contact.address or ""
        name = comment.invitation.organisation.name_in(language())
        return str(_("%(before)s, %(after)s", before=name, after=who)) if who else name
    brought = comment.account.name if comment.account else ""
    author = comment.author_name or _("somebody unnamed")
    if not brought:
        return str(author)
    return str(_("%(author)s, in a file that %(account)s brought", author=author, account=brought))


def credit_words(credited: list[Comment]) -> str:
    """Whose wording went into a version, for the team; "" where nobody's did."""
    spoken = language()
    names = dict.fromkeys(
        one.invitation.organisation.name_in(spoken) if one.invitation else one.author_name or _("somebody unnamed")
        for one in credited
    )
    if not names:
        return ""
    return str(_("Wording by %(names)s.", names=languages.join([isolate(name) for name in names], spoken)))


def tally_words(group: Group) -> list[str]:
    """What was said for and against the paragraph, counted by organisation, the latest word of each."""
    spoken = language()
    against, in_favour = group.red_lines("cannot_while_stands"), group.red_lines("only_if_stays")
    found: list[Any] = []
    if against:
        number = languages.number(against, spoken)
        found.append(
            ngettext(
                "While it stands: %(number)s organisation cannot sign.",
                "While it stands: %(number)s organisations cannot sign.",
                against,
                number=number,
            )
        )
    if in_favour:
        number = languages.number(in_favour, spoken)
        found.append(
            ngettext(
                "If it goes: %(number)s organisation no longer would.",
                "If it goes: %(number)s organisations no longer would.",
                in_favour,
                number=number,
            )
        )
    return [str(one) for one in found]
