"""A search finds on both engines what a few lines of Python say it should, whatever the items and the search are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, text

from aggregator.search import expression
from aggregator.search.forms import forms
from aggregator.store import search
from aggregator.store.tables import ITEM
from aggregator.text.terms import searchable, terms
from tests.conftest import opened
from tests.postgres import Postgres
from tests.samples import make_item, store

SIZE = 4  # items at a time
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Text = tuple[str, str]  # title and summary


class Asked(NamedTuple):
    """A search, as what it means: words that stand alone, and phrases in quotes."""

    clauses: tuple[tuple[str, ...], ...]
    unwanted: tuple[str, ...]


signs = st.sampled_from("aabbs1é百度智能")
words = st.text(signs, min_size=1, max_size=3)
phrases = st.text(signs | st.sampled_from(" .-²"), min_size=1, max_size=5).filter(lambda said: bool(terms(said)))
quoted = phrases.map('"{}"'.format)
documents = st.text(signs | st.sampled_from("ab  -.√Ω²①"), max_size=16)
texts = st.tuples(documents, documents)
libraries = st.lists(texts, min_size=SIZE, max_size=SIZE)
some = st.lists(words | quoted, min_size=1, max_size=3).map(tuple)
asked = st.builds(Asked, st.lists(some, max_size=3).map(tuple), st.just(()) | some)


def typed(said: Asked, quotes: str, joint: str) -> str:
    """A search as somebody would type it; what is unwanted comes first, to be in the way."""
    unwanted = [f"-{phrase}" for phrase in said.unwanted]
    q = " ".join([*unwanted, *map(joint.join, said.clauses)])
    return re.sub('"([^"]*)"', rf"{quotes[0]}\1{quotes[1]}", q)


def holds(document: Text, said: str) -> bool:
    """Whether the title or the summary has a word in one of its numbers, or the terms of a phrase in a row."""
    looked_for = [terms(said)]
    if said[0] != '"' and len(looked_for[0]) == 1:
        looked_for = [[form] for form in forms(looked_for[0][0])]
    return any(_in_a_row(terms(part), phrase) for part in document for phrase in looked_for)


def _in_a_row(document: Sequence[str], phrase: Sequence[str]) -> bool:
    """A Chinese character that stands alone at the end of a phrase is one that another may follow."""
    *before, last = phrase
    runs = (document[start : start + len(phrase)] for start in range(len(document) - len(before)))
    alone = re.fullmatch("[百度智能]", last) is not None
    return any(run[:-1] == before and (run[-1].startswith(last) if alone else run[-1] == last) for run in runs)


def should_find(document: Text, said: Asked) -> bool:
    wanted = all(any(holds(document, phrase) for phrase in clause) for clause in said.clauses)
    return wanted and not any(holds(document, phrase) for phrase in said.unwanted) and said != Asked((), ())


@pytest.fixture(scope="module")
def engines(
    sqlite_template: Path, postgres: Postgres, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, ...]]:
    """Both engines with the same items, whose texts are put into the index by each example."""
    path = tmp_path_factory.mktemp("searched") / "aggregator.db"
    path.write_bytes(sqlite_template.read_bytes())
    with ExitStack() as stack:
        urls = (f"sqlite:///{path}", stack.enter_context(postgres.database(postgres_template)))
        engines = tuple(stack.enter_context(contextmanager(opened)(url)) for url in urls)
        for engine in engines:
            store(engine, *(make_item(str(number)) for number in range(SIZE)))
        yield engines


def found(engine: Engine, library: Sequence[Text], q: str) -> set[int]:
    """The numbers of the texts that an engine finds."""
    with engine.connect() as connection:
        ids = list(connection.scalars(select(ITEM.c.id).order_by(ITEM.c.id)))
        empty(connection)
        search.index(connection, [(item, searchable(*said)) for item, said in zip(ids, library, strict=True)])
        listed = select(ITEM.c.id.label("item_id")).cte("listed")
        fits = search.fits(q, listed, engine.dialect.name)
        numbers = {ids.index(item) for item in connection.scalars(select(listed.c.item_id).where(fits))}
        few = search.few(connection, q, SIZE)
        assert few is None or {ids.index(item) for item in few} == numbers
        fitting = (expression(q).fits(searchable(*said).split()) for said in library)
        assert {number for number, fits in enumerate(fitting) if fits} == numbers
        connection.rollback()
    return numbers


def empty(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    forget = "INSERT INTO item_search (item_search) VALUES ('delete-all')" if sqlite else "DELETE FROM item_search"
    connection.execute(text(forget))


@SETTINGS
@example(
    [("百度智能", ""), ("百度", "智能"), ("度智", "x"), ("", "")], Asked((("百度智能", '"度智"'),), ("x",)), '""', "|"
)
@example([("a b", ""), ("a", "b"), ("b a", ""), ("a-b", "1")], Asked((), ('"a b"', "1")), '""', "|")
@given(libraries, asked, st.sampled_from(['""', "“”", "「」"]), st.sampled_from([" OR ", "|", " ｜ "]))
def test_both_engines_find_what_the_model_finds(
    engines: tuple[Engine, ...], library: list[Text], said: Asked, quotes: str, joint: str
) -> None:
    q = typed(said, quotes, joint)
    expected = {number for number, document in enumerate(library) if should_find(document, said)}
    assert [found(engine, library, q) for engine in engines] == [expected, expected], q


@pytest.mark.parametrize(
    "q",
    [
        "|".join(map(str, range(70))),
        " ".join(f"{number}|x" for number in range(40)),
        " ".join(f"-{number}" for number in range(52)),
        " ".join("百度智能" for _ in range(40)),
        f'"{"a " * 99}"',
    ],
)
def test_the_longest_searches_are_understood(engines: tuple[Engine, ...], q: str) -> None:
    assert 189 <= len(q) <= 200
    library = [("a " * 100, ""), ("x", "y"), ("百度智能", "1"), (" ".join(map(str, range(40))), "")]
    one, other = (found(engine, library, q) for engine in engines)
    assert one == other
    assert one
