"""Comments at the desk: worked through by paragraph, answered by one press each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from coalition import clock, languages
from coalition.actions import respond
from coalition.actions.amend import NotShownYet
from coalition.actions.comment import NothingSaid, NotToBeReworded, SaidTooLong, may_be_reworded
from coalition.actions.consult import said_nothing
from coalition.actions.draft import PartTooLong
from coalition.actions.respond import AlreadyAnswered, ParagraphChanged, Reply
from coalition.database import db
from coalition.intake.names import UnprintableName
from coalition.models.comment import OUTCOMES, Comment
from coalition.models.letter import AlreadyPublished, Letter
from coalition.models.organisation import Organisation
from coalition.models.version import Text
from coalition.rendering.paragraph_view import paragraph_view
from coalition.rendering.stock_reasons import stock_reasons
from coalition.web.audience import OBSERVER, Audience, account, audience
from coalition.web.desk.comment_groups import FILTERS, Group, comments_on, counts_of, groups_of, is_shown
from coalition.web.desk.comment_words import author_words, kind_words, outcome_words, tally_words
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, path_of, show, the_letter
from coalition.web.desk.typed import Typed, too_long

ENDED = {"cancelled"}


@desk.get("/letters/<uuid:letter_id>/comments")
@audience(Audience.TEAM, also=(OBSERVER,))
def comments(letter_id: UUID) -> ResponseReturnValue:
    """Every comment under a filter, by paragraph."""
    return _page()


@desk.post("/letters/<uuid:letter_id>/comments/<uuid:comment_id>")
@audience(Audience.TEAM)
def answer_comment(letter_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Answer one; the page comes back with what has to change."""
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.letter_id != letter_id:
        abort(404)
    typed = Typed(request.form)
    outcome = typed.choice("outcome", OUTCOMES, _("Choose how this comment is answered."))
    if not typed.is_good:
        return _page(comment_id, typed, status=422)
    stock = stock_reasons(_language_of(comment)).get(str(typed.get("stock")), "") if outcome == "not_taken" else ""
    words = "\n\n".join(filter(None, (stock, str(request.form.get("words", "")).strip())))
    wording, seen = (request.form.get(name, "") for name in ("wording", "seen"))
    reply = Reply(outcome, words, wording, seen, by_hand=typed.tick("by_hand"))
    try:
        respond.answer_comment(letter_id, comment_id, reply, by=account())
    except (NothingSaid, SaidTooLong, UnprintableName, PartTooLong) as refused:
        typed.wrong(*_problem(refused, outcome))
        return _page(comment_id, typed, status=422)
    except (AlreadyAnswered, ParagraphChanged, NotToBeReworded, NotShownYet, AlreadyPublished) as refused:
        typed.wrong("", _refusal(refused))
        return _page(comment_id, typed, status=409)
    flash(_("Answered: %(outcome)s.", outcome=outcome_words(outcome)))
    return lead_to(letter_id, "comments" + _query(request.form.get("show", "")))


def _problem(refused: Exception, outcome: str) -> tuple[str, str]:
    """The field and what to do about it."""
    if isinstance(refused, NothingSaid) and refused.part == "words":
        asks = _("Write your question.") if outcome == "question_back" else _("Say why, or choose a reason.")
        return "words", asks
    if isinstance(refused, NothingSaid):
        return "wording", _("Write how the paragraph will read.")
    if isinstance(refused, SaidTooLong):
        return refused.part, too_long(refused.length, refused.limit)
    if isinstance(refused, PartTooLong):
        return "wording", too_long(refused.length, refused.limit)
    return "words", _("Take out what cannot be seen: %(characters)s.", characters=str(refused))


def _refusal(refused: Exception) -> str:
    if isinstance(refused, ParagraphChanged):
        return str(
            _("The paragraph has changed meanwhile. Compare both texts below, then press again.")
            if refused.now
            else _(
                "The paragraph is no longer in the text. Edit the text by hand, tick that you did, then press again."
            )
        )
    words = {
        AlreadyAnswered: _("This comment is answered already, or its author took it back."),
        NotToBeReworded: _("This paragraph is not replaced by a press. Change it by hand, tick that you did."),
        NotShownYet: _("The text changes no more. Answer without taking the wording."),
        AlreadyPublished: _(
            "The letter is published, and its text changes no more. Answer without taking the wording."
        ),
    }
    return str(words[type(refused)])


