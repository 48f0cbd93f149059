"""Sample data that is not part of the project: real feeds, labelled texts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_FOLDER = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


def shared(part: str) -> Path:
    """A file or folder of it. Where it is missing the test is skipped, or fails if REQUIRE_SHARED is set."""
    found = _FOLDER / part
    if not found.exists():
        reason = f"no {part} in {_FOLDER}"
        if os.environ.get("REQUIRE_SHARED"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found
