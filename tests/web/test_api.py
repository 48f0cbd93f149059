"""The API says what the pages show, refuses what it does not know in one shape, and describes itself."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.errors import StoreError
from aggregator.model import AXES
from aggregator.query import FIELDS, PARAMETERS
from aggregator.store import counts, reads
from tests.fakes import START
from tests.samples import make_item, store
from tests.web.site import Site, local, numbers
from tests.web.test_odd_addresses import cursors, queries, text, values
from web.api.docs import operations

V1 = "/api/v1"
MAY_BE_EMPTY = ("versions", "failing", "added", "errata", "papers", "ahead", "passed")
OFTEN = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(site: Site, address: str, status: int = 200) -> Any:
    """What the API answers; what every answer of it has in common is checked here."""
    answer = site.get(V1 + address)
    assert (answer.status_code, answer.mimetype) == (status, "application/json"), address
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    return json.loads(answer.data)


QUERIES = ("", "company=baidu", "region=cn&topic=-business", "tier=all&lang=zh", "q=ERNIE", "company=百度",
           "since=2025-03&until=2025-W11", "class=Official")  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_items_are_those_of_the_page(site: Site, query: str) -> None:
    found = [item["id"] for item in read(site, f"/items?{query}")["items"]]
    assert found == numbers(site.page(f"/items?{query}")) != []


def test_every_item_is_passed_once_on_the_way(site: Site) -> None:
    wanted = [item.id for item in site.items()]
    address, older, newer = "/items?tier=all&limit=30", [], []
    while address:
        page = read(site, address)
        older += [[item["id"] for item in page["items"]]]
        last, address = page, local(page["next"]).removeprefix(V1) if page["next"] else ""
    assert [number for page in older for number in page] == wanted
    while last["previous"]:
        last = read(site, local(last["previous"]).removeprefix(V1))
        newer.append([item["id"] for item in last["items"]])
    assert [number for page in reversed(newer) for number in page] == wanted[: len(wanted) - len(older[-1])]
    assert read(site, "/items")["previous"] is None


def test_no_item_is_lost_between_pages_that_is_dated_by_when_it_came(own_site: Site) -> None:
    now = START + timedelta(days=1, microseconds=123_456)
    undated = [make_item(name, published=None) for name in ("one", "two", "three")]
    store(own_site.service.db, *undated, source_id="model-watch", now=now)
    found, address = [], "/items?source=model-watch&limit=1"
    while address and len(found) < 3:
        page = read(own_site, address)
        found += [item["title"] for item in page["items"]]
        address = local(page["next"]).removeprefix(V1)
    assert found == ["Title three", "Title two", "Title one"]


def test_an_item_says_all_that_is_known_of_it(site: Site) -> None:
    item = site.item("GPT-4.5 is here as a research preview")
    said = read(site, f"/items/{item.id}")
    assert said["title"] == item.title
    assert said["tags"] == [str(tag) for tag in item.tags]
    assert {evidence["tag"] for evidence in said["evidence"]} == set(said["tags"])
    for evidence in said["evidence"]:
        whole = said["title"] if evidence["field"] == "title" else said["text"]
        assert whole[evidence["start"] : evidence["end"]] == evidence["text"]
    assert said["carriers"][0]["source"] == "model-watch"
    assert site.get(local(said["page"])).status_code == 200


def test_sources_are_those_of_the_settings(site: Site) -> None:
    said = read(site, "/sources")["sources"]
    assert {source["id"] for source in said} == {source.id for source in site.service.config.sources}
    assert {source["status"] for source in said} == {"ok"}
    assert {source["class"] for source in said} == {"media", "official", "trade-press", "newsletter"}


def test_tags_have_names_counts_and_relatives(site: Site) -> None:
    said = read(site, "/tags")["tags"]
    totals = counts.totals(site.service.db)
    assert [(tag["axis"], tag["slug"], tag["items"]) for tag in said] == [
        (axis, slug, number) for axis in AXES for slug, number in totals.get(axis, ())
    ]
    baidu = read(site, "/tags/company/baidu")
    assert (baidu["name"], baidu["name_zh"]) == ("Baidu", "百度")
    assert {"region/cn", "model/ernie"} <= set(baidu["relatives"])
    assert baidu["items"] == baidu["by_tier"]["core"] + baidu["by_tier"]["adjacent"] == dict(totals["company"])["baidu"]
    assert site.get(local(baidu["feed"])).mimetype == "application/atom+xml"


def test_a_trend_by_weeks_is_that_by_days(site: Site) -> None:
    days = read(site, "/trends/region/cn?since=2025-02-01&until=2025-03-16")
    weeks = read(site, "/trends/region/cn?since=2025-02-01&until=2025-03-16&by=week")
    assert sum(point["items"] for point in days["points"]) == sum(point["items"] for point in weeks["points"]) > 10
    for point in weeks["points"]:
        start = date.fromisoformat(point["start"])
        assert point["week"] == f"{start:%G-W%V}"
        within = [p["items"] for p in days["points"] if start <= date.fromisoformat(p["start"]) < start + timedelta(7)]
        assert point["items"] == sum(within)


@pytest.mark.parametrize(
    ("address", "status", "parameter", "words"),
    [
        ("/items?compny=baidu", 400, "compny", "did you mean company?"),
        ("/items?company=<b>", 400, "company", "'<b>'"),
        ("/items?since=yesterday", 400, "since", "'yesterday'"),
        ("/items?limit=0", 400, "limit", "greater than"),
        ("/items?limit=x", 400, "limit", "integer"),
        ("/items?before=x", 400, "before", "'x'"),
        (f"/items?q={'x' * 201}", 400, "q", "200 characters"),
        ("/items/1?x=1", 400, "x", "there are none here"),
        ("/items/99999999999", 400, "id", "less than"),
        ("/stories?compny=baidu", 400, "compny", "did you mean company?"),
        ("/stories?q=%22open", 400, "q", "is not closed"),
        ("/stories/1?x=1", 400, "x", "there are none here"),
        ("/stories/0", 400, "id", "greater than"),
        ("/stories/999999", 404, None, ""),
        ("/digests?cadense=daily", 400, "cadense", "did you mean cadence?"),
        ("/digests?cadence=hourly", 400, "cadence", "'daily' or 'weekly'"),
        ("/digests?since=7", 400, "since", "write a day such as"),
        ("/digests/2025-03-16?topic=policy", 400, "topic", "there are none here"),
        ("/digests/yesterday", 400, "period", "'yesterday'"),
        ("/digests/2025-02-30", 404, None, ""),
        ("/digests/2025-W54", 404, None, ""),
        ("/sources?x=1", 400, "x", "no such parameter"),
        ("/tags?axis=company", 400, "axis", "no such parameter"),
        ("/tags/companies/baidu", 400, "axis", "'company'"),
        ("/trends/company/baidu?by=month", 400, "by", "'day' or 'week'"),
        ("/trends/company/baidu?until=0", 400, "until", "write a day such as"),
        ("/trends/company/baidu?sinse=2025-03-02", 400, "sinse", "did you mean since?"),
        ("/items/999999", 404, None, ""),
        ("/tags/company/nobody-knows", 404, None, ""),
        ("/trends/company/nobody-knows", 404, None, ""),
        ("/nothing", 404, None, ""),
    ],
)
def test_every_error_has_one_shape(site: Site, address: str, status: int, parameter: str | None, words: str) -> None:
    error = read(site, address, status)
    assert error.keys() == {"error"}
    assert error["error"].keys() == {"status", "title", "detail", "parameter"}
    assert (error["error"]["status"], error["error"]["parameter"]) == (status, parameter)
    assert words in error["error"]["detail"]
    assert site.get(V1 + address).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("error", "status"), [(StoreError("disk full"), 503), (ValueError("a bug"), 500)])
def test_what_goes_wrong_inside_has_it_too(
    own_site: Site, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    own_site.application.testing = False
    monkeypatch.setattr(reads, "listing", fail)
    said = read(own_site, "/items", status)["error"]
    assert said["status"] == status
    assert str(error) not in said["detail"]


def test_a_method_that_is_not_allowed_has_it_too(site: Site) -> None:
    answer = site.post(f"{V1}/items")
    assert (answer.status_code, answer.json and answer.json["error"]["status"]) == (405, 405)


odd = st.lists(st.tuples(st.sampled_from([*PARAMETERS, "before", "after", "limit", "by"]), values), max_size=4)
paths = st.sampled_from(
    [
        "/items",
        "/items/1",
        "/items/0",
        "/stories",
        "/stories/1",
        "/sources",
        "/tags",
        "/tags/company/baidu",
        "/trends/topic/x",
    ]
)


@OFTEN
@given(path=paths | text.map(lambda part: f"/tags/company/{quote(part, safe='')}"), query=odd.map(urlencode) | queries)
def test_no_request_is_too_odd(site: Site, path: str, query: str) -> None:
    answer = site.get(f"{V1}{path}?{query}")
    assert answer.status_code in (200, 301, 308, 400, 404)  # a slash too many leads to what is meant
    if answer.status_code >= 400:
        assert set(json.loads(answer.data)["error"]) == {"status", "title", "detail", "parameter"}


@OFTEN
@given(cursor=cursors | st.from_regex(r"-?[0-9]{1,16}\.[0-9]{1,15}", fullmatch=True))
def test_no_place_is_too_odd(site: Site, cursor: str) -> None:
    assert site.get(f"{V1}/items?{urlencode({'before': cursor})}").status_code in (200, 400)


@pytest.fixture(scope="module")
def document(site: Site) -> dict[str, Any]:
    described = read(site, "/openapi.json")
    assert isinstance(described, dict)
    return described


def test_the_description_names_every_filter(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    named = [said["name"] for said in document["paths"]["/api/v1/items"]["get"]["parameters"]]
    assert sorted(named) == sorted(
        [*(field.name for field in FIELDS), "since", "until", "q", "before", "after", "limit"]
    )


def test_every_example_has_an_answer(site: Site, document: dict[str, Any]) -> None:
    page = BeautifulSoup(site.get("/api/").text, "lxml")
    examples = [operation.example for operation in operations(document)]
    assert [str(link["href"]) for link in page.select("main a:has(> code)")] == examples
    assert len(examples) == len(document["paths"]) == 11
    for example in examples:
        said = read(site, example.removeprefix(V1))
        assert all(value != [] for key, value in said.items() if key not in MAY_BE_EMPTY), example


def test_every_answer_is_as_it_is_described(site: Site, document: dict[str, Any]) -> None:
    for operation in operations(document):
        (schema,) = document["paths"][operation.path]["get"]["responses"]["200"]["content"].values()
        said = read(site, operation.example.removeprefix(V1))
        name = schema["schema"]["$ref"].rpartition("/")[2]
        assert said.keys() == document["components"]["schemas"][name]["properties"].keys()
