"""aggregator parse"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import Progress

from aggregator.cli.show import json_line, stderr
from aggregator.errors import ParseError
from aggregator.model import Item, Page, ReadRequest, ReadResult, Source
from aggregator.publish.jsonl import iso
from aggregator.refresh.context import READER_MODULE
from aggregator.sandbox import Sandbox

_AT_ONCE = 8  # files that are read ahead
_STANDARD_INPUT = Path("-")


@click.command("parse", epilog="Example: aggregator parse --jsonl feed.xml | jq .title")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--jsonl", is_flag=True, help="One JSON object an entry; without it, a line of text.")
@click.option("--url", default="http://localhost/", show_default=True, help="Where relative links count from.")
def parse_command(files: tuple[Path, ...], jsonl: bool, url: str) -> None:
    """Show what would be stored of feed documents on disk.

    They go through parser, normaliser and sanitiser, without network or database; - is standard input. Exit code: 1 if
    a file could not be read; the others are read all the same.
    """
    sys.exit(asyncio.run(_parse(files, url, jsonl)))


async def _parse(files: Sequence[Path], url: str, jsonl: bool) -> int:
    failed = 0
    async with Sandbox(READER_MODULE) as sandbox:
        with Progress(console=stderr, transient=True, disable=len(files) < _AT_ONCE) as progress:
            task = progress.add_task("Reading", total=len(files))
            async for path, read in _in_order(sandbox, files, url):
                progress.advance(task)
                if isinstance(read, Exception):
                    click.echo(f"{path}: {read}", err=True)
                    failed = 1
                else:
                    _print(path, read, jsonl=jsonl)
    return failed


async def _in_order(
    sandbox: Sandbox, files: Sequence[Path], url: str
) -> AsyncIterator[tuple[Path, ReadResult | Exception]]:
    for start in range(0, len(files), _AT_ONCE):
        some = files[start : start + _AT_ONCE]
        for path, read in zip(some, await asyncio.gather(*[_news(sandbox, path, url) for path in some]), strict=True):
            yield path, read


async def _news(sandbox: Sandbox, path: Path, url: str) -> ReadResult | Exception:
    now, source = datetime.now(UTC), Source(path.stem, url, path.stem)
    try:
        news: ReadResult = await sandbox.call("read_items", Page(url, _bytes_of(path)), ReadRequest(source, now))
        return news
    except (OSError, ParseError) as error:
        return error
    except Exception as error:  # a bug on one file must not cost the others
        return ParseError(f"unexpected error: {error!r}")


def _bytes_of(path: Path) -> bytes:
    return sys.stdin.buffer.read() if path == _STANDARD_INPUT else path.read_bytes()


def _print(path: Path, news: ReadResult, *, jsonl: bool) -> None:
    for merged in news.merged:
        click.echo(f"{path}: {merged.title!r} ({merged.entry_id}): {merged.why}", err=True)
    if news.warning:
        click.echo(f"{path}: {news.warning}", err=True)
    for item in (tagged.item for tagged in news.tagged):
        if jsonl:
            json_line(_record(path, item))
        else:
            click.echo(f"{f'{item.published:%Y-%m-%d}' if item.published else '':10}  {item.title}")


def _record(path: Path, item: Item) -> dict[str, object]:
    """As `aggregator items` prints it, as far as it is known before tagging."""
    return {
        "file": str(path), "id": item.identity.entry_id, "source": path.stem, "title": item.title, "link": item.link,
        "published": iso(item.published), "updated": iso(item.updated), "summary": item.summary, "lang": item.lang,
        "relevant": None, "tier": None, "tags": [], "story": None,
    }  # fmt: skip