def _page(at: UUID | None = None, typed: Typed | None = None, *, status: int = 200) -> ResponseReturnValue:
    """The page; `typed` is what was sent for the comment `at`, with what has to change in it."""
    db.session.rollback()
    letter, session = the_letter(), db.session()
    every = comments_on(session, letter)
    chosen = _chosen(request.form.get("show") or request.args.get("show", ""))
    groups = groups_of(session, letter, every)
    shown = [(group, [one for one in group.comments if is_shown(one, chosen) or one.id == at]) for group in groups]
    fields = {name: f"{name}-{at.hex}" for name in ("words", "wording")} if at else {}
    errors = typed.errors if typed else {}
    return show(
        "desk/comments.html",
        status=status,
        errors={fields.get(name, ""): words for name, words in errors.items()},  # the outcome is a press, no field
        groups=[_group(letter, group, found, at, typed) for group, found in shown if found],
        figures=_figures(letter, counts_of(every), chosen),
        show=chosen,
        has_any=bool(every),
        silent=_silent(letter),
        may_rewrite=letter.stage not in ENDED,
    )


def _chosen(wanted: str) -> str:
    return wanted if wanted in FILTERS else "open"


def _query(wanted: str) -> str:
    return f"?show={wanted}" if wanted in FILTERS and wanted != "open" else ""


def _figures(letter: Letter, counted: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    names = {
        "open": _("open"),
        "answered": pgettext("a comment", "answered"),
        "red": _("red lines"),
        "orphaned": _("on words that are gone"),
        "all": _("all"),
    }
    path = path_of(letter.id, "comments")
    return [
        {
            "value": languages.number(counted[name], desk_language()),
            "label": words,
            "href": path + _query(name),
            "current": name == chosen,
        }
        for name, words in names.items()
    ]


def _group(letter: Letter, group: Group, found: list[Comment], at: UUID | None, typed: Typed | None) -> dict[str, Any]:
    text = group.text
    view = paragraph_view(group.paragraph, text.language, desk_language()) if group.paragraph else None
    return {
        "id": found[0].id.hex,
        "name": view.name if view else _("The whole text"),
        "view": view,
        "language": text.language,
        "direction": languages.direction(text.language),
        "language_name": languages.name(text.language, desk_language()),
        "version": languages.number(text.version.number, desk_language()),
        "is_before": text.version.number < letter.version.number,
        "is_next": text.version.number > letter.version.number,
        "is_orphaned": group.is_orphaned,
        "tallies": tally_words(group),
        "comments": [_comment(letter, one, typed if one.id == at else None) for one in found],
    }


def _comment(letter: Letter, comment: Comment, typed: Typed | None) -> dict[str, Any]:
    read = db.session.get_one(Text, comment.text_id)
    answers = db.session.get(Comment, comment.answers_id) if comment.answers_id else None
    facts = {
        "hex": comment.id.hex,
        "path": path_of(letter.id, "comments", str(comment.id)),
        "author": author_words(comment),
        "kind": kind_words(comment.kind),
        "is_red_line": comment.is_red_line,
        "is_from_file": comment.invitation is None,
        "at": languages.moment_words(comment.created_at, account().zone, desk_language()),
        "version": languages.number(read.version.number, desk_language()),
        "language": read.language,
        "quote": comment.quote,
        "words": comment.words or "",
        "wording": comment.wording or "",
        "asked": answers.reply if answers else "",
        "state": outcome_words(comment.outcome),
        "outcome": comment.outcome or "",
        "reply": comment.reply or "",
        "can_answer": comment.outcome in {None, "question_back"},
    }
    return facts | (_form(letter, comment, typed) if facts["can_answer"] else {})


def _form(letter: Letter, comment: Comment, typed: Typed | None) -> dict[str, Any]:
    """What the form for the answer shows: the paragraph as it reads now, and the wording to begin with."""
    text, target = respond.paragraph_to_reword(db.session(), letter, comment)
    then = respond.source_of(db.session(), comment) if comment.place[1] else ""
    can_reword = target is not None and may_be_reworded(target)
    source = target.source if target is not None and can_reword else ""
    return {
        "can_reword": can_reword,
        "seen": target.key if target else "",
        "then": then,
        "now": source if source != then else "",
        "is_gone": bool(comment.place[1]) and target is None,
        "text_language": text.language if text else "",
        "typed": {
            "words": typed.get("words") if typed else "",
            "wording": typed.get("wording") if typed else comment.wording or source,
            "stock": typed.get("stock") if typed else "",
            "by_hand": typed.tick("by_hand") if typed else False,
        },
        "is_opened": typed is not None,
        "stock": list(stock_reasons(_language_of(comment)).items()),
    }


def _language_of(comment: Comment) -> str:
    """The language in which the author is answered."""
    return comment.invitation.contact.language if comment.invitation else desk_language()


def _silent(letter: Letter) -> dict[str, Any] | None:
    """Who said nothing, where it was told beforehand what that means; it is never a signature."""
    until = letter.no_objection_until_at
    if until is None:
        return None
    is_over = clock.now() >= until
    spoken = desk_language()
    found = [db.session.get_one(Organisation, one) for one in said_nothing(db.session(), letter)] if is_over else []
    return {
        "until": languages.moment_words(until, letter.zone, spoken),
        "is_over": is_over,
        "names": sorted((one.name_in(spoken) for one in found), key=lambda name: languages.sort_key(name, spoken)),
    }
