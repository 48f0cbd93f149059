"""aggregator items"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from rich.markup import escape

from aggregator.bootstrap import Environment, Service
from aggregator.cli.show import console, json_line, table
from aggregator.errors import ConfigError, QueryError
from aggregator.publish.jsonl import record
from aggregator.query import FIELDS, ItemQuery, parse_query
from aggregator.store import migrate, open_database, reads

_EXAMPLES = ", ".join(f"{field.name}={field.example}" for field in FIELDS)


@click.command(
    "items",
    epilog="Examples: aggregator items company=baidu topic=release since=7d; aggregator items --jsonl "
    """'q="AI Plus" OR chips -gaming region:cn'""",
    help=f"""List stored items, newest first.

    Items of every tier are listed, those off topic too, unless tier= says otherwise.

    FILTERs are those of the site's addresses: {_EXAMPLES}, since=2026-11-01 (or 7d; days are those of UTC), until=…,
    q="words". Values of one filter are alternatives, different filters add up, a value with - in front excludes.""",
)
@click.argument("filters", nargs=-1, metavar="[FILTER]...")
@click.option("--jsonl", is_flag=True, help="One JSON object a line.")
@click.option("-n", "limit", type=click.IntRange(1), help="At most so many; 50 unless --jsonl.")
def items_command(filters: tuple[str, ...], jsonl: bool, limit: int | None) -> None:
    query = read_filters(filters)
    db = open_database(Environment.read().database_url)
    migrate.require_current(db)
    if query.tags() and not reads.listing(db, query, limit=1, evidence=False).items:
        query = _as_meant(query)
    rows = table("dated", "source", "tier", "title", "tags")
    number = 0
    for number, item in enumerate(reads.walk(db, query), start=1):
        if number > (limit or (sys.maxsize if jsonl else 50)):
            break
        if jsonl:
            json_line(record(item))
            continue
        tags = " ".join(str(tag) for tag in item.tags)
        rows.add_row(
            f"{item.dated:%Y-%m-%d}", item.source_id, item.tier, escape(item.heading), f"[dim]{escape(tags)}[/]"
        )
    if not jsonl:
        console.print(rows)
    if number == 0 and query.picks:
        from aggregator.cli.unknown import say_unknown  # with the taxonomy

        with suppress(ConfigError):  # what is stored can be read without feeds.toml
            say_unknown(Service(Environment.read()), query)


def read_filters(filters: tuple[str, ...], zone: str = "UTC") -> ItemQuery:
    """FILTERs of a command line as a query, whose days are those of the zone; raises UsageError."""
    try:
        pairs = [_pair(text) for text in filters]
        return parse_query(pairs, datetime.now(ZoneInfo(zone)).date(), zone, slug_of=_slug_of)
    except QueryError as error:
        raise click.UsageError(str(error)) from None


def _slug_of(axis: str, name: str) -> str:
    # Most filters are written as slugs; a taxonomy takes a moment to read.
    return "" if name.isascii() and " " not in name else _named(axis, name)


def _as_meant(query: ItemQuery) -> ItemQuery:
    """With the slugs of other names: company=codeium, region=us-ca."""
    tags = {pick: pick._replace(value=_named(pick.field, pick.value) or pick.value) for pick in query.tags()}
    return replace(query, picks=tuple(tags.get(pick, pick) for pick in query.picks))


def _named(axis: str, name: str) -> str:
    from aggregator.tagging.names import slug_of

    with suppress(ConfigError):  # what is stored can be read without feeds.toml
        return slug_of(Service(Environment.read()).taxonomy, axis, name)
    return ""


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise QueryError(text, "write a filter as name=value, such as company=baidu")
    return name, value
