"""What an installation is made of: everything locked by its hash, listed, under a licence that goes with ours."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.browser import NewPage, third_parties
from tests.house.source import ROOT

PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
LOCKS = ("requirements.txt", "requirements-build.txt", "requirements-dev.txt")
GOES_WITH_AGPL = {
    "Apache-2.0",
    "Apache-2.0 OR BSD-2-Clause",
    "Apache-2.0 OR BSD-3-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "LGPL-3.0-only",
    "MIT",
    "MIT OR Apache-2.0",
    "MIT-0",
    "MIT-CMU",
    "OFL-1.1",
    "PSF-2.0",
    "Unlicense",
}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_by_its_hashes(lock: str) -> None:
    packages = PACKAGE.findall((ROOT / lock).read_text())
    assert packages
    assert [name for name, _version, rest in packages if "--hash=sha256:" not in rest] == []


def test_the_bill_names_what_is_locked_and_nothing_else() -> None:
    """A new lock wants `make sbom`."""
    locked = {(name, version) for name, version, _rest in PACKAGE.findall((ROOT / "requirements.txt").read_text())}
    assert {(one["name"], one["version"]) for one in bill() if one["type"] == "library"} == locked


def test_every_part_is_under_a_licence_that_goes_with_ours() -> None:
    assert [one["name"] for one in bill() if licence(one) not in GOES_WITH_AGPL] == []


def test_the_list_for_people_says_what_the_bill_says() -> None:
    rows = re.findall(r"^\| (\S.*?) \| (.*?) \| (.*?) \|$", (ROOT / "docs/licences.md").read_text(), re.MULTILINE)
    assert rows[1:] == [(one["name"], one.get("version", ""), licence(one)) for one in bill()]


def test_a_page_that_asks_another_machine_is_noticed(new_page: NewPage) -> None:
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/*", lambda route: route.abort())
    page.set_content('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><img src="http://127.0.0.1:9/here.png">')
    assert third_parties(asked) == []
    assert third_parties([*asked, "https://fonts.example/of-others.woff2"]) == ["https://fonts.example/of-others.woff2"]


def bill() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ROOT / "docs/sbom.json").read_text())["components"]
    return found


def licence(component: dict[str, Any]) -> str:
    (one,) = component["licenses"]
    return str(one.get("expression") or one["license"]["id"])
