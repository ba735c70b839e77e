"""A visitor: one person's browser without script, over the shipped application with its public layer in front.

    def test_a_member_signs(visitor: Visitor, cast: Cast) -> None:
        page = visitor.get("/i/…")
        receipt = page.form("sign").fill(visibility="named", role="Director", authority="yes").submit()
        assert "signed" in receipt.words

    visitor.sign_in(cast.coordinator)   # at the desk, without the sign-in page
    visitors()                          # another person, with a jar of cookies of their own

Each page a visitor gets is inspected (`tests.inspect_page`); a fault of ours (500) fails the test. Each request runs
apart from the test's own application context, as it does on a server.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask, Response, session
from werkzeug.test import Client, TestResponse

from coalition import config
from coalition.database import db
from coalition.web import entrance
from tests import inspect_page
from tests.inspect_page import words

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers
    from werkzeug.test import Cookie

    from coalition.models.account import Account

REDIRECTS = {301, 302, 303, 307, 308}
MOST_REDIRECTS = 10
FIELDS = ("input", "select", "textarea")

Sent: TypeAlias = str | list[str] | tuple[bytes, str] | None
"""What a field is filled with: words, several ticked values, a file (its bytes, its name), or None to leave it out."""


class Visitor:
    """A person at our pages, with a jar of cookies."""

    def __init__(self, app: Flask, *, cookies: bool = True, inspects: bool = True) -> None:
        self.app = app
        self.client = Client(app, use_cookies=cookies)
        self.inspects = inspects
        self.headers: dict[str, str] = {}
        """Sent with each request: {"Accept-Language": "ar"}."""

    def get(self, path: str, *, follow: bool = True, headers: Mapping[str, str] | None = None) -> Page:
        """Open a path or a whole address of ours; redirects are followed unless told otherwise."""
        return self.request("GET", path, follow=follow, headers=headers)

    def head(self, path: str, *, headers: Mapping[str, str] | None = None) -> Page:
        """Ask for the headers alone, as mail scanners do."""
        return self.request("HEAD", path, follow=False, headers=headers)

    def post(
        self,
        path: str,
        fields: Mapping[str, Any] | bytes | None = None,
        *,
        follow: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Send fields, or bytes as they are, to a path, as a program would that never saw the form."""
        return self.request("POST", path, fields=fields or {}, follow=follow, headers=headers)

    def request(
        self,
        method: str,
        path: str,
        *,
        fields: Mapping[str, Any] | bytes | None = None,
        follow: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """One request, and those that its redirects lead to."""
        page = self._once(method, path, fields, headers or {})
        for _ in range(MOST_REDIRECTS):
            if not (follow and page.status in REDIRECTS):
                return page
            page = self._once("GET", urljoin(page.path, page.headers["Location"]), None, headers or {})
        pytest.fail(f"{path} redirects without end")

    def sign_in(self, account: Account) -> None:
        """Be signed in at the desk as `account`, as if the sign-in page had been passed."""
        account_id = account.id

        def enter() -> str:
            with self.app.test_request_context("/desk", base_url=config.settings().root, headers=self.headers):
                entrance.come_in(db.session.get_one(type(account), account_id), by="password")
                answer = Response()
                self.app.session_interface.save_session(self.app, session, answer)
                return answer.headers["Set-Cookie"]

        key, _, value = contextvars.Context().run(enter).partition(";")[0].partition("=")
        db.session.rollback()
        host = str(urlsplit(config.settings().root).hostname)
        self.client.set_cookie(key, value, domain=host, path="/desk")

    def cookies(self) -> list[Cookie]:
        """The cookies in the jar, as they were set."""
        return list((self.client._cookies or {}).values())

    def _once(
        self, method: str, path: str, fields: Mapping[str, Any] | bytes | None, headers: Mapping[str, str]
    ) -> Page:
        parts = urlsplit(path)
        local = parts.path + (f"?{parts.query}" if parts.query else "")

        def ask() -> TestResponse:
            return self.client.open(
                local,
                base_url=config.settings().root,
                method=method,
                data=fields,
                headers={**self.headers, **headers},
            )

        answer = contextvars.Context().run(ask)  # apart from the test's own context, session and `g`
        db.session.rollback()  # what the test reads next is what is true now
        return self._judged(Page(self, local, answer), method)

    def _judged(self, page: Page, method: str) -> Page:
        if page.status == 500:
            pytest.fail(f"{method} {page.path}: a fault of ours\n{page.words}")
        if self.inspects and method not in {"HEAD", "OPTIONS"} and page.is_html and page.status not in REDIRECTS:
            parsed = inspect_page.Page(page.content)
            page.__dict__["tree"] = parsed.root  # what it is read from afterwards: parsing costs most of a visit
            problems = inspect_page.problems_of(parsed, page.headers, path=urlsplit(page.path).path)
            assert not problems, "\n".join(problems)
        return page


@dataclass
class Page:
    """An answer as a person sees it."""

    visitor: Visitor
    path: str
    """Path and query it was asked for at, after redirects."""
    answer: TestResponse

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def headers(self) -> Headers:
        return self.answer.headers

    @property
    def content(self) -> bytes:
        content: bytes = self.answer.data
        return content

    @property
    def text(self) -> str:
        """The source of the page."""
        return self.content.decode()

    @property
    def is_html(self) -> bool:
        return self.answer.mimetype == "text/html"

    @cached_property
    def tree(self) -> Element:
        """The parsed page (html5lib, tags without name space)."""
        root: Element = html5lib.parse(self.content, transport_encoding="utf-8", namespaceHTMLElements=False)
        return root

    @cached_property
    def words(self) -> str:
        """What can be read on it, space made single; values typed into fields do not belong to it."""
        body = self.tree.find("body")
        return " ".join("".join(body.itertext()).split()) if body is not None else ""

    @property
    def title(self) -> str:
        return words(element) if (element := self.tree.find("head/title")) is not None else ""

    @property
    def heading(self) -> str:
        return words(element) if (element := self.tree.find(".//h1")) is not None else ""

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        return [words(line) for box in self.tree.iterfind(".//*[@role='alert']") for line in box.iter("li")]

    @property
    def forms(self) -> list[Form]:
        """The forms of the page, in order."""
        return [Form(self, element) for element in self.tree.iter("form")]

    def form(self, which: int | str = 0) -> Form:
        """A form: the n-th, or the first whose address ends so, that has such a field, or such a button."""
        if isinstance(which, int):
            return self.forms[which]
        for fits in (Form.ends_with, Form.has_field, Form.has_button):
            for form in self.forms:
                if fits(form, which):
                    return form
        pytest.fail(f"{self.path} has no form {which!r}; it has {[form.action for form in self.forms]}")

    def links(self) -> dict[str, str]:
        """Words to address of every link."""
        return {words(link): link.get("href", "") for link in self.tree.iter("a")}

    def follow(self, link: str) -> Page:
        """Go where the link leads whose words are, or begin with, `link`."""
        target = next((href for said, href in self.links().items() if said == link or said.startswith(link)), None)
        assert target is not None, f"{self.path} has no link {link!r}; it has {list(self.links())}"
        return self.visitor.get(urljoin(self.path, target))


class Form:
    """A form as it came, to be filled in and sent."""

    def __init__(self, page: Page, element: Element) -> None:
        self.page = page
        self.element = element
        self.action = urljoin(page.path, element.get("action") or page.path)
        self.method = element.get("method", "get").upper()
        self.fields: dict[str, Any] = {}
        for name, value in self._as_it_came():
            self.fields.setdefault(name, []).append(value)

    def fill(self, fields: Mapping[str, Sent] | None = None, /, **more: Sent) -> Form:
        """Fill in fields by their names. Fails on a field that the form does not have, as a person would."""
        for name, value in {**(fields or {}), **more}.items():
            assert name in self.names, f"the form to {self.action} has no field {name!r}; it has {sorted(self.names)}"
            if value is None:
                self.fields.pop(name, None)
            elif isinstance(value, tuple):
                self.fields[name] = (BytesIO(value[0]), value[1])
            else:
                self.fields[name] = value
        return self

    def submit(
        self, button: str | None = None, *, follow: bool = True, headers: Mapping[str, str] | None = None
    ) -> Page:
        """Press a button: the first, or the first whose words contain `button`."""
        fields = dict(self.fields)
        pressed = next((one for one in self.buttons() if button is None or button in words(one)), None)
        assert pressed is not None or button is None, f"the form to {self.action} has no button {button!r}"
        if pressed is not None and pressed.get("name"):
            fields.setdefault(pressed.get("name", ""), pressed.get("value", ""))
        if self.method == "GET":
            query = "&".join(f"{name}={value}" for name, all_ in fields.items() for value in _listed(all_))
            return self.page.visitor.get(f"{self.action}?{query}", follow=follow, headers=headers)
        return self.page.visitor.post(self.action, fields, follow=follow, headers=headers)

    @cached_property
    def names(self) -> set[str]:
        """The names of every field, filled in or not."""
        return {field.get("name", "") for field in self.element.iter() if field.tag in {*FIELDS, "button"}} - {""}

    def buttons(self) -> Iterator[Element]:
        return (one for one in self.element.iter("button") if one.get("type", "submit") == "submit")

    def ends_with(self, ending: str) -> bool:
        return self.action.partition("?")[0].endswith(ending)

    def has_field(self, name: str) -> bool:
        return name in self.names

    def has_button(self, said: str) -> bool:
        return any(said in words(button) for button in self.buttons())

    def _as_it_came(self) -> Iterator[tuple[str, str]]:
        """What a browser would send of the form untouched, buttons apart."""
        for field in self.element.iter():
            name = field.get("name")
            if field.tag not in FIELDS or not name or field.get("disabled") is not None:
                continue
            if field.tag == "select":
                chosen = [option for option in field.iter("option") if option.get("selected") is not None]
                for option in chosen or list(field.iter("option"))[:1]:
                    yield name, option.get("value", words(option))
            elif field.tag == "textarea":
                yield name, "".join(field.itertext())
            elif field.get("type") in {"radio", "checkbox"}:
                if field.get("checked") is not None:
                    yield name, field.get("value", "on")
            elif field.get("type") not in {"submit", "button", "reset", "image", "file"}:
                yield name, field.get("value", "")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.fixture
def visitors(app: Flask) -> Callable[..., Visitor]:
    """A maker of visitors: `visitors()`, `visitors(cookies=False)`."""

    def make(*, cookies: bool = True, inspects: bool = True) -> Visitor:
        return Visitor(app, cookies=cookies, inspects=inspects)

    return make


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """One person."""
    return Visitor(app)
