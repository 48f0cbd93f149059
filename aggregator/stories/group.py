"""Dispatches to stories, one after the other, within a window that moves with time."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from aggregator.model import Dispatch, Membership
from aggregator.model.story import Id
from aggregator.stories.copies import Key, Original, keys, series, tells_one_event
from aggregator.stories.features import Features, features
from aggregator.stories.glossary import Glossary
from aggregator.stories.likeness import Core, Frequencies, Likeness, Weighed, in_words

WINDOW = timedelta(days=4)
THRESHOLD = 0.16  # where, on labelled texts, wrong joins become rare; a little higher costs little
_LONGEST = timedelta(days=14)  # after that, what is told is another event

_RAREST = 24  # features that a dispatch is looked up by
_MOST_POSTINGS = 64  # stories that a feature may lead to: one that more of them share tells none
_CANDIDATES = 6  # stories that a dispatch is compared with


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
        self._postings: defaultdict[str, dict[Id, _Open]] = defaultdict(dict)
        self._originals: dict[Key, Original] = {}
        self._newest: datetime | None = None
        self._leaving: list[tuple[datetime, int, _Open]] = []  # a heap; a story stands in it once for each dispatch
        self._taken = count()

    def __len__(self) -> int:
        """How many stories the window holds."""
        return len(self._stories)

    def seed(self, known: Iterable[tuple[Dispatch, Membership]]) -> None:
        """Takes stories up as they were left: all dispatches of each, with what was answered for them."""
        for dispatch, membership in sorted(known, key=lambda pair: _order(pair[0])):
            self._take(dispatch, membership.story, self._said(dispatch) if membership.copy_of is None else None)
        self._forget()

    def add(self, batch: Iterable[Dispatch]) -> list[Membership]:
        """The memberships of new dispatches, ordered by date; in which order they come makes no difference."""
        return [self._place(dispatch) for dispatch in sorted(batch, key=_order)]

    def _place(self, dispatch: Dispatch) -> Membership:
        self._newest = max(self._newest or dispatch.dated, dispatch.dated)
        self._forget()
        if copied := self._copied(dispatch):
            key, original = copied
            self._take(dispatch, original.story, None)
            reason = f"same {key.what} as item {original.item}"
            return Membership(dispatch.id, original.story, reason, original.item, 1.0)
        said = self._said(dispatch)
        near = self._nearest(dispatch, Weighed(said, self._frequencies))
        self._take(dispatch, near.story.id if near else dispatch.id, said)
        if near is None:
            return Membership(dispatch.id, dispatch.id, "")
        reason = in_words(near.likeness, said.spelled)
        return Membership(dispatch.id, near.story.id, reason, None, round(near.likeness.score, 3))

    def _said(self, dispatch: Dispatch) -> Features:
        return features(dispatch, self._glossary) if tells_one_event(dispatch.title) else Features({}, {})

    def _copied(self, dispatch: Dispatch) -> tuple[Key, Original] | None:
        for key in keys(dispatch):
            original = self._originals.get(key)
            # One source has its standing titles, and pages to which it adds; only its texts are copies.
            if original and (key.what == "text" or original.source != dispatch.source):
                return key, original
        return None

    def _nearest(self, dispatch: Dispatch, weighed: Weighed) -> _Near | None:
        dots: dict[Id, float] = {}
        for feature, weight in weighed.rarest(_RAREST):
            postings = self._postings.get(feature, {})
            if len(postings) <= _MOST_POSTINGS:
                for story, found in postings.items():
                    dots[story] = dots.get(story, 0.0) + weight * found.core.sums[feature] / found.core.reports
        part = (dispatch.source, series(dispatch.title))
        best: _Near | None = None
        for story in sorted(dots, key=lambda each: (-dots[each], str(each)))[:_CANDIDATES]:
            found = self._stories[story]
            if part in found.series or not self._in_time(found.core, dispatch.dated):
                continue
            likeness = weighed.likeness(found.core, dispatch.source, dispatch.dated)
            if likeness.score >= THRESHOLD and (best is None or likeness.score > best.likeness.score):
                best = _Near(likeness, found)
        return best

    def _in_time(self, core: Core, dated: datetime) -> bool:
        return core.gap(dated) <= self._window and core.span(dated) <= _LONGEST

    def _take(self, dispatch: Dispatch, story: Id, said: Features | None) -> None:
        """Puts a dispatch into its story; a copy, of which nothing is `said` anew, counts for its time only."""
        self._newest = max(self._newest or dispatch.dated, dispatch.dated)
        found = self._stories.get(story) or self._stories.setdefault(story, _Open(story))
        found.core.seen(dispatch.dated)
        heapq.heappush(self._leaving, (dispatch.dated, next(self._taken), found))
        found.series.add((dispatch.source, series(dispatch.title)))
        for key in keys(dispatch):
            if key not in self._originals:
                self._originals[key] = Original(dispatch.id, story, dispatch.source)
                found.keys.append(key)
        if said:
            found.core.add(said.weights, dispatch.source)
            self._frequencies.add(said.weights)
            for feature in said.weights:
                self._postings[feature][story] = found

    def _forget(self) -> None:
        """Lets go of the stories that the window has left behind."""
        while self._leaving and self._newest and self._leaving[0][0] < self._newest - self._window:
            dated, _, found = heapq.heappop(self._leaving)
            if found.core.last == dated and self._stories.get(found.id) is found:
                self._drop(found)

    def _drop(self, story: _Open) -> None:
        del self._stories[story.id]
        self._frequencies.add(story.core.sums, -story.core.reports)
        for key in story.keys:
            del self._originals[key]
        for feature in story.core.sums:
            postings = self._postings[feature]
            del postings[story.id]
            if not postings:
                del self._postings[feature]


def _order(dispatch: Dispatch) -> tuple[datetime, bool, Id]:
    return dispatch.dated, isinstance(dispatch.id, str), dispatch.id
