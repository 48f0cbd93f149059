"""aggregator digest"""

from __future__ import annotations

import sys
from zoneinfo import ZoneInfo

import click

from aggregator.bootstrap import Environment, Service
from aggregator.cli.items import read_filters
from aggregator.cli.unknown import say_unknown
from aggregator.digests import Period, day_of, parse_period
from aggregator.jobs import mailing
from aggregator.publish import digest as publish
from aggregator.query import ItemQuery
from aggregator.store import digests, migrate

FORMATS = {"md": publish.markdown, "txt": publish.plain_text, "html": publish.html, "json": publish.as_json}


@click.command("digest", epilog="Example: aggregator digest --week 2026-W47 --format txt region=cn topic=policy")
@click.argument("filters", nargs=-1, metavar="[FILTER]...")
@click.option("--day", help="A day, such as 2026-11-23; yesterday if nothing is named.")
@click.option("--week", help="An ISO week, such as 2026-W47.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="md", show_default=True)
@click.option("--send", is_flag=True, help="Mail what is due now to those whom feeds.toml names, instead of printing.")
def digest_command(filters: tuple[str, ...], day: str | None, week: str | None, form: str, send: bool) -> None:
    """Print the digest of a day or a week.

    It is printed as it was closed, or as it is now if it is not closed yet. FILTERs are those of `aggregator items`,
    such as company=baidu or region=cn.
    """
    if day and week:
        raise click.UsageError("--day and --week name two digests; leave one out")
    service = Service(Environment.read())
    migrate.require_current(service.db)
    if send:
        _send(service, named=bool(filters or day or week))
        return
    period = _period(service, day or week, weekly=bool(week))
    query = read_filters(filters, service.config.site.timezone)
    say_unknown(service, query)
    click.echo(FORMATS[form](page(service, period, query.pinned())), nl=form == "html")


def _send(service: Service, *, named: bool) -> None:
    if named:
        raise click.UsageError("--send mails the digests that feeds.toml names; leave the filters and the period out")
    if not service.config.mails:
        raise click.ClickException("feeds.toml names no [[mail]]; see docs/mail.md")
    done = mailing.send(service)
    click.echo(f"{done}.")
    sys.exit(1 if done.waiting or done.failed else 0)


def _period(service: Service, name: str | None, *, weekly: bool) -> Period:
    zone = ZoneInfo(service.config.site.timezone)
    if name is None:
        return day_of(service.clock(), zone).shifted(-1)
    period = parse_period(name, zone)
    if period is None or period.weekly is not weekly:
        kind, example = ("week", "2026-W47") if weekly else ("day", "2026-11-23")
        raise click.UsageError(f"{name!r} is no {kind}; write it as --{kind} {example}")
    if period.start > service.clock():
        raise click.UsageError(f"{name} has not come yet")
    return period


def page(service: Service, period: Period, query: ItemQuery) -> publish.DigestPage:
    """A digest with its title and address, as it was closed or as it is now."""
    seen = digests.view(service.db, period, query)
    title = f"{service.config.site.title}: {publish.in_words(period)}"
    base = service.config.address
    address = publish.address_of(base, period.name, query)
    note = None if query.params() else service.config.notes.get(period.name)
    return publish.DigestPage(title, address, base, seen.digest, seen.closed, seen.added, seen.errata, note)
