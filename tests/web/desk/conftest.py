"""Who sits at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.visitor import Visitor


@pytest.fixture
def nadia(visitor: Visitor, cast: Cast) -> Visitor:
    """Nadia, coordinator of the secretariat, at the desk."""
    visitor.sign_in(cast.coordinator)
    return visitor


@pytest.fixture
def omar(visitors: Callable[..., Visitor], cast: Cast) -> Visitor:
    """Omar, who coordinates other letters, at a desk of his own."""
    visitor = visitors()
    visitor.sign_in(cast.other_coordinator)
    return visitor
