"""Items: one transaction for everything that a look at a source changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, text, update

from aggregator.model import Changes, Edit, Sighting, TaggedItem, Tagging
from aggregator.store import search, shown, tags
from aggregator.store.db import writing
from aggregator.store.errors import ConflictError
from aggregator.store.postings import Ledger, Posted, hold, posted
from aggregator.store.resting import OFF_TOPIC
from aggregator.store.statements import bulk_insert
from aggregator.store.states import save_states
from aggregator.store.story_numbers import stories_of
from aggregator.store.tables import EVIDENCE, ITEM, SIGHTING, VERSION

Retagging = tuple[int, Tagging]  # item id, its new tagging
_LAST_ID = select(func.max(ITEM.c.id))
_NEXT_IDS = text("SELECT nextval(pg_get_serial_sequence('item', 'id')) FROM generate_series(1, :count)")


def apply(db: Engine, *looks: Changes) -> None:
    """Writes looks at sources, all of them or none. No two bring the same item.

    Raises ConflictError if the store is no longer as the changes take it to be.
    """
    rewritten = [edit.item_id for changes in looks for edit in (*changes.edits, *changes.takeovers)]
    sighted = [sighting.item_id for changes in looks for sighting in changes.sightings]
    with writing(db) as connection:
        now = max(changes.now for changes in looks)
        ledger = Ledger(connection)
        hold(connection, rewritten + sighted)
        told = stories_of(connection, rewritten)
        ledger.change((), _insert_new(connection, looks))
        for changes in looks:
            _change_known(connection, ledger, changes)
        _recount(connection, told, now)
        if save_states(connection, [(changes.state, _counts(changes)) for changes in looks]):
            ledger.note()
        ledger.settle(now)


def _change_known(connection: Connection, ledger: Ledger, changes: Changes) -> None:
    """What a look says of items that were there before."""
    for edit in changes.edits:
        _edit(connection, ledger, changes, edit)
    for takeover in changes.takeovers:
        _take_over(connection, ledger, changes, takeover)
    for sighting in changes.sightings:
        _see_as_well(connection, ledger, changes, sighting)
    shown.take_note(connection, changes.state.source_id, changes.left, changes.back, changes.now)


def _counts(changes: Changes) -> dict[str, int]:
    sighted = len(changes.sightings) + len(changes.takeovers)
    return {"new": len(changes.new), "edited": len(changes.edits), "sighted": sighted}


def _insert_new(connection: Connection, looks: Sequence[Changes]) -> list[Posted]:
    new = [(changes.state.source_id, tagged, changes.now) for changes in looks for tagged in changes.new]
    if not new:
        return []
    ids = _new_ids(connection, len(new))
    rows: list[dict[str, Any]] = [
        {"id": item_id, "source_id": source_id, "first_seen": now} | _item_values(tagged, now)
        for item_id, (source_id, tagged, now) in zip(ids, new, strict=True)
    ]
    bulk_insert(connection, ITEM, rows)
    stored = list(zip(ids, rows, new, strict=True))
    bulk_insert(connection, SIGHTING, [_sighting_values(of, i, *_entry(each), now) for i, _, (of, each, now) in stored])
    _add_evidence(connection, [(i, tagged.tagging) for i, _, (_, tagged, _) in stored])
    search.index(connection, [(i, tagged.terms) for i, _, (_, tagged, _) in stored])
    return [
        Posted.of(
            i, row["dated"], row["tier"], row["lang"], [(t.axis, t.slug) for t in tagged.tagging.tags], [source_id]
        )
        for i, row, (source_id, tagged, _) in stored
    ]


def _new_ids(connection: Connection, count: int) -> list[int]:
    """Ids for items. Given by us, many rows go in at once and nothing has to come back."""
    if connection.dialect.name == "sqlite":  # which has one writer: us
        last = connection.scalar(_LAST_ID) or 0
        return list(range(last + 1, last + 1 + count))
    return list(connection.scalars(_NEXT_IDS, {"count": count}))


def _item_values(tagged: TaggedItem, now: datetime) -> dict[str, Any]:
    item, tagging = tagged.item, tagged.tagging
    return {
        "key": item.identity.key, "link": item.link, "title": item.title, "summary": item.summary, "lang": item.lang,
        **_tagged(tagging), "published": item.published, "updated": item.updated,
        "changed": now, "dated": _listed_under(item.about or item.published or now, now), **item.key_dates._asdict(),
    }  # fmt: skip


def _values_now(edit: Edit, changes: Changes, before: Row[Any]) -> dict[str, Any]:
    # An entry that drops its date keeps the one that it had, and its place.
    item = edit.new.item
    dated = _listed_under(item.about or item.published or before.dated, before.first_seen)
    published = item.published or before.published
    return _item_values(edit.new, changes.now) | {"dated": dated, "published": published}


def _listed_under(moment: datetime, first_seen: datetime) -> datetime:
    """The time under which an item is listed: in whole seconds, and never after we first saw it.

    So nothing comes first again by being dated anew.
    """
    return min(moment, first_seen).replace(microsecond=0)


def _entry(tagged: TaggedItem) -> tuple[str, str]:
    return tagged.item.identity.entry_id, tagged.item.fingerprint


def _sighting_values(source_id: str, item_id: int, entry_id: str, fingerprint: str, now: datetime) -> dict[str, Any]:
    return {"source_id": source_id, "entry_id": entry_id, "item_id": item_id, "fingerprint": fingerprint, "seen": now}


def _tagged(tagging: Tagging) -> dict[str, Any]:
    return {
        "tier": str(tagging.tier), "tags": tags.written(tags.in_order(tagging)), "score": tagging.score,
        "taxonomy": tagging.version,
    }  # fmt: skip


def _add_evidence(connection: Connection, tagged: Iterable[Retagging]) -> None:
    rows = [
        {"item_id": item_id, "words": [tag.evidence for tag in tags.in_order(tagging)]}
        for item_id, tagging in tagged
        if tagging.tags
    ]
    bulk_insert(connection, EVIDENCE, rows)


def _edit(connection: Connection, ledger: Ledger, changes: Changes, edit: Edit) -> None:
    """The item as its source has it now; what it said before stays as a version."""
    now = changes.now
    before = _before(connection, edit)
    if before.source_id != changes.state.source_id:
        raise ConflictError("another source has taken the item over")
    values = _values_now(edit, changes, before)
    if (before.title, before.summary) != (values["title"], values["summary"]):
        version = {"item_id": before.id, "title": before.title, "summary": before.summary, "until": now}
        connection.execute(insert(VERSION).values(**version))
    elif before.link == values["link"] and before.dated == values["dated"]:
        values["changed"] = before.changed
    _replace(connection, ledger, changes, edit, before, values)


def _take_over(connection: Connection, ledger: Ledger, changes: Changes, takeover: Edit) -> None:
    """The item in the words of a source of higher standing. No version: nobody has changed what they said."""
    before = _before(connection, takeover)
    values = _values_now(takeover, changes, before) | {"source_id": changes.state.source_id}
    _replace(connection, ledger, changes, takeover, before, values)


def _before(connection: Connection, edit: Edit) -> Row[Any]:
    row = connection.execute(select(ITEM).where(ITEM.c.id == edit.item_id)).one_or_none()
    if row is None:
        raise ConflictError("the item has been pruned")
    return row


def _replace(
    connection: Connection, ledger: Ledger, changes: Changes, edit: Edit, before: Row[Any], values: dict[str, Any]
) -> None:
    this = [edit.item_id]
    stood = posted(connection, this)
    values |= _place_of(edit.new.tagging)
    connection.execute(update(ITEM).where(ITEM.c.id == edit.item_id).values(**values))
    _replace_evidence(connection, [(edit.item_id, edit.new.tagging)])
    search.unindex(connection, before.id, before.title, before.summary)
    search.index(connection, [(edit.item_id, edit.new.terms)])
    _see(connection, changes, Sighting(edit.item_id, *_entry(edit.new)))
    ledger.change(stood, posted(connection, this))


def _place_of(tagging: Tagging) -> dict[str, Any]:
    """What tags that are new say of an item's story: none has an item that is off topic."""
    return {} if tagging.relevant else OFF_TOPIC


