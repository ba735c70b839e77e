"""The facts of one mail of each kind, invented, for golden texts and for looking at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from coalition.emails.words import (
    AccountChangedWords,
    ApprovalAskedWords,
    ApprovalEndedWords,
    ApprovalGivenWords,
    ApprovalRefusedWords,
    AskedAgainWords,
    CancelledWords,
    ChangesWaitingWords,
    ClosedWords,
    CommentAnsweredWords,
    CommentReceivedWords,
    ConfirmRequestWords,
    ConsultationWords,
    ConsultedAgainWords,
    ContactJoinedWords,
    ContactsChangedWords,
    DeadlineNearWords,
    DigestWords,
    DisputeSettledWords,
    EntriesJoinedWords,
    ExtendedWords,
    IdentityDecidedWords,
    IndividualChangedWords,
    IndividualNewsWords,
    IndividualReceiptWords,
    InvitationWords,
    IsThisRightWords,
    KeepAskedWords,
    LanguageAddedWords,
    LastDayWords,
    LetterNews,
    LinkAgain,
    LinkHandedOverWords,
    LinksAgainWords,
    ListReportedWords,
    MailBouncedWords,
    MaskedEverywhereWords,
    MaskedWords,
    NameCorrectedWords,
    NewsNumbers,
    NewVersionWords,
    NotExpectedWords,
    NudgeWords,
    ObjectionReceivedWords,
    OpenNumbers,
    OwnPageWords,
    PageProofWords,
    PassedToYouWords,
    PlannedReleaseWords,
    PublishedWords,
    ReadyToSignWords,
    ReceiptWords,
    RecordedWords,
    ReplacedLinkWords,
    ReplyReceivedWords,
    RequestRefusedWords,
    RequestsWaitingWords,
    SafeInvitationWords,
    SafeLinksWords,
    SafeNoticeWords,
    SecondContactWords,
    SecondStepChangedWords,
    SetUpAccountWords,
    SignInCodeWords,
    StandingConsentWords,
    StandingForeseenWords,
    StandingVetoedWords,
    StepUpCodeWords,
    StillAgreeWords,
    SuspendedWords,
    TeamChangedWords,
    TextCorrectedWords,
    ToldColleagueWords,
    UpdateWords,
    WhatCameOfItWords,
    Words,
    YouPassedOnWords,
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
TEAM: dict[str, Any] = {
    "to_name": "Amina Diallo",
    "coalition_name": "Coalition for Open Letters",
    "letter_title": "Keep messages private",
    "person": "Lea Roth",
    "by": "Jonas Weiß",
    "link": "https://letters.coalition.example/desk/letters/7",
}
OF_AN_ACCOUNT: dict[str, Any] = {
    "to_name": "Amina Diallo",
    "coalition_name": "Coalition for Open Letters",
    "at": "21 February 2027, 14:02 (UTC)",
}
SECOND_STEP: dict[str, Any] = {
    "to_name": "Amina Diallo",
    "coalition_name": "Coalition for Open Letters",
    "at": "20 February 2027, 09:15 (Europe/Brussels)",
    "person": "Lea Roth",
    "link": "https://letters.coalition.example/desk/account/second-step",
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
RECORDED: dict[str, object] = ABOUT | {
    "act": "signed",
    "recorder": "Amina Diallo",
    "person": "Lina Haddad",
    "role": "Director",
    "way": "by telephone",
    "said_on": "20 February 2027",
    "printed_name": "Small Press Union",
}
HANDED_OVER: dict[str, object] = ABOUT | {
    "maker": "Amina Diallo",
    "made_at": "20 February 2027, 09:15 (Europe/Brussels)",
}
STARTED: dict[str, object] = SIGNED | {"printed_name": "", "text_plain": ""}
FROM_COLLEAGUE: dict[str, object] = {"to_name": "Omar Nassar", "colleague": "Lina Haddad"}
TO_APPROVE: dict[str, object] = (
    ABOUT
    | FROM_COLLEAGUE
    | {
        "deadline_day": "1 March",
        "deadline_lines": DEADLINE,
        "printed_name": "Small Press Union",
        "text_plain": TEXT,
    }
)
DECIDED: dict[str, object] = ABOUT | {"colleague": "Omar Nassar", "printed_name": "Small Press Union"}
SETTLED: dict[str, object] = ABOUT | {
    "how": "released",
    "reason": "Your director has confirmed the signature by telephone.\n\nThe record notes it.",
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
PERSON: dict[str, object] = ABOUT | {
    "to_name": "Ana Brkić",
    "organisation": "Ana Brkić",
    "recorded_at": "20 February 2027, 09:15 (Europe/Brussels)",
    "printed_name": "Ana Brkić",
}
PERSON_TOLD: dict[str, object] = {name: said for name, said in PERSON.items() if name != "recorded_at"}
PERSON_ASKED: dict[str, object] = CHANGED | {
    "to_name": "Ana Brkić",
    "organisation": "Ana Brkić",
    "printed_name": "Ana Brkić",
    "reply_day": "1 March",
    "reply_lines": DEADLINE,
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


REFUSALS: tuple[Literal["not_for", "unverified", "late", "other"], ...] = ("not_for", "unverified", "late", "other")
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
    "invitation-requested": ("invitation", _made(InvitationWords, ASKING | {"answers_request": True})),
    "confirm_request": (
        "confirm_request",
        ConfirmRequestWords(
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            link="https://letters.coalition.example/c/eyJpIjoiM3V2c2RmIn0.k1c2Zx8uT0aQ",
            works_until="1 March 2027",
        ),
    ),
    **{
        f"request_refused-{reason}": (
            "request_refused",
            RequestRefusedWords(
                coalition_name="Coalition for Open Letters", letter_title="Keep messages private", reason=reason
            ),
        )
        for reason in REFUSALS
    },
    "requests_waiting": (
        "requests_waiting",
        RequestsWaitingWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            requests=3,
            quarantined=12,
            link="https://letters.coalition.example/desk/letters/7/requests",
        ),
    ),
    "contact_joined": (
        "contact_joined",
        ContactJoinedWords(
            to_name="Lina Haddad",
            coalition_name="Coalition for Open Letters",
            organisation="Small Press Union",
            person="Rima Khalil",
            address="rima@smallpress.example",
            coordinator_name="Amina Diallo",
            coordinator_address="amina@forum.example",
        ),
    ),
    "nudge": ("nudge", _made(NudgeWords, ASKING | {"asked_on": "12 February 2027"})),
    "reminder": ("reminder", _made(NudgeWords, ASKING | {"asked_on": "12 February 2027"})),
    "last_day": (
        "last_day",
        _made(
            LastDayWords,
            ASKING | {"asked_on": "12 February 2027", "closes_day": "1 March", "closes_at": "17:00 UTC"},
        ),
    ),
    "second_contact": (
        "second_contact",
        _made(
            SecondContactWords,
            ASKING | {"to_name": "Rima Khalil", "colleague": "Lina Haddad", "asked_on": "12 February 2027"},
        ),
    ),
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
    "receipt-more_time": (
        "receipt",
        _made(ReceiptWords, STARTED | {"act": "more_time", "expected_by": "27 February 2027"}),
    ),
    "receipt-approval_asked": ("receipt", _made(ReceiptWords, STARTED | {"act": "approval_asked"})),
    "receipt-approval_refused": ("receipt", _made(ReceiptWords, STARTED | {"act": "approval_refused"})),
    "told_colleague-first": ("told_colleague", _made(ToldColleagueWords, TOLD | {"is_first": True})),
    "passed_to_you": (
        "passed_to_you",
        _made(PassedToYouWords, ASKING | FROM_COLLEAGUE | {"words": "You know this field better.\n\nLina"}),
    ),
    "passed_to_you-bare": (
        "passed_to_you",
        _made(PassedToYouWords, ASKING | FROM_COLLEAGUE | {"deadline_day": "", "deadline_lines": ()}),
    ),
    "passed_to_you-consultation": (
        "passed_to_you",
        _made(PassedToYouWords, ASKING | FROM_COLLEAGUE | {"is_consultation": True}),
    ),
    "you_passed_on": (
        "you_passed_on",
        _made(YouPassedOnWords, ABOUT | {"colleague": "Omar Nassar", "handed_over": False, "deadline_lines": DEADLINE}),
    ),
    "you_passed_on-handed_over": (
        "you_passed_on",
        _made(YouPassedOnWords, ABOUT | {"colleague": "Omar Nassar", "handed_over": True}),
    ),
    "approval_asked": ("approval_asked", _made(ApprovalAskedWords, TO_APPROVE | {"words": "The board met on Monday."})),
    "approval_asked-withheld": ("approval_asked", _made(ApprovalAskedWords, TO_APPROVE | {"is_withheld": True})),
    "approval_given": ("approval_given", _made(ApprovalGivenWords, DECIDED | {"role": "Chair"})),
    "approval_refused": (
        "approval_refused",
        _made(ApprovalRefusedWords, ABOUT | {"colleague": "Omar Nassar", "words": "Not before the congress."}),
    ),
    "approval_ended": ("approval_ended", _made(ApprovalEndedWords, ABOUT | {"how": "lapsed", "is_asker": True})),
    "approval_ended-approver": (
        "approval_ended",
        _made(ApprovalEndedWords, ABOUT | {"how": "lapsed", "is_asker": False, "link": ""}),
    ),
    "approval_ended-taken_back": (
        "approval_ended",
        _made(ApprovalEndedWords, ABOUT | {"how": "taken_back", "is_asker": False, "link": ""}),
    ),
    "dispute_settled": ("dispute_settled", _made(DisputeSettledWords, SETTLED)),
    "dispute_settled-ended": ("dispute_settled", _made(DisputeSettledWords, SETTLED | {"how": "ended"})),
    "not_expected": (
        "not_expected",
        NotExpectedWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            people=2,
            link="https://letters.coalition.example/desk/letters/7",
        ),
    ),
    "receipt-kept": ("receipt", _made(ReceiptWords, SIGNED | {"act": "kept"})),
    "receipt-objected": ("receipt", _made(ReceiptWords, SIGNED | {"act": "objected", "text_plain": ""})),
    "receipt-disputed": ("receipt", _made(ReceiptWords, SIGNED | {"act": "disputed", "text_plain": ""})),
    "receipt-handed_over": ("receipt", _made(ReceiptWords, SIGNED | {"handed_over": True, "text_plain": ""})),
    "told_colleague-disputed": ("told_colleague", _made(ToldColleagueWords, TOLD | {"act": "disputed"})),
    "told_colleague-handed_over": ("told_colleague", _made(ToldColleagueWords, TOLD | {"handed_over": True})),
    "recorded-signed": ("recorded", _made(RecordedWords, RECORDED)),
    "recorded-declined": ("recorded", _made(RecordedWords, RECORDED | {"act": "declined", "printed_name": ""})),
    "recorded-withdrawn": ("recorded", _made(RecordedWords, RECORDED | {"act": "withdrawn", "way": "by mail"})),
    "recorded-withheld": ("recorded", _made(RecordedWords, RECORDED | {"act": "withheld", "is_withheld": True})),
    "standing_foreseen": (
        "standing_foreseen",
        _made(
            StandingForeseenWords,
            ABOUT
            | {
                "veto_day": "23 February",
                "veto_lines": ("23 February 2027, 09:15 (Europe/Brussels)", "23 February 2027, 08:15 (UTC)"),
                "reply_utc": "23 February 2027, 08:15 (UTC)",
                "colleague": "Lea Moreau",
                "given_on": "4 January 2027",
                "printed_name": "Small Press Union",
            },
        ),
    ),
    "standing_vetoed": ("standing_vetoed", _made(StandingVetoedWords, {**ABOUT, "colleague": "Lea Moreau"})),
    "link_handed_over": ("link_handed_over", _made(LinkHandedOverWords, HANDED_OVER)),
    "objection_received": (
        "objection_received",
        ObjectionReceivedWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            objections=2,
            link="https://letters.coalition.example/desk/letters/1?state=suspended",
        ),
    ),
    "mail_bounced": (
        "mail_bounced",
        MailBouncedWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            organisations=("Small Press Union", "مركز عمّان للإعلام"),
            more=3,
            others=1,
            link="https://letters.coalition.example/desk/letters/1?state=bounced",
        ),
    ),
    "mail_bounced-others": (
        "mail_bounced",
        MailBouncedWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            organisations=(),
            more=0,
            others=2,
            link="https://letters.coalition.example/desk/letters/1?state=bounced",
        ),
    ),
    "reply_received": (
        "reply_received",
        ReplyReceivedWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            organisation="Small Press Union",
            person="Lina Haddad",
            address="lina@smallpress.example",
            their_subject="Re: Small Press Union: sign by 1 March? – Keep messages private",
            words="Dear Amina,\n\nyes, we would like to sign.\nOur board meets on Monday.\n\nLina",
            link="https://letters.coalition.example/desk/letters/7/organisations/8",
        ),
    ),
    "reply_received-doubtful": (
        "reply_received",
        ReplyReceivedWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            organisation="مركز عمّان للإعلام",
            person="لينا",
            words="نعم، نوقّع على الرسالة.",
            is_cut=True,
            is_from_another=True,
            link="https://letters.coalition.example/desk/letters/7/organisations/8",
        ),
    ),
    "reply_received-untold": (
        "reply_received",
        ReplyReceivedWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            link="https://letters.coalition.example/desk/letters/7/replies",
        ),
    ),
    "planned_release-out": (
        "planned_release",
        PlannedReleaseWords(
            to_name="Nadia Rahman",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            is_out=True,
            undo_until="3 March 2027, 06:10 (UTC)",
            link="https://letters.coalition.example/desk/letters/1/publish",
        ),
    ),
    "planned_release-stopped": (
        "planned_release",
        PlannedReleaseWords(
            to_name="Nadia Rahman",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            is_out=False,
            findings=2,
            embargo_until="3 March 2027, 07:00 (Europe/Paris), 06:00 (UTC)",
            link="https://letters.coalition.example/desk/letters/1/publish",
        ),
    ),
    "what_came_of_it": (
        "what_came_of_it",
        WhatCameOfItWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep private conversations private",
            published_on="3 March 2027",
            link="https://letters.coalition.example/desk/letters/0b9a4f0e-7a53-4a43-9d3c-3b6a8cf6a001/notes",
        ),
    ),
    "deadline_near": (
        "deadline_near",
        DeadlineNearWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            deadline_lines=DEADLINE,
            open=OpenNumbers(
                signed=41,
                unanswered=23,
                unsent=2,
                bounced=1,
                waiting=3,
                disputed=1,
                comments=1,
                requests=2,
                replies=4,
            ),
            link="https://letters.coalition.example/desk/letters/7",
        ),
    ),
    "digest": (
        "digest",
        DigestWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            since="28 February 2027, 08:00 (Europe/Brussels)",
            letters=(
                LetterNews(
                    title="Keep messages private",
                    news=NewsNumbers(answers=12, comments=1, requests=2, bounces=1, replies=3),
                    link="https://letters.coalition.example/desk/letters/7",
                ),
                LetterNews(
                    title="أطلقوا سراح الصحفيين",
                    news=NewsNumbers(answers=1),
                    link="https://letters.coalition.example/desk/letters/9",
                ),
            ),
            settings_link="https://letters.coalition.example/desk/account",
        ),
    ),
    "told_colleague-beforehand": ("told_colleague", _made(ToldColleagueWords, TOLD | {"beforehand": True})),
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
                "pdf_address": "https://letters.coalition.example/letters/keep-messages-private.pdf",
                "card_address": "https://letters.coalition.example/letters/keep-messages-private/card.png",
                "printed_name": "Small Press Union",
            },
        ),
    ),
    "update": (
        "update",
        _made(
            UpdateWords,
            ABOUT
            | {
                "note_kind": "Update",
                "note_day": "1 June 2027",
                "note_text": "The committee took up our second recommendation.",
                "published_address": "https://letters.coalition.example/letters/keep-messages-private",
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
    **{
        f"individual_receipt-{act}": ("individual_receipt", _made(IndividualReceiptWords, PERSON | {"act": act} | more))
        for act, more in (
            ("signed", {"text_plain": TEXT, "affiliation": "Professor of Law, University of Split*"}),
            ("kept", {}),
            ("objected", {}),
            ("name_changed", {}),
            ("name_corrected", {"former_name": "ANA BRKIC"}),
            ("withdrawn", {}),
        )
    },
    "individual_changed": (
        "individual_changed",
        _made(IndividualChangedWords, PERSON_ASKED | {"is_correction": False}),
    ),
    "individual_changed-correction": (
        "individual_changed",
        _made(IndividualChangedWords, PERSON_ASKED | {"is_correction": True}),
    ),
    **{
        f"individual_news-{news}": ("individual_news", _made(IndividualNewsWords, PERSON_TOLD | {"news": news} | more))
        for news, more in (
            ("page_proof", {"reply_day": "1 March", "reply_lines": DEADLINE}),
            ("published", {"published_address": "https://letters.coalition.example/letters/keep-messages-private"}),
            (
                "update",
                {
                    "note_text": "The committee took up our second recommendation.",
                    "published_address": "https://letters.coalition.example/letters/keep-messages-private",
                },
            ),
            ("closed", {}),
            ("cancelled", {}),
            ("masked", {}),
            ("unmasked", {}),
            ("suspended", {"reason": "A reader says that another Ana Brkić is meant."}),
            ("released", {"reason": "You wrote to us yourself."}),
            ("ended", {"reason": "The person of that name did not sign."}),
        )
    },
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
        _made(
            ConsultationWords,
            CONSULTING | {"why_now": "The committee votes on 9 March.", "note": "Dear Lina, we spoke in Tunis."},
        ),
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
    "suspended": (
        "suspended",
        _made(SuspendedWords, ABOUT | {"reason": "The chair says that the board did not decide it.\n\nWe ask you."}),
    ),
    "suspended-withheld": (
        "suspended",
        _made(SuspendedWords, ABOUT | {"reason": "Nobody answers at your telephone.", "is_withheld": True}),
    ),
    "masked": ("masked", _made(MaskedWords, ABOUT | {"is_masked": True})),
    "masked-again": ("masked", _made(MaskedWords, ABOUT | {"is_masked": False})),
    "masked_everywhere": (
        "masked_everywhere",
        MaskedEverywhereWords(
            to_name="Lina Haddad",
            coalition_name="Coalition for Open Letters",
            organisation="Small Press Union",
            contact_address="secretariat@coalition.example",
        ),
    ),
    "list_reported": (
        "list_reported",
        ListReportedWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            letter_title="Keep messages private",
            reports=2,
            link="https://letters.coalition.example/desk/letters/7/reports",
        ),
    ),
    "step_up_code": ("step_up_code", StepUpCodeWords(code="2048 1632", minutes=10)),
    "team_changed-joined": (
        "team_changed",
        TeamChangedWords(
            **TEAM,
            change="joined",
            role="translator",
            languages="French and Arabic",
            reason="She translated the last two letters.",
        ),
    ),
    "team_changed-part": (
        "team_changed",
        TeamChangedWords(**TEAM, change="part changed", role="observer", reason="Her work on the text is done."),
    ),
    "team_changed-appointed": (
        "team_changed",
        TeamChangedWords(**TEAM, change="appointed", role="coordinator", reason="Jonas has left us.", is_you=True),
    ),
    "team_changed-left": ("team_changed", TeamChangedWords(**TEAM, change="left")),
    "team_changed-off": ("team_changed", TeamChangedWords(**TEAM | {"link": ""}, change="taken off", is_you=True)),
    "team_changed-ended": ("team_changed", TeamChangedWords(**TEAM, change="account ended", nobody_can_act=True)),
    **{
        f"second_step_changed-{change.replace(' ', '-')}": (
            "second_step_changed",
            SecondStepChangedWords(
                **SECOND_STEP, change=change, passkey="Blue key" if change.startswith("passkey") else ""
            ),
        )
        for change in ("app added", "passkey removed", "code used", "tried")
    },
    "second_step_changed-away": (
        "second_step_changed",
        SecondStepChangedWords(**SECOND_STEP, change="taken away", by="Jonas Weiß"),
    ),
    "second_step_changed-away-told": (
        "second_step_changed",
        SecondStepChangedWords(
            **SECOND_STEP | {"link": "https://letters.coalition.example/desk/team"},
            change="taken away",
            by="Jonas Weiß",
            is_you=False,
        ),
    ),
    **{
        f"account_changed-{change.replace(' ', '-')}": (
            "account_changed",
            AccountChangedWords(**OF_AN_ACCOUNT, change=change, link="https://letters.coalition.example/desk/account"),
        )
        for change in ("sessions ended", "link made", "administrator", "no administrator")
    },
    "account_changed-sessions-ended-by": (
        "account_changed",
        AccountChangedWords(
            **OF_AN_ACCOUNT,
            change="sessions ended",
            by="Jonas Weiß",
            link="https://letters.coalition.example/desk/account",
        ),
    ),
    "account_changed-ended": ("account_changed", AccountChangedWords(**OF_AN_ACCOUNT, change="ended")),
    "account_changed-ended-by": (
        "account_changed",
        AccountChangedWords(**OF_AN_ACCOUNT, change="ended", by="Jonas Weiß"),
    ),
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
        f"standing_consent-{'given' if is_given else 'revoked'}": (
            "standing_consent",
            StandingConsentWords(
                **OF_THE_PAGE,
                is_given=is_given,
                colleague="Omar Nassar",
                lead="Digital Rights Forum",
                kinds=("Open letter", "Call to action"),
                veto_hours=48,
                lapses_on="4 January 2028",
            ),
        )
        for is_given in (True, False)
    },
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
    "entries_joined": ("entries_joined", EntriesJoinedWords(**OF_THE_PAGE, printed_name="Small Press and Radio Union")),
    "changes_waiting": (
        "changes_waiting",
        ChangesWaitingWords(
            to_name="Amina Diallo",
            coalition_name="Coalition for Open Letters",
            changes=2,
            link="https://letters.coalition.example/desk/directory/changes",
        ),
    ),
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
