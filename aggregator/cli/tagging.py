"""aggregator tag, retag"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

import click
from rich.markup import escape
from rich.text import Text

from aggregator.bootstrap import DEFAULT_FEEDS, Environment, Service
from aggregator.cli.show import console, json_line, table
from aggregator.config import load
from aggregator.jobs import upkeep
from aggregator.model import Evidence, Tagging
from aggregator.store import items, migrate
from aggregator.tagging import Extensions, Tagger, tagger_for
from aggregator.tagging.score import slugs

_COLOURS = {
    "company": "cyan", "model": "magenta", "region": "green", "body": "yellow", "initiative": "blue", "topic": "red",
    "status": "bright_red",
}  # fmt: skip


def tagger_here() -> Tagger:
    """The tagger with the extensions of feeds.toml, where there is one; no database is touched."""
    path = Environment.read().feeds
    missing = path == DEFAULT_FEEDS and not path.exists()
    return tagger_for(Extensions() if missing else load(path).extensions)


@click.command("tag", epilog='Example: echo \'{"title": "Baidu releases ERNIE 4.5"}\' | aggregator tag --jsonl')
@click.option("--jsonl", is_flag=True, help="One JSON object a line; without it, the words are shown in colour.")
def tag_command(jsonl: bool) -> None:
    """Tag texts from standard input.

    A line is an object with title and, where you have them, id, summary and source.
    """
    tagger = tagger_here()
    for record in records(sys.stdin.buffer):
        tagging = tagged(tagger, record)
        if jsonl:
            json_line(_answer(record, tagging))
        else:
            _show(record, tagging)


def tagged(tagger: Tagger, record: dict[str, Any]) -> Tagging:
    """The tags of an object with a title, and optional summary and source."""
    title, summary, source = (str(record.get(name) or "") for name in ("title", "summary", "source"))
    return tagger.tag(title, summary, publisher=source)


def records(lines: BinaryIO) -> Iterator[dict[str, Any]]:
    """The objects of a file, one a line; raises UsageError with the line of one that is none."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            remedy = "convert it first, as in: iconv -f GB18030 -t UTF-8 FILE"
            raise click.UsageError(f"line {number} is not UTF-8; {remedy}") from None
        except (ValueError, RecursionError) as error:
            raise click.UsageError(f"line {number} is not JSON: {error}") from None
        if not isinstance(record, dict) or not isinstance(record.get("title"), str):
            raise click.UsageError(f'line {number} is no object with a title; write {{"title": "…"}}')
        yield record


def _answer(record: dict[str, Any], tagging: Tagging) -> dict[str, Any]:
    plural = {"company": "companies", "model": "models", "region": "regions", "body": "bodies",
              "initiative": "initiatives", "topic": "topics", "status": "statuses"}  # fmt: skip
    return {
        "id": record.get("id"), "relevant": tagging.relevant, "tier": str(tagging.tier), "score": tagging.score,
        **{name: sorted(slugs(tagging, axis)) for axis, name in plural.items()},
        "evidence": [_evidence(str(tag), words) for tag in tagging.tags for words in tag.evidence],
    }  # fmt: skip


def _evidence(tag: str, words: Evidence) -> dict[str, Any]:
    return {"tag": tag, **words._asdict()}


def _show(record: dict[str, Any], tagging: Tagging) -> None:
    for field in ("title", "summary"):
        shown = str(record.get(field) or "").encode("utf-8", "replace").decode()  # no terminal has half a character
        text = Text(shown, style="bold" if field == "title" else "")
        for tag in tagging.tags:
            for words in tag.evidence:
                if words.field == field:
                    text.stylize(f"{_COLOURS[tag.axis]} underline", words.start, words.end)
        if text:
            console.print(text)
    for tag in tagging.tags:
        why = ", ".join(dict.fromkeys(f"“{words.text}” ({words.rule})" for words in tag.evidence))
        console.print(Text.assemble("  ", (str(tag), _COLOURS[tag.axis]), f"  {why}"))
    console.print(f"  {tagging.tier}, score {tagging.score:g}\n", highlight=False)


@click.command("retag", epilog="Example: aggregator retag --dry-run")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def retag_command(dry_run: bool) -> None:
    """Tag again what another version of the taxonomy tagged."""
    service = Service(Environment.read())
    migrate.require_current(service.db)
    gained: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    example: dict[str, str] = {}
    done = 0
    for batch, before in upkeep.outdated(service):
        for (_, tagging), item in zip(batch, before, strict=True):
            old = {str(tag) for tag in item.tags} | {f"tier {item.tier}"}
            new = {str(tag) for tag in tagging.tags} | {f"tier {tagging.tier}"}
            gained.update(new - old)
            lost.update(old - new)
            example |= dict.fromkeys((new ^ old) - example.keys(), item.heading)
        if not dry_run:
            items.save_taggings(service.db, batch, service.clock())
        done += len(batch)
    rows = table("tag", "gained", "lost", "for example", numbers=("gained", "lost"))
    for tag, _ in (gained + lost).most_common(30):
        rows.add_row(tag, str(gained[tag]), str(lost[tag]), escape(example[tag]))
    if gained or lost:
        console.print(rows)
    console.print(f"{done} items {'would be' if dry_run else 'were'} tagged again", highlight=False)
    for link in _idle(service):
        console.print(f"corrections.toml: no item has the link {link}", markup=False, highlight=False)


def _idle(service: Service) -> list[str]:
    """Links of corrections that are of no item: mistyped, or pruned."""
    corrections = service.config.corrections.by_key
    used = {correction.link for _, correction in upkeep.corrected_items(service).values()}
    return sorted({correction.link for correction in corrections.values()} - used)
