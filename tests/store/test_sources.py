"""Sources: what feeds.toml says of them, how they behaved, and when they are looked at."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine

from aggregator.model import Changes, Redirect, Rhythm, Source, SourceState, Status, Validators
from aggregator.store import items, notes, sources, states
from tests.fakes import START, Clock
from tests.samples import add_sources, fetch_log, make_changes, make_item, make_source, store, titles

HOUR = timedelta(hours=1)


def by_id(db: Engine) -> dict[str, sources.SourceHealth]:
    return {health.id: health for health in sources.health(db)}


def remember(db: Engine, source_id: str, status: Status = Status.OK, **state: object) -> None:
    """Records a look at a source that brought no items."""
    moments = {"last_look": START} | state
    items.apply(db, Changes(SourceState(source_id, status, **moments), START))  # type: ignore[arg-type]


def test_sources_are_taken_over_as_they_are_said(db: Engine) -> None:
    said = make_source(
        "news", site_url="https://news.example/", lang="zh", region="cn", source_class="official", title="新闻"
    )
    sources.sync(db, [said, make_source("other", enabled=False)], START)
    taken = by_id(db)
    assert taken.keys() == {"news", "other"}
    for field in ("url", "title", "site_url", "lang", "region", "source_class"):
        assert getattr(taken["news"], field) == getattr(said, field)
    assert taken["news"].state == SourceState("news")
    assert taken["other"].state.status is Status.DISABLED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "New name"),
        ("lang", "zh"),
        ("region", "us"),
        ("source_class", "lab"),
        ("site_url", "https://x.example"),
    ],
)
def test_a_changed_source_keeps_its_state(db: Engine, field: str, value: str) -> None:
    sources.sync(db, [make_source("news")], START)
    remember(db, "news", next_look=START + HOUR, body_hash="abc")
    sources.sync(db, [make_source("news", **{field: value})], START)
    assert getattr(by_id(db)["news"], field) == value
    state = states.state(db, "news")
    assert (state.next_look, state.body_hash) == (START + HOUR, "abc")


def test_a_new_address_is_looked_at_at_once(db: Engine) -> None:
    sources.sync(db, [make_source("news")], START)
    remember(db, "news", Status.ERROR, failures=5, next_look=START + HOUR)
    sources.sync(db, [make_source("news", url="https://moved.example/feed")], START)
    assert sources.due(db, START) == ["news"]
    assert states.state(db, "news").failures == 0


def test_a_source_that_is_no_longer_listed_keeps_its_items_and_rests(db: Engine) -> None:
    store(db, make_item("kept"), source_id="old")
    sources.sync(db, [make_source("new")], START)
    assert titles(db) == ["Title kept"]
    assert sources.due(db, START) == ["new"]
    assert by_id(db)["old"].state.status is Status.DISABLED
    assert [health.id for health in sources.health(db, listed_only=True)] == ["new"]


def test_a_source_that_comes_back_is_due_again_with_its_history(db: Engine) -> None:
    store(db, make_item("kept"), source_id="old")
    sources.sync(db, [], START)
    assert sources.due(db, START) == []
    sources.sync(db, [make_source("old")], START)
    assert sources.due(db, START) == ["old"]
    assert by_id(db)["old"].items == 1


def test_taking_over_twice_changes_nothing(db: Engine) -> None:
    listed = [make_source("a"), make_source("b", enabled=False)]
    sources.sync(db, listed, START)
    before = sources.health(db)
    sources.sync(db, listed, START)
    assert sources.health(db) == before


def test_due_are_those_never_looked_at_and_then_the_longest_waiting(db: Engine) -> None:
    waits = {"soon": -1, "now": 0, "long": -9, "later": 1}
    add_sources(db, *map(make_source, ("z-never", "a-never", *waits)), make_source("off", enabled=False))
    for source_id, hours in waits.items():
        remember(db, source_id, next_look=START + hours * HOUR)
    assert sources.due(db, START) == ["a-never", "z-never", "long", "soon", "now"]
    assert sources.due(db, START + HOUR) == ["a-never", "z-never", "long", "soon", "now", "later"]


def test_what_a_clock_that_was_ahead_has_planned_is_void(db: Engine) -> None:
    add_sources(db, make_source("planned"), make_source("waiting"))
    remember(db, "planned", last_look=START + 900 * HOUR, next_look=START + 901 * HOUR)
    remember(db, "waiting", last_look=START - HOUR, next_look=START + HOUR)
    assert sources.due(db, START) == ["planned"]


def test_all_of_a_state_is_remembered(db: Engine) -> None:
    state = SourceState(
        source_id="news",
        status=Status.ERROR,
        error="the server answered 503 服务不可用",
        warning="its last line is broken off",
        http_status=503,
        validators=Validators('W/"abc"', "Sun, 16 Mar 2025 12:00:00 GMT"),
        url_asked="https://news.example/feed",
        body_hash="0123",
        current_url="https://www.news.example/feed",
        address="https://moved.example/feed",
        redirect=Redirect("https://again.example/订阅", 2, START.date()),
        rhythm=Rhythm(timedelta(hours=7.5), START - HOUR, timedelta(minutes=90), (0, 23), (5, 6)),
        failures=3,
        seconds=1.25,
        last_look=START,
        last_success=START - HOUR,
        last_full=START - 2 * HOUR,
        next_look=START + HOUR,
        why_then="the server asked us to wait",
    )
    sources.sync(db, [make_source("news")], START)
    items.apply(db, Changes(state, START))
    assert states.state(db, "news") == state
    assert states.before_looks(db, ["news"], START) == {"news": (state, None)}
    assert by_id(db)["news"].state == state


def test_a_source_that_is_not_known_has_a_blank_state(db: Engine) -> None:
    assert states.state(db, "nobody") == SourceState("nobody")
    assert states.before_looks(db, ["nobody"], START) == {"nobody": (SourceState("nobody"), None)}


HOSTED = ("this", "a", "b", "c")


def at_host(source_id: str, **said: Any) -> Source:
    return make_source(source_id, url=f"https://HOST.example/{source_id}", **said)


@pytest.mark.parametrize(
    ("refused", "then"),
    [
        ([], None),
        ([("a", 429, 1)], None),
        ([("a", 429, 3), ("b", 503, 2)], 3),
        ([("a", 429, 3), ("b", 503, 2), ("c", 429, 1)], 2),
        ([("this", 429, 3), ("b", 503, 2)], None),
        ([("a", 429, 3), ("elsewhere", 429, 2)], None),
        ([("a", 429, 3), ("b", 500, 2), ("c", 0, 2)], None),
        ([("a", 429, 3), ("b", 429, 0)], None),
        ([("a", 429, 3), ("b", 429, -1)], None),
        ([("a", 429, 3), ("off", 429, 2)], None),
        ([("a", 429, 3), ("left", 429, 2)], None),
    ],
    ids=[
        "none", "one", "two", "three", "itself", "another host", "other failures", "due now", "over", "disabled",
        "not listed",
    ],
)  # fmt: skip
def test_a_host_is_left_alone_while_two_other_sources_of_it_are_refused(
    db: Engine, refused: list[tuple[str, int, int]], then: int | None
) -> None:
    listed = [*map(at_host, HOSTED), make_source("elsewhere"), at_host("off", enabled=False)]
    sources.sync(db, [*listed, at_host("left")], START)
    sources.sync(db, listed, START)
    for source_id, status, hours in refused:
        remember(db, source_id, Status.ERROR, http_status=status, next_look=START + hours * HOUR)
    assert states.before_looks(db, ["this"], START)["this"][1] == (None if then is None else START + then * HOUR)


def test_a_host_is_asked_again_once_one_of_two_was_answered(db: Engine) -> None:
    sources.sync(db, list(map(at_host, HOSTED)), START)
    for source_id in ("a", "b"):
        remember(db, source_id, Status.ERROR, http_status=503, next_look=START + HOUR)
    assert states.before_looks(db, ["this"], START)["this"][1] == START + HOUR
    remember(db, "a", Status.OK, next_look=START + HOUR)
    assert states.before_looks(db, ["this"], START)["this"][1] is None


@pytest.mark.parametrize("zone", [0, 8, -5])
def test_times_come_back_in_utc_whatever_zone_they_were_given_in(db: Engine, zone: int) -> None:
    sources.sync(db, [make_source("news")], START)
    remember(db, "news", next_look=START.astimezone(timezone(zone * HOUR)))
    back = states.state(db, "news").next_look
    assert back == START
    assert back.utcoffset() == timedelta(0)


def test_health_counts_items_and_sorts_by_title_whatever_its_case(db: Engine) -> None:
    add_sources(db, make_source("b", title="beta"), make_source("a", title="Alpha"), make_source("c", title="Gamma"))
    store(db, make_item("1"), make_item("2"), source_id="b")
    assert [(health.title, health.items) for health in sources.health(db)] == [("Alpha", 0), ("beta", 2), ("Gamma", 0)]


def test_answered_counts_what_is_to_be_fetched(db: Engine) -> None:
    listed: list[Source] = [*map(make_source, ("a", "b", "c", "left")), make_source("off", enabled=False)]
    sources.sync(db, listed, START)
    looks = {"a": Status.OK, "b": Status.ERROR, "left": Status.OK, "off": Status.OK}
    for source_id, status in looks.items():
        remember(db, source_id, status)
    sources.sync(db, [source for source in listed if source.id != "left"], START)
    assert sources.fetch_progress(db) == (3, 2, 1)


def test_a_note_is_read_back_until_it_is_replaced(db: Engine, clock: Clock) -> None:
    assert notes.read(db, "heartbeat") == ""
    for value in ("first", "第二", ""):
        notes.leave(db, "heartbeat", value, clock())
        assert notes.read(db, "heartbeat") == value
    assert notes.read(db, "other") == ""


def test_every_look_is_logged_with_what_it_brought(db: Engine) -> None:
    store(db, make_item("1"), make_item("2"))
    remember(db, "news", Status.ERROR, error="no connection", seconds=2.5)
    rows = fetch_log(db)
    fields = ("status", "error", "new", "edited", "sighted", "seconds")
    assert [tuple(getattr(row, field) for field in fields) for row in rows] == [
        ("ok", "", 2, 0, 0, 0.0),
        ("error", "no connection", 0, 0, 0, 2.5),
    ]


def test_trimming_the_log_forgets_old_looks_only(db: Engine) -> None:
    sources.sync(db, [make_source("news")], START)
    for days in (40, 31, 30, 1):
        items.apply(db, make_changes("news", START - timedelta(days=days)))
    sources.trim_log(db, START - timedelta(days=30))
    assert len(fetch_log(db)) == 2
    assert states.state(db, "news").last_look == START - timedelta(days=1)


def test_sources_stand_in_one_order_on_both_engines(db: Engine) -> None:
    titles = ["Ünal", "àb", "zebra", "Éa", "Apple", "apple 2", "新闻"]
    sources.sync(db, [make_source(f"s{number}", title=title) for number, title in enumerate(titles)], START)
    assert [source.title for source in sources.health(db)] == sorted(titles, key=str.casefold)
