"""The tests' own ground: a fresh database each, and no way out of this machine."""

from __future__ import annotations

import socket
import subprocess

import pytest
from sqlalchemy import create_engine, inspect, text

from tests import databases
from tests.house.source import ROOT
from tests.network import NetworkRefused


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_a_test_can_not_speak_to_another_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as line, pytest.raises(NetworkRefused):
        line.connect((host, 80))


def test_a_test_can_not_ask_for_another_machines_address() -> None:
    with pytest.raises(NetworkRefused):
        socket.getaddrinfo("letters.example.org", 443)


def test_a_test_may_speak_to_its_own_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as line:
        assert line.getpeername() == server.getsockname()


def test_an_empty_database_is_of_the_kind_that_was_asked_for(empty_database: str) -> None:
    engine = create_engine(empty_database)
    assert engine.dialect.name == {"sqlite": "sqlite", "postgres": "postgresql"}[databases.kind()]
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_copy_has_the_rows_and_goes_its_own_way(databases: databases.Databases, empty_database: str) -> None:
    run(empty_database, "CREATE TABLE names (name VARCHAR(20))", "INSERT INTO names VALUES ('Ada')")
    copy = databases.copy(empty_database)
    run(copy, "INSERT INTO names VALUES ('Grace')")
    assert [rows(address) for address in (empty_database, copy)] == [1, 2]
    databases.drop(copy)


def test_help_names_every_target() -> None:
    told = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    targets = [line.split()[1] for line in told.stdout.splitlines()]
    assert targets == ["help", "run", "test", "check", "bench", "drills", "pictures", "lock", "sbom"]


def run(address: str, *statements: str) -> None:
    engine = create_engine(address)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def rows(address: str) -> int:
    engine = create_engine(address)
    with engine.connect() as connection:
        count: int = connection.execute(text("SELECT count(*) FROM names")).scalar_one()
    engine.dispose()
    return count
