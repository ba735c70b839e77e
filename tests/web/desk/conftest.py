"""Who sits at the desk."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.visitor import Visitor


@pytest.fixture
def nadia(visitor: Visitor, cast: Cast) -> Visitor:
    """Nadia, coordinator of the secretariat, at the desk."""
    visitor.sign_in(cast.coordinator)
    return visitor
