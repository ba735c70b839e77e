"""The facts of one mail of each kind, invented, for golden texts and for looking at."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from coalition.emails.words import (
    AskedAgainWords,
    CancelledWords,
    ClosedWords,
    CommentAnsweredWords,
    CommentReceivedWords,
    ConsultationWords,
    ConsultedAgainWords,
    ContactsChangedWords,
    ExtendedWords,
    IdentityDecidedWords,
    InvitationWords,
    IsThisRightWords,
    KeepAskedWords,
    LanguageAddedWords,
    LinkAgain,
    LinksAgainWords,
    NameCorrectedWords,
    NewVersionWords,
    NudgeWords,
    OwnPageWords,
    PageProofWords,
    PublishedWords,
    ReadyToSignWords,
    ReceiptWords,
    ReplacedLinkWords,
    SafeInvitationWords,
    SafeLinksWords,
    SafeNoticeWords,
    SetUpAccountWords,
    SignInCodeWords,
    StepUpCodeWords,
    StillAgreeWords,
    TextCorrectedWords,
    ToldColleagueWords,
    Words,
)
from coalition.rendering.redline import redline

LINK = "https://letters.coalition.example/i/eyJpIjoiM3V2c2RmIn0.k1c2Zx8uT0aQ"
TEXT = """Keep private conversations private

We, organisations that work for freedom of expression in nine countries, write to you because the draft regulation \
asks every messenger to read every message before it is sent.

We ask you to:

1. strike article 4 from the draft;
2. hear the people whose sources depend on it;
3. publish the assessment of your own service.

A lock with a second key is not a lock.

