"""Where a source is asked, and with what: permanent redirects, validators, and addresses that are gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from aggregator.model import (
    Changes,
    Failure,
    Hints,
    NotModified,
    Outcome,
    Page,
    ReadResult,
    Redirect,
    SourceState,
    Status,
    Validators,
)
from aggregator.refresh.decide import LYING, address, state_after, validators
from aggregator.store import items, sources, states
from tests.fakes import START
from tests.samples import make_item, make_source

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOURCE = make_source("news", interval=HOUR)
NEW, OTHER = "https://new.example/feed", "https://elsewhere.example/feed"
ETAG = Validators('"1"')
FAILED = Failure("no answer", hints=Hints(moved_to=NEW))
GONE = Failure("the server answered 410 Gone", 410)


def page(moved_to: str = "", etag: str = '"1"') -> Page:
    return Page(moved_to or SOURCE.url, b"<rss/>", "text/xml", Validators(etag), Hints(moved_to=moved_to))


def unchanged(moved_to: str = "") -> NotModified:
    return NotModified(Hints(moved_to=moved_to))


def after(*looks: tuple[float, Outcome], state: SourceState = SourceState("news")) -> SourceState:  # noqa: B008
    """The state after looks that were so many days later."""
    for days, outcome in looks:
        state = state_after(SOURCE, state, outcome, 1, START + days * DAY)
    return state


@pytest.mark.parametrize(
    ("looks", "days", "moved"),
    [
        ([(0, page(NEW))], 1, False),
        ([(0, page(NEW)), (0.1, page(NEW)), (0.2, unchanged(NEW))], 1, False),
        ([(0, page(NEW)), (1, unchanged(NEW))], 2, False),
        ([(0, page(NEW)), (1, page(NEW)), (1.1, page(NEW))], 2, False),
        ([(0, page(NEW)), (1, page(NEW)), (2, page(NEW))], 0, True),
        ([(0, page(NEW)), (5, unchanged(NEW)), (90, unchanged(NEW))], 0, True),
        ([(0, page(NEW)), (1, page(NEW)), (1.5, page()), (2, page(NEW))], 1, False),
        ([(0, page(NEW)), (1, page(NEW)), (1.5, unchanged()), (2, page(NEW))], 1, False),
        ([(0, page(NEW)), (1, page(NEW)), (1.5, page(OTHER)), (2, page(NEW))], 1, False),
        ([(0, FAILED), (1, FAILED), (2, FAILED)], 0, False),
        ([(0, page(NEW)), (1, FAILED), (2, FAILED)], 1, False),
        ([(0, page(NEW)), (1, FAILED), (2, page(NEW)), (3, page(NEW))], 0, True),
        ([(0, page(NEW)), (1, FAILED), (1.1, FAILED), (1.2, FAILED), (2, page(NEW)), (3, page(NEW))], 2, False),
    ],
    ids=[
        "first day", "three times a day", "second day", "twice on the second day", "third day", "third of rare looks",
        "a look without", "an unchanged look without", "another target", "failures do not count",
        "failures keep the count", "a failure between", "three failures reset the count",
    ],
)  # fmt: skip
def test_a_permanent_redirect_counts_once_it_was_seen_on_three_days(
    looks: list[tuple[float, Outcome]], days: int, moved: bool
) -> None:
    state = after(*looks)
    assert address(SOURCE, state) == (NEW if moved else SOURCE.url)
    assert state.redirect.days == days
    assert state.redirect.to == (NEW if days else "")


@pytest.mark.parametrize("front", ["https://news.example/", "https://new.example", "https://new.example/?"])
def test_a_front_page_is_where_lost_feeds_are_sent_and_no_new_address(front: str) -> None:
    moved = [(day, page(front)) for day in range(5)]
    assert after(*moved).address == ""
    home = replace(SOURCE, url="https://news.example/")
    state = SourceState("news")
    for day, outcome in moved:
        state = state_after(home, state, outcome, 1, START + day * DAY)
    assert state.address == front


def test_the_days_are_those_of_the_calendar() -> None:
    assert after((0.49, page(NEW)), (0.51, page(NEW))).redirect == Redirect(NEW, 2, (START + DAY).date())


MOVED = after((0, page(NEW)), (1, page(NEW)), (2, page(NEW)))


def test_a_source_that_moved_is_asked_there_with_the_validators_of_its_document() -> None:
    assert (MOVED.address, MOVED.url_asked, MOVED.redirect) == (NEW, NEW, Redirect())
    assert validators(SOURCE, MOVED, START + 2 * DAY) == ETAG
    assert address(SOURCE, after((3, unchanged()), (4, page()), state=MOVED)) == NEW


def test_a_new_address_is_given_up_after_three_failures_in_a_row() -> None:
    twice = after((3, FAILED), (4, FAILED), state=MOVED)
    assert address(SOURCE, twice) == NEW
    assert address(SOURCE, after((5, unchanged()), (6, FAILED), state=twice)) == NEW
    thrice = after((5, FAILED), state=twice)
    assert address(SOURCE, thrice) == SOURCE.url
    assert validators(SOURCE, thrice, START + 5 * DAY) == Validators()


@pytest.mark.parametrize(
    ("known", "days", "sent"),
    [
        ({}, 0, True),
        ({}, 6.99, True),
        ({}, 7, False),
        ({"last_full": None}, 0, False),
        ({"url_asked": OTHER}, 0, False),
        ({"failures": 1, "http_status": 412}, 0, False),
        ({"failures": 1, "http_status": 429}, 0, True),
        ({"failures": 1, "http_status": 503}, 0, True),
        ({"failures": 1, "http_status": None}, 0, True),
        ({"address": NEW}, 0, False),
        ({"address": NEW, "url_asked": NEW}, 0, True),
    ],
)
def test_validators_are_sent_to_the_address_that_gave_them_for_a_week(
    known: dict[str, Any], days: float, sent: bool
) -> None:
    state = replace(after((0, page())), **known)
    assert validators(SOURCE, state, START + days * DAY) == (ETAG if sent else Validators())


@pytest.mark.parametrize(
    ("outcome", "days", "full"),
    [
        (page(), 3, START),
        (unchanged(), 3, START),
        (page(), 7, START + 7 * DAY),
        (unchanged(), 8, START),
        (FAILED, 8, START),
    ],
    ids=["asked with validators", "unchanged", "asked without", "unchanged for ever", "failed"],
)
def test_a_whole_document_is_asked_for_until_one_comes(outcome: Outcome, days: int, full: datetime) -> None:
    state = after((0, page()), (days, outcome))
    assert state.last_full == full
    stale = START + days * DAY - full >= 7 * DAY
    assert validators(SOURCE, state, START + days * DAY) == (Validators() if stale else ETAG)


NEWS = ReadResult((make_item("new"),))


@pytest.mark.parametrize(
    ("days", "outcome", "read", "distrusted"),
    [
        (7, page(), NEWS, True),
        (7, page(etag='"2"'), NEWS, False),
        (7, page(), ReadResult(), False),  # the same news in other bytes
        (7, page(), None, False),  # the same bytes
        (1, page(), NEWS, False),  # it answers whole documents, whatever it is asked with
        (7, unchanged(), None, False),
    ],
)
def test_a_server_that_hides_news_behind_its_validators_is_not_asked_with_them_again(
    days: int, outcome: Outcome, read: ReadResult | None, distrusted: bool
) -> None:
    before = after((0, page()), (0.5, unchanged()))
    state = state_after(SOURCE, before, outcome, 1, START + days * DAY, read)
    assert (state.distrusted, state.warning) == (distrusted, LYING if distrusted else "")
    then = START + (days + 1) * DAY
    if distrusted:
        assert validators(SOURCE, state, then) == Validators()
        later = state_after(SOURCE, state, page(), 1, then, ReadResult(warning="a part did not come"))
        assert (later.distrusted, later.warning) == (True, "a part did not come")


@pytest.mark.parametrize(
    "before",
    [
        after((0, page()), (0.5, page())),  # which never said that nothing had changed
        replace(after((0, page()), (0.5, unchanged())), url_asked=""),  # an edited source is read anew
        replace(after((0, page()), (0.5, unchanged())), url_asked=OTHER),
    ],
)
def test_a_server_that_hid_nothing_is_trusted(before: SourceState) -> None:
    assert not state_after(SOURCE, before, page(), 1, START + 7 * DAY, NEWS).distrusted


def test_an_edited_source_is_trusted_again(db: Engine) -> None:
    sources.sync(db, [SOURCE], START)
    states.save_looks(db, [replace(after((0, page())), distrusted=True)])
    sources.sync(db, [replace(SOURCE, exclude=("jobs",))], START)
    assert not states.state(db, "news").distrusted


def test_every_document_of_a_server_without_validators_is_a_whole_one() -> None:
    assert after((0, page(etag="")), (1, page(etag=""))).last_full == START + DAY


def test_a_source_that_is_gone_is_not_due_for_a_month(db: Engine) -> None:
    sources.sync(db, [SOURCE], START)
    state = after((0, page()), (1, GONE))
    assert (state.status, state.next_look) == (Status.GONE, START + 31 * DAY)
    items.apply(db, Changes(state, START + DAY))
    assert sources.due(db, START + 31 * DAY - HOUR) == []
    assert sources.due(db, START + 31 * DAY) == ["news"]


@pytest.mark.parametrize("edit", [{"url": OTHER}, {"interval": 2 * HOUR}, {"include": ("AI",)}])
def test_a_source_that_is_gone_is_due_again_when_its_settings_are_edited(db: Engine, edit: dict[str, Any]) -> None:
    sources.sync(db, [SOURCE], START)
    items.apply(db, Changes(after((2, GONE), state=MOVED), START))
    edited = replace(SOURCE, **edit)
    sources.sync(db, [edited], START)
    assert sources.due(db, START) == ["news"]
    state = states.state(db, "news")
    assert (address(edited, state), state.failures, state.redirect) == (edited.url, 0, Redirect())
    assert validators(edited, state, START) == Validators()


def test_where_a_source_moved_to_may_be_gone_while_the_file_is_right() -> None:
    state = after((2, GONE), state=MOVED)
    assert (state.status, address(SOURCE, state), state.redirect) == (Status.ERROR, SOURCE.url, Redirect())
    assert state.next_look is not None
    assert state.next_look < START + 4 * DAY
    assert after((3, GONE), state=state).status is Status.GONE


def test_a_source_that_comes_back_is_no_longer_gone() -> None:
    state = after((0, GONE), (30, page()))
    assert (state.status, state.failures) == (Status.OK, 0)
    assert state.next_look is not None
    assert state.next_look < START + 30 * DAY + 2 * HOUR
