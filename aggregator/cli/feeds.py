"""aggregator check, add, opml"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
from rich.markup import escape

from aggregator.bootstrap import Environment, Service
from aggregator.cli.show import console, table
from aggregator.config import Config
from aggregator.config.edit import append_sources, free_id, source_block
from aggregator.config.secrets import missing
from aggregator.config.values import fit_address, fit_id
from aggregator.errors import ConfigError
from aggregator.jobs.trial import Trial, trials
from aggregator.model import Page, Source
from aggregator.publish.opml import Outline, opml, read_opml
from aggregator.references import on_our_site
from aggregator.refresh.discover import suggested_id
from aggregator.text.html import text_of
from aggregator.text.language import primary
from aggregator.text.urls import as_told, ascii_form, web_link, with_credentials_of, without_credentials


@click.command("check", epilog="Example: aggregator check --online")
@click.option("--online", is_flag=True, help="Also try every enabled source.")
def check_command(online: bool) -> None:
    """Check feeds.toml and the taxonomy, and say how to mend them.

    Every mistake is told with file, line and remedy.

    Exit code: 0 if all is well, 1 if a source did not answer (--online), 2 if there are mistakes.
    """
    service = Service(Environment.read())
    service.verify()
    if problems := tuple(missing(service.config)):
        raise ConfigError(problems)
    enabled = [source for source in service.config.sources if source.enabled]
    counted = f"{len(service.config.sources)} sources, {len(enabled)} enabled"
    click.echo(f"{service.environment.feeds}: {counted}; no mistakes")
    if not service.config.sources:
        click.echo("Add one with `aggregator add URL`.")
    if not service.config.site.url:
        sent = service.config.mails or service.config.webhooks
        why = "what is sent out would lead to 127.0.0.1" if sent else "feeds name the host that they are asked from"
        click.echo(f"But {why}: write the site's address as url under [site], if it has one.")
    if online:
        tried = _try(service, enabled)
        _print_trials(tried)
        sys.exit(1 if any(trial.feed is None for trial in tried) else 0)


def _try(service: Service, chosen: list[Source]) -> list[Trial]:
    async def run() -> list[Trial]:
        return [trial async for trial in trials(service, chosen)]

    return asyncio.run(run())


def _print_trials(tried: list[Trial]) -> None:
    rows = table("source", "entries", "newest", "type", "asked with", "what", numbers=("entries",))
    for trial in sorted(tried, key=lambda trial: (trial.feed is not None, trial.source.id)):
        newest = next((entry.published or entry.updated for entry in trial.newest(1)), None)
        count = len(trial.feed.entries) if trial.feed else 0
        found = _found_as(trial.page) if trial.page else ("-", "-")
        rows.add_row(trial.source.id, str(count), f"{newest:%Y-%m-%d}" if newest else "-", *found, _said_of(trial))
    console.print(rows)


def _found_as(page: Page) -> tuple[str, str]:
    """The media type of a document, and by what its server will be asked whether it has changed."""
    by = {"ETag": page.validators.etag, "Last-Modified": page.validators.last_modified}
    media_type = escape(page.content_type.partition(";")[0].strip()[:40])
    return media_type or "-", ", ".join(name for name in by if by[name]) or "-"


def _said_of(trial: Trial) -> str:
    """What a person should know or do."""
    if trial.why:
        remedy = f'; write url = "{trial.instead}"' if trial.instead else ""
        return f"[red]{escape(trial.why + remedy)}[/]"
    said = [trial.feed.warning] if trial.feed and trial.feed.warning else []
    if trial.moved_to:
        kept = ", with the name and the password" if without_credentials(trial.source.url) != trial.source.url else ""
        said.append(f'moved: write url = "{trial.moved_to}"{kept}')
    elif trial.page and trial.page.url != without_credentials(ascii_form(web_link(trial.source.url))):
        said.append(f"found at {trial.page.url}")
    if trial.feed and trial.feed.parts:
        said.append(f"an index; parts that are read: {len(trial.feed.parts)}")
    elif trial.feed and not trial.feed.entries:
        said.append("it has no entries")
    return escape("; ".join(said))


@click.command("add", epilog="Example: aggregator add https://www.nist.gov/news-events/news")
@click.argument("url")
@click.option("--id", "wanted_id", help="The source's id; made from the host if left out.")
def add_command(url: str, wanted_id: str | None) -> None:
    """Find the feed at URL and append it to feeds.toml.

    URL may be a feed, a page that has one, or a sitemap. The newest items are shown.
    """
    if not (link := web_link(url)):
        raise click.UsageError(f'{url!r} is not a web address; write one that begins with "https://"')
    environment = Environment.read()
    with _begun(Path(environment.feeds)):
        _add(Service(environment), link, wanted_id)  # which may have been pasted with blanks


@contextmanager
def _begun(feeds: Path) -> Iterator[None]:
    """The file that a first source goes into; it is gone again if none does."""
    begins = not feeds.exists() and feeds.parent.is_dir() and os.access(feeds.parent, os.W_OK)
    if begins:
        feeds.touch()
    try:
        yield
    finally:
        if begins and not feeds.stat().st_size:
            feeds.unlink()


def _add(service: Service, url: str, wanted_id: str | None) -> None:
    _require_new(service.config, url, wanted_id)
    if on_our_site(url, service.config.site.url):
        raise click.UsageError(f"{url} belongs to the site itself; subscribe to the sources that it reads instead")
    source_id = free_id(wanted_id or suggested_id(url) or "source", [source.id for source in service.config.sources])
    [trial] = _try(service, [Source(source_id, url, source_id)])
    if trial.instead:
        click.echo(f"{without_credentials(url)} is a page; its feed is {trial.instead}")
        [trial] = _try(service, [Source(source_id, with_credentials_of(trial.instead, url), source_id)])
    if trial.feed is None:
        [as_sitemap] = _try(service, [Source(source_id, url, source_id, kind="sitemap")])
        trial = as_sitemap if as_sitemap.feed else trial
    if trial.feed is None:
        remedy = "of other kinds of sources docs/configuration.md has examples"
        raise click.ClickException(f"no feed at {url}: {trial.why}; {remedy}")
    for entry in trial.newest(5):
        dated = entry.published or entry.updated
        console.print(f"  {dated:%Y-%m-%d}" if dated else "  no date   ", escape(text_of(entry.title)))
    found_at = with_credentials_of(trial.moved_to, url) if trial.moved_to else trial.source.url
    _require_new(service.config, found_at, wanted_id)
    title, lang = text_of(trial.feed.title), primary(trial.feed.lang)
    kind = "" if trial.source.kind == "feed" else trial.source.kind  # as it is where none is said
    found = {"id": source_id, "title": title, "url": found_at, "kind": kind, "lang": lang}
    append_sources(service.environment.feeds, [source_block(found)])
    click.echo(f"added to {service.environment.feeds} as {source_id}")


def _require_new(config: Config, url: str, wanted_id: str | None) -> None:
    """Says before anything is asked for what would not do in feeds.toml."""
    if wanted_id and (fixed := fit_id(wanted_id)) != wanted_id:
        raise click.UsageError(f"{wanted_id!r} is no id; use small letters, digits and hyphens: --id {fixed}")
    for source in config.sources:
        if source.id == wanted_id:
            raise click.UsageError(f"--id {wanted_id} is taken by {source.title}; choose another")
        if web_link(source.url) == url:
            raise click.UsageError(f"{url} is there already, as {source.id}")


@click.group("opml", epilog="Examples: aggregator opml export > feeds.opml; aggregator opml import subscriptions.opml")
def opml_command() -> None:
    """Take sources from, or give them to, other feed readers."""


@opml_command.command("export", epilog="Example: aggregator opml export > feeds.opml")
def export_command() -> None:
    """Write the feeds of feeds.toml to standard output, as OPML 2.0.

    Sources of other kinds are left out: no feed reader could read them.
    """
    config = Service(Environment.read()).config
    feeds = [Outline(source.title, source.url, source.site_url) for source in config.sources if source.kind == "feed"]
    if others := len(config.sources) - len(feeds):
        click.echo(f"left out, for they are no feeds: {others} sources of other kinds", err=True)
    sys.stdout.buffer.write(opml(f"{config.site.title}: sources", {"": feeds}))
    if secret := sum(as_told(feed.feed) != feed.feed for feed in feeds):
        click.echo(f"with a password or a key in the address: {secret}; keep the file to yourself", err=True)


@opml_command.command("import", epilog="Example: aggregator opml import subscriptions.opml")
@click.argument("file", type=click.File("rb"))
def import_command(file: BinaryIO) -> None:
    """Append the feeds of an OPML file to feeds.toml. Those that are there already are left out."""
    environment = Environment.read()
    config = Service(environment).config if Path(environment.feeds).exists() else None
    known = {web_link(source.url) for source in config.sources} if config else set()
    ids = {source.id for source in config.sources} if config else set()
    blocks, outlines = [], read_opml(file.read())
    site = config.site.url if config else ""
    for outline in outlines:
        url, page = fit_address(outline.feed), fit_address(outline.page)
        if not url:
            click.echo(f"left out, for it is not a web address: {outline.feed!r}", err=True)
        elif on_our_site(url, site):
            click.echo(f"left out, for it belongs to the site itself: {url}", err=True)
        elif url not in known:
            source_id = free_id(suggested_id(url) or "source", ids)
            ids.add(source_id)
            known.add(url)
            blocks.append(source_block({"id": source_id, "title": outline.title, "url": url, "site_url": page}))
    if not outlines:
        raise click.ClickException("the list names no feed: no outline has an xmlUrl")
    if blocks:
        append_sources(environment.feeds, blocks)
    click.echo(f"{len(blocks)} sources added to {environment.feeds}, of {len(outlines)} in the list")
