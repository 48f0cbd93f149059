"""ItemQuery: the one filter language of pages, feeds, the API and the command line. Pure.

One list of fields gives all of it: what may be written, how it is written back, what it says in words. The store turns
the same query into SQL. Values of one field are alternatives, fields add up, "-" before a value excludes it:

    company=baidu&company=alibaba&region=cn&topic=-business  →  (Baidu or Alibaba) and China and not business

A search may name fields, too, as in q=company:baidu chips: they become picks, and q keeps the words.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from aggregator.errors import QueryError
from aggregator.model import AXES, CLASSES, SLUG, Tier
from aggregator.model.saying import Saying, listed, say, to_say
from aggregator.search import Search, at, read
from aggregator.search.days import read_day, since_in_words
from aggregator.text.language import primary


class Field(NamedTuple):
    """A filter with several values: how it is spoken of, and what its values look like."""

    name: str
    words: str  #: how a sentence says the values
    unwanted: str  #: how it says those that are excluded
    pattern: str
    example: str


_MOST = 100  # values: a page of a query leads to as many others, each without one of them
_LONGEST = 200  # characters of a value
SlugOf = Callable[[str, str], str]  # an axis and a name → the slug of the tag that has it, "" if none has

_CLASS, _TIER = "|".join(filter(None, CLASSES)), "|".join((*Tier, "all"))
FIELDS = (
    Field("company", to_say("on %(values)s"), to_say("not on %(values)s"), SLUG, "baidu"),
    Field("model", to_say("on %(values)s"), to_say("not on %(values)s"), SLUG, "ernie-x1"),
    Field("region", to_say("on %(values)s"), to_say("not on %(values)s"), SLUG, "cn-guangdong"),
    Field("body", to_say("on %(values)s"), to_say("not on %(values)s"), SLUG, "cac"),
    Field("initiative", to_say("on %(values)s"), to_say("not on %(values)s"), SLUG, "ai-plus"),
    Field("topic", to_say("of the kind %(values)s"), to_say("not of the kind %(values)s"), SLUG, "policy"),
    Field("status", to_say("with the status %(values)s"), to_say("not with the status %(values)s"), SLUG, "draft"),
    Field("source", to_say("from %(values)s"), to_say("not from %(values)s"), SLUG, "nist-news"),
    Field("class", to_say("from %(values)s sources"), to_say("not from %(values)s sources"), _CLASS, "official"),
    Field("report", to_say("telling each story once"), to_say("telling stories again"), "first", "first"),
    Field("lang", to_say("written in %(values)s"), to_say("not written in %(values)s"), r"[a-z]{2,3}", "zh"),
    Field("tier", to_say("of the tier %(values)s"), to_say("not of the tier %(values)s"), _TIER, "core"),
)
_BY_NAME = {field.name: field for field in FIELDS}
SEARCH_FIELDS = (*_BY_NAME, "since", "until")  #: what a search can name, as in company:baidu
PARAMETERS = (*SEARCH_FIELDS, "q")
_LONGEST_SEARCH = 200


class Pick(NamedTuple):
    """One value of one field, wanted or excluded."""

    field: str
    value: str
    excluded: bool = False

    def __str__(self) -> str:
        return f"-{self.value}" if self.excluded else self.value


@dataclass(frozen=True)
class ItemQuery:
    """Which items: picks of fields, a span of days (both ends included), the words of a search (see `search`)."""

    picks: tuple[Pick, ...] = ()
    since: date | None = None
    until: date | None = None
    q: str = ""
    zone: str = "UTC"  #: in which a day begins at midnight

    @classmethod
    def of(cls, axis: str, slug: str) -> ItemQuery:
        return cls((Pick(axis, slug),))

    def values(self, field: str, *, excluded: bool = False) -> tuple[str, ...]:
        return tuple(pick.value for pick in self.picks if pick.field == field and pick.excluded is excluded)

    def tags(self) -> tuple[Pick, ...]:
        return tuple(pick for pick in self.picks if pick.field in AXES)

    def having(self, pick: Pick) -> ItemQuery:
        return self if pick in self.picks else replace(self, picks=_ordered((*self.picks, pick)))

    def without(self, pick: Pick) -> ItemQuery:
        return replace(self, picks=tuple(other for other in self.picks if other != pick))

    def lacking(self, field: str) -> ItemQuery:
        """The query without its words (`q`), a day (`since`, `until`), or the values that it wants of a field."""
        fewer: dict[str, Any] = {"picks": tuple(pick for pick in self.picks if pick.field != field or pick.excluded)}
        if field in ("q", "since", "until"):
            fewer = {field: "" if field == "q" else None}
        return replace(self, **fewer)

    def within(self, fixed: ItemQuery) -> ItemQuery:
        """The query inside what an address fixes: /company/baidu fixes its company, /q/ID what it was saved with."""
        picks = _ordered({*self.picks, *fixed.picks})
        since = max(filter(None, (self.since, fixed.since)), default=None)
        until = min(filter(None, (self.until, fixed.until)), default=None)
        return replace(self, picks=picks, since=since, until=until, q=f"{fixed.q} {self.q}".strip())

    def beyond(self, fixed: ItemQuery | None) -> ItemQuery:
        """What the query asks for beyond what an address fixes: what has to stand behind it."""
        if fixed is None:
            return self
        picks = tuple(pick for pick in self.picks if pick not in fixed.picks)
        since = None if self.since == fixed.since else self.since
        until = None if self.until == fixed.until else self.until
        return replace(self, picks=picks, since=since, until=until, q=self.q.removeprefix(fixed.q).strip())

    def pinned(self) -> ItemQuery:
        """With its days as they are now, for addresses that are cited."""
        since, until = (date.fromordinal(day.toordinal()) if day else None for day in (self.since, self.until))
        return replace(self, since=since, until=until)

    def relevant_unless_said(self) -> ItemQuery:
        """What pages and feeds show: AI news only, unless the query names a tier itself."""
        if self.values("tier") or self.values("tier", excluded=True):
            return self
        return self.having(Pick("tier", Tier.CORE)).having(Pick("tier", Tier.ADJACENT))

    def params(self) -> list[tuple[str, str]]:
        """The query as parameters in one fixed order: equal queries have equal addresses."""
        pairs = [(pick.field, str(pick)) for pick in self.picks]
        spans = (("since", self.since), ("until", self.until))
        pairs += [(name, str(day)) for name, day in spans if day]
        return [*pairs, ("q", self.q)] if self.q else pairs

    def sentence(self, label: Callable[[str, str], str]) -> Saying:
        """The query in words; `label` gives the name of a field's value."""
        parts: list[str] = []
        for field in FIELDS:
            wanted = [label(field.name, value) for value in self.values(field.name)]
            unwanted = [label(field.name, value) for value in self.values(field.name, excluded=True)]
            if "all" in self.values("tier") and field.name == "tier":
                parts.append(say("on and off topic"))
            elif wanted:
                parts.append(say(field.words, values=listed(" or ", wanted)))
            parts += [say(field.unwanted, values=listed(" or ", unwanted))] if unwanted else []
        parts += [since_in_words(self.since)] if self.since else []
        parts += [say("until %(day)s", day=self.until.isoformat())] if self.until else []
        parts += [read(self.q).words.sentence()] if self.q else []
        return say("Items %(parts)s", parts=listed(", ", parts)) if parts else say("All items")


