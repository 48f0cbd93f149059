"""A search that names fields is the query that the parameters make, and its words are kept in one form."""

from __future__ import annotations

import pytest

from aggregator.errors import QueryError
from aggregator.query import FIELDS, Field
from tests.test_query import read


@pytest.mark.parametrize(
    ("search", "address"),
    [
        ("company:baidu region:cn since:7d chips", "company=baidu&region=cn&since=7d&q=chips"),
        ("chips company:Baidu,alibaba -topic:business", "company=baidu&company=alibaba&topic=-business&q=chips"),
        ("chips until:2025-03-01 tier:all", "tier=all&until=2025-03-01&q=chips"),
        ("chips  company：baidu", "q=chips&company=baidu"),
        ("company:baidu OR company:alibaba", "company=baidu&company=alibaba"),
        ("AI | chips", "q=AI OR chips"),
    ],
)
def test_fields_in_a_search_are_the_parameters(search: str, address: str) -> None:
    assert read(f"q={search}") == read(address)
    assert read(f"q={search}").params() == read(address).params()


@pytest.mark.parametrize("field", [*FIELDS, Field("since", "", "", "", "7d"), Field("until", "", "", "", "2025-03-01")])
def test_every_field_can_be_named_in_a_search(field: Field) -> None:
    assert read(f"q={field.name}:{field.example} x") == read(f"{field.name}={field.example}&q=x") != read("q=x")


@pytest.mark.parametrize("address", ["since=30d&q=since:7d", "q=since:7d&since=30d"])
def test_a_day_in_a_search_wins_over_that_of_the_form(address: str) -> None:
    assert read(address) == read("since=7d")


@pytest.mark.parametrize(
    ("q", "reason"),
    [
        ("|".join(map(str, range(60))), "a search has at most 200 characters"),
        ('AI chips now "open', 'column 14: the phrase is not closed; write a " at its end'),
        ("AI company:百度", "column 12: company: '百度' cannot be a value; write for example company:baidu"),
        (
            "since:soon",
            "column 7: since: 'soon' is no day; write for example since:2026-11-01 or since:2026-11 or since:7d",
        ),
        (
            "-since:7d",
            "column 8: since: '-7d' is no day; write for example since:2026-11-01 or since:2026-11 or since:7d",
        ),
        ("company:x,tier:top", "column 11: company: 'tier:top' cannot be a value; write for example company:baidu"),
        ("compnay:baidu", "column 1: there is no field compnay; did you mean company:baidu?"),
        (" OR AI", "column 2: OR needs a word on both sides"),
        ("!!", "there is nothing to look for; write a letter, a digit or a Chinese character"),
    ],
)
def test_a_bad_search_is_explained_with_a_remedy(q: str, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(f"q={q}")
    assert caught.value.parameter == "q"
    assert caught.value.reason.startswith(reason)
