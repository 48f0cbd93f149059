"""What one look at a source changes. Pure: known state, outcome and items in, Changes out; no session, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from aggregator.model import (
    Changes,
    Edit,
    Failure,
    Hints,
    IdentifiedEntry,
    Item,
    Known,
    KnownEntry,
    KnownItem,
    NotModified,
    Outcome,
    Page,
    ReadResult,
    Redirect,
    Sighting,
    Source,
    SourceState,
    Status,
    TaggedItem,
    Validators,
    standing,
)
from aggregator.refresh.identify import own_key
from aggregator.refresh.reused import told_apart
from aggregator.refresh.schedule import next_look
from aggregator.text.html import storable
from aggregator.text.urls import is_home_page, with_credentials_of

EMPTY = "it has no entries now, and used to have some"
LYING = "the server says that nothing is new where something is, so the whole document is asked for each time"
FULL_EVERY = timedelta(days=7)
MOVED_AFTER = 3  # days on which a permanent redirect must have been seen
LOST_AFTER = 3  # failures in a row after which an address that a source moved to is given up


def address(source: Source, state: SourceState) -> str:
    """Where to ask: the address in feeds.toml, or the one that it moved to for good."""
    return with_credentials_of(state.address, source.url) if state.address else source.url


def validators(source: Source, state: SourceState, now: datetime) -> Validators:
    """What to ask with. Validators belong to the address that gave them; now and then a whole document is asked for.

    Some servers say "not modified" for ever, and some stumble over what they gave.
    """
    if state.distrusted:
        return Validators()
    answered = state.http_status or HTTPStatus.INTERNAL_SERVER_ERROR  # that is its own trouble, and soon over
    stumbled = state.failures > 0 and answered < HTTPStatus.INTERNAL_SERVER_ERROR
    stumbled = stumbled and answered != HTTPStatus.TOO_MANY_REQUESTS
    stale = stumbled or state.last_full is None or now - state.last_full >= FULL_EVERY
    return Validators() if stale or state.url_asked != address(source, state) else state.validators


def state_after(
    source: Source, state: SourceState, outcome: Outcome, seconds: float, now: datetime, read: ReadResult | None = None
) -> SourceState:
    """What we remember of a source after a look, whatever came of it; `read` is what its document brought."""
    asked = address(source, state)
    full = isinstance(outcome, Page) and validators(source, state, now) == Validators()
    failures = state.failures + 1 if isinstance(outcome, Failure) else 0
    gone = isinstance(outcome, Failure) and outcome.http_status == HTTPStatus.GONE
    if gone and state.address:  # what it moved to has gone, and what the file says may be there still
        gone, state = False, replace(state, address="", redirect=Redirect())
    state = replace(
        state, seconds=round(seconds, 3), last_look=now, failures=failures, http_status=0, error="",
        last_full=now if full else state.last_full,
    )  # fmt: skip
    if read is not None:
        lies = state.distrusted or (full and bool(read.tagged) and _hid(state, asked, outcome))
        warning = storable(read.warning) or (LYING if lies else "")
        state = replace(
            state, rhythm=read.rhythm, own_title=read.own_title, warning=warning, distrusted=lies,
        )  # fmt: skip
    match outcome:
        case Failure():
            status = Status.GONE if gone else Status.ERROR
            state = replace(state, status=status, error=storable(outcome.reason), http_status=outcome.http_status)
            if failures >= LOST_AFTER:  # what it moved to is no better: back to what the file says
                state = replace(state, address="", redirect=Redirect())
        case NotModified():
            state = replace(state, status=Status.NOT_MODIFIED, last_success=now)
        case Page():
            state = replace(
                state, status=Status.OK, last_success=now, validators=_storable(outcome.validators), url_asked=asked,
                current_url=storable(outcome.url), body_hash=body_hash(outcome.body),
            )  # fmt: skip
    if not isinstance(outcome, Failure):
        before, state = state.address, moved(state, led_to(outcome.hints, source), now)
        if state.address != before:
            state = replace(state, url_asked=address(source, state))
    then, why = next_look(source, state.rhythm, outcome, state.status, failures, now)
    return replace(state, next_look=then, why_then=why)


def _hid(state: SourceState, asked: str, outcome: Outcome) -> bool:
    """Whether the server said that nothing had changed, and has something else now under the same validators."""
    same = isinstance(outcome, Page) and outcome.validators == state.validators != Validators()
    return same and state.status is Status.NOT_MODIFIED and state.url_asked == asked


def moved(state: SourceState, to: str, now: datetime) -> SourceState:
    """Takes note of a permanent redirect to a feed; on the third day on which it is seen, the address moves."""
    if not to:
        return replace(state, redirect=Redirect()) if state.redirect.to else state
    if to != state.redirect.to:
        return replace(state, redirect=Redirect(to, 1, now.date()))
    if state.redirect.last_seen == now.date():
        return state
    redirect = Redirect(to, state.redirect.days + 1, now.date())
    if redirect.days < MOVED_AFTER:
        return replace(state, redirect=redirect)
    return replace(state, address=to, redirect=Redirect())


def led_to(hints: Hints, source: Source) -> str:
    """Where a permanent redirect leads; "" if that is a front page: sites send there what they have lost."""
    return "" if is_home_page(hints.moved_to) and not is_home_page(source.url) else storable(hints.moved_to)


def _storable(told: Validators) -> Validators:
    # Headers are bytes: what is no text in them cannot be kept, and then costs a document that had not changed.
    return Validators(storable(told.etag), storable(told.last_modified))


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:20]


def unfamiliar(entry: IdentifiedEntry | Item, familiar: Mapping[str, str]) -> bool:
    """Whether there is work to do: it was not sighted before, or with another fingerprint."""
    return familiar.get(entry.identity.entry_id) != entry.fingerprint


def decide(
    state: SourceState, items: Sequence[TaggedItem], present: frozenset[str], known: Known, now: datetime,
    source_class: str = "",
) -> Changes:  # fmt: skip
    """Sorts the unfamiliar items of a document into new ones, edits, takeovers and sightings.

    `present` are the ids of all its entries.
    """
    own = standing(source_class, state.source_id)
    items, present = told_apart(items, present, known)
    new, edits, takeovers, sightings = list[TaggedItem](), list[Edit](), list[Edit](), list[Sighting]()
    given: set[str] = set()  # keys of items that this look makes or meets: parts of one document may name a page twice

    def meet(held: KnownEntry | KnownItem, tagged: TaggedItem) -> None:
        if own < held.standing:  # an item in another source's words
            takeovers.append(Edit(held.item_id, tagged))
        else:
            sightings.append(Sighting(held.item_id, tagged.item.identity.entry_id, tagged.item.fingerprint))

    for tagged in items:
        entry_id, key = tagged.item.identity
        if sighted := known.sighted.get(entry_id):
            if sighted.owned:
                key = _key_now(sighted, key, known.holders, given)
                edits.append(Edit(sighted.item_id, _known_by(key, tagged)))
                given.add(key)
            else:
                meet(sighted, _known_by(sighted.key, tagged))
        elif key in given or _is_of_another_entry(known.holders.get(key), tagged.item, present):
            new.append(_under_own_key(tagged, state.source_id))  # two ids, two items, though the link is one
        else:
            given.add(key)
            if holder := known.holders.get(key):
                meet(holder, tagged)
            else:
                new.append(tagged)
    left, back = known.shown - present, present - known.shown - {each.item.identity.entry_id for each in new}
    return Changes(state, now, tuple(new), tuple(edits), tuple(takeovers), tuple(sightings), left, back)


def still_there(news: ReadResult, state: SourceState, shown: Iterable[str]) -> ReadResult:
    """What a document brings; one that has lost all its entries, a warning, and the rhythm that it had: so that its
    silence is noticed.
    """
    if news.present or not (any(shown) or state.rhythm.newest or state.warning == EMPTY):
        return news
    return replace(news, rhythm=state.rhythm, warning=news.warning or EMPTY)


def joined(news: ReadResult, part: ReadResult) -> ReadResult:
    """What a document brings with one of its parts."""
    added = tuple(tagged for tagged in part.tagged if tagged.item.identity.entry_id not in news.present)
    newer = max(news.rhythm, part.rhythm, key=lambda rhythm: str(rhythm.newest or ""))
    return replace(
        news, tagged=news.tagged + added, present=news.present | part.present, merged=news.merged + part.merged,
        rhythm=newer, warning=news.warning or part.warning,
    )  # fmt: skip


def _is_of_another_entry(holder: KnownItem | None, item: Item, present: frozenset[str]) -> bool:
    """Whether the source shows the item that holds the key as another entry.

    Some sources make up a new id every time; then the earlier one is gone and the title is the same.
    """
    if holder is None or not holder.entry_ids:
        return False
    return item.title != holder.title or bool(holder.entry_ids & present)


def _key_now(sighted: KnownEntry, key: str, holders: Mapping[str, KnownItem], given: set[str]) -> str:
    """An article that moves is known by its new page from then on, if no other item is."""
    moved = sighted.key.startswith("//") and key.startswith("//")
    return key if moved and key not in holders and key not in given else sighted.key


def _under_own_key(tagged: TaggedItem, source_id: str) -> TaggedItem:
    return _known_by(own_key(source_id, tagged.item.identity.entry_id), tagged)


def _known_by(key: str, tagged: TaggedItem) -> TaggedItem:
    return replace(tagged, item=replace(tagged.item, identity=tagged.item.identity._replace(key=key)))
