"""What `aggregator eval --stories` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from rich.markup import escape

from aggregator.cli.show import console, table
from aggregator.cli.stories import dispatches, grouped
from aggregator.stories.baseline import BASELINES, best
from aggregator.stories.score import Labelled, Pair, Quality, Rates, quality

_NUMBERS = ("precision", "recall", "B³ precision", "B³ recall", "B³ F1", "en–zh precision", "en–zh recall")


def print_scores(records: Sequence[dict[str, Any]], worst: int) -> None:
    """Scores the grouping of labelled texts; raises UsageError if one has no label."""
    if any("cluster" not in record for record in records):
        raise click.UsageError('every line needs its label; write {"title": "…", "cluster": "…"}')
    members = grouped(dispatches(records))
    texts = [
        Labelled(str(dispatch.id), dispatch.title, dispatch.lang, str(record["cluster"]))
        for (dispatch, _), record in zip(members, records, strict=True)
    ]
    ours = quality(texts, {str(dispatch.id): membership.story for dispatch, membership in members})
    rows = table("method", *_NUMBERS, numbers=_NUMBERS)
    rows.add_row("ours", *_figures(ours))
    for name, alike in BASELINES.items():
        titles, bodies = [text.title for text in texts], [dispatch.text for dispatch, _ in members]
        threshold, theirs = best(texts, alike(titles, bodies))
        rows.add_row(f"{name} ≥ {threshold:.2f}", *_figures(theirs))
    console.print(rows)
    reasons = {str(dispatch.id): membership.reason for dispatch, membership in members}
    _print_pairs("Put together, yet of two events", ours.wrong, worst, "red", reasons)
    _print_pairs("Of one event, yet not put together", ours.missed, worst, "yellow", {})
    console.print(f"\n{len(texts)} texts, {len({text.cluster for text in texts})} events", highlight=False)


def _figures(score: Quality) -> list[str]:
    return [*_rates(score.pairs), *_rates(score.bcubed), f"{score.bcubed.f1:.3f}", *_rates(score.across)]


def _rates(rates: Rates) -> tuple[str, str]:
    return f"{rates.precision:.3f}", f"{rates.recall:.3f}"


def _print_pairs(heading: str, pairs: Sequence[Pair], most: int, style: str, reasons: dict[str, str]) -> None:
    if not pairs or not most:
        return
    console.print(f"\n{heading}: {len(pairs)}", style="bold", highlight=False)
    for pair in pairs[:most]:
        for text in pair:
            why = f"  [dim]{escape(reasons[text.id])}[/]" if reasons.get(text.id) else ""
            console.print(f"  [{style}]{escape(text.title)}[/]{why}", highlight=False)
        console.print()
