"""aggregator fetch"""

from __future__ import annotations

import difflib
import sys
import time
from itertools import count

import click
from rich.markup import escape

from aggregator.bootstrap import Environment, Service
from aggregator.cli.show import bars, console, status, stderr, table
from aggregator.jobs import fetching
from aggregator.model import Report, Source

_LONGEST_TABLE = 60  # sources


@click.command("fetch", epilog="Example: aggregator fetch nist-news --force")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--force", is_flag=True, help="Fetch all sources, due or not; but none that is gone or asked us to wait.")
def fetch_command(ids: tuple[str, ...], force: bool) -> None:
    """Fetch once what is due, or the sources named by ID.

    Exit code: 0 if every source answered, 1 if some failed, 2 if feeds.toml has mistakes.
    """
    service = Service(Environment.read())
    service.require_known()  # a selector that is no CSS costs its own source
    service.prepare()
    chosen = _choose(service, ids, force)
    started = time.perf_counter()
    with bars() as tell:
        number = count(1)
        tell("Fetching", 0, len(chosen))

        def done(_: Report) -> None:
            tell("Fetching", next(number), len(chosen))

        reports = fetching.fetch(service, chosen, done, insist=bool(ids))
    if any(report.new for report in reports):
        _group(service)
    _print(reports)
    if force and not ids:
        _say_left_alone(service, chosen)
    console.print(f"{fetching.summary(reports)}, in {time.perf_counter() - started:.2f} s", highlight=False)
    sys.exit(1 if any(report.failed for report in reports) else 0)


def _group(service: Service) -> None:
    from aggregator.jobs import grouping  # with the tagger's parts, which a run without news does not need

    with stderr.status("Grouping what is new into stories"):
        grouping.group(service)


def _choose(service: Service, ids: tuple[str, ...], force: bool) -> list[Source]:
    listed = {source.id: source for source in service.config.sources}
    if unknown := [source_id for source_id in ids if source_id not in listed]:
        close = difflib.get_close_matches(unknown[0], listed, n=1)
        remedy = f"did you mean {close[0]}?" if close else "`aggregator sources` lists them"
        raise click.UsageError(f"no source {', '.join(unknown)} in feeds.toml; {remedy}")
    if ids:
        return [listed[source_id] for source_id in dict.fromkeys(ids)]
    return fetching.due(service, force=force)


def _say_left_alone(service: Service, chosen: list[Source]) -> None:
    """Names what `--force` does not ask, too: without it, such a run would seem to have asked all."""
    asked = {source.id for source in chosen}
    if left := [source.id for source in service.config.sources if source.enabled and source.id not in asked]:
        stderr.print(f"left alone, as gone or told to wait: {', '.join(left)}; name one to ask it", highlight=False)


def _print(reports: list[Report]) -> None:
    # Of very many, what failed comes first, then what brought most.
    ranked = sorted(reports, key=lambda report: (not report.failed, -report.new, -report.edited, report.source_id))
    shown = sorted(ranked[:_LONGEST_TABLE], key=lambda report: report.source_id)
    if len(shown) < len(reports):
        shown = [report for report in shown if report.failed or report.new or report.edited]
    numbers = ("found", "new", "edited", "sighted", "merged", "seconds")
    rows = table("source", "status", *numbers, "why", numbers=numbers)
    for report in shown:
        counts = (report.found, report.new, report.edited, report.sighted, len(report.merged))
        rows.add_row(
            report.source_id,
            status(report.status),
            *map(str, counts),
            f"{report.seconds:.2f}",
            escape(report.error.split("\n")[0]),
        )
    if shown:
        console.print(rows)
    if len(shown) < len(reports):
        console.print(f"and {len(reports) - len(shown)} more sources; `aggregator sources` lists them all")
