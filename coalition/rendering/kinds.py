"""What each kind of letter is called: its kicker on pages, in files, in feeds and in mails."""

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