def parse_query(
    params: Iterable[tuple[str, str]], today: date, zone: str = "UTC", slug_of: SlugOf = lambda _axis, _name: ""
) -> ItemQuery:
    """Parameters as they stand in an address. Raises QueryError that names the parameter and what would be right.

    Empty values are dropped: a form sends them. `today`, a day of the zone, places spans such as since=7d. Fields that
    a search names become picks; its since and until win over those of the parameters. Where `slug_of` knows names of
    tags, company=百度 is company=baidu.
    """
    picks: list[Pick] = []
    spans: dict[str, date] = {}
    words: list[str] = []
    for name, value in params:
        if name not in PARAMETERS:
            close = difflib.get_close_matches(name, PARAMETERS, n=1)
            raise QueryError(name, no_such_filter(close))
        if not value.strip():
            continue
        if name in _BY_NAME:
            picks.append(_pick(_BY_NAME[name], value.strip(), slug_of))
        elif name == "q":
            words.append(value)
        else:
            spans[name] = read_day(name, value.strip(), today)
    search = _search(" ".join(words)) if words else Search()
    for column, name, value in search.filters:
        with _in_search(column):
            if name in _BY_NAME:
                picks.append(_pick(_BY_NAME[name], value, slug_of, ":"))
            else:
                spans[name] = read_day(name, value, today, ":")
    if len(picks) > _MOST:
        raise QueryError(picks[_MOST].field, say("too many values: a query has at most %(number)s", number=_MOST))
    return ItemQuery(_ordered(picks), spans.get("since"), spans.get("until"), str(search.words), zone)


def _ordered(picks: Iterable[Pick]) -> tuple[Pick, ...]:
    names = list(_BY_NAME)
    return tuple(sorted(set(picks), key=lambda pick: (names.index(pick.field), pick.excluded, pick.value)))


def no_such_filter(close: list[str]) -> Saying:
    if close:
        return say("no such filter; did you mean %(name)s?", name=close[0])
    return say("no such filter; there are %(names)s", names=", ".join(PARAMETERS))


def _pick(field: Field, value: str, slug_of: SlugOf, sign: str = "=") -> Pick:
    if len(value) > _LONGEST:
        raise QueryError(field.name, say("a value has at most %(number)s characters", number=_LONGEST))
    bare = value.removeprefix("-").lower()
    if field.name in AXES:
        bare = slug_of(field.name, bare) or bare
    elif field.name == "lang":
        bare = primary(bare)  # zh-Hans and en-US are what items have as zh and en
    if not re.fullmatch(field.pattern, bare):
        if "|" in field.pattern:
            names = ", ".join(field.pattern.split("|"))
            raise QueryError(field.name, say("%(value)s is none of %(names)s", value=repr(value), names=names))
        example = f"{field.name}{sign}{field.example}"
        reason = say("%(value)s cannot be a value; write for example %(example)s", value=repr(value), example=example)
        raise QueryError(field.name, reason)
    return Pick(field.name, bare, value.startswith("-"))


def _search(value: str) -> Search:
    clean = re.sub(r"[\x00-\x1f\ud800-\udfff]", " ", value)
    _require_short(clean.strip())
    search = read(clean, SEARCH_FIELDS)
    words = str(search.words)
    _require_short(words)  # so that it can be read again: a|b is written a OR b
    if not words and not search.filters and clean.strip():
        raise QueryError("q", say("there is nothing to look for; write a letter, a digit or a Chinese character"))
    return search


def _require_short(search: str) -> None:
    if len(search) > _LONGEST_SEARCH:
        raise QueryError("q", say("a search has at most %(most)s characters", most=_LONGEST_SEARCH))


@contextmanager
def _in_search(column: int) -> Iterator[None]:
    """What is wrong with a value is wrong with the search that names it."""
    try:
        yield
    except QueryError as error:
        raise at(column, listed(": ", (error.parameter, error.reason))) from None
