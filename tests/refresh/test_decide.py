"""What a look at a source changes, as tables: no database, no network."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from aggregator.model import (
    Entry,
    Failure,
    Grade,
    Hints,
    IdentifiedEntry,
    Identity,
    Known,
    KnownEntry,
    KnownItem,
    NotModified,
    Outcome,
    Page,
    ReadResult,
    Rhythm,
    Sighting,
    SourceState,
    Status,
    Validators,
    standing,
)
from aggregator.refresh.decide import body_hash, decide, joined, state_after, unfamiliar
from tests.fakes import START
from tests.samples import make_item, make_source

HOUR = timedelta(hours=1)
STATE = SourceState("news")
A = make_item("a")
A_ID, A_KEY = A.item.identity
AGAIN = Sighting(7, A_ID, A.item.fingerprint)


def holder(title: str = A.item.title, *entry_ids: str) -> Known:
    """The item's key is held already, as these entries of the source."""
    return Known(holders={A_KEY: KnownItem(7, title, frozenset(entry_ids))})


@pytest.mark.parametrize(
    ("known", "present", "expected"),
    [
        (Known(), "", "new"),
        (Known(sighted={A_ID: KnownEntry(7, "other", key=A_KEY)}), "", "edit"),
        (Known(sighted={A_ID: KnownEntry(7, "other", owned=False)}), "", "sighting"),
        (holder("Another source's title"), "", "sighting"),
        (holder(A.item.title, "old-id"), "", "sighting"),
        (holder(A.item.title, "old-id"), "old-id", "new, own key"),
        (holder("Another title", "old-id"), "", "new, own key"),
        (holder("Another title", "old-id"), "old-id", "new, own key"),
        (holder(A.item.title, "old-id", "older"), "older", "new, own key"),
    ],
    ids=[
        "unknown",
        "own entry",
        "entry of another's item",
        "another source's link",
        "a new id",
        "two ids at once",
        "a link used again",
        "two entries, one link",
        "one of two old ids is there still",
    ],
)
def test_an_unfamiliar_item_is_new_or_an_edit_or_a_sighting(known: Known, present: str, expected: str) -> None:
    changes = decide(STATE, [A], frozenset({A_ID, present}), known, START)
    found = {
        "new": [new.item.identity.key for new in changes.new] == [A_KEY],
        "new, own key": [new.item.identity for new in changes.new] == [Identity(A_ID, f"news:{A_ID}")],
        "edit": [(edit.item_id, edit.new) for edit in changes.edits] == [(7, A)],
        "sighting": changes.sightings == (AGAIN,),
    }
    assert [name for name, holds in found.items() if holds] == [expected]
    assert len(changes.new) + len(changes.edits) + len(changes.sightings) == 1


@pytest.mark.parametrize(
    ("source_class", "other", "takes_over"),
    [
        ("official", ("media", "a-paper"), True),
        ("media", ("official", "ministry"), False),
        ("", ("newsletter", "letter"), False),
        ("media", ("media", "z-paper"), True),
        ("media", ("media", "a-paper"), False),
    ],
)
def test_a_source_of_higher_standing_speaks_for_an_item(
    source_class: str, other: tuple[str, str], takes_over: bool
) -> None:
    known = Known(holders={A_KEY: KnownItem(7, "Their title", frozenset(), standing(*other))})
    changes = decide(STATE, [A], frozenset({A_ID}), known, START, source_class)
    assert [(edit.item_id, edit.new) for edit in changes.takeovers] == ([(7, A)] if takes_over else [])
    assert changes.sightings == (() if takes_over else (AGAIN,))
    assert changes.new == changes.edits == ()


@pytest.mark.parametrize("at_once", [True, False])
def test_a_second_entry_with_the_link_of_an_item_is_an_item_of_its_own(at_once: bool) -> None:
    second = replace(A, item=replace(A.item, identity=Identity("another-id", A_KEY), title="Another title"))
    known = holder("Another source's title", *([] if at_once else [A_ID]))
    changes = decide(STATE, [A, second] if at_once else [second], frozenset({A_ID, "another-id"}), known, START)
    assert changes.sightings == ((AGAIN,) if at_once else ())
    assert [new.item.identity for new in changes.new] == [Identity("another-id", "news:another-id")]


def test_nothing_unfamiliar_changes_nothing_but_the_state() -> None:
    changes = decide(STATE, [], frozenset({A_ID}), holder(), START)
    assert (changes.state, changes.now) == (STATE, START)
    assert changes.new == changes.edits == changes.takeovers == changes.sightings == ()


def test_entries_that_left_the_document_and_such_that_may_be_back_are_told_apart() -> None:
    known = Known(shown=frozenset({"stays", "leaves"}))
    changes = decide(STATE, [A], frozenset({A_ID, "stays", "comes back"}), known, START)
    assert (changes.left, changes.back) == ({"leaves"}, {"comes back"})
    assert [new.item.identity.entry_id for new in changes.new] == [A_ID]


def test_items_keep_the_order_of_their_document() -> None:
    several = [make_item(name) for name in "cab"]
    assert list(decide(STATE, several, frozenset(), Known(), START).new) == several


@pytest.mark.parametrize(
    ("familiar", "fingerprint", "work"),
    [({}, "f", True), ({"e": "f"}, "f", False), ({"e": "g"}, "f", True)],
)
def test_an_entry_needs_work_unless_its_fingerprint_is_known(
    familiar: dict[str, str], fingerprint: str, work: bool
) -> None:
    found = IdentifiedEntry(Identity("e", "k"), fingerprint, Entry("e", "", "Title", ""))
    assert unfamiliar(found, familiar) is work


