"""What lies in the repository: everything in its place, nothing of anybody's machine, nothing half done."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import PurePosixPath

import pytest

from tests.house.source import ROOT, files, modules, words_of

TOP_LEVEL = {
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "bench",
    "coalition",
    "deploy",
    "docs",
    "drills",
    "migrations",
    "pyproject.toml",
    "requirements-build.txt",
    "requirements-dev.txt",
    "requirements.txt",
    "templates",
    "tests",
    "wsgi.py",
}
OPTIONAL = {".gitattributes"}

DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "handler", "handlers"}

# Each pattern is written so that it does not find itself.
MACHINES = re.compile(r"(?<![\w.~])/(?:root|home|work|farm|Users|mnt|opt/wheels)/[A-Za-z.]|[A-Z]:\\Users\\")
INDEXES = re.compile(
    r"pypi\.org|python[h]osted\.org|--(?:extra-)?index[-]url|--find[-]links|registry\.npm[j]s", re.IGNORECASE
)
UNFINISHED = re.compile(r"\bTO[D]O\b|\bFIX[M]E\b|\bXX[X]\b|Not[I]mplementedError|lorem [i]psum", re.IGNORECASE)
UNSAFE = re.compile(r"# no[q]a: (?!.*(?:nosec)).*\bS[0-9]{3}\b.*$", re.MULTILINE)
BARE = re.compile(r"#\s*(?:type:\s*ignore(?:\[[\w, -]+\])?|no[q]a(?::\s*[\w, ]+?)?|pragma: no cover)\s*$", re.MULTILINE)

VERSION = re.compile(r"^## (?P<version>\d+\.\d+\.\d+)(?: - \d{4}-\d{2}-\d{2})?$", re.MULTILINE)
DECISION = re.compile(r"(?P<number>\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md")
DECISION_NAMED = re.compile(r"decisions?/(?P<number>\d{4})")


def found(pattern: re.Pattern[str], names: tuple[str, ...]) -> list[str]:
    """Every match in the files as "file:line: match"."""
    return [
        f"{name}:{words_of(name).count(chr(10), 0, match.start()) + 1}: {match.group().strip()}"
        for name in names
        for match in pattern.finditer(words_of(name))
    ]


def decisions() -> list[str]:
    return [PurePosixPath(name).name for name in files() if name.startswith("docs/decisions/")]


def test_the_top_level_is_the_plan_of_the_house() -> None:
    there = {name.split("/")[0] for name in files()}
    assert there - TOP_LEVEL == set()
    assert TOP_LEVEL - OPTIONAL - there == set()


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert found(MACHINES, files()) == []


def test_no_file_names_a_package_index() -> None:
    assert found(INDEXES, files()) == []


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (MACHINES, "see /" + "home/ada/letters"),
        (MACHINES, "cd /" + "work/tree"),
        (INDEXES, "https://py" + "pi.org/simple"),
        (INDEXES, "pip install --index" + "-url=…"),
        (UNFINISHED, "# TO" + "DO: later"),
        (BARE, "x = y  # type" + ": ignore[attr-defined]\n"),
        (BARE, "x = y  # no" + "qa: S101\n"),
        (BARE, "x = y  # no" + "qa\n"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], words: str) -> None:
    assert pattern.search(words)


@pytest.mark.parametrize(
    "words",
    [
        "https://example.org/home/letters",
        "~/wo" + "rk/letters",
        "# type" + ": ignore[misc]  # the library's own mistake",
        "# no" + "qa: S101 -- a reason",
    ],
)
def test_the_patterns_leave_what_is_right(words: str) -> None:
    assert not any(pattern.search(words) for pattern in (MACHINES, INDEXES, UNFINISHED, BARE))


def test_nothing_is_left_half_done() -> None:
    # Where other languages speak, Spanish says "all" by that word.
    in_other_words = ("tests/cases/", "requirements", "coalition/translations/", "tests/emails/golden/")
    ours = tuple(name for name in files() if not name.startswith(in_other_words))
    assert found(UNFINISHED, ours) == []


def test_whoever_silences_a_check_says_why_on_the_line() -> None:
    assert found(BARE, tuple(name for name in files() if name.endswith(".py"))) == []


def test_what_is_said_to_be_safe_is_said_to_bandit_too() -> None:
    ours = tuple(name for name in files() if name.endswith(".py") and not name.startswith("tests/"))
    assert found(UNSAFE, ours) == []


def test_no_module_is_a_drawer_without_a_subject() -> None:
    parts = {
        name: set(PurePosixPath(name).with_suffix("").parts) for name in files() if name.endswith((".py", ".html"))
    }
    assert [name for name, words in parts.items() if words & DRAWERS] == []


def test_every_package_folder_is_a_package() -> None:
    folders = {PurePosixPath(name).parent for folder in ("coalition", "tests") for name in modules(folder)}
    assert [str(folder) for folder in sorted(folders) if not (ROOT / folder / "__init__.py").exists()] == []


def test_every_decision_has_a_number_of_its_own_in_an_unbroken_row() -> None:
    names = [DECISION.fullmatch(name) for name in decisions()]
    assert all(names), decisions()
    assert [int(name["number"]) for name in names if name] == list(range(1, len(names) + 1))


def test_every_decision_tells_its_context_its_choice_and_its_cost() -> None:
    wanted = ("context", "choice", "cost")
    texts = {name: words_of(f"docs/decisions/{name}").lower() for name in decisions()}
    assert [name for name, text in texts.items() if not all(word in text for word in wanted)] == []


def test_a_decision_that_is_named_exists() -> None:
    taken = {name[:4] for name in decisions()}
    named = {(name, match["number"]) for name in files() for match in DECISION_NAMED.finditer(words_of(name))}
    assert [f"{name} names {number}" for name, number in sorted(named) if number not in taken] == []


def test_the_changelog_gives_the_version_newest_first() -> None:
    versions = [tuple(map(int, found.split("."))) for found in VERSION.findall(words_of("CHANGELOG.md"))]
    assert versions
    assert all(newer > older for newer, older in pairwise(versions))
    assert len(versions) == sum(line.startswith("## ") for line in words_of("CHANGELOG.md").splitlines())


def test_the_build_reads_its_version_from_the_changelog() -> None:
    hatch = tomllib.loads(words_of("pyproject.toml"))["tool"]["hatch"]["version"]
    first = VERSION.search(words_of("CHANGELOG.md"))
    read = re.search(hatch["pattern"], words_of("CHANGELOG.md"), re.MULTILINE)
    assert first
    assert read
    assert read["version"] == first["version"]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-build.txt", "requirements-dev.txt"])
def test_every_locked_package_carries_hashes(name: str) -> None:
    packages = re.split(r"^(?=[a-z0-9])", words_of(name), flags=re.MULTILINE)[1:]
    assert packages
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_the_locks_agree() -> None:
    dev, *others = (_pins(name) for name in ("requirements-dev.txt", "requirements.txt", "requirements-build.txt"))
    assert [line for pins in others for line in pins if line not in dev] == []


def test_the_licence_is_the_affero_general_public_licence() -> None:
    licence = words_of("LICENSE")
    assert licence.split("\n", 2)[0].strip() == "GNU AFFERO GENERAL PUBLIC LICENSE"
    assert "13. Remote Network Interaction" in licence


def _pins(name: str) -> set[str]:
    return {line.removesuffix(" \\") for line in words_of(name).splitlines() if re.match(r"[a-z0-9].*==", line)}
