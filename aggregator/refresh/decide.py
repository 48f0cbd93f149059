"""What one look at a source changes. Pure: known state, outcome and items in, Changes out; no session, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from aggregator.model import (
    Changes,
    Edit,
    Failure,
    Identity,
    Item,
    Known,
    NotModified,
    Outcome,
    Page,
    Sighting,
    Source,
    SourceState,
    Status,
    TaggedItem,
    Validators,
    standing,
)
from aggregator.refresh.identify import own_key
from aggregator.refresh.schedule import next_look
from aggregator.text.html import storable


def state_after(source: Source, state: SourceState, outcome: Outcome, seconds: float, now: datetime) -> SourceState:
    """What we remember of a source after a look, whatever came of it."""
    failures = state.failures + 1 if isinstance(outcome, Failure) else 0
    wait = outcome.retry_after if isinstance(outcome, Failure) else None
    state = replace(
        state, seconds=round(seconds, 3), last_look=now, failures=failures,
        next_look=next_look(source.interval, failures, wait, now),
    )  # fmt: skip
    match outcome:
        case Failure():
            gone = outcome.http_status == HTTPStatus.GONE
            return replace(state, status=Status.GONE if gone else Status.ERROR, error=storable(outcome.reason))
        case NotModified():
            return replace(state, status=Status.NOT_MODIFIED, error="", last_success=now)
        case Page():
            return replace(
                state, status=Status.OK, error="", last_success=now, validators=_storable(outcome.validators),
                url_asked=source.url, current_url=storable(outcome.url), body_hash=body_hash(outcome.body),
            )  # fmt: skip


def _storable(validators: Validators) -> Validators:
    # Headers are bytes: what is no text in them cannot be kept, and then costs a document that had not changed.
    return Validators(storable(validators.etag), storable(validators.last_modified))


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:20]


def unfamiliar(identified: Sequence[tuple[Identity, str]], known: Known) -> set[str]:
    """The entry ids that need work: not sighted before, or sighted with another fingerprint."""
    return {
        identity.entry_id
        for identity, fingerprint in identified
        if identity.entry_id not in known.sighted or known.sighted[identity.entry_id].fingerprint != fingerprint
    }


def decide(
    state: SourceState,
    items: Sequence[TaggedItem],
    present: frozenset[str],
    known: Known,
    now: datetime,
    source_class: str = "",
) -> Changes:
    """Sorts the items of a document into new ones, edits, takeovers and sightings.

    `present` are the entry ids of the whole document, `items` those of its entries that are unfamiliar.
    """
    own = standing(source_class, state.source_id)
    new: list[TaggedItem] = []
    edits: list[Edit] = []
    takeovers: list[Edit] = []
    sightings: list[Sighting] = []
    for tagged in items:
        entry_id, key = tagged.item.identity
        if sighted := known.sighted.get(entry_id):
            if sighted.owned:
                edits.append(Edit(sighted.item_id, tagged))
            else:
                sightings.append(Sighting(sighted.item_id, entry_id, tagged.item.fingerprint))
        elif (holder := known.holders.get(key)) is None:
            new.append(tagged)
        elif not holder.entry_ids or _given_a_new_id(tagged.item, holder.title, holder.entry_ids, present):
            if own < holder.standing:
                takeovers.append(Edit(holder.item_id, tagged))
            else:
                sightings.append(Sighting(holder.item_id, entry_id, tagged.item.fingerprint))
        else:
            # This source shows another entry under the same link: two ids, two items.
            new.append(_under_own_key(tagged, state.source_id))
    return Changes(state, now, tuple(new), tuple(edits), tuple(takeovers), tuple(sightings))


def _given_a_new_id(item: Item, title: str, earlier: frozenset[str], present: frozenset[str]) -> bool:
    """Some sources make up a new id every time; then the earlier one is gone and the title is the same."""
    return item.title == title and not (earlier & present)


def _under_own_key(tagged: TaggedItem, source_id: str) -> TaggedItem:
    entry_id = tagged.item.identity.entry_id
    return replace(tagged, item=replace(tagged.item, identity=Identity(entry_id, own_key(source_id, entry_id))))