SOURCE = make_source("news", interval=HOUR)
PAGE = Page("https://www.news.example/feed", b"<rss/>", "text/xml", Validators('"1"', "Sun, 16 Mar 2025 12:00:00 GMT"))


def after(outcome: Outcome, **before: Any) -> SourceState:
    return state_after(SOURCE, SourceState("news", **before), outcome, 1.23456, START)


@pytest.mark.parametrize(
    ("outcome", "status", "error"),
    [
        (PAGE, Status.OK, ""),
        (NotModified(), Status.NOT_MODIFIED, ""),
        (Failure("no answer"), Status.ERROR, "no answer"),
        (Failure("the server answered 404", HTTPStatus.NOT_FOUND), Status.ERROR, "the server answered 404"),
        (Failure("the server answered 410", HTTPStatus.GONE), Status.GONE, "the server answered 410"),
    ],
)
def test_every_outcome_gives_a_status(outcome: Outcome, status: Status, error: str) -> None:
    state = after(outcome, status=Status.ERROR, error="an earlier one")
    assert (state.status, state.error) == (status, error)
    assert (state.last_look, state.seconds) == (START, 1.235)


def test_a_page_leaves_all_that_the_next_look_needs() -> None:
    state = after(PAGE)
    assert state.validators == PAGE.validators
    assert (state.url_asked, state.current_url) == (SOURCE.url, PAGE.url)
    assert state.body_hash == body_hash(PAGE.body)
    assert state.last_success == START


@pytest.mark.parametrize("outcome", [NotModified(), Failure("no answer")])
def test_without_a_page_the_last_ones_validators_stay(outcome: Outcome) -> None:
    said = {"validators": Validators('"0"'), "url_asked": SOURCE.url, "body_hash": "0123", "current_url": "x"}
    state = after(outcome, **said)
    assert {name: getattr(state, name) for name in said} == said


def test_a_failure_keeps_the_time_of_the_last_success() -> None:
    assert after(Failure("no answer"), last_success=START - HOUR).last_success == START - HOUR


def test_failures_are_counted_in_a_row() -> None:
    assert after(Failure("no answer"), failures=3).failures == 4
    assert after(NotModified(), failures=3).failures == 0
    assert after(PAGE, failures=3).failures == 0


BUSY = Failure("busy", 503, Grade.TEMPORARY, Hints(retry_after=7 * HOUR))


@pytest.mark.parametrize(
    ("outcome", "failures", "wait", "why"),
    [
        (PAGE, 4, HOUR, "its interval"),
        (NotModified(), 4, HOUR, "its interval"),
        (NotModified(Hints(fresh_for=3 * HOUR)), 4, 3 * HOUR, "the server calls its answer current until then"),
        (Failure("no answer"), 0, 2 * HOUR, "it failed"),
        (Failure("no answer"), 1, 4 * HOUR, "2 failures in a row"),
        (Failure("no answer", grade=Grade.TEMPORARY), 1, 2 * HOUR, "2 failures in a row"),
        (BUSY, 0, 7 * HOUR, "the server asked us to wait"),
    ],
)
def test_the_next_look_depends_on_how_this_one_went(outcome: Outcome, failures: int, wait: timedelta, why: str) -> None:
    state = after(outcome, failures=failures)
    assert state.next_look is not None
    assert START + wait <= state.next_look <= START + 1.1 * wait
    assert state.why_then == why


@pytest.mark.parametrize("outcome", [PAGE, NotModified()])
def test_a_look_that_succeeds_forgets_the_failure(outcome: Outcome) -> None:
    state = after(outcome, status=Status.ERROR, http_status=503, error="busy", failures=2)
    assert (state.http_status, state.error, state.failures) == (0, "", 0)
    assert after(BUSY).http_status == 503


def test_the_rhythm_is_that_of_the_last_document_and_sets_the_pace() -> None:
    known, read = Rhythm(24 * HOUR, START, ttl=HOUR), Rhythm(12 * HOUR, START)
    assert after(NotModified(), rhythm=known).rhythm == after(BUSY, rhythm=known).rhythm == known
    assert after(PAGE, rhythm=known).rhythm == known
    state = state_after(SOURCE, SourceState("news", rhythm=known), PAGE, 1, START, ReadResult(rhythm=read))
    assert (state.rhythm, state.why_then) == (read, "it posts every 12 hours")


def test_what_is_wrong_with_a_document_is_known_until_the_next_one() -> None:
    def after_reading(warning: str) -> SourceState:
        return state_after(
            SOURCE, SourceState("news", warning="it is broken"), PAGE, 1, START, ReadResult(warning=warning)
        )

    assert after(NotModified(), warning="it is broken").warning == after(BUSY, warning="it is broken").warning
    assert after(PAGE, warning="it is broken").warning == "it is broken"  # the same document again
    assert after_reading("it is broken\0 off").warning == "it is broken off"
    assert after_reading("").warning == ""


def test_headers_that_are_no_text_do_not_reach_the_store() -> None:
    state = after(Page("https://x.example/\udce4", b"", "", Validators('"\udce9"', "\x00")))
    assert (state.validators, state.current_url) == (Validators('""', ""), "https://x.example/")


def test_the_newest_entry_of_all_parts_is_that_of_the_document() -> None:
    older, newer = ReadResult(rhythm=Rhythm(newest=START)), ReadResult(rhythm=Rhythm(newest=START + HOUR))
    assert joined(older, newer).rhythm == joined(newer, older).rhythm == newer.rhythm
    assert joined(older, ReadResult()).rhythm == older.rhythm
