"""What is new, what grows and what fades: one rule, by shares, so that a new source makes nothing grow."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

RECENT, BEFORE = 4, 12  # weeks
LEAST = 8  # items, fewer say nothing
FACTOR = 2  # twice, half
RULE = (
    f"The last {RECENT} whole weeks are compared with the {BEFORE} before them, by the tag's share of all relevant "
    f"items, so that more sources alone make nothing grow. New: at least {LEAST} items, and none in the {BEFORE} weeks "
    f"before. Growing: at least {LEAST} items, and twice the share or more. Fading: by the share of before, at least "
    f"{LEAST} items would be there, and it is half of them or fewer."
)


class Tendency(StrEnum):
    NEW = "new"
    GROWING = "growing"
    FADING = "fading"


class Windows(NamedTuple):
    """Numbers of items in the recent weeks and in those before."""

    recent: int
    before: int


def tendency(tag: Windows, everything: Windows) -> Tendency | None:
    """Where a tag is heading, None where that cannot be said."""
    if not everything.recent or not everything.before:
        return None
    expected = tag.before * everything.recent / everything.before
    if tag.recent >= LEAST and not tag.before:
        return Tendency.NEW
    if tag.recent >= LEAST and tag.recent >= FACTOR * expected:
        return Tendency.GROWING
    return Tendency.FADING if expected >= LEAST and FACTOR * tag.recent <= expected else None
