"""What looks have brought, decided against what the store knows, and stored: many at once where many wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from aggregator.model import Changes, Known, KnownEntry, ReadResult, Report, SourceState, TaggedItem
from aggregator.refresh.decide import decide, unfamiliar
from aggregator.refresh.reused import is_another, other_id
from aggregator.store import ConflictError, items, known

_TRIES = 5  # two processes may store the same item at the same moment; each try sees what the other stored


@dataclass(frozen=True, slots=True)
class Brought:
    """What a look has brought that is not stored yet."""

    state: SourceState  #: after the look
    source_class: str
    news: ReadResult
    shown: frozenset[str]  #: ids of the entries that the source's document showed when it was last read
    now: datetime


def keep(db: Engine, looks: Sequence[Brought]) -> list[Report]:
    """Decides and stores; again with what is known then, if another process was quicker."""
    stored = [changes for some in _apart(looks) for changes in _stored(db, some)]
    return [_report(changes, look.news) for changes, look in zip(stored, looks, strict=True)]


def _stored(db: Engine, looks: Sequence[Brought]) -> list[Changes]:
    for tries_left in reversed(range(_TRIES)):
        changes = _decided(db, looks)
        try:
            items.apply(db, *changes)
        except ConflictError:
            if len(looks) > 1:  # it may be that they are in each other's way
                return [each for look in looks for each in _stored(db, [look])]
            if not tries_left:
                raise
        else:
            break
    return changes


def report_of(state: SourceState) -> Report:
    """Of a look that brought nothing."""
    return Report(state.source_id, state.status, error=state.error, seconds=state.seconds)


def _apart(looks: Sequence[Brought]) -> list[list[Brought]]:
    """The looks in their order; those that share an item go into separate rounds: the later one sees what is stored."""
    rounds: list[list[Brought]] = [[]]
    taken: set[str] = set()
    for look in looks:
        keys = {look.state.source_id, *map(_key, look.news.tagged)}
        if taken & keys:
            rounds.append([])
            taken = set()
        rounds[-1].append(look)
        taken |= keys
    return rounds


def _decided(db: Engine, looks: Sequence[Brought]) -> list[Changes]:
    return [
        decide(look.state, still_new, look.news.present, before, look.now, look.source_class)
        for look, before, still_new in _still_new(db, looks)
    ]


def _still_new(db: Engine, looks: Sequence[Brought]) -> Iterator[tuple[Brought, Known, Sequence[TaggedItem]]]:
    """What the store knows of what looks bring, and what of it is news to it now.

    Another look may have brought some, and so may this one, whose answer from the store was lost.
    """
    bring = {look.state.source_id: look.news.tagged for look in looks if look.news.tagged}
    sighted = known.sighted(db, {source_id: map(_entry_id, tagged) for source_id, tagged in bring.items()})
    reused = {source_id: _reused(tagged, sighted[source_id]) for source_id, tagged in bring.items()}
    for source_id, more in known.sighted(db, {source_id: ids for source_id, ids in reused.items() if ids}).items():
        sighted[source_id] |= more
    new: dict[str, list[TaggedItem]] = {}
    for source_id, tagged in bring.items():
        familiar = {entry_id: before.fingerprint for entry_id, before in sighted[source_id].items()}
        new[source_id] = [each for each in tagged if unfamiliar(each.item, familiar)]
    held = known.holders(db, {source_id: map(_key, tagged) for source_id, tagged in new.items()})
    for look in looks:
        source_id = look.state.source_id
        before = Known(sighted.get(source_id, {}), held.get(source_id, {}), look.shown)
        yield look, before, new.get(source_id, ())


def _entry_id(tagged: TaggedItem) -> str:
    return tagged.item.identity.entry_id


def _reused(tagged: Sequence[TaggedItem], sighted: Mapping[str, KnownEntry]) -> list[str]:
    """What entries are called whose ids may have come to mean another article."""
    known_ids = [(each.item, sighted.get(_entry_id(each))) for each in tagged]
    return [other_id(item) for item, before in known_ids if before and is_another(before, item, elsewhere=True)]


def _key(tagged: TaggedItem) -> str:
    return tagged.item.identity.key


def _report(changes: Changes, news: ReadResult) -> Report:
    state = changes.state
    return Report(
        state.source_id, state.status, len(news.present) + len(news.merged), len(changes.new), len(changes.edits),
        len(changes.sightings) + len(changes.takeovers), news.merged, state.error, state.seconds,
    )  # fmt: skip
