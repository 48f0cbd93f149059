"""aggregator stories"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.markup import escape

from aggregator.cli.show import console, json_line
from aggregator.cli.tagging import records, tagged, tagger_here
from aggregator.model import Dispatch
from aggregator.stories import Grouper, glossary, story_of
from aggregator.stories.lead import Member
from aggregator.text.dates import parse_date
from aggregator.text.html import text_of
from aggregator.text.urls import canonical, web_link


@click.command("stories", epilog="Example: aggregator parse --jsonl *.xml | aggregator stories")
@click.option("--jsonl", is_flag=True, help="One JSON object an item; without it, the stories are shown.")
def stories_command(jsonl: bool) -> None:
    """Group texts from standard input by the event that they tell of.

    No database is read. A line is an object with title and, where you have them, id, summary, source, published, lang
    and link. With --jsonl a line of the answer has the id, the id of the story's first item as `story`, and why the
    item belongs to it.
    """
    members = grouped(dispatches(records(sys.stdin.buffer)))
    if jsonl:
        for dispatch, membership in members:
            json_line({"id": dispatch.id, "story": membership.story, "reason": membership.reason})
    else:
        _show(members)


def dispatches(objects: Iterable[dict[str, Any]]) -> Iterator[Dispatch]:
    """Objects as grouping wants them, tagged; one without an id gets its number, one without a date is of today."""
    tagger, now = tagger_here(), datetime.now(UTC)
    for number, record in enumerate(objects, start=1):
        title, summary, source, lang = (str(record.get(name) or "") for name in ("title", "summary", "source", "lang"))
        dated = parse_date(str(record.get("published") or ""), now) or now
        link = web_link(str(record.get("link") or record.get("url") or ""))
        key = record.get("id")
        item = key if isinstance(key, int | str) else number
        tags = tagged(tagger, record).tags
        yield Dispatch(item, title, text_of(summary), source, "", dated, lang, canonical(link) if link else "", tags)


def grouped(texts: Iterable[Dispatch]) -> list[Member]:
    """All of them in one go, in their order, with their memberships."""
    texts = list(texts)
    if len({text.id for text in texts}) < len(texts):
        raise click.UsageError("two lines have the same id; give every line its own, or none")
    found = {membership.item: membership for membership in Grouper(glossary()).add(texts)}
    return [(text, found[text.id]) for text in texts]


def _show(members: Sequence[Member]) -> None:
    stories: defaultdict[Any, list[Member]] = defaultdict(list)
    for member in members:
        stories[member[1].story].append(member)
    several = sorted((each for each in stories.values() if len(each) > 1), key=lambda each: -len(each))
    for story in several:
        _show_story(story)
    console.print(f"{len(members)} items, {len(stories)} stories, {len(several)} of several items", highlight=False)


def _show_story(members: Sequence[Member]) -> None:
    story = story_of(members)
    of = {dispatch.id: (dispatch, membership) for dispatch, membership in members}
    voices = f"{story.voices.reports} reports, {story.voices.independent} independent"
    console.print(f"[bold]{escape(of[story.lead][0].title)}[/]  [dim]{voices}[/]", highlight=False)
    for item in story.members:
        dispatch, membership = of[item]
        said = f"  {dispatch.dated:%m-%d %H:%M}  {escape(dispatch.source)}: {escape(dispatch.title)}"
        console.print(said, f"[dim]{escape(membership.reason)}[/]", highlight=False)
    console.print()
