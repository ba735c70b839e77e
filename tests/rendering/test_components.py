"""The parts that pages are made of, all on one page: as a form with errors, as a board, at the signing door."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string

from tests.browser import NewPage, axe_in_every_look
from tests.inspect_page import inspect
from tests.rendering.bare_site import HEADERS, bare_site, served

DESK = """
{%- extends "layouts/desk.html" -%}
{%- from "components/button.html" import actions, link, submit -%}
{%- from "components/choice.html" import checkboxes -%}
{%- from "components/field.html" import area_field, file_field, moment_field, select_field, text_field -%}
{%- from "components/figures.html" import figures -%}
{%- from "components/filters.html" import filters -%}
{%- from "components/form.html" import form -%}
{%- from "components/name.html" import name -%}
{%- from "components/note.html" import note -%}
{%- from "components/pagination.html" import pagination -%}
{%- from "components/panes.html" import pane, panes -%}
{%- from "components/table.html" import table -%}
{%- from "components/tag.html" import tag -%}
{%- from "components/task_list.html" import task_list -%}
{%- block title -%}Count the night{%- endblock -%}
{%- block banner -%}{{ note("Messages are held.", "warn") }}{%- endblock -%}
{%- block content -%}
<h1>Count the night</h1>
{{ task_list([
  {"title": "Text", "href": "/t", "state": "done", "hint": "English, 412 words"},
  {"title": "People", "href": "/p", "state": "in_progress"},
  {"title": "Dates", "href": "/d", "state": "problem"},
  {"title": "Mail", "href": "/m", "state": "not_started"},
  {"title": "Check and send", "state": "later"},
]) }}
<h2>Board</h2>
{{ figures([
  {"value": "84", "label": "signed", "href": "?state=signed", "current": true},
  {"value": "7", "label": "declined", "href": "?state=declined"},
  {"value": "3 days", "label": "left"},
], "By answer") }}
{%- call filters("/desk", "Show") -%}
{{ text_field("q", "Search", "", type="search") }}
{{ select_field("country", "Country", "PE", [("KE", "Kenya"), ("PE", "Peru")], empty="All countries") }}
{%- endcall -%}
{%- set by_name = {"label": "Organisation", "href": "?sort=name", "sorted": "ascending"} %}
{{ table("Organisations", [by_name, "Answer", "Contact"], [
  [name("Amber River Trust"), tag("Signed", "ok"), name("Rosa Peixoto")],
  [name("شبكة العاملات"), tag("No answer"), name("ليلى منصور")],
  [name("Heron Forum"), tag("Bounced", "bad"), name("a-very-long-address-of-a-person@mail.organisation.example")],
]) }}
{{ pagination("Page 2 of 7", "?page=1", "?page=3") }}
{%- call form("/x", csrf_token(), files=true) -%}
{{ moment_field("closes", "Signing closes", "2027-03-01", "18:00", "UTC", [("UTC", "UTC")],
                errors={"date": "Enter a day after today"}) }}
{{ area_field("why", "A word to all", "\nKept", rows=3, optional=true) }}
{{ file_field("table", "A table of people", accept=".csv", hint="CSV or XLSX") }}
{{ checkboxes("languages", "Languages", ["en"], [
  {"value": "en", "label": "English"}, {"value": "ar", "label": "العربية"},
]) }}
{%- call actions() -%}
{{ submit("Send version 1 to 118 organisations") }}
{{ submit("Save the draft", "act", "save", tone="second") }}
{{ submit("Cancel the letter", "act", "cancel", tone="stop") }}
{{ link("Back to the letters", "/desk", tone="quiet") }}
{%- endcall -%}
{%- endcall -%}
{%- call panes() -%}
{%- call pane("As typed") -%}<p>Text</p>{%- endcall -%}
{%- call pane("As printed", language="ar", direction="rtl") -%}<p>نحن المنظمات</p>{%- endcall -%}
{%- endcall -%}
{%- endblock -%}
"""

DOOR = """
{%- extends "layouts/signing.html" -%}
{%- from "components/button.html" import submit -%}
{%- from "components/choice.html" import radios, tick -%}
{%- from "components/error_summary.html" import error_summary -%}
{%- from "components/field.html" import text_field -%}
{%- from "components/form.html" import form -%}
{%- from "components/languages.html" import languages -%}
{%- from "components/name.html" import name -%}
{%- from "components/note.html" import note -%}
{%- from "components/summary.html" import summary -%}
{%- from "components/time.html" import time -%}
{%- block title -%}Sign{%- endblock -%}
{%- block main -%}
{{ error_summary(errors) }}
<h1>Sign</h1>
{{ languages([
  {"tag": "en", "name": "English", "direction": "ltr", "href": "/en", "current": true},
  {"tag": "ar", "name": "العربية", "direction": "rtl", "href": "/ar", "current": false},
]) }}
{{ note("Saved.", "ok") }}
{%- call note(title="Sign by", tone="warn") -%}
<p>{{ time("2027-03-01T18:00Z", "1 March 2027, 18:00 (UTC)") }}</p>
{%- endcall -%}
{{ summary([
  {"key": "Printed as", "value": name("Amber River Trust"), "change": "/name"}, {"key": "Version", "value": "2"},
]) }}
{%- call form("/sign", form_token, token_name="form_token") -%}
{{ radios("visibility", "How your name appears", typed.visibility, [
  {"value": "named", "label": "Named"}, {"value": "withheld", "label": "Withheld", "hint": "Counted, not printed"},
], error=errors.visibility) }}
{{ text_field("role", "Your role", typed.role, error=errors.role, hint="As in your contract") }}
{{ tick("authority", "I am authorised to sign", error=errors.authority, hint="For your organisation") }}
{{ submit("Sign version 2 for Amber River Trust") }}
{%- endcall -%}
{%- endblock -%}
"""

ERRORS = {
    "visibility": "Choose how your name appears",
    "role": "Enter your role",
    "authority": "Confirm that you are authorised to sign",
}
AT_THE_DOOR = HEADERS | {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def desk(language: str) -> str:
    return render_template_string(
        DESK, **written(language), account_name="Ada Ikande", section="letters", sign_out_path="/desk/sign-out"
    )


def door(language: str, *, errors: dict[str, str] | None = None, typed: dict[str, str] | None = None) -> str:
    return render_template_string(
        DOOR, **written(language), form_token="t", leave_path="/leave", errors=errors or {}, typed=typed or {}
    )


def written(language: str) -> dict[str, str]:
    return {"language": language, "direction": "rtl" if language == "ar" else "ltr", "coalition_name": "Home Care"}


@pytest.fixture(scope="module")
def app() -> Flask:
    app = bare_site()
    app.add_url_rule("/desk/<language>", "desk", desk)
    app.add_url_rule("/door/<language>", "door", lambda language: door(language, errors=ERRORS))
    return app


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def _context(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


in_the_app = pytest.mark.usefixtures("_context")


@in_the_app
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_of_the_desk_is_in_order(language: str) -> None:
    assert inspect(desk(language).encode(), HEADERS, path="/desk") == []


@in_the_app
@pytest.mark.parametrize("errors", [{}, ERRORS], ids=["fresh", "with errors"])
def test_a_page_of_the_signing_door_is_in_order(errors: dict[str, str]) -> None:
    assert inspect(door("en", errors=errors).encode(), AT_THE_DOOR, path="/invitation/1") == []


@in_the_app
def test_a_form_with_errors_says_so_first_and_leads_to_each_field() -> None:
    page = door("en", errors=ERRORS)
    assert "<title>Error: Sign</title>" in page
    assert 'role="alert" tabindex="-1" autofocus' in page
    assert "3 answers need a change" in page
    for field, words in ERRORS.items():
        assert f'<a href="#{field}">{words}</a>' in page
        assert f'id="{field}"' in page


@in_the_app
def test_what_was_typed_is_kept_and_escaped() -> None:
    page = door(
        "en", errors={"authority": "Confirm"}, typed={"role": 'Director "of" <nights>', "visibility": "withheld"}
    )
    assert 'value="Director &#34;of&#34; &lt;nights&gt;"' in page
    assert 'value="withheld" checked' in page
    assert 'value="named" checked' not in page


@in_the_app
def test_optional_fields_say_so_in_words() -> None:
    assert 'A word to all <span class="hint">(optional)</span>' in desk("en")
    assert "*" not in desk("en")


def test_a_text_that_begins_with_an_empty_line_keeps_it(new_page: NewPage, site: str) -> None:
    page = new_page(javascript=True)
    page.goto(f"{site}/desk/en")
    assert page.locator("#why").input_value() == "\nKept"


def test_the_summary_of_errors_has_the_focus_without_script(new_page: NewPage, site: str) -> None:
    page = new_page(javascript=False)
    page.goto(f"{site}/door/en")
    assert page.locator("[role=alert]:focus").count() == 1


@pytest.mark.parametrize("path", ["/desk/en", "/door/ar"])
def test_the_parts_are_accessible_in_every_look(new_page: NewPage, site: str, path: str) -> None:
    axe_in_every_look(new_page, site + path)
