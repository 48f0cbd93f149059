"""The one filter language: parameters to a query and back, in words, and what is wrong with a bad one."""

from __future__ import annotations

from datetime import date
from functools import reduce
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import QueryError
from aggregator.model import AXES, Tier
from aggregator.query import FIELDS, PARAMETERS, Field, ItemQuery, Pick, parse_query

TODAY = date(2025, 3, 16)

words = st.text("abz", min_size=2, max_size=3)  # right for every field but those with a list of values
closed = {
    "tier": st.sampled_from([*Tier, "all"]), "class": st.sampled_from(["official", "trade-press"]),
    "report": st.just("first"),
}  # fmt: skip
picks = st.one_of(
    st.builds(Pick, st.just(field.name), closed.get(field.name, words), st.booleans()) for field in FIELDS
)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1)) | st.none()
typed = st.text(st.characters(codec="utf-8"), max_size=40) | st.lists(
    st.sampled_from(['"', "“", "-", "|", " OR ", " ", "x:y", "ab", "人工智能", "a|b", "(", "'", "."])
).map("".join)
searches = typed.map(lambda text: words_of(text))
spans_and_search = st.builds(ItemQuery, st.just(()), days, days, searches)
queries = st.builds(
    lambda query, chosen: reduce(ItemQuery.having, chosen, query), spans_and_search, st.lists(picks, max_size=6)
)


def words_of(text: str) -> str:
    """What q is after a search was read, "" if it cannot be."""
    try:
        return parse_query([("q", text)], TODAY).q
    except QueryError:
        return ""


def read(address: str) -> ItemQuery:
    """A query from "a=1&b=2", without any decoding."""
    pairs = (pair.partition("=") for pair in address.split("&") if pair)
    return parse_query([(name, value) for name, _, value in pairs], TODAY)


@given(queries)
def test_query_written_out_and_read_again_is_the_same(query: ItemQuery) -> None:
    assert parse_query(query.params(), TODAY) == query


@given(queries, st.randoms(use_true_random=False))
def test_order_of_parameters_does_not_matter(query: ItemQuery, random: Random) -> None:
    shuffled = query.params()
    random.shuffle(shuffled)
    assert parse_query(shuffled, TODAY).params() == query.params()


@given(st.lists(st.tuples(st.sampled_from(PARAMETERS) | st.text(max_size=5), st.text(max_size=15)), max_size=5))
def test_any_parameters_are_a_query_or_an_error_that_names_one(params: list[tuple[str, str]]) -> None:
    query, named = ItemQuery(), params[0][0] if params else ""
    try:
        query = parse_query(params, TODAY)
    except QueryError as error:
        named = error.parameter
    assert named in {name for name, _ in params} | {""}
    assert parse_query(query.params(), TODAY) == query


@given(queries, picks)
def test_pick_is_added_once_and_taken_away(query: ItemQuery, pick: Pick) -> None:
    more = query.having(pick)
    assert pick in more.picks
    assert more.having(pick) == more
    assert pick not in more.without(pick).picks
    assert query.without(pick) == more.without(pick)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", ()),
        ("company=baidu", (Pick("company", "baidu"),)),
        ("company=-baidu", (Pick("company", "baidu", excluded=True),)),
        ("company=Baidu", (Pick("company", "baidu"),)),
        ("company= baidu \n", (Pick("company", "baidu"),)),
        ("company=baidu&company=baidu", (Pick("company", "baidu"),)),
        ("company=baidu&company=alibaba", (Pick("company", "alibaba"), Pick("company", "baidu"))),
        ("region=cn-guangdong&company=baidu", (Pick("company", "baidu"), Pick("region", "cn-guangdong"))),
        ("topic=-business&topic=policy", (Pick("topic", "policy"), Pick("topic", "business", excluded=True))),
        ("lang=ZH&tier=core", (Pick("lang", "zh"), Pick("tier", "core"))),
        ("lang=zh-Hans&lang=-en-US", (Pick("lang", "zh"), Pick("lang", "en", True))),
        ("tier=all", (Pick("tier", "all"),)),
        ("company=&topic=&q=&since=", ()),
    ],
)
def test_parameters_become_picks(address: str, expected: tuple[Pick, ...]) -> None:
    assert read(address).picks == expected


@pytest.mark.parametrize(
    ("address", "since", "until"),
    [
        ("since=2025-03-01", date(2025, 3, 1), None),
        ("until=2025-03-01", None, date(2025, 3, 1)),
        ("since=2025-03-01T10:00:00Z", date(2025, 3, 1), None),
        ("since=7d", date(2025, 3, 9), None),
        ("since=30d&until=1d", date(2025, 2, 14), date(2025, 3, 15)),
        ("since=0d", TODAY, None),
        ("since=2024-02&until=2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("since=2024&until=2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("since=2025-W01&until=2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        ("since=2024-12&until=9998-12", date(2024, 12, 1), date(9998, 12, 31)),
        ("since=1d&since=2d", date(2025, 3, 14), None),
    ],
)
def test_span_of_days_is_read(address: str, since: date | None, until: date | None) -> None:
    query = read(address)
    assert (query.since, query.until) == (since, until)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("q=chips", "chips"),
        ("q=  chips  ", "chips"),
        ("q=人工智能", "人工智能"),
        ('q="export controls" -chips', '"export controls" -chips'),
        ("q=a\x00b", "a b"),
        ("q=\x00a\x00", "a"),
        ("q=a\ud800b", "a b"),
        ("q=" + "x" * 200, "x" * 200),
        ("q=“export　controls” | “chips”", '"export controls" OR "chips"'),
        ("q=-gaming  chips,", "chips -gaming"),
        ("q=http://x", '"http://x"'),
        ("q=company:baidu", ""),
    ],
)
def test_search_is_read(address: str, expected: str) -> None:
    assert read(address).q == expected