Yours sincerely,"""

ABOUT: dict[str, object] = {
    "to_name": "Lina Haddad",
    "coalition_name": "Coalition for Open Letters",
    "organisation": "Small Press Union",
    "letter_title": "Keep private conversations private: strike article 4 of the messenger regulation",
    "short_title": "Keep messages private",
    "kind_words": "Open letter",
    "lead_names": ("Digital Rights Forum", "Réseau des médias libres"),
    "coordinator_name": "Amina Diallo",
    "coordinator_address": "amina@forum.example",
    "link": LINK,
    "version": 2,
}
DEADLINE = ("1 March 2027, 18:00 (Europe/Brussels)", "1 March 2027, 17:00 (UTC)", "1 March 2027, 19:00 (Africa/Cairo)")
ASKING: dict[str, object] = ABOUT | {
    "who_may_sign": "Any organisation.",
    "deadline_day": "1 March",
    "deadline_lines": DEADLINE,
    "printed_name": "Small Press Union",
    "text_plain": TEXT,
}
CONSULTING: dict[str, object] = ABOUT | {
    "comments_day": "1 March",
    "comments_lines": DEADLINE,
    "reply_utc": "1 March 2027, 17:00 (UTC)",
    "who_sees": "Only the team of this letter sees what you write.",
    "text_plain": TEXT,
}
ANSWERED: dict[str, object] = ABOUT | {"quote": "strike article 4 from the draft;", "said": "And article 5?"}
SIGNED: dict[str, object] = ABOUT | {
    "act": "signed",
    "person": "Lina Haddad",
    "role": "Director",
    "recorded_at": "20 February 2027, 09:15 (Europe/Brussels)",
    "printed_name": "Small Press Union",
    "changeable_until": DEADLINE,
    "text_plain": TEXT,
}
TOLD: dict[str, object] = ABOUT | {
    "to_name": "Omar Nassar",
    "act": "signed",
    "colleague": "Lina Haddad",
    "role": "Director",
    "recorded_at": "20 February 2027, 09:15 (Europe/Brussels)",
    "printed_name": "Small Press Union",
}
AMENDED = TEXT.replace("in nine countries", "in eleven countries").replace(
    "3. publish the assessment of your own service.", "3. publish the assessment of your own service by 1 May."
)
CHANGED: dict[str, object] = ABOUT | {
    "version_before": 1,
    "explanations": (
        "Two members joined, and several asked for a date.\n\nWe took the wording that the lawyers proposed.",
    ),
    "redline": redline(TEXT, AMENDED),
    "redline_language": "en",
}
CORRECTED: dict[str, object] = CHANGED | {
    "explanations": ("A word was missing.",),
    "redline": redline(TEXT, TEXT.replace("A lock with", "Any lock with")),
}


OWN_LINK = "https://letters.coalition.example/o/eyJvIjoiM3V2c2RmIn0.Pq7Rt5Ls0aQ"
OF_THE_PAGE: dict[str, str] = {
    "to_name": "Lina Haddad",
    "coalition_name": "Coalition for Open Letters",
    "contact_address": "office@coalition.example",
    "organisation": "Small Press Union",
    "link": OWN_LINK,
}
CONTACT_CHANGES: tuple[Literal["added", "changed", "moved", "ended", "erased"], ...] = (
    "added", "changed", "moved", "ended", "erased",
)  # fmt: skip


def _made(kind: type[Words], facts: dict[str, object]) -> Words:
    return kind(**facts)  # type: ignore[arg-type]  # facts of several kinds in one dictionary


EVERY_MAIL: dict[str, tuple[str, Words]] = {
    "invitation": (
        "invitation",
        _made(
            InvitationWords,
            ASKING
            | {
                "why_now": "The committee votes on 9 March.",
                "note": "Dear Lina, we spoke in Tunis.\nYour case of 2025 is behind point 2.",
            },
        ),
    ),
    "invitation-bare": (
        "invitation",
        _made(InvitationWords, ASKING | {"to_name": "", "deadline_day": "", "deadline_lines": ()}),
    ),
    "invitation-embargo": (
        "invitation",
        _made(
            InvitationWords,
            ASKING
            | {
                "organisation": "اتحاد الصحافة الصغيرة",
                "printed_name": "اتحاد الصحافة الصغيرة",
                "embargo_until": "3 March 2027, 06:00 (UTC)",
                "mute_link": "https://letters.coalition.example/u/eyJtIjoiOHMifQ.Zx8u",
            },
        ),
    ),
    "nudge": ("nudge", _made(NudgeWords, ASKING | {"asked_on": "12 February 2027"})),
    "test": ("test", _made(InvitationWords, ASKING | {"link": "https://letters.coalition.example/i/TEST"})),
    "receipt-signed": ("receipt", _made(ReceiptWords, SIGNED)),
    "receipt-withheld": ("receipt", _made(ReceiptWords, SIGNED | {"act": "withheld"})),
    "receipt-declined": (
        "receipt",
        _made(ReceiptWords, SIGNED | {"act": "declined", "printed_name": "", "text_plain": ""}),
    ),
    "receipt-withdrawn": (
        "receipt",
        _made(
            ReceiptWords,
            SIGNED | {"act": "withdrawn", "printed_name": "", "text_plain": "", "changeable_until": ()},
        ),
    ),
    "receipt-name_changed": (
        "receipt",
        _made(ReceiptWords, SIGNED | {"act": "name_changed", "printed_name": "Small Press Union (SPU)"}),
    ),
    "receipt-visibility_changed": ("receipt", _made(ReceiptWords, SIGNED | {"act": "visibility_changed"})),
    "receipt-kept": ("receipt", _made(ReceiptWords, SIGNED | {"act": "kept"})),
    "receipt-objected": ("receipt", _made(ReceiptWords, SIGNED | {"act": "objected", "text_plain": ""})),
    "told_colleague-kept": ("told_colleague", _made(ToldColleagueWords, TOLD | {"act": "kept"})),
    "told_colleague-objected": ("told_colleague", _made(ToldColleagueWords, TOLD | {"act": "objected"})),
    "told_colleague-signed": ("told_colleague", _made(ToldColleagueWords, TOLD)),
    "told_colleague-declined": (
        "told_colleague",
        _made(ToldColleagueWords, TOLD | {"act": "declined", "printed_name": ""}),
    ),
    "told_colleague-withdrawn": (
        "told_colleague",
        _made(ToldColleagueWords, TOLD | {"act": "withdrawn", "printed_name": ""}),
    ),
    "told_colleague-name_changed": (
        "told_colleague",
        _made(ToldColleagueWords, TOLD | {"act": "name_changed", "printed_name": "Small Press Union (SPU)"}),
    ),
    "told_colleague-visibility_changed": (
        "told_colleague",
        _made(ToldColleagueWords, TOLD | {"act": "visibility_changed"}),
    ),
    "closed": (
        "closed",
        _made(
            ClosedWords,
            ABOUT
            | {
                "printed_name": "Small Press Union",
                "closed_at": "1 March 2027, 18:00 (Europe/Brussels)",
                "published_from": "3 March 2027, 06:00 (UTC)",
            },
        ),
    ),
    "extended": (
        "extended",
        _made(
            ExtendedWords,
            ABOUT
            | {
                "deadline_day": "1 March",
                "deadline_lines": DEADLINE,
                "former_deadline": "26 February 2027, 18:00 (Europe/Brussels)",
                "reason": "The vote was put off by a week.",
            },
        ),
    ),
    "replaced_link": ("replaced_link", _made(ReplacedLinkWords, ABOUT | {"deadline_lines": DEADLINE})),
    "published": (
        "published",
        _made(
            PublishedWords,
            ABOUT
            | {
                "published_address": "https://letters.coalition.example/letters/keep-messages-private",
                "signatories": 1234,
                "share_words": "1,234 organisations ask the committee to keep private conversations private.",
                "printed_name": "Small Press Union",
            },
        ),
    ),
    "name_corrected": (
        "name_corrected",
        _made(
            NameCorrectedWords,
            ABOUT
            | {"former_name": "Smal Press  Union", "printed_name": "Small Press Union", "changeable_until": DEADLINE},
        ),
    ),
    "page_proof": (
        "page_proof",
        _made(
            PageProofWords,
            ABOUT | {"object_day": "1 March", "object_lines": DEADLINE, "printed_name": "Small Press Union"},
        ),
    ),
    "still_agree": (
        "still_agree",
        _made(StillAgreeWords, ABOUT | {"agreed_on": "3 December 2026", "printed_name": "Small Press Union"}),
    ),
    "keep_asked": (
        "keep_asked",
        _made(
            KeepAskedWords,
            CHANGED
            | {
                "reply_day": "1 March",
                "reply_lines": DEADLINE,
                "reply_utc": "1 March 2027, 17:00 (UTC)",
                "printed_name": "Small Press Union",
            },
        ),
    ),
    "text_corrected": (
        "text_corrected",
        _made(
            TextCorrectedWords,
            CORRECTED | {"object_day": "1 March", "object_lines": DEADLINE, "printed_name": "Small Press Union"},
        ),
    ),
    "asked_again": (
        "asked_again",
        _made(AskedAgainWords, CHANGED | {"deadline_day": "1 March", "deadline_lines": DEADLINE}),
    ),
    "new_version": (
        "new_version",
        _made(NewVersionWords, CHANGED | {"deadline_day": "1 March", "deadline_lines": DEADLINE}),
    ),
    "new_version-consultation": (
        "new_version",
        _made(
            NewVersionWords,
            CHANGED | {"deadline_day": "1 March", "deadline_lines": DEADLINE, "is_consultation": True},
        ),
    ),
    "consultation": (
        "consultation",
        _made(ConsultationWords, CONSULTING | {"why_now": "The committee votes on 9 March."}),
    ),
    "consultation-no_objection": (
        "consultation",
        _made(ConsultationWords, CONSULTING | {"no_objection_lines": DEADLINE}),
    ),
    "consulted_again": (
        "consulted_again",
        _made(
            ConsultedAgainWords,
            ABOUT
            | {
                "reason": "Three members cannot sign article 2 as it stands.",
                "comments_day": "1 March",
                "comments_lines": DEADLINE,
                "has_signed": True,
            },
        ),
    ),
    "ready_to_sign": ("ready_to_sign", _made(ReadyToSignWords, ASKING)),
    "ready_to_sign-signed": ("ready_to_sign", _made(ReadyToSignWords, ASKING | {"has_signed": True})),
    "comment_answered-taken": (
        "comment_answered",
        _made(CommentAnsweredWords, ANSWERED | {"outcome": "taken_with_edits", "wording": "strike articles 4 and 5;"}),
    ),
    "comment_answered-not_taken": (
        "comment_answered",
        _made(CommentAnsweredWords, ANSWERED | {"outcome": "not_taken", "reply": "Others cannot sign with article 5."}),
    ),
    "comment_answered-question": (
        "comment_answered",
        _made(CommentAnsweredWords, ANSWERED | {"outcome": "question_back", "reply": "Which words of article 5?"}),
    ),
    "comment_received": (
        "comment_received",
        CommentReceivedWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            comments=3,
            link="https://letters.coalition.example/desk/letters/7/comments",
        ),
    ),
    "cancelled": (
        "cancelled",
        _made(CancelledWords, ABOUT | {"has_signed": True, "reason": "The committee withdrew the draft."}),
    ),
    "cancelled-unanswered": ("cancelled", _made(CancelledWords, ABOUT | {"has_signed": False})),
    "language_added": (
        "language_added",
        _made(
            LanguageAddedWords,
            ABOUT
            | {
                "has_signed": False,
                "deadline_lines": DEADLINE,
                "governing": "The French text is authoritative.",
            },
        ),
    ),
    "language_added-signed": ("language_added", _made(LanguageAddedWords, ABOUT | {"has_signed": True})),
    "sign_in_code": (
        "sign_in_code",
        SignInCodeWords(
            to_name="Amina Diallo", coalition_name="Coalition for Open Letters", code="204 817", minutes=10
        ),
    ),
    "step_up_code": ("step_up_code", StepUpCodeWords(code="2048 1632", minutes=10)),
    "set_up_account": (
        "set_up_account",
        SetUpAccountWords(
            to_name="Jonas Weiß",
            coalition_name="Coalition for Open Letters",
            inviter_name="Amina Diallo",
            inviter_address="amina@forum.example",
            link="https://letters.coalition.example/desk/set-up/Q2c9",
            works_until="27 February 2027, 12:00 (UTC)",
        ),
    ),
    "own_page": ("own_page", OwnPageWords(**OF_THE_PAGE)),
    "is_this_right": (
        "is_this_right",
        IsThisRightWords(
            **OF_THE_PAGE,
            printed_name="Small Press Union",
            country="Tunisia",
            site="https://press.example",
            people=("Lina Haddad", "Omar Nassar"),
        ),
    ),
    **{
        f"contacts_changed-{change}": (
            "contacts_changed",
            ContactsChangedWords(
                **OF_THE_PAGE,
                change=change,
                person="Lina Haddad",
                colleague="Omar Nassar",
                recorded_at="20 February 2027, 09:15 (Africa/Tunis)",
            ),
        )
        for change in CONTACT_CHANGES
    },
    "identity_decided-accepted": (
        "identity_decided",
        IdentityDecidedWords(**OF_THE_PAGE, is_accepted=True, wanted=("Name: Small Press and Radio Union",)),
    ),
    "identity_decided-refused": (
        "identity_decided",
        IdentityDecidedWords(
            **OF_THE_PAGE,
            is_accepted=False,
            wanted=("Name: The Press Union", "Website: https://union.example"),
            reply="Another member has this name.\nAdd your city to it, and ask again.",
        ),
    ),
    "links_again": (
        "links_again",
        LinksAgainWords(
            to_name="Lina Haddad",
            coalition_name="Coalition for Open Letters",
            contact_address="office@coalition.example",
            letters=(LinkAgain("Keep messages private", "Small Press Union", LINK),),
            pages=(LinkAgain("", "Small Press Union", OWN_LINK),),
        ),
    ),
    "safe_links": ("safe_links", SafeLinksWords(links=(LINK, OWN_LINK))),
    "safe_invitation": (
        "safe_invitation",
        SafeInvitationWords(link=LINK, deadline_utc="1 March 2027, 17:00 (UTC)"),
    ),
    "safe_invitation-comments": (
        "safe_invitation",
        SafeInvitationWords(link=LINK, deadline_utc="1 March 2027, 17:00 (UTC)", asks_comments=True),
    ),
    "safe_notice": ("safe_notice", SafeNoticeWords()),
    "safe_notice-news": ("safe_notice", SafeNoticeWords(has_answer=False, link=LINK)),
}
"""By name, for golden files: the kind, a hyphen, the case."""


def _invitation() -> InvitationWords:
    words = EVERY_MAIL["invitation"][1]
    assert isinstance(words, InvitationWords)
    return words


INVITATION = _invitation()
ARABIC = replace(
    INVITATION,
    to_name="لينا حداد",
    organisation="النقابة الوطنية للصحفيين التونسيين",
    printed_name="النقابة الوطنية للصحفيين التونسيين",
    letter_title="أبقوا المحادثات الخاصة خاصة",
    short_title="المحادثات الخاصة",
    kind_words="رسالة مفتوحة",
    coalition_name="ائتلاف الرسائل المفتوحة",
    deadline_day="1 مارس",
    deadline_lines=(
        "1 مارس 2027، 18:00 (\u2068Europe/Brussels\u2069)",
        "1 مارس 2027، 17:00 (\u2068UTC\u2069)",
    ),
    who_may_sign="أي منظمة.",
    why_now="تصوت اللجنة في 9 مارس.",
    note="عزيزتي لينا، التقينا في تونس.",
    text_plain="نحن المنظمات العاملة من أجل حرية التعبير نكتب إليكم.\n\n1. احذفوا المادة 4.\n2. استمعوا إلى الناس.",
)
"""As an Arabic letter fills it in, with leads and a coordinator whose names are Latin."""
