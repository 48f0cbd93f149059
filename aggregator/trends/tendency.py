"""What is new, what grows and what fades: one rule, by shares, so that a new source makes nothing grow."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from aggregator.model.saying import say

RECENT, BEFORE = 4, 12  # weeks
LEAST = 8  # items, fewer say nothing
FACTOR = 2  # twice, half
RULE = say(
    "The last %(recent)s whole weeks are compared with the %(before)s before them, by the tag's share of all items "
    "counted, so that more sources alone make nothing grow. New: at least %(least)s items, and none in the %(before)s "
    "weeks before. Growing: at least %(least)s items, and twice the share or more. Fading: by the share of before, at "
    "least %(least)s items would be there, and it is half of them or fewer.",
    recent=RECENT, before=BEFORE, least=LEAST,
)  # fmt: skip


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
