"""Stories that are grouped anew keep their addresses: which new group is which old story. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from aggregator.model import Membership
from aggregator.model.story import Id


class Moves(NamedTuple):
    """What grouping anew changes."""

    placed: tuple[Membership, ...]  #: items whose story, or its reason, is another one now
    merged: dict[Id, Id]  #: stories without items, and the story that most of them went to
    moved: tuple[Id, ...]  #: the items that leave their story


def reconcile(before: Mapping[Id, Membership], after: Iterable[Membership]) -> Moves:
    """Each old story stays where most of its items are; of two that would stay in one group, the older does.

    `before` and `after` are of the same items. Names of groups that are no old story stay as they are.
    """
    groups: defaultdict[Id, list[Membership]] = defaultdict(list)
    for membership in after:
        groups[membership.story].append(membership)
    shared = Counter((before[m.item].story, group) for group, members in groups.items() for m in members)
    kept: dict[Id, Id] = {}  # group → old story
    taken: set[Id] = set()
    for (old, group), _ in sorted(shared.items(), key=lambda each: (-each[1], str(each[0][0]), str(each[0][1]))):
        if group not in kept and old not in taken:
            kept[group] = old
            taken.add(old)
    placed = [m._replace(story=kept.get(group, group)) for group, members in groups.items() for m in members]
    changed = [m for m in placed if m != before[m.item]]
    gone = {m.story for m in before.values()} - taken
    went: defaultdict[Id, Counter[Id]] = defaultdict(Counter)
    for m in placed:
        went[before[m.item].story][m.story] += 1
    merged = {old: max(went[old], key=lambda new: (went[old][new], str(new))) for old in gone}
    moved = tuple(m.item for m in placed if m.story != before[m.item].story)
    return Moves(tuple(changed), merged, moved)
