"""The project's own files, as the rules of the house read them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "coalition"


@cache
def files() -> tuple[str, ...]:
    """Every file of the project, from its root, "/" between folders: what git has, or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    return tuple(sorted(name for name in set(listed) if (ROOT / name).is_file()))


@cache
def words_of(name: str) -> str:
    """The file's text; empty for a picture, a font or another file that is not text."""
    try:
        return (ROOT / name).read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def modules(folder: str = "coalition") -> tuple[str, ...]:
    """Every Python file under `folder`."""
    return tuple(name for name in files() if name.startswith(f"{folder}/") and name.endswith(".py"))


@cache
def tree(name: str) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(words_of(name), name)


def calls(name: str) -> Iterator[ast.Call]:
    """Every call in a Python file."""
    return (node for node in ast.walk(tree(name)) if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """`session.commit` for the expression of that name; ".commit" where what stands before has no plain name."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def where(name: str, node: ast.AST) -> str:
    """The place of a node, as an editor opens it."""
    return f"{name}:{getattr(node, 'lineno', 0)}"


def imported(name: str) -> Iterator[str]:
    """The full names a Python file imports: "datetime.datetime", "flask"."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)
