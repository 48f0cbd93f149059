"""aggregator sources"""

from __future__ import annotations

from collections.abc import Iterable

import click
from rich.markup import escape

from aggregator.bootstrap import Environment, Service
from aggregator.cli.show import console, json_line, status, stderr, table
from aggregator.config import Config
from aggregator.model import Source, SourceState
from aggregator.publish.jsonl import iso
from aggregator.store import migrate
from aggregator.store import sources as stored


@click.command("sources", epilog="Example: aggregator sources --json | jq '.[] | select(.status == \"error\")'")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of objects.")
def sources_command(as_json: bool) -> None:
    """Show the health of every source."""
    service = Service(Environment.read())
    found = _as_listed(service.config, _known(service))
    if as_json:
        json_line([_record(source) for source in found])
        return
    rows = table("source", "status", "items", "last success", "next look", "why then", "why", numbers=("items",))
    for source in found:
        state = source.state
        times = (f"{moment:%m-%d %H:%M}" if moment else "-" for moment in (state.last_success, state.next_look))
        rows.add_row(
            source.id, status(state.status), str(source.items), *times, escape(state.why_then), escape(_trouble(source))
        )
    console.print(rows)


def _known(service: Service) -> list[stored.SourceHealth]:
    """What is known of sources; before the first fetch, nothing is."""
    if absent := migrate.absence(service.db):
        stderr.print(absent, highlight=False)
        return []
    migrate.require_current(service.db)
    return stored.health(service.db, now=service.clock())


def _as_listed(config: Config, found: Iterable[stored.SourceHealth]) -> list[stored.SourceHealth]:
    """The sources of feeds.toml as it is now, with what is known of each: it may have been edited meanwhile."""
    known = {source.id: source for source in found}
    return stored.in_order(_as_said(source, known.get(source.id)) for source in config.sources)


def _as_said(source: Source, known: stored.SourceHealth | None) -> stored.SourceHealth:
    state = known.state if known else SourceState(source.id)
    state = state if source.enabled else state.disabled()
    return stored.SourceHealth(
        source.id, source.name(state.own_title), source.url, source.site_url, source.lang, source.region,
        source.source_class, state, known.items if known else 0, True,
        known.silent_since if known and source.enabled else None,
    )  # fmt: skip


def _trouble(source: stored.SourceHealth) -> str:
    """What a person should know or do about a source."""
    said = [words] if (words := source.state.error or source.state.warning) else []
    if source.state.address:
        said.append(f'moved for good: write url = "{source.state.address}"')
    if source.silent_since:
        said.append(f"silent since {source.silent_since:%Y-%m-%d}, much longer than it used to be")
    return "; ".join(said)


def _record(source: stored.SourceHealth) -> dict[str, object]:
    state = source.state
    return {
        "id": source.id, "url": source.url, "current_url": state.current_url or source.url, "status": str(state.status),
        "error": state.error or None, "warning": state.warning or None, "seconds": state.seconds,
        "last_success": iso(state.last_success), "next_look": iso(state.next_look), "why_then": state.why_then,
        "items": source.items, "title": source.title, "failures": state.failures, "moved_to": state.address or None,
        "silent_since": iso(source.silent_since),
    }  # fmt: skip
