"""aggregator parse"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from aggregator.cli.show import iso, json_line
from aggregator.errors import ParseError
from aggregator.model import Item, Source
from aggregator.parse import parse
from aggregator.parse.document import Document
from aggregator.refresh.identify import identify
from aggregator.refresh.normalise import normalise


@click.command("parse", epilog="Example: aggregator parse --jsonl feed.xml | jq .title")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--jsonl", is_flag=True, help="One JSON object an entry; without it, a line of text.")
@click.option("--url", default="http://localhost/", show_default=True, help="Where relative links count from.")
@click.pass_context
def parse_command(context: click.Context, files: tuple[Path, ...], jsonl: bool, url: str) -> None:
    """Read feed documents from disk through parser, normaliser and sanitiser. No network, no database.

    Exit code: 1 if a file could not be read; the others are read all the same.
    """
    for path in files:
        try:
            for item in _items(path, url):
                if jsonl:
                    json_line(_record(path, item))
                else:
                    click.echo(
                        f"{item.published or '':%Y-%m-%d}  {item.title}"
                        if item.published
                        else f"            {item.title}"
                    )
        except (OSError, ParseError) as error:
            click.echo(f"{path}: {error}", err=True)
            context.call_on_close(lambda: context.exit(1))


def _items(path: Path, url: str) -> list[Item]:
    now = datetime.now(UTC)
    source = Source(path.stem, url, path.stem)
    feed = parse(source.kind, Document(path.read_bytes(), url, now=now))
    identified, merged = identify(source.id, feed.entries, url)
    for entry in merged:
        click.echo(f"{path}: {entry.title!r} ({entry.entry_id}): {entry.why}", err=True)
    return [normalise(identity, entry, source, url, feed.lang, now) for identity, entry in identified]


def _record(path: Path, item: Item) -> dict[str, object]:
    """As `aggregator items` prints it, as far as it is known before tagging."""
    return {
        "file": str(path), "id": item.identity.entry_id, "source": path.stem, "title": item.title, "link": item.link,
        "published": iso(item.published), "updated": iso(item.updated), "summary": item.summary, "lang": item.lang,
        "relevant": None, "tier": None, "tags": [], "story": None,
    }  # fmt: skip
