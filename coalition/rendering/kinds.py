"""What each kind of letter is called and has by itself: its kicker, the heading of its list, what it does without."""

from typing import Final

from flask_babel import lazy_gettext

WORDS = {
    "open_letter": lazy_gettext("Open letter"),
    "joint_letter": lazy_gettext("Joint letter"),
    "joint_statement": lazy_gettext("Joint statement"),
    "statement": lazy_gettext("Statement"),
    "call_to_action": lazy_gettext("Call to action"),
    "solidarity_statement": lazy_gettext("Solidarity statement"),
    "submission": lazy_gettext("Submission"),
    "campaign_snapshot": lazy_gettext("Campaign snapshot"),
    "support": lazy_gettext("In support of another group’s campaign"),
    "news": lazy_gettext("News"),
}


def kind_words(kind: str) -> str:
    """The words for one of coalition.models.letter.KINDS in the language now set; KeyError for another."""
    return str(WORDS[kind])


LIST_HEADINGS: Final = {
    "support": lazy_gettext("Members that join"),
}
"""Of kinds whose list is not simply one of signatories."""
WITHOUT_ADDRESSEES: Final = (
    "joint_statement",
    "statement",
    "solidarity_statement",
    "support",
    "campaign_snapshot",
    "news",
)
"""Kinds that usually speak to nobody by name."""
WITHOUT_SIGNATORIES: Final = ("campaign_snapshot", "news")
"""Kinds that usually nobody signs."""


def usual_list_heading(kind: str) -> str:
    """What stands over the names of such a letter where its text says nothing else, in the language now set."""
    return str(LIST_HEADINGS.get(kind) or lazy_gettext("Signatories"))
