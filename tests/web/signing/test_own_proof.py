"""An organisation whose name is withheld takes along what proves its signature: from its own page, behind a code."""

from __future__ import annotations

import json

from tests import builders
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.signing.own import at_own_page


def test_a_withheld_organisation_takes_its_proof_from_its_own_page(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    home = at_own_page(visitor, cast.unnamed_member.contact_id)
    letter = home.follow("Free the reporters")
    file = letter.form("proof").submit()
    (proof,) = json.loads(file.content)["proofs"]
    assert proof["statement"]["names"]["und"] == cast.unnamed_member.name
    assert file.headers["Content-Disposition"] == 'attachment; filename="proof.json"'
    manifest = json.loads(visitor.get(proof["manifest"].removeprefix("http://letters.test")).content)
    assert proof["commitment"] in manifest["commitments"]
