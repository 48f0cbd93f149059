"""Putting items into stories: what is new, over and over; and everything, after a change of the rules."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

from aggregator.bootstrap import Service
from aggregator.model import Dispatch, Membership
from aggregator.model.story import Id
from aggregator.store import ConflictError, stories
from aggregator.stories import Grouper, glossary
from aggregator.stories.reconcile import Moves, reconcile

log = logging.getLogger("aggregator")
_BATCH = 2000
_STRETCH = timedelta(days=31)
_TRIES = 5


def group(service: Service) -> int:
    """Finds the stories of all items that wait for one; answers how many those were."""
    done = 0
    refused = 0
    while waiting := stories.ungrouped(service.db, _BATCH):
        for some in _stretches(waiting):
            try:
                stories.place(service.db, _grouped(service, some), service.clock())
                done += len(some)
            except ConflictError:  # another process was quicker; what is left is read again
                refused += 1
                if refused == _TRIES:
                    raise
    return done


def _stretches(waiting: list[Dispatch]) -> Iterator[list[Dispatch]]:
    """Items month by month, more or less: each stretch is grouped among what was told around it, however late it came.

    All at once, a source that brings ten years of items would have all stories of ten years read.
    """
    some: list[Dispatch] = []
    for dispatch in waiting:
        if some and dispatch.dated - some[0].dated > _STRETCH:
            yield some
            some = []
        some.append(dispatch)
    yield some


def _grouped(service: Service, some: list[Dispatch]) -> list[Membership]:
    window = service.config.stories.window
    grouper = Grouper(glossary(), window)
    grouper.seed(stories.around(service.db, some[0].dated - window, some[-1].dated + window))
    return grouper.add(some)


def moves(service: Service) -> Moves:
    """What would change if all items were grouped anew by the rules of today."""
    grouper = Grouper(glossary(), service.config.stories.window)
    before: dict[Id, Membership] = {}
    after: list[Membership] = []
    for batch in stories.grouped(service.db):
        before |= {membership.item: membership for _, membership in batch}
        after += grouper.add(dispatch for dispatch, _ in batch)
    return reconcile(before, after)


def regroup(service: Service, found: Moves) -> None:
    """Puts items where `moves` says. Addresses of stories stay, or lead to the story that took their place."""
    merged = {int(str(old).removeprefix("story ")): str(new) for old, new in found.merged.items()}
    stories.place(service.db, found.placed, service.clock(), merged)


def group_new(service: Service) -> None:
    if number := group(service):
        log.info("%d items put into stories", number)
