"""Bad input gets a clear answer."""

from __future__ import annotations

from typing import Any

from drills.without import Without, answering, instead


def _as_it_is(_present: Any) -> Any:
    return lambda value, *_, **__: value


UNLIMITED = property(lambda _request: None, lambda _request, _value: None)


def _any_number(_present: Any) -> Any:
    return lambda typed, name, **_: int(float(typed.sent.get(name, "0")))


def _as_if_nothing_was_sent(page: Any) -> Any:
    return lambda visit, *_, answers=None, **named: page(visit, **named)


TAKEN_OUT = {
    "typed_stays": Without(
        "keeping what was typed beside what has to change",
        {
            "coalition.web.signing.pages:invitation_page": _as_if_nothing_was_sent,
            "coalition.web.desk.typed:Typed.get": answering(""),
        },
    ),
    "shape_of_ids": Without(
        "looking at the shape of ids in addresses",
        {"werkzeug.routing.converters:UUIDConverter.regex": instead("[^/]+")},
    ),
    "bounded_numbers": Without("bounds of typed numbers", {"coalition.web.desk.typed:Typed.number": _any_number}),
    "text_alone": Without("refusing bytes that are no UTF-8", {"coalition.web.sent:_is_text": answering(True)}),
    "unprintable": Without(
        "refusing characters that nobody can see", {"coalition.intake.names:unprintable": answering(())}
    ),
    "formulas": Without("neutralising cells that begin a formula", {"coalition.intake.sheet:safe_cell": _as_it_is}),
    "line_breaks": Without(
        "refusing line breaks in headers of mails", {"coalition.emails.compose:_checked": _as_it_is}
    ),
    "look_alikes": Without(
        "comparing names with their neighbours", {"coalition.intake.lookalikes:_are_alike": answering(False)}
    ),
    "bombs": Without(
        "looking at what an archive unpacks to", {"coalition.intake.workbook:_check_entries": answering(None)}
    ),
    "size": Without(
        "a limit to the size of what is sent, where forms are read and behind it",
        {
            "coalition.web.slow_bodies:longest_at": answering(10**12),
            "flask.wrappers:Request.max_content_length": instead(UNLIMITED),
        },
    ),
    "parts": Without("a limit to the parts of a form", {"flask.wrappers:Request.max_form_parts": instead(UNLIMITED)}),
}
