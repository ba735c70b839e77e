"""What every app of the tests would compute alike is computed once a worker: templates, rules of addresses, statements.

Each test has an engine of its own, some an app. Compiling the same again and again took half of the time of the suite.
Nothing survives the tests, so nothing waits for a disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from jinja2 import BytecodeCache
from werkzeug.routing import Rule

from coalition import database

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment
    from jinja2.bccache import Bucket
    from sqlalchemy import Engine


class KeptTemplates(BytecodeCache):
    """Compiled templates in memory, apart for environments that read the same source otherwise."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        manner = f"{environment.trim_blocks}{environment.lstrip_blocks}{environment.undefined.__name__}"
        return super().get_bucket(environment, f"{manner} {name}", filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_compile_builder: Final = Rule._compile_builder
_builders: Final[dict[tuple[object, ...], Callable[..., tuple[str, str]]]] = {}


def _kept_builder(rule: Any, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 -- as werkzeug has it
    key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), rule.map.host_matching, append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


_make_engine: Final = SQLAlchemy._make_engine
_compilers: Final[dict[str, tuple[Any, Any]]] = {}


def _kept_engine(database: Any, *given: Any) -> Engine:
    """An engine that knows the statements of those before it. They stand under their dialect, so it takes that too."""
    engine: Any = _make_engine(database, *given)
    engine.dialect, engine._compiled_cache = _compilers.setdefault(
        engine.dialect.name, (engine.dialect, engine._compiled_cache)
    )
    return engine  # type: ignore[no-any-return]  # it is one; Any, for what it holds is not public


_prepare_sqlite: Final = database._prepare_sqlite


def _prepare_without_waiting(connection: Any, _record: Any) -> None:
    _prepare_sqlite(connection, _record)
    connection.execute("PRAGMA synchronous=OFF").close()


Flask.jinja_options = {"bytecode_cache": KeptTemplates()}
Rule._compile_builder = _kept_builder  # type: ignore[assignment, method-assign]  # the name is theirs
SQLAlchemy._make_engine = _kept_engine  # type: ignore[assignment, method-assign]  # the name is theirs
database._prepare_sqlite = _prepare_without_waiting
