"""Groups dispatches into stories, one after the other, within a sliding window of time."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from aggregator.model import Dispatch, Membership
from aggregator.model.story import Id
from aggregator.stories.copies import Envelope, Key, Original, tells_one_event
from aggregator.stories.features import Features, features
from aggregator.stories.glossary import Glossary
from aggregator.stories.likeness import Core, Frequencies, Likeness, Weighed, in_words

WINDOW = timedelta(days=4)
THRESHOLD = 0.2  # on labelled texts hardly anything is joined wrongly from here on
_LONGEST = timedelta(days=14)  # after that, what is told is another event

_RAREST = 16  # features that a dispatch is looked up by
_MOST_POSTINGS = 40  # stories that a feature may lead to: one that more of them share tells none
_CANDIDATES = 3  # stories that a dispatch is compared with


class _Open:
    """A story that may still grow."""

    def __init__(self, story: Id) -> None:
        self.id = story
        self.core = Core()
        self.keys: list[Key] = []
        self.series: set[tuple[str, str]] = set()


class _Near(NamedTuple):
    likeness: Likeness
    story: _Open


class Grouper:
    """Stories of the last days. What it answers depends on the dispatches in its window alone.

    A story leaves when none of its dispatches is younger than the window, counted back from the newest dispatch seen;
    so memory and the time per dispatch depend on how much is published within a window, not on how long it has run.
    """

    def __init__(self, glossary: Glossary, window: timedelta = WINDOW) -> None:
        self._glossary = glossary
        self._window = window
        self._frequencies = Frequencies()
        self._stories: dict[Id, _Open] = {}
        self._postings: defaultdict[str, set[Id]] = defaultdict(set)
        self._originals: dict[Key, Original] = {}
        self._newest: datetime | None = None
        self._leaving: list[tuple[datetime, int, _Open]] = []  # a heap; a story stands in it once for each dispatch
        self._taken = count()

    def __len__(self) -> int:
        """How many stories the window holds."""
        return len(self._stories)

    def seed(self, known: Iterable[tuple[Dispatch, Membership]]) -> None:
        """Takes stories up as they were left: all dispatches of each, with what was answered for them.

        Stories that the window has left may be among them, or not: it makes no difference. Nor is the window moved:
        stories that came after a late dispatch stand beside those that were before it.
        """
        for dispatch, membership in sorted(known, key=lambda pair: _order(pair[0])):
            said = self._said(dispatch) if membership.copy_of is None else None
            self._take(Envelope.of(dispatch), membership.story, said)

    def add(self, batch: Iterable[Dispatch]) -> list[Membership]:
        """The memberships of new dispatches, ordered by date; in which order they come makes no difference.

        Their ids are new, and none is dated in the future: it would close all stories.
        """
        return [self._place(dispatch) for dispatch in sorted(batch, key=_order)]

    def _place(self, dispatch: Dispatch) -> Membership:
        self._forget(dispatch.dated)
        envelope = Envelope.of(dispatch)
        if copied := self._copied(envelope):
            key, original = copied
            self._take(envelope, original.story, None)
            reason = f"same {key.what} as item {original.item}"
            return Membership(dispatch.id, original.story, reason, original.item, 1.0)
        said = self._said(dispatch)
        near = self._nearest(envelope, Weighed(said, self._frequencies))
        self._take(envelope, near.story.id if near else dispatch.id, said)
        if near is None:
            return Membership(dispatch.id, dispatch.id, "")
        reason = in_words(near.likeness, said.spelled)
        return Membership(dispatch.id, near.story.id, reason, None, round(near.likeness.score, 3))

    def _said(self, dispatch: Dispatch) -> Features:
        return features(dispatch, self._glossary) if tells_one_event(dispatch.title) else Features({}, {}, {})

    def _copied(self, envelope: Envelope) -> tuple[Key, Original] | None:
        for key in envelope.keys:
            original = self._originals.get(key)
            # One source has its standing titles, and pages to which it adds; only its texts are copies.
            if original is None or (key.what != "text" and original.source == envelope.source != ""):
                continue
            if self._in_time(self._stories[original.story].core, envelope.dated):
                return key, original
        return None

    def _nearest(self, envelope: Envelope, weighed: Weighed) -> _Near | None:
        found_by: dict[Id, float] = {}
        for feature, weight in weighed.rarest(_RAREST):
            postings = self._postings.get(feature, ())
            if len(postings) <= _MOST_POSTINGS:
                for story in postings:
                    found_by[story] = found_by.get(story, 0.0) + weight
        best: _Near | None = None
        for story in _most(found_by):
            found = self._stories[story]
            if (envelope.source and envelope.series in found.series) or not self._in_time(found.core, envelope.dated):
                continue
            least = best.likeness.score if best else THRESHOLD
            likeness = weighed.likeness(found.core, envelope, least)
            if likeness and (best is None or likeness.score > least):
                best = _Near(likeness, found)
        return best

    def _in_time(self, core: Core, dated: datetime) -> bool:
        return core.gap(dated) <= self._window and core.span(dated) <= _LONGEST

    def _take(self, envelope: Envelope, story: Id, said: Features | None) -> None:
        """Puts a dispatch into its story; a copy, of which nothing is `said` anew, counts for its time only."""
        found = self._stories.get(story) or self._stories.setdefault(story, _Open(story))
        found.core.seen(envelope.dated)
        heapq.heappush(self._leaving, (envelope.dated, next(self._taken), found))
        found.series.add(envelope.series)
        for key in envelope.keys:
            if self._is_first(key, envelope.dated):
                self._originals[key] = Original(envelope.item, story, envelope.source)
                found.keys.append(key)
        if said:
            found.core.add(said, envelope.source, envelope.lang)
            self._frequencies.add(said.weights)
            for feature in said.weights:
                self._postings[feature].add(story)

    def _is_first(self, key: Key, dated: datetime) -> bool:
        """Whether nobody within the window said this before; seeds may bring one that the window has left."""
        original = self._originals.get(key)
        return original is None or self._stories[original.story].core.gap(dated) > self._window

    def _forget(self, dated: datetime) -> None:
        """Moves the window to a moment, if that is later, and lets go of the stories that it leaves behind."""
        self._newest = max(self._newest or dated, dated)
        oldest = self._newest - self._window
        while self._leaving and self._leaving[0][0] < oldest:
            last, _, found = heapq.heappop(self._leaving)
            if found.core.last == last and self._stories.get(found.id) is found:
                self._drop(found)

    def _drop(self, story: _Open) -> None:
        del self._stories[story.id]
        self._frequencies.remove(story.core)
        for key in story.keys:
            if key in self._originals and self._originals[key].story == story.id:
                del self._originals[key]
        for feature in story.core.sums:
            postings = self._postings[feature]
            postings.remove(story.id)
            if not postings:
                del self._postings[feature]


def _most(found_by: Mapping[Id, float]) -> list[Id]:
    """The stories that weigh most, the first of equals by their names; few of the many have to be compared by both."""
    least = min(heapq.nlargest(_CANDIDATES, found_by.values()), default=0.0)
    found = [story for story, weight in found_by.items() if weight >= least]
    return sorted(found, key=lambda story: (-found_by[story], str(story)))[:_CANDIDATES]


def _order(dispatch: Dispatch) -> tuple[datetime, bool, Id]:
    return dispatch.dated, isinstance(dispatch.id, str), dispatch.id
