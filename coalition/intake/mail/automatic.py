"""Telling what a machine wrote from what a person wrote (RFC 3834, and what was usual before it)."""

from __future__ import annotations

import re
from typing import Final

from coalition.intake.mail.bounded import Mail, header, kind_of

MARKS: Final = (
    "X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Response", "X-AutoReply-From", "X-Mail-Autoreply",
    "X-Auto-Reply", "X-Vacation", "X-FC-MachineGenerated", "List-Id", "List-Unsubscribe", "Feedback-ID",
)  # fmt: skip
"""Headers that a person's own mail does not have, whatever they say."""
PRECEDENCES: Final = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_SENDER: Final = re.compile(r"(?i)<?(mailer-daemon|no-?reply|do-?not-?reply|auto-?(reply|responder))@")
_SUBJECT: Final = re.compile(
    r"""(?ix) \s* \[? (
        out\ of\ (the\ )?office | auto(matic|mated)?[\ -]?(reply|response|answer)\b | autoreply | autoresponse | auto: |
        abwesen(heits|d) | automatische\ (antwort|r) | réponse\ automatique | absence\ du\ bureau |
        respuesta\ automática | fuera\ de\ la\ oficina | resposta\ automática | risposta\ automatica |
        automatisch\ antwoord | автоответ | автоматический\ ответ | رد\ تلقائي | الرد\ التلقائي | پاسخ\ خودکار
    )"""
)


def is_automatic(mail: Mail) -> bool:
    """Whether a machine wrote it: an answer from a holiday, a receipt, a mailing list, a bounce."""
    submitted = header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted:
        return submitted != "no"
    suppressed = header(mail, "X-Auto-Response-Suppress").lower()
    return bool(
        any(mail.get(mark) is not None for mark in MARKS)
        or {header(mail, "Precedence").lower(), header(mail, "X-Precedence").lower()} & PRECEDENCES
        or "all" in suppressed
        or "oof" in suppressed
        or header(mail, "Return-Path") == "<>"
        or kind_of(mail) == "multipart/report"
        or _SENDER.search(header(mail, "From"))
        or says_so_in_subject(mail)
    )


def says_so_in_subject(mail: Mail) -> bool:
    """Whether the subject begins as holidays begin theirs, in one of our languages and some more."""
    return _SUBJECT.match(header(mail, "Subject")) is not None
