"""Constant statements give each database what the models' types give it, and say what it objects to."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import bindparam, insert, select

from coalition.database import Base, db, transaction
from coalition.models.organisation import Organisation
from coalition.statements import Constant, Objected

COLUMNS = (
    *("id", "names", "folded_name", "sort_keys", "aliases", "acronym", "kind", "country", "country_printed", "site"),
    *("standing", "safety_default", "created_at"),
)
ADD = Constant(insert(Base.metadata.tables["organisations"]), *COLUMNS)
FIND = Constant(
    select(Organisation.id, Organisation.names, Organisation.created_at, Organisation.erased_at).where(
        Organisation.id == bindparam("id"), Organisation.standing == "guest"
    )
)


@pytest.mark.usefixtures("app")
def test_what_a_constant_statement_writes_reads_as_an_object_and_the_other_way_round() -> None:
    values = {
        "id": uuid4(),
        "names": {"und": "Amman Writers’ House", "ar": "بيت كتّاب عمّان"},
        "folded_name": "amman writers house",
        "created_at": datetime(2026, 1, 2, 3, 4, 5, 678, UTC),
        "standing": "guest",
        "safety_default": "show",
        "sort_keys": {},
        "aliases": [],
        "country_printed": {},
        **dict.fromkeys(("acronym", "kind", "country", "site"), ""),
    }
    with transaction() as session:
        ADD.run(session.connection(), values)
    row = db.session.get_one(Organisation, values["id"])
    assert {name: getattr(row, name) for name in values} == values
    found = (values["id"], values["names"], values["created_at"], None)
    assert FIND.run(db.session.connection(), {"id": values["id"]}) == [found]
    assert FIND.run(db.session.connection(), {"id": uuid4()}) == []
    with pytest.raises(Objected), transaction() as session:
        ADD.run(session.connection(), values)
