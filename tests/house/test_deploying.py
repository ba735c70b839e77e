"""The files that operators copy: quoted word for word where they are described, and true to the application."""

from __future__ import annotations

import re
from configparser import RawConfigParser
from typing import TYPE_CHECKING, Final

import pytest

from coalition.cli.commands import main
from tests.house.source import ROOT, files, words_of

if TYPE_CHECKING:
    from flask import Flask

pytestmark = pytest.mark.only_on("sqlite")
DEPLOYED: Final = tuple(name for name in files() if name.startswith("deploy/"))
LOGGED: Final = re.compile(r"map \$request_uri \$coalition_logs \{\s+~(?P<keys>\S+) 0;\s+default 1;\s+\}")


@pytest.mark.parametrize("name", DEPLOYED)
def test_the_page_on_deploying_quotes_each_file_word_for_word(name: str) -> None:
    page = words_of("docs/deploying.md")
    assert f"\n{words_of(name)}```\n" in page
    assert f"`{name}`" in page


def test_there_are_files_to_copy() -> None:
    assert len(DEPLOYED) >= 5


def test_no_address_that_is_a_key_is_logged_by_nginx(app: Flask) -> None:
    logged = LOGGED.search(words_of("deploy/nginx.conf"))
    assert logged
    keys = re.compile(logged["keys"])
    with_tokens = [str(rule) for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    assert len(with_tokens) > 5
    assert [path for path in with_tokens if not keys.search(path)] == []
    assert not keys.search("/letters/free-the-reporters")


@pytest.mark.parametrize("name", ["deploy/nginx.conf", "deploy/nginx-neutral.conf"])
def test_nginx_takes_what_we_take_compresses_nothing_and_says_who_asks(app: Flask, name: str) -> None:
    site = words_of(name)
    assert f"client_max_body_size {app.config['MAX_CONTENT_LENGTH'] // 1024**2}m;" in site
    for line in (
        "gzip off;",
        "proxy_set_header Host $host;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "error_log /var/log/nginx/error.log alert;",
    ):
        assert line in site
    assert "limit_conn" not in site
    assert "limit_req" not in site


def test_the_unit_starts_commands_that_exist_as_a_user_without_rights() -> None:
    unit = RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign,assignment]  # systemd's names have capitals
    unit.read_string(words_of("deploy/coalition@.service"))
    service = unit["Service"]
    assert service["ExecStart"].endswith("/coalition %i")
    assert {"web", "worker", "serve"} <= set(main.commands)
    assert service["User"] == "coalition"
    assert service["CapabilityBoundingSet"] == ""
    assert {
        name: service[name] for name in ("ProtectSystem", "NoNewPrivileges", "MemoryDenyWriteExecute", "UMask")
    } == {
        "ProtectSystem": "strict",
        "NoNewPrivileges": "yes",
        "MemoryDenyWriteExecute": "yes",
        "UMask": "0077",
    }


def test_the_image_is_made_of_what_is_there_and_runs_as_nobody_special() -> None:
    steps = words_of("deploy/Containerfile")
    copied = [word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", steps, re.MULTILINE) for word in line.split()]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert steps.rindex("USER coalition") > steps.rindex("FROM ")
    assert steps.count("pip install") == steps.count("--require-hashes") + 1  # the last one installs our own wheel
