"""Commenting by link: on a paragraph or the whole text, and taking a comment back."""

from __future__ import annotations

from uuid import UUID

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from coalition.actions import comment as verbs
from coalition.actions.acts import LinkReplaced, TextChanged
from coalition.actions.comment import (
    CommentsClosed,
    NoSuchParagraph,
    NothingSaid,
    NotToBeReworded,
    Said,
    SaidTooLong,
    TooManyComments,
)
from coalition.intake.names import UnprintableName, unprintable
from coalition.models.comment import KINDS
from coalition.models.invitation import InvitationRevoked
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import form_problem
from coalition.web.signing.answers import Problems, comment_sent
from coalition.web.signing.comment_pages import PAGES, closed_words, comment_page, id_in, my_comments_page
from coalition.web.signing.door import signing
from coalition.web.signing.visit import LinkEnded, Visit, acting, looking, path_of


@signing.get("/invitation/<uuid:invitation_id>/<any(comments, 'my-comments'):page>")
@audience(Audience.CONTACT)
def look_at_comments(invitation_id: UUID, page: str) -> Response:
    """The text to comment on, or what one said oneself."""
    return PAGES[page](looking(invitation_id))


@signing.get("/invitation/<uuid:invitation_id>/comment", defaults={"key": ""})
@signing.get("/invitation/<uuid:invitation_id>/comment/<key>")
@audience(Audience.CONTACT)
def look_at_box(invitation_id: UUID, key: str) -> Response:
    """The box for a comment on a paragraph, or on the whole text."""
    return comment_page(looking(invitation_id), {"paragraph": key})


@signing.get("/invitation/<uuid:invitation_id>/answer/<uuid:comment_id>")
@audience(Audience.CONTACT)
def look_at_question(invitation_id: UUID, comment_id: UUID) -> Response:
    """The box for answering what the team asked back."""
    return comment_page(looking(invitation_id), {"answers": str(comment_id)})


@signing.get("/invitation/<uuid:invitation_id>/take-back")
@audience(Audience.CONTACT)
def look_at_own(invitation_id: UUID) -> Response:
    """An address that a form was sent to, opened by hand: one's own comments."""
    return make_response(redirect(f"{path_of(invitation_id)}/my-comments", code=303))


@signing.post("/invitation/<uuid:invitation_id>/comment")
@audience(Audience.CONTACT)
def comment(invitation_id: UUID) -> Response:
    """Comment for the invited organisation. It signs nothing."""
    visit, typed = acting(invitation_id), comment_sent(request.form)
    problems = form_problem(visit)
    if typed["kind"] not in KINDS:
        problems |= {"kind": _("Choose what kind of comment this is")}
    if problems:
        return comment_page(visit, typed, problems=problems, status=422)
    said = Said(typed["kind"], typed["paragraph"], typed["words"], typed["wording"], id_in(typed["answers"]))
    try:
        verbs.comment(visit.invitation.id, said, key=visit.form.key_of("comment"), shown=visit.form.shown)
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    except (NothingSaid, SaidTooLong, UnprintableName, NotToBeReworded) as error:
        return comment_page(visit, typed, problems=_problem(error, typed), status=422)
    except (CommentsClosed, TooManyComments, NoSuchParagraph, TextChanged) as error:
        return _refused(visit, typed, error)
    return _receipt(visit)


@signing.post("/invitation/<uuid:invitation_id>/take-back")
@audience(Audience.CONTACT)
def take_back(invitation_id: UUID) -> Response:
    """Take back a comment of one's own."""
    visit, chosen = acting(invitation_id), id_in(request.form.get("comment", ""))
    problems = form_problem(visit)
    if chosen is None:
        problems |= {"comment": _("Choose which comment you take back")}
    if problems or chosen is None:
        return my_comments_page(visit, problems=problems, status=422)
    try:
        verbs.take_back(visit.invitation.id, chosen, shown=visit.form.shown)
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error
    except LookupError:
        problems = {"comment": _("This comment is not one of yours. Choose one of those below")}
        return my_comments_page(visit, problems=problems, status=422)
    return _receipt(visit)


def _receipt(visit: Visit) -> Response:
    if not visit.has_cookie:
        return my_comments_page(visit)
    return make_response(redirect(visit.path_to("my-comments"), code=303))


def _refused(visit: Visit, typed: dict[str, str], error: Exception) -> Response:
    """Nothing was recorded, and nothing that was typed is lost."""
    if isinstance(error, CommentsClosed):
        words = closed_words(visit)
    elif isinstance(error, TooManyComments):
        words = _("You have sent as many comments as one can. Write to the coordinators.")
    else:
        visit = visit.anew()
        words = _("The text has changed since you opened this page. Look at it again, then send again.")
    title = _("Nothing was recorded")
    return comment_page(visit, typed, problems={"": words}, problems_title=title, status=409)


def _problem(error: Exception, typed: dict[str, str]) -> Problems:
    """What to do about one field."""
    if isinstance(error, NothingSaid):
        missing = {
            "words": _("Write your question or remark"),
            "wording": _("Change the paragraph to what you suggest"),
        }
        return {error.part: missing[error.part]}
    if isinstance(error, SaidTooLong):
        words = _("Shorten this to %(limit)s characters: it has %(length)s", limit=error.limit, length=error.length)
        return {error.part: words}
    if isinstance(error, UnprintableName):
        held = typed["words"].replace("\n", "").replace("\t", "")
        where = "words" if unprintable(held) else "wording"
        return {where: _("Take out the characters that cannot be seen: %(characters)s", characters=str(error))}
    return {"kind": _("Choose another kind: wording is suggested for a paragraph of the text")}
