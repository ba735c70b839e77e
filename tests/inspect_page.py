"""The page inspector: what is wrong with an HTML page and its headers, as sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as PARSE_ERRORS
from werkzeug.datastructures import Headers

TOKEN_FIELDS = {"csrf_token", "form_token"}
NEEDS_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
LOADS = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
}
LINKS_THAT_LOAD = {"stylesheet", "icon", "preload", "manifest", "modulepreload", "preconnect", "dns-prefetch"}
PRESENTATION = {"align", "valign", "bgcolor", "border", "cellpadding", "cellspacing", "hspace", "vspace"}
READERS_PATHS = ("/letters/", "/feed")
SIGNING_PATHS = ("/i/", "/invitation/")


def inspect(html: bytes, headers: Mapping[str, str] | Headers, *, path: str) -> list[str]:
    """Everything wrong with the page at `path` (no query); an empty list for a good one. `html` is UTF-8."""
    return problems_of(Page(html), headers, path=path)


def problems_of(page: Page, headers: Mapping[str, str] | Headers, *, path: str) -> list[str]:
    """The same for a page that is parsed already."""
    rules = (
        page.parse_errors,
        page.outline,
        page.identifiers,
        page.labels,
        page.links,
        page.inline_code,
        page.forms,
        page.images,
        page.third_parties,
    )
    problems = [problem for rule in rules for problem in rule()]
    if page.has_inline_images() and "data:" not in Headers(headers).get("Content-Security-Policy", ""):
        problems.append("the Content-Security-Policy refuses the page's data: image or icon (img-src lacks data:)")
    return [f"{path}: {problem}" for problem in (*problems, *header_problems(Headers(headers), path))]


class Page:
    """A parsed page and the rules it must keep; each rule yields what breaks it."""

    def __init__(self, html: bytes) -> None:
        self.parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
        self.root: Element = self.parser.parse(html, transport_encoding="utf-8")
        self.elements = [element for element in self.root.iter() if isinstance(element.tag, str)]
        self.ids = [element.get("id", "") for element in self.elements if element.get("id") is not None]

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def parse_errors(self) -> Iterator[str]:
        for (line, column), code, data in self.parser.errors:
            yield f"line {line}, column {column}: {PARSE_ERRORS.get(code, code) % data}"

    def outline(self) -> Iterator[str]:
        if len(self.all("h1")) != 1:
            yield f"{len(self.all('h1'))} h1 elements instead of one"
        elif not words(self.all("h1")[0]):
            yield "the h1 is empty"
        if not any(words(title) for title in self.all("title")):
            yield "no title"
        if not self.root.get("lang"):
            yield "the html element has no lang"
        if self.root.get("dir") not in {"ltr", "rtl"}:
            yield "the html element has no dir"

    def identifiers(self) -> Iterator[str]:
        for name, times in Counter(self.ids).items():
            if times > 1:
                yield f"the id {name!r} stands {times} times"
            if not name or name.split() != [name]:
                yield f"the id {name!r} is empty or holds a space"

    def labels(self) -> Iterator[str]:
        labelled = {label.get("for") for label in self.all("label") if words(label)}
        wrapped = {id(inner) for label in self.all("label") if words(label) for inner in label.iter()}
        for control in self.all("input", "select", "textarea"):
            if control.tag == "input" and control.get("type", "text") in NEEDS_NO_LABEL:
                continue
            named = control.get("aria-label") or control.get("aria-labelledby")
            if not (named or control.get("id") in labelled or id(control) in wrapped):
                yield f"the {control.tag} {control.get('name')!r} has no label"
        for button in self.all("button"):
            if not (words(button) or button.get("aria-label")):
                yield f"the button {button.get('name')!r} has no words"

    def links(self) -> Iterator[str]:
        for link in self.all("a"):
            target = link.get("href")
            if target is None or not (words(link) or link.get("aria-label") or link.findall(".//img[@alt]")):
                yield f"the link to {target!r} has no address or no words"
            elif target.startswith("#") and target[1:] not in self.ids:
                yield f"the link {target} leads nowhere"
            elif target.strip().lower().startswith("javascript:"):
                yield "a link runs script"
        for element in self.elements:
            for attribute in ("aria-describedby", "aria-labelledby", "for", "list", "form"):
                for name in element.get(attribute, "").split():
                    if name not in self.ids:
                        yield f"{attribute} of {element.tag} names {name!r}, which is not there"

    def inline_code(self) -> Iterator[str]:
        for element in self.elements:
            for attribute in element.attrib:
                if attribute == "style" or attribute in PRESENTATION:
                    yield f"{element.tag} has a {attribute} attribute"
                elif attribute.startswith("on"):
                    yield f"{element.tag} has the event handler {attribute}"
        for script in self.all("script"):
            if script.get("src") is None and script.get("type") != "application/ld+json":
                yield "an inline script"
        if self.all("style"):
            yield "an inline style sheet"

    def forms(self) -> Iterator[str]:
        for form in self.all("form"):
            names = {field.get("name") for field in form.iter("input") if field.get("value")}
            if form.get("method", "get").lower() == "post" and not names & TOKEN_FIELDS:
                yield f"the form to {form.get('action')!r} posts without a token"
        for button in self.all("button"):
            if button.get("type", "submit") == "submit" and not button.get("form") and not self.is_in_a_form(button):
                yield f"the button {words(button)!r} belongs to no form"

    def is_in_a_form(self, element: Element) -> bool:
        return any(element is inner for form in self.all("form") for inner in form.iter())

    def images(self) -> Iterator[str]:
        for image in self.all("img"):
            if image.get("alt") is None:
                yield f"the image {image.get('src')!r} has no alt"

    def has_inline_images(self) -> bool:
        return any(
            (element.get("src") or element.get("href") or "").startswith("data:") for element in self.all("img", "link")
        )

    def third_parties(self) -> Iterator[str]:
        for element in self.all(*LOADS):
            if element.tag == "link" and not LINKS_THAT_LOAD & set(element.get("rel", "").split()):
                continue
            address = element.get(LOADS[str(element.tag)], "")
            if address.startswith("//") or (":" in address and not address.startswith("data:")):
                yield f"{element.tag} loads {address} from elsewhere"


def words(element: Element) -> str:
    """The text of an element and all within it, without the space around it."""
    return "".join(element.itertext()).strip()


def header_problems(headers: Headers, path: str) -> Iterator[str]:
    """What is wrong with the headers of an HTML page, by the door that `path` belongs to."""
    policy = headers.get("Content-Security-Policy", "")
    if "default-src" not in policy:
        yield "no Content-Security-Policy with a default-src"
    if "unsafe-" in policy or "*" in policy.split():
        yield f"the Content-Security-Policy is loose: {policy}"
    if "frame-ancestors" not in policy:
        yield "the Content-Security-Policy has no frame-ancestors"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "no X-Content-Type-Options: nosniff"
    if not headers.get("Referrer-Policy"):
        yield "no Referrer-Policy"
    if "charset=utf-8" not in headers.get("Content-Type", "").lower():
        yield "the Content-Type does not say charset=utf-8"
    if (path == "/" or path.startswith(READERS_PATHS)) and headers.get("Set-Cookie"):
        yield "a page for readers sets a cookie"
    if path.startswith(SIGNING_PATHS):
        yield from signing_door_problems(headers)


def signing_door_problems(headers: Headers) -> Iterator[str]:
    """What the signing door asks beyond the other doors: nothing kept, nothing told on."""
    if headers.get("Referrer-Policy") != "no-referrer":
        yield "a page of the signing door without Referrer-Policy: no-referrer"
    if "no-store" not in headers.get("Cache-Control", ""):
        yield "a page of the signing door without Cache-Control: no-store"
    if "noindex" not in headers.get("X-Robots-Tag", ""):
        yield "a page of the signing door without X-Robots-Tag: noindex"
