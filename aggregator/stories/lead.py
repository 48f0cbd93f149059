"""Which item speaks for a story, and how many independent voices tell it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aggregator.model import Dispatch, Membership, Story, Voices
from aggregator.model.story import Id
from aggregator.stories.agencies import agency_of
from aggregator.text.fold import fold, letters
from aggregator.text.publishers import publisher_of

_FIRST_HAND = ("official", "lab")  # who is in the news themselves: a public body before a company
_FULL = (80, 240)  # letters from which on a text is a teaser, and a report; a Chinese character counts for two

Member = tuple[Dispatch, Membership]
Rank = tuple[int, int, datetime, bool, Id]


def story_of(members: Sequence[Member]) -> Story:
    """A story of all its members; `members` is not empty."""
    ordered = sorted((dispatch for dispatch, _ in members), key=lambda each: (each.dated, *_by_id(each.id)))
    story = members[0][1].story
    return Story(story, tuple(each.id for each in ordered), min(ordered, key=rank).id, voices(members))


def rank(dispatch: Dispatch) -> Rank:
    """The smallest leads: an official document, then a fuller report, then an earlier one, then the smaller id."""
    own = _FIRST_HAND.index(dispatch.source_class) if dispatch.source_class in _FIRST_HAND else len(_FIRST_HAND)
    said = letters(dispatch.text)
    fullness = sum(said >= least for least in _FULL)
    return own, -fullness, dispatch.dated, *_by_id(dispatch.id)


def _by_id(item: Id) -> tuple[bool, Id]:
    return isinstance(item, str), item


def voices(members: Sequence[Member]) -> Voices:
    """How many reports, and how many voices: a copy speaks with its original's voice, a publisher has one, and so have
    all that tell what one agency told them.
    """
    voice: dict[str, str] = {}

    def of(name: str) -> str:
        while (above := voice.setdefault(name, name)) != name:
            name = above
        return name

    for dispatch, membership in members:
        item = f"item {dispatch.id!r}"
        voice[of(item)] = of(f"source {fold(dispatch.source)}" if dispatch.source else item)
        if host := publisher_of(dispatch.link):
            voice[of(item)] = of(f"host {host}")
        if agency := agency_of(dispatch.text, host):
            voice[of(item)] = of(f"agency {agency}")
        if membership.copy_of is not None:
            voice[of(item)] = of(f"item {membership.copy_of!r}")
    return Voices(len(members), len({of(f"item {dispatch.id!r}") for dispatch, _ in members}))
