"""The page inspector finds what it is there to find: each fault is planted in a page that is otherwise in order."""

from __future__ import annotations

import pytest

from tests.inspect_page import inspect

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
GOOD = """<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>A page</title><link rel="stylesheet" href="/s.css"></head>
<body><main id="main"><h1>A page</h1><a href="#main">Up</a>
<form method="post" action="/x"><input type="hidden" name="csrf_token" value="t">
<label for="role">Role</label><input id="role" name="role"><button>Send it</button></form>
<img src="/a.png" alt="">
</main></body></html>"""


def problems(html: str = GOOD, path: str = "/desk", headers: dict[str, str | None] | None = None) -> list[str]:
    changed = {**HEADERS, **(headers or {})}
    return inspect(html.encode(), {name: value for name, value in changed.items() if value is not None}, path=path)


def test_a_page_in_order_has_no_problems() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("sound", "fault", "words"),
    [
        ("</h1>", "", "line"),
        ("<h1>A page</h1>", "", "0 h1"),
        ("<h1>", "<h1>One</h1><h1>", "2 h1"),
        ("<title>A page</title>", "<title> </title>", "no title"),
        (' lang="en"', "", "no lang"),
        (' dir="ltr"', "", "no dir"),
        ('<img src="/a.png"', '<img id="main" src="/a.png"', "stands 2 times"),
        ('<label for="role">', '<label for="rule">', "has no label"),
        ("Role</label>", "</label>", "has no label"),
        ('href="#main"', 'href="#nowhere"', "leads nowhere"),
        ('href="#main"', 'href="javascript:up()"', "runs script"),
        ('id="role"', 'id="role" aria-describedby="role-hint"', "which is not there"),
        ("<h1>", '<h1 style="color: red">', "style attribute"),
        ("<h1>", '<h1 align="center">', "align attribute"),
        ("<h1>", '<h1 onclick="x()">', "event handler"),
        ("<h1>", "<script>x()</script><h1>", "inline script"),
        ("</head>", "<style>p{}</style></head>", "inline style"),
        ('name="csrf_token"', 'name="token"', "without a token"),
        ('value="t"', 'value=""', "without a token"),
        ("Send it", "", "no words"),
        ("</form>", "</form><button>Lost</button>", "belongs to no form"),
        (' alt=""', "", "no alt"),
        ('src="/a.png"', 'src="https://elsewhere.example/a.png"', "from elsewhere"),
        ('src="/a.png"', 'src="data:,"', "refuses"),
        ('href="/s.css"', 'href="//elsewhere.example/s.css"', "from elsewhere"),
    ],
)
def test_a_fault_in_a_page_is_found(sound: str, fault: str, words: str) -> None:
    assert sound in GOOD
    assert any(words in problem for problem in problems(GOOD.replace(sound, fault, 1)))


@pytest.mark.parametrize(
    ("headers", "path", "words"),
    [
        ({"Content-Security-Policy": None}, "/desk", "no Content-Security-Policy"),
        ({"Content-Security-Policy": "default-src 'unsafe-inline'; frame-ancestors 'none'"}, "/desk", "loose"),
        ({"Content-Security-Policy": "default-src 'none'"}, "/desk", "frame-ancestors"),
        ({"X-Content-Type-Options": None}, "/desk", "nosniff"),
        ({"Referrer-Policy": None}, "/desk", "Referrer-Policy"),
        ({"Content-Type": "text/html"}, "/desk", "charset"),
        ({"Set-Cookie": "a=b"}, "/letters/x", "sets a cookie"),
        ({"Referrer-Policy": "same-origin"}, "/invitation/1", "no-referrer"),
        ({"Cache-Control": "private"}, "/invitation/1", "no-store"),
        ({"X-Robots-Tag": None}, "/i/abc", "noindex"),
    ],
)
def test_a_missing_header_is_found(headers: dict[str, str | None], path: str, words: str) -> None:
    assert any(words in problem for problem in problems(path=path, headers=headers))


def test_linked_data_is_no_inline_script() -> None:
    assert problems(GOOD.replace("</head>", '<script type="application/ld+json">{}</script></head>')) == []
