"""Drills that take a while: they run with `make drills` (drills/), which sets the variable, and not with all tests."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("COALITION_TEST_DRILLS") else ["test_*.py"]