def _recount(connection: Connection, stories: set[int], now: datetime | None) -> None:
    if stories:
        from aggregator.store.stories import recount  # with all of grouping, which most looks need not

        recount(connection, stories, now)


def _see_as_well(connection: Connection, ledger: Ledger, changes: Changes, sighting: Sighting) -> None:
    """An item that another source shows, too, stands in that source's list from then on."""
    before = posted(connection, [sighting.item_id])
    if _see(connection, changes, sighting):
        ledger.change(before, posted(connection, [sighting.item_id]))


def _see(connection: Connection, changes: Changes, sighting: Sighting) -> bool:
    """Takes note of an entry that is an item; True if it was not known."""
    source_id = changes.state.source_id
    this = (SIGHTING.c.source_id == source_id) & (SIGHTING.c.entry_id == sighting.entry_id)
    if connection.execute(update(SIGHTING).where(this).values(fingerprint=sighting.fingerprint)).rowcount:
        return False
    values = _sighting_values(source_id, sighting.item_id, sighting.entry_id, sighting.fingerprint, changes.now)
    connection.execute(insert(SIGHTING).values(**values))
    return True


def _replace_evidence(connection: Connection, tagged: Sequence[Retagging]) -> None:
    connection.execute(delete(EVIDENCE).where(EVIDENCE.c.item_id.in_([item_id for item_id, _ in tagged])))
    _add_evidence(connection, tagged)


def save_taggings(db: Engine, tagged: Sequence[Retagging], now: datetime) -> None:
    """Writes new tags, tiers and scores of items in one transaction. What readers see is not called changed."""
    with writing(db) as connection:
        ledger = Ledger(connection)
        hold(connection, [item_id for item_id, _ in tagged])
        before = posted(connection, [item_id for item_id, _ in tagged])
        told = stories_of(connection, [item_id for item_id, tagging in tagged if not tagging.relevant])
        changed = [retagging for retagging in tagged if _retag(connection, *retagging)]
        ids = {item_id for item_id, _ in changed}
        _recount(connection, told, None)
        _replace_evidence(connection, changed)
        ledger.change([place for place in before if place.item_id in ids], posted(connection, ids))
        ledger.settle(now)


def _retag(connection: Connection, item_id: int, tagging: Tagging) -> bool:
    # An item that was edited since it was read has been tagged anew: its words are others.
    outdated = (ITEM.c.id == item_id) & (ITEM.c.taxonomy != tagging.version)
    values = _tagged(tagging) | _place_of(tagging)
    return bool(connection.execute(update(ITEM).where(outdated).values(**values)).rowcount)