@pytest.mark.parametrize(
    ("address", "parameter", "words"),
    [
        ("compny=baidu", "compny", "no such filter; did you mean company?"),
        ("tags=x", "tags", "no such filter"),
        ("zzz=1", "zzz", "no such filter; there are company, model, region"),
        ("COMPANY=baidu", "COMPANY", "no such filter"),
        ("company=a b", "company", "'a b' cannot be a value; write for example company=baidu"),
        ("company=百度", "company", "'百度' cannot be a value; write for example company=baidu"),
        ("company=--baidu", "company", "cannot be a value"),
        (f"company={'a' * 201}", "company", "a value has at most 200 characters"),
        ("&".join(f"model=m{n}" for n in range(101)), "model", "a query has at most 100"),
        ("company=-", "company", "'-' cannot be a value"),
        ("company=<script>", "company", "cannot be a value"),
        ("lang=english", "lang", "'english' cannot be a value; write for example lang=zh"),
        ("tier=top", "tier", "'top' is none of core, adjacent, off, all"),
        ("since=yesterday", "since", "'yesterday' is no day; write for example since=2026-11-01 or since=2026-11 or"),
        ("until=2025-02-30", "until", "'2025-02-30' is no day; write for example until=2026-11-01 or until=2026-11 or"),
        ("since=-7d", "since", "is no day"),
        ("since=2026-W60", "since", "is no day"),
        ("until=2026-00", "until", "is no day"),
        ("until=2026-13", "until", "is no day"),
        ("until=0000", "until", "is no day"),
        ("since=20261101", "since", "is no day"),
        ("until=2026-11-01xyz", "until", "is no day"),
        ("since=99999d", "since", "is no day"),
        ("q=" + "x" * 201, "q", "a search has at most 200 characters"),
    ],
)
def test_bad_parameter_is_named_with_a_remedy(address: str, parameter: str, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(address)
    assert caught.value.parameter == parameter
    assert words in caught.value.reason
    assert str(caught.value) == f"{parameter}: {caught.value.reason}"


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_example_of_every_field_is_right(field: Field) -> None:
    assert read(f"{field.name}={field.example}").values(field.name) == (field.example,)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", "All items"),
        ("company=baidu", "Items on Baidu"),
        ("company=baidu&company=alibaba", "Items on Alibaba or Baidu"),
        ("company=baidu&region=cn&topic=-business", "Items on Baidu, on Cn, not of the kind Business"),
        ("source=nist-news&lang=en", "Items from Nist-News, written in En"),
        ("since=2025-03-01&until=2025-03-16", "Items since 2025-03-01, until 2025-03-16"),
        ("q=chips", "Items that mention “chips”"),
        ("tier=core&q=chips", "Items of the tier Core, that mention “chips”"),
        ("source=nist-news&tier=all", "Items from Nist-News, on and off topic"),
        ("q=company:baidu AI a|b -c", "Items on Baidu, that mention “AI” and (“a” or “b”) but not “c”"),
        ("q=-c", "Items that do not mention “c”"),
    ],
)
def test_query_is_said_in_words(address: str, expected: str) -> None:
    assert read(address).sentence(lambda _field, value: value.title()) == expected


@pytest.mark.parametrize(
    ("address", "tiers"),
    [
        ("", ("adjacent", "core")),
        ("company=baidu", ("adjacent", "core")),
        ("tier=off", ("off",)),
        ("tier=all", ("all",)),
        ("tier=-adjacent", ()),
    ],
)
def test_pages_show_ai_news_unless_the_query_says_otherwise(address: str, tiers: tuple[str, ...]) -> None:
    assert read(address).relevant_unless_said().values("tier") == tiers


def test_values_and_tags_of_a_query() -> None:
    query = read("company=baidu&company=-tencent&source=nist-news&tier=core")
    assert query.values("company") == ("baidu",)
    assert query.values("company", excluded=True) == ("tencent",)
    assert [str(pick) for pick in query.tags()] == ["baidu", "-tencent"]
    assert ItemQuery.of("company", "baidu").params() == [("company", "baidu")]


@pytest.mark.parametrize(
    ("own", "fixed", "both"),
    [
        ("since=2025-01-01", "since=2025-03-01", "since=2025-03-01"),
        ("since=2025-03-09", "since=2025-03-01", "since=2025-03-09"),
        ("until=2025-03-31", "until=2025-03-09&q=chips", "until=2025-03-09&q=chips"),
        ("company=baidu&q=gpu", "region=cn&q=chips", "company=baidu&region=cn&q=chips gpu"),
    ],
)
def test_a_query_stays_inside_what_its_address_fixes(own: str, fixed: str, both: str) -> None:
    assert read(own).within(read(fixed)) == read(both)


def test_every_axis_and_tier_can_be_asked_for() -> None:
    assert set(AXES) <= {field.name for field in FIELDS}
    assert all(read(f"tier={tier}").values("tier") == (tier,) for tier in Tier)
