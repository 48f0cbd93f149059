"""Whatever an address says, the answer is a page, a feed, or an error in words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model import AXES
from aggregator.query import PARAMETERS
from tests.postgres import Postgres
from tests.web.conftest import opened
from tests.web.site import Site, sample_web, write_feeds

OFTEN = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])

text = st.text(max_size=12)
slugs = st.sampled_from(["baidu", "cn", "policy", "model-watch", "-baidu", "--", "all", "BAIDU", "a\x00", "ernie-4.5"])
days = st.sampled_from(["2025-03-16", "7d", "9999d", "0001-01-01", "2025-W11", "20250316", "2025-02-30", "١٢d", "-1d"])
numbers = st.sampled_from(["1", "0", "-1", "2147483648", "9" * 30, "1_0", "٣", "", "x"])
moments = st.datetimes(timezones=st.timezones() | st.none()).map(lambda moment: moment.isoformat())
cursors = st.tuples(moments | days, st.sampled_from(["~", "", "~~"]), numbers).map("".join)
searches = st.lists(
    st.sampled_from(['"', "-", "AI", "人工", "*", "OR", "NEAR(", "^", ":", "'", "\\", " ", "(", "𝕏"])
).map("".join)
values = text | slugs | days | cursors | searches
names = st.sampled_from([*PARAMETERS, "before", "after", "by", "weeks", "a", "b", "kind"]) | text
queries = st.lists(st.tuples(names, values), max_size=5).map(urlencode)
parts = (text | slugs | numbers).map(lambda part: quote(part, safe=""))
listings = st.builds("/{}/{}".format, st.sampled_from([*AXES, "source", "item", "timeline/company"]), parts)
fixed = st.sampled_from(
    [
        "/",
        "/items",
        "/search",
        "/tags",
        "/sources",
        "/about",
        "/opml",
        "/sources.atom",
        "/feeds.opml",
        "/static/x",
        "/trends",
        "/compare",
    ]
)
suffixes = st.sampled_from(["", ".atom", ".rss", ".json", ".csv", ".jsonl", ".ris", ".bib", ".xml"])
paths = st.builds(str.__add__, fixed | listings, suffixes) | parts.map("/{}".format)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def tried(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site on each engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("site")
        return
    server: Postgres = request.getfixturevalue("postgres")
    folder: Path = tmp_path_factory.mktemp("postgres-site")
    write_feeds(folder)
    with server.database(request.getfixturevalue("postgres_template")) as url, opened(folder, url) as site:
        site.service.sync_sources()
        site.refresh(sample_web(), only=["model-watch", "keji-qianxian"])
        yield site


@OFTEN
@given(path=paths, query=queries, follow=st.booleans())
def test_no_address_is_too_odd(tried: Site, path: str, query: str, follow: bool) -> None:
    answer = tried.get(f"{path}?{query}", follow_redirects=follow)
    assert answer.status_code in (200, 301, 302, 308, 400, 404)
    if answer.status_code >= 400:
        assert answer.mimetype == "text/html"
        assert "<h1>" in answer.text


@OFTEN
@given(query=st.lists(st.tuples(st.sampled_from(PARAMETERS), slugs | days | searches), max_size=4).map(urlencode))
def test_page_and_feeds_of_a_query_agree_that_it_is_one(tried: Site, query: str) -> None:
    asked = [f"/items{suffix}?{query}" for suffix in ("", ".atom", ".rss", ".json")]
    statuses = {tried.get(address, follow_redirects=True).status_code for address in asked}
    assert statuses in ({200}, {400})


@pytest.mark.parametrize("path", ["/company/%00", "/source/%00.atom", "/topic/a%00.rss", "/model/%EF%BF%BE.json"])
def test_characters_that_no_store_takes_are_not_found(tried: Site, path: str) -> None:
    assert tried.get(path).status_code == 404


@pytest.mark.parametrize("suffix", ["", ".atom", ".rss", ".json"])
def test_characters_that_no_feed_can_hold_may_be_searched_for(tried: Site, suffix: str) -> None:
    assert tried.get(f"/items{suffix}?q=%EF%BF%BE%01%7F%C2%85%ED%A0%80").status_code == 200


@pytest.mark.parametrize("suffix", ["", ".atom"])
def test_the_last_day_of_the_calendar_is_a_day(tried: Site, suffix: str) -> None:
    assert tried.get(f"/items{suffix}?until=9999-12-31").status_code == 200


def test_a_slug_of_many_parts_costs_no_time(tried: Site) -> None:
    long = "a-" * 30_000
    started = time.process_time()
    assert tried.get(f"/model/{long}").status_code == 404
    assert tried.get(f"/compare?a=model/gpt&b=model/{long}").status_code == 400
    assert time.process_time() - started < 5  # it was twenty


def test_many_unknown_tags_cost_no_time(tried: Site) -> None:
    asked = "&".join(f"company=nobody-{number}" for number in range(100))
    page = tried.page(f"/items?{asked}")
    assert "nobody-99" in page.get_text()
